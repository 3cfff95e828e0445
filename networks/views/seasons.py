"""The years of a network: first and last day, rules and themes."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from networks.forms.networks import RulesForm, SeasonForm, ThemesForm
from networks.models import Network, Rules, Season
from networks.permissions import composes
from networks.placing import lock
from networks.themes import write_themes
from office.forms import stored
from office.journal import record
from office.pages import page, posted
from participants.access import Request, allow
from participants.models import Person
from participants.permissions import oversees


@allow(composes, on=Network)
@require_http_methods(["GET", "POST"])
def season_new(request: Request, network: Network) -> HttpResponse:
    """Begin a new year; it inherits the rules of the last one."""
    form = SeasonForm(posted(request), instance=Season(network=network))
    if form.is_valid() and (season := stored(form, begin_season, form, by=request.user)):
        return redirect("networks:season_rules", pk=season.pk)
    return page(request, "networks/season_form.html", {"network": network}, form)


def begin_season(form: SeasonForm, *, by: Person) -> Season:
    """Save a new season with the rules of the network's last one, or the usual ones."""
    season = form.save(commit=False)
    last = (
        Rules.objects.filter(season__network=season.network).order_by("-season__starts_on").first()
    )
    season.save()
    rules = last or Rules()
    rules.pk = season.pk
    rules._state.adding = True
    rules.save(force_insert=True)
    record(by=by, did="season.made", on=season)
    return season


@allow(composes, on=Season)
@require_http_methods(["GET", "POST"])
def season_edit(request: Request, season: Season) -> HttpResponse:
    """Change the name or the days of a year."""
    form = SeasonForm(posted(request), instance=season)
    if form.is_valid() and stored(form, change_season, form, by=request.user):
        messages.success(request, _("The year is saved."))
        return redirect(season.network)
    context = {"network": season.network, "season_pk": season.pk}
    return page(request, "networks/season_form.html", context, form)


def change_season(form: SeasonForm, *, by: Person) -> bool:
    """Save what was changed; False, and told on the form, when somebody else saved meanwhile."""
    lock(form.instance)
    if form.overtaken(SeasonForm(instance=Season.objects.get(pk=form.instance.pk))):
        return False
    record(by=by, did="season.changed", on=form.save())
    return True


@allow(composes, on=Season)
@require_http_methods(["GET", "POST"])
def season_rules(request: Request, season: Season) -> HttpResponse:
    """All rules of a year (V5, V6, V8, V10): data, never code."""
    form = RulesForm(posted(request), instance=season.rules)
    if form.is_valid() and change_rules(season, form, by=request.user):
        messages.success(request, _("The rules are saved."))
        return redirect(season.network)
    return page(request, "networks/season_rules.html", {"season": season}, form)


@transaction.atomic
def change_rules(season: Season, form: RulesForm, *, by: Person) -> bool:
    """Save what was changed; False, and told on the form, when somebody else saved meanwhile."""
    lock(season)
    if form.overtaken(RulesForm(instance=Rules.objects.get(pk=season.pk))):
        return False
    form.save()
    record(
        by=by,
        did="rules.changed",
        on=season,
        fields=[name for name in form.changed_data if name != "seen"],
    )
    return True


@allow(oversees, on=Season)
@require_http_methods(["GET", "POST"])
def season_themes(request: Request, season: Season) -> HttpResponse:
    """The themes of a year as text: area, topic, keywords (V3), and what runs through it (V4)."""
    form = ThemesForm(posted(request), season=season)
    if form.is_valid() and change_themes(season, form, by=request.user):
        messages.success(request, _("The themes are saved."))
        return redirect(season.network)
    return page(request, "networks/season_themes.html", {"season": season}, form)


@transaction.atomic
def change_themes(season: Season, form: ThemesForm, *, by: Person) -> bool:
    """Write what was typed; False, and told on the form, when somebody else wrote meanwhile."""
    lock(season)
    if form.overtaken(ThemesForm(season=season)):
        return False
    write_themes(season, form.cleaned_data["tree"], form.cleaned_data["cross_cutting"], by=by)
    return True
