"""People: the list, one person with her positions, and what is changed by hand."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from office.pages import page, posted
from participants import keeping
from participants.access import Request, allow
from participants.filters import PeopleFilter
from participants.forms.people import EndPositionForm, PersonForm, PositionForm
from participants.models import Person, Position
from participants.permissions import is_admin

PER_PAGE = 50
MOST_SHARING = 5


@allow(is_admin)
@require_safe
def people(request: Request) -> HttpResponse:
    """People, searched and filtered, with what they work as today."""
    held = Position.objects.in_force().select_related("institution__municipality")
    every = Person.objects.visible_to(request.user).prefetch_related(
        Prefetch("positions", held, to_attr="held")
    )
    found = PeopleFilter(request.GET, queryset=every, request=request)
    shown = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    facts = {"filter": found, "people": shown, "narrowed": any(request.GET.values())}
    return render(request, "participants/people.html", facts)


@allow(is_admin)
def person_new(request: Request) -> HttpResponse:
    """Register somebody by hand; the next page takes the position."""
    form = PersonForm(posted(request), instance=Person(), by=request.user)
    if form.is_valid() and keeping.keep(form, by=request.user):
        messages.success(request, _("%(name)s is saved.") % {"name": form.instance.name})
        return redirect("participants:person", pk=form.instance.pk)
    return page(request, "participants/person_new.html", form=form)


@allow(is_admin, on=Person)
def person(request: Request, someone: Person) -> HttpResponse:
    """One person: her fields, her positions, her way in."""
    name = someone.name
    form = PersonForm(posted(request), instance=someone, by=request.user)
    if form.is_valid() and keeping.keep(form, by=request.user):
        messages.success(request, _("%(name)s is saved.") % {"name": someone.name})
        return redirect("participants:person", pk=someone.pk)
    positions = someone.positions.select_related("institution__municipality")
    facts = {
        "name": name,
        "someone": someone,
        "positions": positions.order_by("-starts_on"),
        "sharing": Person.objects.sharing_address(someone)[:MOST_SHARING],
        "today": timezone.localdate(),
        "is_me": someone.pk == request.user.pk,
    }
    return page(request, "participants/person.html", facts, form=form)


@allow(is_admin, on=Person)
def position_new(request: Request, someone: Person) -> HttpResponse:
    """Give somebody one more position."""
    form = PositionForm(posted(request), instance=Position(person=someone), by=request.user)
    if form.is_valid() and keeping.keep(form, by=request.user):
        messages.success(request, _("The position is saved."))
        return redirect("participants:person", pk=someone.pk)
    return page(request, "participants/position.html", {"someone": someone}, form=form)


@allow(is_admin, on=Position)
def position(request: Request, position: Position) -> HttpResponse:
    """Correct a position."""
    form = PositionForm(posted(request), instance=position, by=request.user)
    if form.is_valid() and keeping.keep(form, by=request.user):
        messages.success(request, _("The position is saved."))
        return redirect("participants:person", pk=position.person_id)
    facts = {"someone": position.person, "position": position}
    return page(request, "participants/position.html", facts, form=form)


@allow(is_admin, on=Position)
def position_end(request: Request, position: Position) -> HttpResponse:
    """Say which day is the last one."""
    form = EndPositionForm(posted(request))
    if form.is_valid():
        try:
            keeping.end_position(position, last_day=form.cleaned_data["last_day"], by=request.user)
        except ValidationError as refusal:
            form.add_error("last_day", refusal.messages)
        else:
            messages.success(request, _("The end of the position is saved."))
            return redirect("participants:person", pk=position.person_id)
    facts = {"someone": position.person, "position": position}
    return page(request, "participants/position_end.html", facts, form=form)


@allow(is_admin, on=Person)
@require_POST
def person_in_use(request: Request, someone: Person) -> HttpResponse:
    """Take a person out of use, or into use again."""
    try:
        keeping.set_in_use(someone, not someone.is_active, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        words = _("%(name)s is in use.") if someone.is_active else _("%(name)s is not in use.")
        messages.success(request, words % {"name": someone.name})
    return redirect("participants:person", pk=someone.pk)
