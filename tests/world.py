"""A small world in which every role has something to do: policy, leaks, budgets, accessibility.

Each text that somebody wrote carries a sentinel, so that an answer can be searched for what its
reader must not see.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone

from gatherings import answering, reporting
from gatherings.models import (
    Action,
    Agreement,
    Assignment,
    Attendance,
    Gathering,
    Minutes,
    ProgrammeItem,
    Submission,
)
from networks.board import read_board
from networks.models import Membership, NetworkGroup, Season
from office.models import ReceivedMail
from participants import signin
from participants.models import (
    ImportRun,
    Institution,
    Person,
    Position,
    Region,
    Role,
    SignInCode,
)
from tests.factories import (
    AssignmentFactory,
    AttendanceFactory,
    GatheringFactory,
    GroupFactory,
    InstitutionFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    PositionFactory,
    ProgrammeItemFactory,
    RegionFactory,
    RoleFactory,
    RoundFactory,
    RoundItemFactory,
    SeasonFactory,
)

FORARBEID = "SENTINELFORARBEID"
PRIVATE = "SENTINELBAREMEG"
CLOSED = "SENTINELLUKKET"
OPEN = "SENTINELAAPEN"
ACTION = "SENTINELAKSJON"

# Who may read what; everybody else must never see it.
READERS = {
    FORARBEID: {"member", "leader"},
    PRIVATE: {"member"},
    CLOSED: {"member", "leader"},
    OPEN: {"member", "leader", "manager", "consultant", "admin"},
    ACTION: {"member", "leader", "manager"},
}


@dataclass
class World:
    """The people by role, and the object each address is about."""

    cast: dict[str, Person | None]
    region: Region
    season: Season
    group: NetworkGroup
    held: Gathering
    called: Gathering
    draft: Gathering
    unsent: Gathering
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    # What follows `?` in the address of some objects, and the session of one who is on her way in.
    queries: dict[str, str] = field(default_factory=dict)
    on_the_way: dict[str, Any] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """The browser of a role: signed in, or, for nobody, half way in."""
        client = Client()
        if person := self.cast[role]:
            client.force_login(person)
        else:
            session = client.session
            session.update(self.on_the_way)
            session.save()
        return client


def build() -> World:
    """A network with three groups: one has held samling 1, called 2, not planned 3, and held 4
    without sending the minutes; one is for another member; one is a draft."""
    region = RegionFactory()
    municipality = MunicipalityFactory(region=region)
    places = [InstitutionFactory(municipality=municipality) for _ in range(6)]
    season = SeasonFactory(network__region=region)
    members = [PersonFactory(region=region, works_at=place) for place in places[:5]]
    leader = PersonFactory(region=region)
    PositionFactory(person=leader, institution=places[5], kind=Position.Kind.MANAGER)
    group = GroupFactory(season=season, municipality=municipality, members=members, leader=leader)
    GroupFactory(season=season, municipality=municipality, published_at=None)
    elsewhere = MunicipalityFactory(region=region)
    overseer = {"person__region": region, "kind": Role.Kind.CONSULTANT}
    cast = {
        "nobody": None,
        "stranger": RoleFactory().person,
        "other": _other(region, season, municipality, places),
        "former": _former(group),
        "member": members[0],
        "leader": leader,
        "manager": _manager(region, places[0]),
        "neighbour": RoleFactory(**overseer, municipality=elsewhere).person,
        "consultant": RoleFactory(**overseer).person,
        "admin": RoleFactory(person__region=region).person,
    }
    states = enumerate(("held", "called", "", "held"), 1)
    meetings = [_gathering(group, number, state) for number, state in states]
    world = World(cast, region, season, group, *meetings)
    _fill_held(world, members)
    _fill_called(world, members)
    Minutes.objects.create(gathering=world.unsent, summary=CLOSED)
    world.objects = _objects(world)
    world.queries = _queries(world)
    world.on_the_way = _on_the_way(world)
    return world


def _other(region, season, municipality, places) -> Person:
    """A member of the other group, which has a leader of its own."""
    person = PersonFactory(region=region, works_at=places[1])
    GroupFactory(
        season=season,
        municipality=municipality,
        members=[person],
        leader=PersonFactory(region=region),
    )
    return person


def _former(group) -> Person:
    """Sat in the group until yesterday."""
    yesterday = timezone.localdate() - timedelta(days=1)
    return MembershipFactory(group=group, ends_on=yesterday).person


def _manager(region, place) -> Person:
    """The styrer of the first member's kindergarten; leads no group."""
    person = PersonFactory(region=region)
    PositionFactory(person=person, institution=place, kind=Position.Kind.MANAGER)
    return person


