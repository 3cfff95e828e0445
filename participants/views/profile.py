"""My own page about me: language, mobile, colours, and logging out everywhere."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from office import journal
from office.pages import page, posted
from participants import signin
from participants.access import Request, allow
from participants.forms.profile import ProfileForm
from participants.models import Person
from participants.permissions import anyone

YEAR = 365 * 24 * 3600


@allow(anyone)
def profile(request: Request) -> HttpResponse:
    """What is kept about me, and what I may change myself."""
    chosen = {"theme": request.COOKIES.get("theme", "auto")}
    # Not request.user itself: a refused form has already changed its instance.
    me = Person.objects.get(pk=request.user.pk)
    form = ProfileForm(posted(request), instance=me, initial=chosen)
    if form.is_valid():
        return save(request, form)
    held = me.positions.in_force().select_related("institution")
    return page(request, "participants/profile.html", {"me": me, "positions": held}, form=form)


@allow(anyone)
@require_POST
def sign_out_everywhere(request: Request) -> HttpResponse:
    """End my sessions on all devices, this one too."""
    signin.end_everywhere(request.user, by=request.user)
    logout(request)
    messages.success(request, _("You are logged out on all devices."))
    response = redirect("participants:sign_in")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@transaction.atomic
def keep(form: ProfileForm, *, by: Person) -> Person:
    """Store what was changed, and note it in the journal."""
    person: Person = form.save()
    if changed := [name for name in form.changed_data if name != "theme"]:
        journal.record(by=by, did="person.changed_own", on=person, fields=changed)
    return person


def save(request: Request, form: ProfileForm) -> HttpResponse:
    """Store the profile and its colours; the answer is already in the new language."""
    person = keep(form, by=request.user)
    with translation.override(person.speaks):
        messages.success(request, _("Your profile is saved."))
    response = redirect("participants:profile")
    response.set_cookie(
        "theme", form.cleaned_data["theme"], max_age=YEAR, samesite="Lax", secure=settings.TLS
    )
    return response
