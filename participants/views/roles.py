"""Who may do what: the roles of the organisation, given and ended with dates."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from office.pages import page, posted
from participants import directory
from participants.access import Request, allow
from participants.filters import has_words
from participants.forms.roles import EndRoleForm, FindPersonForm, RoleForm
from participants.models import Person, Role
from participants.permissions import is_admin

MOST_FOUND = 20
MOST_PAST = 50


@allow(is_admin)
@require_safe
def roles(request: Request) -> HttpResponse:
    """Roles that hold or will hold, those that have ended, and a search for who shall have one."""
    form = FindPersonForm(request.GET)
    wanted = form.cleaned_data["q"] if form.is_valid() else ""
    today = timezone.localdate()
    every = Role.objects.visible_to(request.user).select_related("person", "municipality")
    facts = {
        "form": form,
        "wanted": wanted,
        "found": found(request.user, wanted),
        "lasting": every.exclude(ends_on__lt=today),
        "past": every.filter(ends_on__lt=today).order_by("-ends_on")[:MOST_PAST],
        "today": today,
    }
    return render(request, "participants/roles.html", facts)


@allow(is_admin, on=Person)
def role_give(request: Request, person: Person) -> HttpResponse:
    """Give a person a role."""
    form = RoleForm(posted(request), person=person)
    if form.is_valid():
        try:
            directory.give_role(form.save(commit=False), by=request.user)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            tell_given(request, person)
            return redirect("participants:roles")
    return page(request, "participants/role_give.html", {"receiver": person}, form=form)


@allow(is_admin, on=Role)
def role_end(request: Request, role: Role) -> HttpResponse:
    """Say on which day a role ends."""
    form = EndRoleForm(posted(request), instance=role)
    if form.is_valid():
        try:
            directory.end_role(role, ends_on=form.cleaned_data["ends_on"], by=request.user)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("The end of the role is saved."))
            return redirect("participants:roles")
    facts = {"role": role, "begun": role.starts_on < timezone.localdate()}
    return page(request, "participants/role_end.html", facts, form=form)


@allow(is_admin, on=Role)
@require_POST
def role_take_back(request: Request, role: Role) -> HttpResponse:
    """Take back a role that was given by mistake today, or that has not begun."""
    try:
        directory.take_back_role(role, by=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _("The role is taken back."))
    return redirect("participants:roles")


def found(person: Person, wanted: str) -> list[Person]:
    """The first people whose name or address has the words of `wanted` in it."""
    people = Person.objects.visible_to(person).filter(is_active=True)
    people = has_words(people, wanted, "first_name", "last_name", "email")
    return list(people[:MOST_FOUND]) if wanted.split() else []


def tell_given(request: Request, person: Person) -> None:
    """Say that it is done, and what the new role makes worth knowing."""
    messages.success(request, _("%(name)s has the role.") % {"name": person.name})
    if not person.invited_at:
        messages.warning(
            request, _("%(name)s is not invited to log in yet.") % {"name": person.name}
        )
    if others := Person.objects.sharing_address(person).count():
        sentence = ngettext(
            "%(n)s other person has the same e-mail address and can log in as %(name)s.",
            "%(n)s others have the same e-mail address and can log in as %(name)s.",
            others,
        )
        messages.warning(request, sentence % {"name": person.name, "n": others})
