"""Who may do what with networks, seasons and groups. Each rule says why not."""

from django.utils.translation import gettext_lazy as _

from participants.models import Person
from participants.permissions import No, Verdict


def composes(person: Person, *_objects: object) -> Verdict:
    """Makes networks, seasons and rules; puts groups together, publishes and moves."""
    return person.is_admin or No(_("Only an administrator puts groups together."))


def sees_boards(person: Person, *_objects: object) -> Verdict:
    """Looks at how groups are put together; the consultant without changing anything."""
    if person.roles_today:
        return True
    return No(_("Only consultants and administrators see how groups are put together."))


def writes_themes(person: Person, *_objects: object) -> Verdict:
    """Writes the themes of the year (V3, V20): consultant or administrator."""
    if person.roles_today:
        return True
    return No(_("Only consultants and administrators write the themes of the year."))
