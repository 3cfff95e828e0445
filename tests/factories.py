"""The smallest valid rows. No states by accident, no hidden children; stories live in journeys."""

from datetime import date, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from gatherings.models import Assignment, Attendance, Gathering, ProgrammeItem, Round, RoundItem
from networks.models import Membership, Network, NetworkGroup, Rules, Season
from participants.models import (
    Institution,
    Municipality,
    Owner,
    Person,
    Position,
    Region,
    Role,
)

LONG_AGO = date(2020, 8, 1)


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Region

    name = factory.Sequence("Region {}".format)


class MunicipalityFactory(DjangoModelFactory):
    class Meta:
        model = Municipality

    region = factory.SubFactory(RegionFactory)
    number = factory.Sequence("{:04d}".format)
    name = factory.Sequence("Kommune {}".format)


class OwnerFactory(DjangoModelFactory):
    class Meta:
        model = Owner

    region = factory.SubFactory(RegionFactory)
    name = factory.Sequence("Eier {}".format)
    form = Owner.Form.MUNICIPAL


class InstitutionFactory(DjangoModelFactory):
    class Meta:
        model = Institution

    municipality = factory.SubFactory(MunicipalityFactory)
    owner = factory.SubFactory(OwnerFactory, region=factory.SelfAttribute("..municipality.region"))
    name = factory.Sequence("Barnehage {}".format)


class PersonFactory(DjangoModelFactory):
    """A person who may log in. `works_at=institution, as_=Position.Kind…` gives a position."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    region = factory.SubFactory(RegionFactory)
    first_name = "Ronja"
    last_name = factory.Sequence("Eksempel{}".format)
    email = factory.Sequence("person{}@example.no".format)
    password = "!"
    invited_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def works_at(person, create, institution, as_=Position.Kind.PEDAGOGICAL_LEADER, **_kwargs):
        if create and institution:
            PositionFactory(person=person, institution=institution, kind=as_)


class PositionFactory(DjangoModelFactory):
    class Meta:
        model = Position

    person = factory.SubFactory(PersonFactory)
    institution = factory.SubFactory(InstitutionFactory)
    kind = Position.Kind.PEDAGOGICAL_LEADER
    starts_on = LONG_AGO


class RoleFactory(DjangoModelFactory):
    class Meta:
        model = Role

    person = factory.SubFactory(PersonFactory)
    region = factory.SelfAttribute("person.region")
    kind = Role.Kind.ADMIN
    starts_on = LONG_AGO


class NetworkFactory(DjangoModelFactory):
    class Meta:
        model = Network

    region = factory.SubFactory(RegionFactory)
    name = factory.Sequence("Nettverk {}".format)


class SeasonFactory(DjangoModelFactory):
    """A season that runs today, with its rules."""

    class Meta:
        model = Season
        skip_postgeneration_save = True

    network = factory.SubFactory(NetworkFactory)
    name = factory.Sequence("år {}".format)
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=120))
    ends_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=240))

    @factory.post_generation
    def rules(season, create, _value, **fields):
        if create:
            Rules.objects.create(season=season, **fields)


class GroupFactory(DjangoModelFactory):
    """A published group. `members=[…]`, `leader=…` give seats."""

    class Meta:
        model = NetworkGroup
        skip_postgeneration_save = True

    season = factory.SubFactory(SeasonFactory)
    name = factory.Sequence("Gruppe {}".format)
    published_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def members(group, create, people, **_kwargs):
        for person in people or []:
            MembershipFactory(group=group, person=person)

    @factory.post_generation
    def leader(group, create, person, **_kwargs):
        if person:
            MembershipFactory(group=group, person=person, role=Membership.Role.LEADER)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    group = factory.SubFactory(GroupFactory)
    season = factory.SelfAttribute("group.season")
    person = factory.SubFactory(
        PersonFactory, region=factory.SelfAttribute("..group.season.network.region")
    )
    starts_on = factory.SelfAttribute("season.starts_on")


class RoundFactory(DjangoModelFactory):
    """An opened round whose window is open now."""

    class Meta:
        model = Round

    season = factory.SubFactory(SeasonFactory)
    number = factory.Sequence(lambda n: n % 20 + 1)
    theme = "Voksenrollen"
    window_from = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=10))
    window_to = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))
    opened_at = factory.LazyFunction(timezone.now)


class RoundItemFactory(DjangoModelFactory):
    class Meta:
        model = RoundItem

    round = factory.SubFactory(RoundFactory)
    position = factory.Sequence(int)
    title = factory.Sequence("Post {}".format)
    minutes = 30


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = Assignment

    round = factory.SubFactory(RoundFactory)
    kind = Assignment.Kind.WRITE
    title = factory.Sequence("Oppgave {}".format)
    minutes = 20


class GatheringFactory(DjangoModelFactory):
    """A draft without a date; `called=True` gives one in eleven days."""

    class Meta:
        model = Gathering

    class Params:
        called = factory.Trait(
            state=Gathering.State.CALLED,
            starts_at=factory.LazyFunction(lambda: timezone.now() + timedelta(days=11)),
            ends_at=factory.LazyFunction(lambda: timezone.now() + timedelta(days=11, hours=3)),
            called_at=factory.LazyFunction(timezone.now),
            place="Møterommet",
        )
        held = factory.Trait(
            state=Gathering.State.HELD,
            starts_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=49)),
            ends_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=49, hours=-3)),
            called_at=factory.LazyFunction(timezone.now),
            held_at=factory.LazyFunction(timezone.now),
            place="Møterommet",
        )

    group = factory.SubFactory(GroupFactory)
    round = factory.SubFactory(RoundFactory, season=factory.SelfAttribute("..group.season"))


class ProgrammeItemFactory(DjangoModelFactory):
    class Meta:
        model = ProgrammeItem

    gathering = factory.SubFactory(GatheringFactory)
    position = factory.Sequence(int)
    title = factory.Sequence("Post {}".format)
    minutes = 30


class AttendanceFactory(DjangoModelFactory):
    class Meta:
        model = Attendance

    gathering = factory.SubFactory(GatheringFactory, called=True)
    person = factory.SubFactory(PersonFactory)
