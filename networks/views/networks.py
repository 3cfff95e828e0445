"""Networks: what they are for, their years, and what an administrator sets up."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from networks.forms.networks import NetworkForm
from networks.models import Network, NetworkGroup, Season
from networks.permissions import composes
from networks.themes import theme_trees
from office.forms import stored
from office.journal import record
from office.pages import page, posted
from participants.access import Request, allow
from participants.models import Person
from participants.permissions import anyone, oversees

CALLED = ("called", "held")


@allow(anyone)
@require_GET
def index(request: Request) -> HttpResponse:
    """The networks one follows or takes part in."""
    networks = Network.objects.visible_to(request.user).prefetch_related("seasons")
    context = {"networks": networks, "composes": composes(request.user)}
    return page(request, "networks/index.html", context)


@allow(anyone, on=Network)
@require_GET
def network(request: Request, network: Network) -> HttpResponse:
    """Purpose, goals and themes; the rounds, newest first; the groups one may see (V2, V3, V25)."""
    seasons = list(network.seasons.select_related("rules"))
    season = season_shown(seasons, request.GET.get("ar", ""))
    context = {
        "network": network,
        "season": season,
        "seasons": seasons,
        "composes": composes(request.user),
        "oversees": oversees(request.user),
    }
    if season:
        context |= season_facts(request.user, season)
    return page(request, "networks/network.html", context)


def season_shown(seasons: list[Season], wanted: str) -> Season | None:
    """The season asked for by id, else the one that runs, else the next one, else the last."""
    today = timezone.localdate()
    asked = [s for s in seasons if str(s.pk) == wanted]
    running = [s for s in seasons if s.starts_on <= today <= s.ends_on]
    coming = [s for s in seasons if s.starts_on > today][::-1]
    return next(iter([*asked, *running, *coming, *seasons]), None)


def season_facts(person: Person, season: Season) -> dict[str, Any]:
    """What the network's page tells of a season; a fixed number of statements."""
    tree, cross_cutting = theme_trees(season)
    groups = list(groups_shown(person, season))
    own = {seat.group_id for seat in person.memberships.known().filter(season=season)}
    return {
        "tree": tree,
        "cross_cutting": cross_cutting,
        "groups": groups,
        "rounds": rounds_shown(person, season, own),
    }


def groups_shown(person: Person, season: Season) -> QuerySet[NetworkGroup]:
    """Published groups the person may see: all she follows, or her own."""
    groups = NetworkGroup.objects.visible_to(person).published().filter(season=season)
    return groups.select_related("municipality")


def rounds_shown(person: Person, season: Season, own: set[Any]) -> list[Any]:
    """Rounds newest first, each with the called gatherings of the person's own groups (V25)."""
    rounds = season.rounds.visible_to(person).order_by("-number").prefetch_related("gatherings")
    shown = list(rounds)
    for each in shown:
        each.mine = [g for g in each.gatherings.all() if g.group_id in own and g.state in CALLED]
    return shown


@allow(composes)
@require_http_methods(["GET", "POST"])
def network_new(request: Request) -> HttpResponse:
    """Make a network."""
    form = NetworkForm(posted(request), instance=Network(region_id=request.user.region_id))
    if form.is_valid() and (made := stored(form, make_network, form, by=request.user)):
        return redirect("networks:season_new", pk=made.pk)
    return page(request, "networks/network_form.html", {}, form)


def make_network(form: NetworkForm, *, by: Person) -> Network:
    """Save a new network."""
    network = form.save()
    record(by=by, did="network.made", on=network)
    return network


@allow(composes, on=Network)
@require_http_methods(["GET", "POST"])
def network_edit(request: Request, network: Network) -> HttpResponse:
    """Change what a network is for."""
    form = NetworkForm(posted(request), instance=network)
    if form.is_valid() and stored(form, change_network, form, by=request.user):
        messages.success(request, _("The network is saved."))
        return redirect(network)
    return page(request, "networks/network_form.html", {"network_pk": network.pk}, form)


def change_network(form: NetworkForm, *, by: Person) -> bool:
    """Save what was changed; False, and told on the form, when somebody else saved meanwhile."""
    now = Network.objects.select_for_update(no_key=True).get(pk=form.instance.pk)
    if form.overtaken(NetworkForm(instance=now)):
        return False
    record(by=by, did="network.changed", on=form.save())
    return True
