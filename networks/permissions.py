"""Who may do what with networks, seasons and groups. Each rule says why not."""

from django.utils.translation import gettext_lazy as _

from participants.models import Person
from participants.permissions import No, Verdict


def composes(person: Person, *_objects: object) -> Verdict:
    """Makes networks, seasons and rules; puts groups together, publishes and moves."""
    return person.is_admin or No(_("Only an administrator puts groups together."))
