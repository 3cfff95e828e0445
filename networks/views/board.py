"""The board: people and groups side by side, moved with one menu; the rules beside them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from networks import placing, publishing
from networks.board import Board, areas, choose_area, read_board
from networks.forms import accepted
from networks.forms.board import MakeGroupsForm, PlaceForm, PublishForm, ReasonForm
from networks.models import Season
from networks.permissions import composes
from networks.rule_check import ADVICE, BROKEN, Finding, listed
from networks.tally import one_page, standings
from office.pages import page, posted
from participants.access import Request, allow
from participants.models import Municipality, Person
from participants.permissions import oversees

PAST_SHOWN = 40


@allow(oversees)
@require_GET
def board_index(request: Request) -> HttpResponse:
    """The seasons of my networks, and how far the groups of each municipality are."""
    today = timezone.localdate()
    seasons = list(Season.objects.visible_to(request.user))
    coming = [season for season in seasons if season.ends_on >= today]
    region = Municipality.objects.visible_to(request.user)
    if not request.user.oversees_all:
        region = region.filter(pk__in=request.user.overseen_municipalities)
    found = standings(coming, list(region), request.user, today)
    rows, shown = one_page(found, request.GET.get("page"))
    context = {
        "standings": shown,
        "rows": rows,
        "past": [season for season in seasons if season.ends_on < today][:PAST_SHOWN],
        "composes": composes(request.user),
    }
    return page(request, "networks/board_index.html", context)


@allow(oversees, on=Season)
@require_GET
def board(request: Request, season: Season) -> HttpResponse:
    """Who sits where, who sits nowhere, and what the rules say."""
    shown, choices = board_asked_for(request, season)
    return page(request, "networks/board.html", facts(request, shown, choices))


def board_asked_for(request: Request, season: Season) -> tuple[Board, list[Municipality]]:
    """The board of `?kommune=`, and the municipalities one may choose; 404 for an unknown one."""
    choices = areas(season, request.user)
    number = request.GET.get("kommune", "")
    try:
        area = choose_area(season, request.user, choices, number)
    except Municipality.DoesNotExist as unknown:
        raise Http404 from unknown
    return read_board(season, area, reader=request.user), choices


def facts(request: Request, shown: Board, choices: list[Municipality], **more: Any) -> dict:
    """What the board's templates need; verdicts, never role names."""
    may = composes(request.user)
    view = shown.view(request.GET.get("page"))
    return {
        "board": shown,
        "view": view,
        "season": shown.season,
        "choices": choices,
        "composes": may,
        "make": MakeGroupsForm(initial={"count": groups_to_suggest(shown)}) if may else None,
        "place": PlaceForm(board=shown, view=view) if may else None,
        "area_query": area_query(shown.municipality, view.columns.number),
        "broken": count_of(shown, BROKEN),
        "advice": count_of(shown, ADVICE),
        "here": address(shown),
        **more,
    }


def count_of(shown: Board, level: str) -> int:
    """How many lines of this level the rules have; people without a group are one."""
    return sum(findings[0].level == level for findings in shown.rail)


