"""Pages of the way in and out. A GET shows; only a POST sends, uses or ends anything."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from office.forms import Form
from office.pages import page, posted
from participants import signin
from participants.access import public
from participants.forms.signin import AddressForm, CodeForm, LinkForm, WhoForm

GONE = 410


@public("The way in: asks for the address.")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for an e-mail address; whatever it is, the next page asks for the code."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    form = AddressForm(posted(request))
    if form.is_valid():
        try:
            signin.ask(request, form.cleaned_data["email"])
        except signin.Refused as refusal:
            return refused(request, "participants/sign_in.html", form, refusal)
        return redirect("participants:code")
    return page(request, "participants/sign_in.html", form=form)


@public("The way in: asks for the code.")
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """Take the six digits, in the browser that asked for them."""
    asked = signin.asked(request)
    if asked is None:
        return redirect("participants:sign_in")
    form = CodeForm(posted(request))
    facts = {"address": asked.address}
    if form.is_valid():
        try:
            people = signin.try_code(asked, form.cleaned_data["code"])
        except signin.Refused as refusal:
            return refused(request, "participants/code.html", form, refusal, **facts)
        return let_in(request, people, remember=form.cleaned_data["remember"])
    return page(request, "participants/code.html", facts, form=form)


@public("The way in: asks who of those who share an address it is.")
@never_cache
def who(request: HttpRequest) -> HttpResponse:
    """Choose who one is, after the right code for a shared address."""
    people, remember = signin.offered(request)
    if not people:
        return redirect("participants:sign_in")
    form = WhoForm(posted(request), people=people)
    if form.is_valid():
        return redirect(signin.finish(request, form.cleaned_data["person"], remember))
    return page(request, "participants/who.html", form=form)


@public("The way in: a link from the console or an invitation.")
@never_cache
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Show whom the link is for; the button uses it. Mail scanners may look at will."""
    found = signin.find_link(token)
    form = LinkForm(posted(request))
    if found and form.is_valid() and signin.use_link(found):
        remember = form.cleaned_data["remember"]
        return redirect(signin.finish(request, found.person, remember, way="link"))
    if found is None or form.is_bound:
        response = page(request, "participants/link_gone.html")
        response.status_code = GONE
        return response
    return page(request, "participants/link.html", {"newcomer": found.person}, form=form)


@public("Whoever is out already may log out.")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and empty what the browser kept of us."""
    logout(request)
    messages.success(request, _("You are logged out."))
    response = redirect("participants:sign_in")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def let_in(request: HttpRequest, people: list, *, remember: bool) -> HttpResponse:
    """Log the one person in, or ask which of several it is."""
    if len(people) == 1:
        return redirect(signin.finish(request, people[0], remember))
    signin.offer(request, people, remember=remember)
    return redirect("participants:who")


def refused(
    request: HttpRequest, template: str, form: Form, refusal: signin.Refused, **facts: object
) -> HttpResponse:
    """The page again, with what was typed and why it was not taken."""
    form.add_error(None, str(refusal))
    if isinstance(refusal, signin.Wrong):
        form.error_title = _("Wrong code")
    response = page(request, template, facts, form=form)
    response.status_code = refusal.status
    if isinstance(refusal, signin.TooMany):
        response.headers["Retry-After"] = str(refusal.seconds)
    return response
