"""The register's front page: what must be corrected first, then what there is."""

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from participants.access import Request, allow
from participants.filters import PeopleFilter, managed_today, placed_today, shared_address
from participants.models import ImportRun, Institution, Municipality, Person
from participants.models.imports import FILES_ARE_KEPT
from participants.permissions import is_admin

Lack = PeopleFilter.Lack


@allow(is_admin)
@require_safe
def administration(request: Request) -> HttpResponse:
    """Exceptions, counts, and uploads that wait."""
    people, institutions = people_counts(request.user), institution_counts(request.user)
    waiting = ImportRun.objects.visible_to(request.user).filter(
        state=ImportRun.State.CHECKED, created_at__gte=timezone.now() - FILES_ARE_KEPT
    )
    facts = {
        "tasks": tasks(people, institutions),
        "people": people,
        "institutions": institutions,
        "municipalities": Municipality.objects.visible_to(request.user).count(),
        "waiting": waiting.select_related("by")[:5],
    }
    return render(request, "participants/administration.html", facts)


def people_counts(person: Person) -> dict[str, int]:
    """People in use, and how many of them lack something: one question."""
    addressed = ~Q(email="")
    return (
        Person.objects.visible_to(person)
        .filter(is_active=True)
        .annotate(works=placed_today(), shares=shared_address())
        .aggregate(
            total=Count("pk"),
            invited=Count("pk", filter=Q(invited_at__isnull=False)),
            no_position=Count("pk", filter=Q(works=False)),
            no_email=Count("pk", filter=~addressed),
            shared=Count("pk", filter=Q(shares=True)),
        )
    )


def institution_counts(person: Person) -> dict[str, int]:
    """Institutions in use, and how many have no manager: one question."""
    return (
        Institution.objects.visible_to(person)
        .filter(is_active=True)
        .annotate(managed=managed_today())
        .aggregate(total=Count("pk"), unmanaged=Count("pk", filter=Q(managed=False)))
    )


def tasks(people: dict[str, int], institutions: dict[str, int]) -> list[dict[str, str]]:
    """What an administrator should look at, each with the list that shows it."""
    everybody = reverse("participants:people")
    found = [
        (
            people["no_position"],
            ngettext("%(n)s person has no position", "%(n)s people have no position",
                     people["no_position"]),
            _("They belong to no kindergarten and cannot be placed in a group."),
            f"{everybody}?mangler={Lack.POSITION}",
        ),
        (
            people["no_email"],
            ngettext("%(n)s person has no e-mail", "%(n)s people have no e-mail",
                     people["no_email"]),
            _("They get no invitations and cannot log in."),
            f"{everybody}?mangler={Lack.EMAIL}",
        ),
        (
            people["shared"],
            ngettext("%(n)s person shares an e-mail", "%(n)s people share an e-mail",
                     people["shared"]),
            _("Everybody who reads the mailbox can answer for them."),
            f"{everybody}?mangler={Lack.OWN_ADDRESS}",
        ),
        (
            institutions["unmanaged"],
            ngettext("%(n)s kindergarten has no manager", "%(n)s kindergartens have no manager",
                     institutions["unmanaged"]),
            _("Nobody from there can lead a group."),
            f"{reverse('participants:institutions')}?mangler=leder",
        ),
    ]  # fmt: skip
    return [
        {"title": title % {"n": count}, "meta": meta, "url": url}
        for count, title, meta, url in found
        if count
    ]
