"""Participants as a Django application."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from participants import checks  # noqa: F401 - registers them
from participants.collation import teach_connection


class ParticipantsConfig(AppConfig):
    """People and places; also teaches SQLite the Nordic alphabet."""

    name = "participants"

    def ready(self) -> None:
        """Every new database connection learns the collation (Django's only hook for it)."""
        connection_created.connect(teach_connection, dispatch_uid="nordic-collation")
