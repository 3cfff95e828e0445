"""Who may do what with a round, a gathering, what was written and the minutes.

Each rule is asked by the view and by the page that shows or greys the button.
"""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gatherings.models import Action, Gathering, Minutes
from gatherings.models.actions import staff_of
from networks.models import Membership
from participants.models import Person
from participants.permissions import No, Verdict

ONLY_LEADER = No(_("Only the group's process leader can do this."))


def seats_of(person: Person) -> dict[UUID, str]:
    """Published groups the person sits in, with her role there; asked once a request.

    Before August these are next year's: a leader plans the first gathering before she is one.
    """
    if getattr(person, "_seats", None) is None:
        seats: dict[UUID, str] = {}
        held = person.memberships.known().filter(group__published_at__isnull=False)
        for group, role in held.values_list("group_id", "role"):
            if seats.get(group) != Membership.Role.LEADER:
                seats[group] = role
        person._seats = seats
    return person._seats


def seat(person: Person, group_id: UUID) -> str:
    """The person's role in the group: "leader", "member" or ""."""
    return seats_of(person).get(group_id, "")


def may_lead(person: Person, gathering: Gathering) -> Verdict:
    """Plans, calls, conducts, writes minutes: the process leader of the group (V7, V12)."""
    return seat(person, gathering.group_id) == Membership.Role.LEADER or ONLY_LEADER


def may_plan(person: Person, gathering: Gathering) -> Verdict:
    """Leads the group, and the gathering is still ahead."""
    return may_lead(person, gathering) and (
        gathering.state in (Gathering.State.DRAFT, Gathering.State.CALLED)
        or No(_("The gathering is over or cancelled and can no longer be planned."))
    )


def may_change_time(person: Person, gathering: Gathering) -> Verdict:
    """Leads the group, the gathering is called and has not begun: it can be moved or cancelled."""
    return may_lead(person, gathering) and (
        (gathering.state == Gathering.State.CALLED and not gathering.has_started)
        or No(_("Only a gathering that is called and has not begun can be moved or cancelled."))
    )


def takes_part(person: Person, gathering: Gathering) -> Verdict:
    """Sits in the group, as member or leader: the people texts are shared with."""
    if seat(person, gathering.group_id):
        return True
    return No(_("Only those who sit in the group see this page."))


def is_member(person: Person, gathering: Gathering) -> Verdict:
    """Sits in the group as a member: those who do the preparation."""
    if seat(person, gathering.group_id) == Membership.Role.MEMBER:
        return True
    return No(_("Only members of the group have preparation here."))


def sat_in(person: Person, gathering: Gathering) -> bool:
    """Whether the person sat in the group on the day of the gathering; true before it starts.

    Joining later opens neither the texts nor the closed part of the minutes from before (P14), nor
    does a move that is dated back.
    """
    if not gathering.has_started:
        return True
    day = timezone.localdate(gathering.starts_at)
    seats = person.memberships.reading(day)
    return seats.filter(group_id=gathering.group_id).exists()


def reads_texts(person: Person, gathering: Gathering) -> Verdict:
    """Sits in the group, and did so on the day: those whom preparation is shared with (P1, P14)."""
    verdict = takes_part(person, gathering)
    if not verdict or sat_in(person, gathering):
        return verdict
    return No(_("The group wrote this before you joined it."))


def minutes_part(person: Person, minutes: Minutes) -> str:
    """Which part of minutes she may see a person sees (P6).

    "group": whole; "open": managers of members, and who came to the group later; "overseen":
    consultant and administrator.
    """
    role = seat(person, minutes.gathering.group_id)
    unfinished = minutes.state != Minutes.State.APPROVED
    if role == Membership.Role.LEADER and unfinished:
        return "group"  # a leader who came later still has to finish them
    if role:
        return "group" if sat_in(person, minutes.gathering) else "open"
    members = Membership.objects.in_force().members().filter(group_id=minutes.gathering.group_id)
    staff = members.filter(person__in=staff_of(person).values("person_id"))
    return "open" if staff.exists() else "overseen"


def conducts(person: Person, gathering: Gathering) -> Verdict:
    """Leads the group, and sat there that day, or has its minutes still to send (P14)."""
    verdict = may_lead(person, gathering)
    if not verdict or sat_in(person, gathering):
        return verdict
    if Minutes.objects.filter(gathering=gathering).exclude(state=Minutes.State.DRAFT).exists():
        return No(_("The group wrote this before you joined it."))
    return verdict  # a leader who came later still has to finish it


def may_choose_action(gathering: Gathering) -> Verdict:
    """An action grows out of the gathering (V17): it is chosen there, or after it."""
    if gathering.state == Gathering.State.CANCELLED:
        return No(_("The gathering is cancelled. You choose an action at the next one."))
    return gathering.day_has_come or No(
        _("You choose an action at the gathering. This opens that day.")
    )


def may_edit_action(person: Person, action: Action) -> Verdict:
    """An action belongs to the one who promised it; the leader may write it down for her."""
    if action.person_id == person.pk or may_lead(person, action.gathering):
        return True
    return No(_("Only the one who chose the action can change it."))