def groups_to_suggest(shown: Board) -> int:
    """As few groups as can take those who wait, at least one."""
    return max(1, -(-len(shown.unplaced) // shown.season.rules.max_size))


def board_address(season: Season, municipality: Municipality | None, number: int = 1) -> str:
    """The address of a board, or of one of its pages."""
    return reverse("networks:board", args=[season.pk]) + area_query(municipality, number)


def area_query(municipality: Municipality | None, number: int = 1) -> str:
    """«?kommune=1870&page=2»; nothing for the first page of the whole network."""
    query = {"kommune": municipality.number} if municipality else {}
    if number > 1:
        query["page"] = str(number)
    return f"?{urlencode(query)}" if query else ""


def address(shown: Board, number: int = 1) -> str:
    """The address of this board."""
    return board_address(shown.season, shown.municipality, number)


@allow(composes, on=Season)
@require_POST
def board_make(request: Request, season: Season) -> HttpResponse:
    """Make empty groups."""
    shown, choices = board_asked_for(request, season)
    form = MakeGroupsForm(request.POST)
    if form.is_valid():
        count = form.cleaned_data["count"]
        placing.make_groups(season, count, municipality=shown.group_area, by=request.user)
        return redirect(address(shown))
    return page(request, "networks/board.html", facts(request, shown, choices, make=form), form)


@allow(composes, on=Season)
@require_POST
@vary_on_headers("HX-Request")
def board_place(request: Request, season: Season) -> HttpResponse:
    """Move those ticked; with HTMX only the board comes back."""
    shown, choices = board_asked_for(request, season)
    view = shown.view(request.GET.get("page"))
    form = PlaceForm(request.POST, board=shown, view=view)
    if form.is_valid():
        wanted = {"group": form.group, "as_leader": form.as_leader, "by": request.user}
        picks = form.cleaned_data["pick"]
        if moved := accepted(form, placing.place, season, picks, **wanted):
            return placed(request, season, moved, form)
    shown, choices = board_asked_for(request, season)
    context = facts(request, shown, choices, place=form, picked=set(request.POST.getlist("pick")))
    return page(request, template(request), context, form)


def placed(request: Request, season: Season, moved: list[Person], form: PlaceForm) -> HttpResponse:
    """The answer to a move: the new board at once, or the page with the first of them in view."""
    shown, choices = board_asked_for(request, season)
    if not request.htmx:
        messages.success(request, what_happened(moved, form))
        number = shown.view(request.GET.get("page")).columns.number
        return HttpResponseRedirect(f"{address(shown, number)}#p-{moved[0].pk}")
    context = facts(
        request,
        shown,
        choices,
        said=f"{what_happened(moved, form)} {breaks_left(shown)}",
        moved={str(person.pk) for person in moved},
    )
    return render(request, template(request), context)


def template(request: Request) -> str:
    """The board alone for HTMX, else the whole page."""
    return "networks/_board_swap.html" if request.htmx else "networks/board.html"


def breaks_left(shown: Board) -> str:
    """«1 break is left.»"""
    count = count_of(shown, BROKEN)
    if not count:
        return _("No breaks are left.")
    return ngettext("%(n)s break is left.", "%(n)s breaks are left.", count) % {"n": count}


def what_happened(moved: list[Person], form: PlaceForm) -> str:
    """«Moved to Sortland 3: Mona Lie.»"""
    names = {"names": listed([person.name for person in moved]), "group": form.group or ""}
    if form.group is None:
        return _("Without a group now: %(names)s.") % names
    if form.as_leader:
        return _("%(names)s leads %(group)s.") % names
    return _("Moved to %(group)s: %(names)s.") % names


@allow(composes, on=Season)
@require_http_methods(["GET", "POST"])
def board_reason(request: Request, season: Season) -> HttpResponse:
    """Write why one lives with a warning, or take the reason back."""
    shown, _choices = board_asked_for(request, season)
    finding = finding_asked_for(request, shown)
    if finding is None:
        messages.info(request, _("There is nothing left to answer for here."))
        return redirect(address(shown))
    form = ReasonForm(posted(request), initial={"reason": finding.reason})
    if answered(request, season, finding, form):
        return redirect(address(shown))
    context = {"season": season, "finding": finding, "here": address(shown)}
    return page(request, "networks/board_reason.html", context, form)


def answered(request: Request, season: Season, finding: Finding, form: ReasonForm) -> bool:
    """Whether a reason was written, or taken back."""
    if "withdraw" in request.POST:
        placing.withdraw_reason(season, finding, by=request.user)
        return True
    if not form.is_valid():
        return False
    placing.record_reason(season, finding, form.cleaned_data["reason"], by=request.user)
    return True


def finding_asked_for(request: Request, shown: Board) -> Finding | None:
    """The warning of `?regel=&om=`, as long as it is one."""
    asked = (request.GET.get("regel", ""), request.GET.get("om", ""))
    for finding in shown.findings:
        if (finding.rule, finding.subject) == asked and finding.can_be_excused:
            return finding
    return None


@allow(composes, on=Season)
@require_http_methods(["GET", "POST"])
def board_publish(request: Request, season: Season) -> HttpResponse:
    """Look over what happens, then publish the drafts of this part of the season."""
    shown, _choices = board_asked_for(request, season)
    if not shown.drafts:
        messages.info(request, _("There is no group left to publish here."))
        return redirect(address(shown))
    form = PublishForm(posted(request), board=shown)
    if form.is_valid():
        groups = accepted(
            form, publishing.publish, season, shown.municipality, **said(request, form)
        )
        if groups is not None:
            tell_published(request, groups)
            return redirect(address(shown))
    return page(request, "networks/board_publish.html", publish_facts(shown), form)


def said(request: Request, form: PublishForm) -> dict[str, Any]:
    """What the one who publishes has seen and answered for."""
    return {"seen": request.POST.get("seen", ""), "reasons": form.reasons, "by": request.user}


def publish_facts(shown: Board) -> dict[str, Any]:
    """What the page that publishes shows."""
    return {
        "board": shown,
        "season": shown.season,
        "area_query": area_query(shown.municipality),
        "leaderless": [column for column in shown.drafts if column.leader is None],
        "letters": len(
            {
                card.who.key
                for column in shown.drafts
                for card in (column.leader, *column.members)
                if card
            }
        ),
        "excused": [finding for finding in shown.findings if finding.reason],
        "here": address(shown),
    }


def tell_published(request: Request, groups: list) -> None:
    """Say how many groups are known now."""
    count = len(groups)
    words = ngettext("%(n)s group is published.", "%(n)s groups are published.", count)
    messages.success(request, words % {"n": count})
