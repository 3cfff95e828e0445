"""The invented year: samling 1 held, samling 2 called, samling 3 not planned, all around today."""

from datetime import date, timedelta

from django.utils import timezone

from gatherings.demo.people import Cast, at
from gatherings.demo.texts import (
    ACTIONS,
    AFTER,
    AGREEMENTS,
    EPISODES,
    EXPERIENCES,
    REPORT,
    ROUNDS,
    STEERING,
    SUMMARIES,
    WITH_MANAGER,
)
from gatherings.models import (
    Action,
    Agreement,
    Assignment,
    Attendance,
    Gathering,
    Minutes,
    ProgrammeItem,
    Report,
    Round,
    RoundItem,
    Submission,
)
from networks.models import Membership, NetworkGroup, Season

HELD_DAYS_AGO = 49
CALLED_IN_DAYS = 11
# Days from today: first and last day of each round's window.
WINDOWS = [(-63, -42), (3, 20), (120, 148)]
# Groups that need the consultant now.
WITHOUT_DATE = {"Andøy 1", "Sortland 7"}
WITHOUT_MINUTES = {"Bø 1"}


def build_rounds(season: Season, today: date) -> list[Round]:
    """Three rounds with their opplegg; the first two are open."""
    rounds = []
    for number, ((first, last), plan) in enumerate(zip(WINDOWS, ROUNDS, strict=True), start=1):
        round_ = Round.objects.create(
            season=season,
            number=number,
            theme=plan["theme"],
            aims=plan["aims"],
            window_from=today + timedelta(days=first),
            window_to=today + timedelta(days=last),
        )
        round_.cross_cutting.set(season.cross_cutting.filter(title__in=plan["cross_cutting"]))
        RoundItem.objects.bulk_create(
            RoundItem(round=round_, position=n, title=t, minutes=m, kind=k, led_by=led, questions=q)
            for n, (t, m, k, led, q) in enumerate(plan["items"])
        )
        tasks = [("before", *task) for task in plan["before"]] + [("after", *AFTER)]
        Assignment.objects.bulk_create(
            Assignment(
                round=round_, phase=p, kind=k, position=n, title=t, instructions=i, minutes=m
            )
            for n, (p, k, t, i, m) in enumerate(tasks)
        )
        rounds.append(round_)
    return rounds


