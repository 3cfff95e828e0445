"""Gatherings as a Django application."""

from django.apps import AppConfig


class GatheringsConfig(AppConfig):
    """Everything that happens over a year; may see all other apps."""

    name = "gatherings"
