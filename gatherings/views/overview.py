"""The consultant's overview: exceptions first, then every group in counts. Never a text (P2)."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gatherings.figures import totals
from gatherings.filters import GroupFilter
from gatherings.tallies import figures_of
from networks.models import NetworkGroup, Season
from office.pages import page
from participants.access import Request, allow
from participants.permissions import oversees

# Of many rounds, fewer groups: each cell of the table is a gathering.
GATHERINGS_A_PAGE, MOST_GROUPS = 120, 40
NEEDS_SHOWN = 8


@allow(oversees)
@require_GET
def overview(request: Request) -> HttpResponse:
    """Which groups need somebody now, and how each one stands."""
    today = timezone.localdate()
    seasons = Season.objects.visible_to(request.user).current(today)
    groups = NetworkGroup.objects.published().visible_to(request.user)
    narrowed = GroupFilter(
        request.GET, groups.filter(season__in=seasons.values("pk")), person=request.user
    )
    figures = figures_of(narrowed.qs.order_by("name"), today=today)
    in_need = [group for group in figures if group.needs]
    shown = in_need if narrowed.form.data.get("vis") == "trenger" else _needy_first(figures)
    rounds = max((t.number for g in figures for t in g.tallies), default=0)
    size = min(MOST_GROUPS, GATHERINGS_A_PAGE // max(rounds, 1))
    context = {
        "filter": narrowed,
        "figures": figures,
        "in_need": in_need[:NEEDS_SHOWN],
        "in_need_count": len(in_need),
        "groups": Paginator(shown, size).get_page(request.GET.get("page")),
        "numbers": range(1, 1 + rounds),
        "totals": totals([t for g in figures for t in g.tallies]),
        "network": ", ".join(sorted({g.network for g in figures})),
    }
    return page(request, "gatherings/overview.html", context, form=narrowed.form)


def _needy_first(figures: list) -> list:
    return sorted(figures, key=lambda group: not group.needs)
