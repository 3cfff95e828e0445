"""What the tests of calling share: a group, its draft, a move of it, and the entry in a letter."""

from datetime import timedelta

import icalendar
from django.utils import timezone

from gatherings import lifecycle
from gatherings.models import Gathering
from tests.factories import (
    GatheringFactory,
    GroupFactory,
    PersonFactory,
    ProgrammeItemFactory,
    RegionFactory,
)


def a_group(members: int = 2, **leader):
    region = RegionFactory()
    people = PersonFactory.create_batch(members, region=region)
    boss = PersonFactory(region=region, first_name="Kari", **leader)
    group = GroupFactory(season__network__region=region, members=people, leader=boss)
    return group, people, boss


def a_draft(group, **fields):
    starts_at = (timezone.now() + timedelta(days=11)).replace(minute=0, second=0, microsecond=0)
    ready = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=3), "place": "Rom 1"}
    gathering = GatheringFactory(group=group, **{**ready, **fields})
    ProgrammeItemFactory(gathering=gathering, minutes=180)
    return gathering


def moved(gathering, leader, **options):
    later = gathering.starts_at + timedelta(days=1)
    facts = {"starts_at": later, "ends_at": later + timedelta(hours=3), "place": "Rom 2"}
    options = {"message": "Veien er stengt.", "ask_again": True, **options}
    version = Gathering.objects.get(pk=gathering.pk).version
    return lifecycle.move(gathering, facts, version=version, by=leader, **options)


def event_in(letter):
    return icalendar.Calendar.from_ical(letter.calendar).walk("VEVENT")[0]
