"""How a logged-in person is fetched: with her organisation, which every page shows."""

from uuid import UUID

from django.contrib.auth.backends import ModelBackend

from participants.models import Person


class PersonBackend(ModelBackend):
    """Django's backend, one statement fewer a page."""

    def get_user(self, user_id: UUID) -> Person | None:
        """The person behind the session, if she may still log in."""
        person = Person.objects.select_related("region").filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None
