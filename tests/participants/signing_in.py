"""What the tests of the way in share: its addresses, and the steps of one who comes in."""

from datetime import timedelta

from django.urls import reverse

from office.models import Letter
from participants import signin

SIGN_IN, CODE, WHO = (reverse(f"participants:{name}") for name in ("sign_in", "code", "who"))


def ask(client, address, **extra):
    return client.post(SIGN_IN, {"email": address}, **extra)


def sent_code():
    return Letter.objects.filter(template="code").latest("created_at").subject[:6]


def wrong_code(code):
    return f"{(int(code) + 1) % 10**6:06}"


def enter(client, address="ingrid@example.no", **more):
    ask(client, address)
    return client.post(CODE, {"code": sent_code(), **more})


def link_for(person, life=timedelta(hours=24)):
    return signin.make_link(person, life=life).removeprefix("http://testserver")


def is_in(client):
    return "_auth_user_id" in client.session
