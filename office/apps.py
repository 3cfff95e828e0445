"""Office as a Django application."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """The house's own mechanics; knows no word of the field."""

    name = "office"
