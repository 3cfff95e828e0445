"""What the tests of the planning page share: a leader at her desk, and what she sends."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from gatherings.models import Gathering
from tests.factories import (
    GatheringFactory,
    GroupFactory,
    InstitutionFactory,
    PersonFactory,
    PositionFactory,
    ProgrammeItemFactory,
    RegionFactory,
    RoundFactory,
    RoundItemFactory,
)

OSLO = ZoneInfo("Europe/Oslo")


def weekday(days):
    """A Tuesday about `days` from now."""
    day = timezone.localdate() + timedelta(days=days)
    return day + timedelta(days=(1 - day.weekday()) % 7)


class Desk:
    """A leader at the planning page of a draft."""

    def __init__(self, client):
        region = RegionFactory()
        self.leader = PersonFactory(region=region, first_name="Kari")
        self.member = PersonFactory(region=region, first_name="Ingrid")
        self.place = InstitutionFactory(municipality__region=region, name="Lillestua")
        PositionFactory(person=self.member, institution=self.place)
        self.group = GroupFactory(
            season__network__region=region, members=[self.member], leader=self.leader
        )
        self.round = RoundFactory(season=self.group.season, number=2)
        source = RoundItemFactory(round=self.round, title="Runde", minutes=180)
        self.gathering = GatheringFactory(group=self.group, round=self.round)
        self.item = ProgrammeItemFactory(
            gathering=self.gathering, title="Runde", minutes=180, source=source
        )
        self.client = client
        client.force_login(self.leader)

    def url(self, name):
        return reverse(f"gatherings:{name}", args=[self.gathering.pk])

    def typed(self, **changes):
        fields = {
            "day": weekday(10).isoformat(),
            "starts": "09:00",
            "ends": "12:00",
            "host": str(self.place.pk),
            "place": "",
            "online_url": "",
            "greeting": "Velkommen.",
            "preparation_due_on": "",
            "outside_window_reason": "",
            "version": str(Gathering.objects.get(pk=self.gathering.pk).version),
            "items-TOTAL_FORMS": "1",
            "items-INITIAL_FORMS": "1",
            "items-0-id": str(self.item.pk),
            "items-0-position": "1",
            "items-0-title": "Runde",
            "items-0-minutes": "180",
            "items-0-led_by": "",
            "items-0-questions": "",
        }
        return {**fields, **changes}

    def save(self, button="invite", **changes):
        return self.client.post(self.url("plan"), {**self.typed(**changes), button: "1"})

    def reload(self):
        self.gathering.refresh_from_db()
        return self.gathering


def call(desk):
    desk.save()
    desk.client.post(desk.url("invite"))
    return desk.reload()
