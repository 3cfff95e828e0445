"""A gathering as an entry in people's calendars: same UID for ever, rising SEQUENCE."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from gatherings.models import Gathering
from office import dates, ics
from participants.models import Country, Person

ZONES = {Country.NORWAY: "Europe/Oslo", Country.DENMARK: "Europe/Copenhagen"}


def zone(gathering: Gathering) -> str:
    """The zone of the organisation's country."""
    return ZONES[gathering.group.season.network.region.country]


def event(gathering: Gathering, leader: Person | None, now: datetime | None = None) -> ics.Event:
    """The entry as of `now`, in the active language. The gathering has a time."""
    lines = [_("Group: %(group)s") % {"group": gathering.group}]
    if gathering.preparation_due_on:
        due = dates.day(gathering.preparation_due_on)
        lines.append(_("Preparation by %(day)s.") % {"day": due})
    if gathering.online_url:
        lines.append(_("Take part digitally: %(link)s") % {"link": gathering.online_url})
    page = f"{settings.BASE_URL}{gathering.get_absolute_url()}"
    return ics.Event(
        # Not the domain: the entry must be found again after a move of the installation.
        uid=f"{gathering.pk}@takt",
        sequence=gathering.sequence,
        starts_at=gathering.starts_at,
        ends_at=gathering.ends_at,
        zone=zone(gathering),
        summary=_("Gathering %(number)s: %(theme)s")
        % {"number": gathering.round.number, "theme": gathering.round.theme},
        location=gathering.where or gathering.online_url,
        description="\n".join([*lines, page]),
        url=page,
        organizer_name=leader.name if leader else str(gathering.group),
        organizer_email=settings.DEFAULT_FROM_EMAIL,
        stamp=now or timezone.now(),
    )


def request(
    gathering: Gathering, leader: Person | None, to: Person, now: datetime | None = None
) -> tuple[str, str]:
    """METHOD and text of the call to one person, in her language."""
    with override(to.speaks):
        return "REQUEST", ics.request(event(gathering, leader, now), _attendee(to))


def cancel(
    gathering: Gathering, leader: Person | None, to: Person, now: datetime | None = None
) -> tuple[str, str]:
    """METHOD and text of the withdrawal to one person."""
    with override(to.speaks):
        return "CANCEL", ics.cancel(event(gathering, leader, now), _attendee(to))


def download(gathering: Gathering, leader: Person | None) -> str:
    """The entry to take along from a page; it names no attendee."""
    return ics.publish(event(gathering, leader))


def _attendee(person: Person) -> ics.Attendee:
    # Calendar replies are not read (decision 15), so none are asked for.
    return ics.Attendee(person.name, person.email, rsvp=False)