def _gathering(group, number: int, state: str) -> Gathering:
    round_ = RoundFactory(season=group.season, number=number)
    RoundItemFactory(round=round_)
    round_.cross_cutting.create(season=group.season, title="Verdisyn", is_cross_cutting=True)
    for kind in (Assignment.Kind.READ, Assignment.Kind.WRITE):
        AssignmentFactory(round=round_, kind=kind)
    AssignmentFactory(round=round_, phase=Assignment.Phase.AFTER)
    gathering = GatheringFactory(group=group, round=round_, **({state: True} if state else {}))
    ProgrammeItemFactory(gathering=gathering, source=round_.items.first())
    return gathering


def _fill_held(world: World, members: list[Person]) -> None:
    leader, held = world.cast["leader"], world.held
    AttendanceFactory(gathering=held, person=leader, as_leader=True, presence="present")
    for person in members:
        AttendanceFactory(gathering=held, person=person, answer="yes", presence="present")
        for task in held.round.assignments.filter(phase="before"):
            Submission.objects.create(
                assignment=task,
                person=person,
                group=world.group,
                text=FORARBEID if task.kind == "write" else "",
                delivered_at=held.starts_at,
                version=1,
            )
    Action.objects.create(
        gathering=held, person=members[0], title=ACTION, due_on=timezone.localdate()
    )
    Agreement.objects.create(gathering=held, text=OPEN)
    ProgrammeItem.objects.filter(gathering=held).update(notes=CLOSED, is_closed=True)
    Minutes.objects.create(
        gathering=held,
        summary=OPEN,
        closed_part=CLOSED,
        state=Minutes.State.APPROVED,
        sent_at=held.ends_at,
        approve_on=timezone.localdate(),
        approved_at=held.ends_at,
    )


def _fill_called(world: World, members: list[Person]) -> None:
    called = world.called
    AttendanceFactory(gathering=called, person=world.cast["leader"], as_leader=True, answer="yes")
    for person in members:
        AttendanceFactory(gathering=called, person=person)
    task = called.round.assignments.get(phase="before", kind="write")
    Submission.objects.create(
        assignment=task, person=members[0], group=world.group, text=PRIVATE, version=1
    )
    Submission.objects.create(
        assignment=task,
        person=members[1],
        group=world.group,
        text=PRIVATE + "ANDRE",
        audience=Submission.Audience.ME,
        version=1,
        delivered_at=timezone.now(),
    )


def _objects(world: World) -> dict[str, dict[str, Any]]:
    """Arguments of an address, by what it is about (the column `object` of policy.csv)."""
    report = reporting.begin(world.season, by=world.cast["admin"])
    write = world.called.round.assignments.get(phase="before", kind="write")
    letter = ReceivedMail.objects.create(
        recipient="a@example.no", subject="Brev", raw=b"To: a\n\nHei"
    )
    run = ImportRun.objects.create(region=world.region, kind=ImportRun.Kind.MUNICIPALITIES)
    run.files.create(position=0, name="kommuner.csv", content=b"kommunenr;navn\n1870;Sortland\n")
    attendance = world.called.attendances.get(person=world.cast["member"])
    task = {"pk": world.called.pk, "assignment": write.pk}
    return {
        "called": {"pk": world.called.pk},
        "held": {"pk": world.held.pk},
        "draft": {"pk": world.draft.pk},
        "unsent": {"pk": world.unsent.pk},
        "task": task,
        "round": {"pk": world.called.round.pk},
        "season": {"pk": world.season.pk},
        "board": {"pk": world.season.pk},
        "finding": {"pk": world.season.pk},
        "group": {"pk": world.group.pk},
        "network": {"pk": world.season.network.pk},
        "report": {"pk": report.pk},
        "action": {"pk": Action.objects.get().pk},
        "person": {"pk": world.cast["member"].pk},
        "position": {"pk": world.cast["member"].positions.get().pk},
        "role": {"pk": world.cast["consultant"].roles.get().pk},
        "municipality": {"pk": world.group.municipality_id},
        "submission": {"pk": Submission.objects.filter(text=FORARBEID)[0].pk},
        "mover": {"pk": world.season.pk, "person": world.cast["member"].pk},
        "institution": {"pk": Institution.objects.filter(municipality__region=world.region)[0].pk},
        "membership": {"pk": Membership.objects.filter(group=world.group, role="member")[0].pk},
        "letter": {"pk": letter.pk},
        "import": {"pk": run.pk},
        "answer": {"token": answering.token(attendance)},
        "link": {"token": _link(world.cast["member"])},
        "template": {"kind": "people"},
    }


def _queries(world: World) -> dict[str, str]:
    """What follows `?`, by object: the board of the groups' municipality, whom to invite."""
    where = world.group.municipality
    board = read_board(world.season, where, reader=world.cast["admin"])
    finding = next(each for each in board.findings if each.can_be_excused)
    about = {"kommune": where.number, "regel": finding.rule, "om": finding.subject}
    return {
        "board": urlencode({"kommune": where.number}),
        "finding": urlencode(about),
        "invited": urlencode({"person": world.cast["member"].pk}),
    }


