"""Settings for the tests: the real ones, with the places given by tests/services.py."""

import os

os.environ.setdefault("SECRET_KEY", "tests-only-tests-only-tests-only-tests-only")
os.environ.setdefault("BASE_URL", "http://testserver")
os.environ.setdefault("UNDO_SECONDS", "0")

from config.settings import *  # noqa: F403
from config.settings import ALLOWED_HOSTS

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
DEMO = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
# Static files are looked up when asked for: every test client would scan them all otherwise.
WHITENOISE_AUTOREFRESH = True
