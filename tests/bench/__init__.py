"""Measurements: `./dev bench NAME` prints a table and its goals; status 1 when one is missed."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()
