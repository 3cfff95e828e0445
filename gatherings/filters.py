"""What the overview can be narrowed to."""

from typing import Any

import django_filters
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gatherings.models import Gathering
from networks.models import Network, NetworkGroup
from office.forms import Form
from participants.models import Municipality, Person


class GroupFilter(django_filters.FilterSet):
    """Groups by municipality and name; «needs somebody» is worked out and narrowed in the view."""

    kommune = django_filters.ModelChoiceFilter(
        field_name="municipality",
        queryset=Municipality.objects.none(),
        label=_("Municipality"),
        empty_label=_("all municipalities"),
    )
    gruppe = django_filters.CharFilter(
        field_name="name", lookup_expr="icontains", label=_("Group"), max_length=80
    )
    vis = django_filters.ChoiceFilter(
        method="leave",
        choices=[("trenger", _("those who need you"))],
        label=_("Show"),
        empty_label=_("all groups"),
    )

    class Meta:
        model = NetworkGroup
        form = Form
        fields: list[str] = []

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["kommune"].queryset = Municipality.objects.visible_to(person)

    def leave(self, queryset: Any, _name: str, _value: str) -> Any:
        """Needs are figures, not rows: the view narrows by them."""
        return queryset


class GatheringFilter(django_filters.FilterSet):
    """Gatherings to come (what is shown first) or earlier ones, newest first."""

    vis = django_filters.ChoiceFilter(
        method="in_time",
        choices=[("tidligere", _("earlier")), ("alle", _("all"))],
        label=_("Show"),
        empty_label=_("to come"),
    )
    tilstand = django_filters.ChoiceFilter(
        field_name="state",
        choices=Gathering.State.choices,
        label=_("State"),
        empty_label=_("all states"),
    )
    nettverk = django_filters.ModelChoiceFilter(
        field_name="group__season__network",
        queryset=Network.objects.none(),
        label=_("Network"),
        empty_label=_("all networks"),
    )
    kommune = django_filters.ModelChoiceFilter(
        field_name="group__municipality",
        queryset=Municipality.objects.none(),
        label=_("Municipality"),
        empty_label=_("all municipalities"),
    )
    gruppe = django_filters.ModelChoiceFilter(
        field_name="group",
        queryset=NetworkGroup.objects.none(),
        label=_("Group"),
        empty_label=_("all groups"),
    )

    class Meta:
        model = Gathering
        fields: list[str] = []

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["gruppe"].queryset = NetworkGroup.objects.visible_to(person)
        self.filters["nettverk"].queryset = Network.objects.visible_to(person)
        self.filters["kommune"].queryset = Municipality.objects.visible_to(person)
        if not person.roles_today:
            # Members and leaders know their two or three gatherings; the rest would be noise.
            for name in ("tilstand", "kommune", "gruppe"):
                del self.filters[name]

    def filter_queryset(self, queryset: QuerySet[Gathering]) -> QuerySet[Gathering]:
        """Without a choice: what is to come."""
        chosen = self.form.cleaned_data.get("vis", "")
        return super().filter_queryset(self.in_time(queryset, "vis", chosen))

    def in_time(self, queryset: QuerySet[Gathering], _name: str, when: str) -> QuerySet[Gathering]:
        """«» to come, «tidligere» over, «alle» both; undated ones last, whatever the database."""
        first = F("starts_at").asc(nulls_last=True)
        last = F("starts_at").desc(nulls_last=True)
        over = Q(state=Gathering.State.HELD) | Q(ends_at__lt=timezone.now())
        if when == "alle":
            return queryset.order_by("-round__window_from", last, "group__name", "pk")
        if when == "tidligere":
            return queryset.filter(over).order_by(last, "group__name", "pk")
        ahead = queryset.exclude(over).exclude(state=Gathering.State.CANCELLED)
        # What never got a date before its season was over does not come any more.
        today = timezone.localdate()
        ahead = ahead.exclude(state=Gathering.State.DRAFT, group__season__ends_on__lt=today)
        return ahead.order_by(first, "round__number", "group__name", "pk")