def workday(day: date) -> date:
    """`day`, or the Monday after it."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


def hold_first(cast: Cast, round_: Round, groups: list[NetworkGroup]) -> None:
    """Samling 1: held some seven weeks ago, with texts, presence, actions and minutes."""
    opened = at(round_.window_from - timedelta(days=21), 9)
    Round.objects.filter(pk=round_.pk).update(opened_at=opened)
    for turn, group in enumerate(groups):
        day = workday(cast.today - timedelta(days=HELD_DAYS_AGO - turn % 5))
        start = at(day, 12 if turn % 3 else 9)
        seats = list(group.memberships.select_related("person"))
        gathering = Gathering.objects.create(
            round=round_,
            group=group,
            state=Gathering.State.HELD,
            starts_at=start,
            ends_at=start + timedelta(hours=3),
            host=cast.workplace[seats[0].person_id],
            place="personalrommet",
            preparation_due_on=day - timedelta(days=7),
            called_at=start - timedelta(days=21),
            held_at=start + timedelta(hours=3),
        )
        _copy_items(gathering)
        _took_part(cast, gathering, seats)


def _copy_items(gathering: Gathering) -> None:
    ProgrammeItem.objects.bulk_create(
        ProgrammeItem(
            gathering=gathering,
            source=item,
            position=item.position,
            title=item.title,
            minutes=item.minutes,
            kind=item.kind,
            led_by=item.led_by,
            questions=item.questions,
            is_closed=item.kind in RoundItem.CLOSED_KINDS,
        )
        for item in gathering.round.items.all()
    )


def _took_part(cast: Cast, gathering: Gathering, seats: list[Membership]) -> None:
    """Presence, delivered texts, actions, agreements and minutes of one held gathering."""
    luck = cast.luck
    members = [s.person for s in seats if s.role == Membership.Role.MEMBER]
    leader = next(s.person for s in seats if s.role == Membership.Role.LEADER)
    Attendance.objects.bulk_create(
        Attendance(
            gathering=gathering,
            person=person,
            as_leader=person == leader,
            answer="yes" if came else "no",
            answered_at=gathering.starts_at - timedelta(days=luck.randint(3, 18)),
            presence="present" if came else "absent",
        )
        for person in [*members, leader]
        for came in [person == leader or luck.random() < 0.91]
    )
    deliver(cast, gathering, members, EPISODES, share=0.82)
    _promise(cast, gathering, members)
    Agreement.objects.bulk_create(
        Agreement(gathering=gathering, text=text, created_at=gathering.ends_at)
        for text in luck.sample(AGREEMENTS, 2)
    )
    if gathering.group.name not in WITHOUT_MINUTES:
        _write_minutes(cast, gathering)


def deliver(cast: Cast, gathering: Gathering, people: list, texts: list[str], share: float) -> None:
    """Preparation of `people`: about `share` of them have delivered all of it."""
    tasks = gathering.round.tasks_before
    rows = []
    for person in people:
        if cast.luck.random() > share:
            continue
        when = cast.now - timedelta(days=cast.luck.randint(1, 6))
        if gathering.state == Gathering.State.HELD:
            when = gathering.starts_at - timedelta(days=cast.luck.randint(1, 12))
        for number, task in enumerate(tasks):
            text = ""
            if task.kind == Assignment.Kind.WRITE:
                text = cast.luck.choice(texts if number < 2 else WITH_MANAGER)
            rows.append(
                Submission(
                    assignment=task,
                    person=person,
                    group=gathering.group,
                    text=text,
                    version=1,
                    saved_at=when,
                    delivered_at=when,
                )
            )
    Submission.objects.bulk_create(rows)


def _promise(cast: Cast, gathering: Gathering, members: list) -> None:
    luck = cast.luck
    for person in members:
        if luck.random() > 0.9:
            continue
        title, sign = luck.choice(ACTIONS)
        state = luck.choices(
            [Action.State.PLANNED, Action.State.TRIED, Action.State.LEARNED, Action.State.PUT_AWAY],
            [45, 40, 10, 5],
        )[0]
        tried = state in Action.WAS_TRIED
        shared = tried and luck.random() < 0.7
        Action.objects.create(
            gathering=gathering,
            person=person,
            title=title,
            sign=sign,
            due_on=cast.today + timedelta(days=luck.randint(2, 9)),
            state=state,
            experience=luck.choice(EXPERIENCES) if tried else "",
            shared_in=Action.SharedIn.DEPARTMENT_MEETING if shared else "",
            shared_on=cast.today - timedelta(days=luck.randint(3, 25)) if shared else None,
            created_at=gathering.ends_at,
        )


def _write_minutes(cast: Cast, gathering: Gathering) -> None:
    sent = gathering.ends_at + timedelta(days=cast.luck.randint(1, 6))
    approved = sent + timedelta(days=8)
    waits = gathering.group.name.endswith("3")
    # A few groups sent theirs late: silence has not approved them yet.
    if waits:
        sent = at(workday(cast.today - timedelta(days=3)), 10)
    Minutes.objects.create(
        gathering=gathering,
        summary=cast.luck.choice(SUMMARIES),
        open_part="Faglig: Vi brukte filmen som utgangspunkt og fant eksempler fra egen barnehage.",
        closed_part="Runde gjennomført. Vi sier fra dersom noen blir stille.",
        to_steering=cast.luck.choice(STEERING),
        state=Minutes.State.SENT if waits else Minutes.State.APPROVED,
        sent_at=sent,
        approve_on=timezone.localdate(sent) + timedelta(days=7),
        approved_at=None if waits else approved,
    )


def write_report(cast: Cast, season: Season) -> None:
    """The season's report, begun by the consultant."""
    Report.objects.create(season=season, created_at=cast.now, **REPORT)