def _on_the_way(world: World) -> dict[str, Any]:
    """The session of one who has asked for a code, and of one who must say who of two she is."""
    soon = timezone.now() + timedelta(minutes=10)
    code = SignInCode.objects.create(address="felles@example.no", ip="127.0.0.1", expires_at=soon)
    people = PersonFactory.create_batch(2, region=world.region, email=code.address)
    choice = [str(person.pk) for person in people]
    offer = {"people": choice, "until": soon.timestamp(), "remember": False}
    return {"sign_in_code": str(code.pk), "sign_in_choice": offer}


def _link(person: Person) -> str:
    """The token of a one-time link."""
    return signin.make_link(person, life=timedelta(days=1)).rstrip("/").rpartition("/")[2]


def grow(world: World, size: int) -> None:
    """The same world with `size` more groups, each with people, gatherings, texts and actions."""
    season, owner = world.season, _owner(world)
    # As in the field: a municipality has a handful of groups, a network has many municipalities.
    municipalities = MunicipalityFactory.create_batch(-(-size // 9), region=world.region)
    places = [
        InstitutionFactory(municipality=municipalities[n // 9], owner=owner) for n in range(size)
    ]
    people = Person.objects.bulk_create(
        PersonFactory.build(region=world.region, password="!") for _ in range(size * 6)
    )
    Position.objects.bulk_create(
        Position(
            person=p,
            institution=places[n % size],
            kind=POSITIONS[n % 6 == 5],
            starts_on=season.starts_on,
        )
        for n, p in enumerate(people)
    )
    Role.objects.bulk_create(
        Role(person=p, region=world.region, kind=Role.Kind.CONSULTANT, starts_on=season.starts_on)
        for p in people[:size]
    )
    groups = NetworkGroup.objects.bulk_create(
        GroupFactory.build(season=season, municipality=municipalities[n // 9]) for n in range(size)
    )
    Membership.objects.bulk_create(
        Membership(
            season=season,
            group=groups[n % size],
            person=p,
            role=ROLES_IN_GROUP[n >= size * 5],
            starts_on=season.starts_on,
        )
        for n, p in enumerate(people)
    )
    for gathering in (world.held, world.called):
        _meet(gathering, groups, people)
    ReceivedMail.objects.bulk_create(
        ReceivedMail(recipient="a@example.no", subject="Brev", raw=b"To: a\n\nHei")
        for _ in range(size)
    )
    ImportRun.objects.bulk_create(
        ImportRun(region=world.region, kind=ImportRun.Kind.PEOPLE) for _ in range(size)
    )


POSITIONS = {False: Position.Kind.PEDAGOGICAL_LEADER, True: Position.Kind.MANAGER}
ROLES_IN_GROUP = {False: Membership.Role.MEMBER, True: Membership.Role.LEADER}


def _owner(world: World):
    return Institution.objects.filter(municipality__region=world.region)[0].owner


def _meet(like: Gathering, groups: list[NetworkGroup], people: list[Person]) -> None:
    """Each group holds (or has called) a gathering like `like`; members wrote and promised."""
    made = Gathering.objects.bulk_create(
        Gathering(
            round=like.round,
            group=group,
            state=like.state,
            starts_at=like.starts_at,
            ends_at=like.ends_at,
            called_at=like.called_at,
            held_at=like.held_at,
        )
        for group in groups
    )
    pairs = [(made[n % len(made)], person) for n, person in enumerate(people)]
    Attendance.objects.bulk_create(
        Attendance(gathering=g, person=p, answer="yes", presence="present") for g, p in pairs
    )
    task = like.round.assignments.filter(phase="before", kind="write")[0]
    Submission.objects.bulk_create(
        Submission(
            assignment=task, person=p, group=g.group, text="Tekst", delivered_at=timezone.now()
        )
        for g, p in pairs
    )
    Action.objects.bulk_create(
        Action(gathering=g, person=p, title="Aksjon", due_on=timezone.localdate()) for g, p in pairs
    )
    ProgrammeItem.objects.bulk_create(
        ProgrammeItem(gathering=g, title="Post", minutes=30) for g in made
    )


def crowd(world: World) -> None:
    """Twice the people in the group, each with texts, answers and actions."""
    people = PersonFactory.create_batch(6, region=world.region)
    for person in people:
        MembershipFactory(group=world.group, person=person)
        for gathering in (world.held, world.called):
            AttendanceFactory(gathering=gathering, person=person, answer="yes")
            for task in gathering.round.assignments.filter(phase="before"):
                Submission.objects.create(
                    assignment=task,
                    person=person,
                    group=world.group,
                    text="Tekst",
                    delivered_at=timezone.now(),
                )
            Action.objects.create(
                gathering=gathering, person=person, title="A", due_on=timezone.localdate()
            )
