"""Searches and filters of the register's lists. What an address says wrongly is passed over."""

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from office.forms import Form
from participants.models import Institution, Municipality, Owner, Person, Position, Role
from participants.models.people import shares_address

MOST_WORDS = 5
YES_NO = [("ja", _("yes")), ("nei", _("no"))]


def own_municipalities(request: HttpRequest) -> QuerySet[Municipality]:
    """Those the reader may choose among."""
    return Municipality.objects.visible_to(request.user)


def has_words(found: QuerySet, text: str, *fields: str) -> QuerySet:
    """Rows in which every word of the text occurs in one of the fields."""
    for word in text.split()[:MOST_WORDS]:
        clause = Q()
        for field in fields:
            clause |= Q(**{f"{field}__icontains": word})
        found = found.filter(clause)
    return found


def shared_address() -> Exists:
    """Whether somebody else in use has the same address."""
    others = shares_address(OuterRef("region"), OuterRef("email"), OuterRef("pk"))
    return Exists(Person.objects.filter(others))


def held_today(**which: object) -> Exists:
    """Whether the person holds a position today."""
    return Exists(Position.objects.in_force().filter(person=OuterRef("pk"), **which))


def placed_today() -> Q:
    """Whether the person has a position or, in the administration, a role today."""
    # Asked about everybody at once: a set PostgreSQL makes once costs less than looking each up.
    positions, roles = Position.objects.in_force(), Role.objects.in_force()
    return Q(pk__in=positions.values("person_id")) | Q(pk__in=roles.values("person_id"))


class PeopleFilter(filters.FilterSet):
    """By name or address, municipality, position, invitation, and what is missing."""

    class Lack:
        POSITION, EMAIL, OWN_ADDRESS = "stilling", "epost", "egen-epost"
        choices = [
            (POSITION, _("has no position")),
            (EMAIL, _("has no e-mail")),
            (OWN_ADDRESS, _("shares an e-mail")),
        ]

    q = filters.CharFilter(label=_("Name or e-mail"), method="search", max_length=100)
    kommune = filters.ModelChoiceFilter(
        label=_("Municipality"),
        queryset=own_municipalities,
        to_field_name="number",
        method="in_municipality",
        empty_label=_("all"),
    )
    stilling = filters.ChoiceFilter(
        label=_("Position"),
        choices=Position.Kind.choices,
        method="working_as",
        empty_label=_("all"),
    )
    invitert = filters.ChoiceFilter(
        label=_("Invited to log in"), choices=YES_NO, method="is_invited", empty_label=_("all")
    )
    mangler = filters.ChoiceFilter(
        label=_("Missing"), choices=Lack.choices, method="lacking", empty_label=_("all")
    )

    class Meta:
        model = Person
        fields: list[str] = []
        form = Form

    def search(self, people: QuerySet, name: str, text: str) -> QuerySet:
        """Every word in first name, last name or e-mail."""
        return has_words(people, text, "first_name", "last_name", "email")

    def in_municipality(self, people: QuerySet, name: str, where: Municipality) -> QuerySet:
        """Works there today."""
        return people.filter(held_today(institution__municipality=where))

    def working_as(self, people: QuerySet, name: str, kind: str) -> QuerySet:
        """Holds such a position today."""
        return people.filter(held_today(kind=kind))

    def is_invited(self, people: QuerySet, name: str, answer: str) -> QuerySet:
        """Has been invited to log in, or not."""
        return people.filter(invited_at__isnull=answer != "ja")

    def lacking(self, people: QuerySet, name: str, lack: str) -> QuerySet:
        """In use, and something an administrator should look at."""
        conditions = {
            self.Lack.POSITION: ~placed_today(),
            self.Lack.EMAIL: Q(email=""),
            self.Lack.OWN_ADDRESS: Q(shared_address()),
        }
        return people.filter(conditions[lack], is_active=True)


def managed_today() -> Q:
    """Whether the institution has a manager today."""
    managers = Position.objects.in_force().filter(
        kind=Position.Kind.MANAGER, person__is_active=True
    )
    return Q(pk__in=managers.values("institution_id"))


class InstitutionFilter(filters.FilterSet):
    """By name or number, municipality, owner, and those without a manager."""

    LACKS = [("leder", _("has no manager"))]

    q = filters.CharFilter(label=_("Name or number"), method="search", max_length=100)
    kommune = filters.ModelChoiceFilter(
        label=_("Municipality"),
        field_name="municipality",
        queryset=own_municipalities,
        to_field_name="number",
        empty_label=_("all"),
    )
    eier = filters.ChoiceFilter(
        label=_("Owner"), field_name="owner__form", choices=Owner.Form.choices, empty_label=_("all")
    )
    mangler = filters.ChoiceFilter(
        label=_("Missing"), choices=LACKS, method="lacking", empty_label=_("all")
    )

    class Meta:
        model = Institution
        fields: list[str] = []
        form = Form

    def search(self, institutions: QuerySet, name: str, text: str) -> QuerySet:
        """Every word in name, owner's name, place or organisation number."""
        return has_words(
            institutions, text, "name", "owner__name", "postal_place", "organisation_number"
        )

    def lacking(self, institutions: QuerySet, name: str, lack: str) -> QuerySet:
        """In use, and without a manager today."""
        return institutions.filter(~managed_today(), is_active=True)
