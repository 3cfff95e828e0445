"""What an answer says, and the kind of content a form is sent as."""

from tests.forms_on_page import Page

FORM = "application/x-www-form-urlencoded"


def text(response):
    return response.content.decode()


def focused(response):
    """The only tag that has the focus when the page opens."""
    before, _sign, after = text(response).partition("autofocus")
    assert after, "nothing has the focus"
    assert "autofocus" not in after
    return before.rpartition("<")[2] + after.partition(">")[0]


def window(client, address, field):
    """What an open window of the form with `field` sends when nothing in it is touched."""
    page = Page.read(address, text(client.get(address)))
    form = next(form for form in page.forms if field in form.fields)
    shown = {name: each.value for name, each in form.fields.items() if each.kind != "button"}
    return {name: value[-1] for name, value in shown.items() if value}
