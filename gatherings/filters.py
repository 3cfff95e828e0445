"""What the overview can be narrowed to."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from networks.models import NetworkGroup
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
        fields: list[str] = []

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["kommune"].queryset = Municipality.objects.visible_to(person)

    def leave(self, queryset: Any, _name: str, _value: str) -> Any:
        """Needs are figures, not rows: the view narrows by them."""
        return queryset
