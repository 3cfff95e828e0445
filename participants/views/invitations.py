"""Inviting people to log in: choose whom, look the letter over, send. An import never does this."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from office.pages import page
from participants import directory
from participants.access import Request, allow
from participants.filters import shared_address
from participants.forms.invitations import MOST_AT_ONCE, RecipientsForm, WhomForm
from participants.models import Person, Position
from participants.permissions import is_admin

PER_PAGE = 50


@allow(is_admin)
@require_safe
def invite_people(request: Request) -> HttpResponse:
    """People not yet invited, or, to send once more, those who are."""
    form = WhomForm(request.GET, person=request.user)
    people = Paginator(with_workplaces(form.narrowed()), PER_PAGE).get_page(request.GET.get("page"))
    reachable = [person for person in people if person.email]
    facts = {"form": form, "people": people, "state": form.state, "reachable": reachable}
    return render(request, "participants/invite_people.html", facts)


@allow(is_admin)
def invite_preview(request: Request) -> HttpResponse:
    """Exactly who gets the letter, and what it says; a POST sends it."""
    wanted = request.POST if request.method == "POST" else request.GET
    form = RecipientsForm(wanted, person=request.user)
    if not form.is_valid():
        return page(request, "participants/invite_preview.html", form=form)
    people = form.cleaned_data["person"]
    batch = form.cleaned_data["batch"]
    if request.method == "POST":
        tell_sent(request, directory.invite(people, by=request.user, batch=batch))
        return redirect("participants:invite_people")
    receivers = list(people.annotate(shares=shared_address()))
    facts = {
        "receivers": receivers,
        "first": receivers[0],
        "batch": batch,
        "most": MOST_AT_ONCE,
        **directory.welcome_facts(request.user, ""),
    }
    return page(request, "participants/invite_preview.html", facts, form=form)


def with_workplaces(people: QuerySet[Person]) -> QuerySet[Person]:
    """With today's positions and their places at hand, and whether the address is shared."""
    held = Position.objects.in_force().select_related("institution__municipality")
    with_positions = people.prefetch_related(Prefetch("positions", held, to_attr="held"))
    return with_positions.annotate(shares=shared_address())


def tell_sent(request: Request, number: int) -> None:
    """Say how many letters are on their way."""
    sentence = ngettext(
        "%(n)s invitation is on its way.", "%(n)s invitations are on their way.", number
    )
    messages.success(request, sentence % {"n": number})
