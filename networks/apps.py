"""Networks as a Django application."""

from django.apps import AppConfig


class NetworksConfig(AppConfig):
    """Networks and groups."""

    name = "networks"
