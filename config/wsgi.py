"""The web process: `gunicorn config.wsgi`."""

import os
import sys

from django.core.wsgi import get_wsgi_application

# The worker composes groups with numpy; here openpyxl would load it just because it is installed.
sys.modules.setdefault("numpy", None)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
