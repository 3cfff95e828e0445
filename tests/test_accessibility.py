"""Every page for the eye, the ear and the keyboard: axe-core in a real Chromium.

Each GET of tests/policy.csv at desk and phone width, in light and dark, for the roles that use it;
and each form that came back with errors. One page is kept and resized: what a role sees is loaded
once.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests import world as worlds
from tests.browser import DESK, PHONE, Window
from tests.test_policy import LOOKED_AT, address, rows

pytestmark = pytest.mark.browser

AXE = Path(settings.BASE_DIR, "node_modules/axe-core/axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The first of these that may open a page looks at it in every way, the others once.
ROLES = LOOKED_AT
NARROWEST = 320  # a phone at 360 with larger letters, or a desk magnified four times (1.4.10)
AXE_TRIES = "Applying inline style"  # what our policy refuses aloud; `look` counts our own
# The letter itself, as a frame shows it, is a mail and has no scripts: axe cannot run in it.
FILES = (".eml", ".ics", ".csv", "/brev/", "/helse/levende", "/helse/klar")
RUN = r"""async (options) => {
  const found = await axe.run(document, {resultTypes: ["violations"], iframes: false, ...options});
  return found.violations.map((rule) => `${rule.id}: ${rule.help}\n      `
    + rule.nodes.slice(0, 3).map((node) => node.html.slice(0, 140)).join("\n      "));
}"""
SIDEWAYS = """() => {
  const far = document.documentElement.scrollWidth - innerWidth;
  if (far <= 0) return "";
  const all = [...document.querySelectorAll("body *")];
  const out = all.filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
  return `${far} px: ` + out.slice(0, 3).map((e) => `${e.tagName}.${e.className}`).join(", ");
}"""
POST_EMPTY = """(address) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = address;
  form.append(document.querySelector("[name=csrfmiddlewaretoken]").cloneNode());
  document.body.append(form);
  form.submit();
}"""


@pytest.fixture
def world(transactional_db: Any, site: str) -> worlds.World:
    return worlds.build()


@pytest.mark.parametrize("role", ROLES)
def test_pages_are_accessible(role, world, window):
    mine = at_home(window(), world.client(role))
    faults = []
    for row in theirs(role, "GET", "200"):
        where = address(row, world)
        if where.endswith(FILES):
            continue
        mine.open(where)
        faults += [f"{where} ({row['name']}) {fault}" for fault in look(mine, thorough(row, role))]
    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize("role", ROLES)
def test_forms_with_errors_are_accessible(role, world, window):
    mine = at_home(window(), world.client(role))
    faults = []
    for row in theirs(role, "POST", "422"):
        if not thorough(row, role):
            continue
        where = address(row, world)
        mine.open(reverse("gatherings:help"))
        with mine.page.expect_navigation() as answer:
            mine.page.evaluate(POST_EMPTY, where)
        assert answer.value.status == 422, where
        faults += [f"POST {where} ({row['name']}) {fault}" for fault in look(mine, dark=False)]
        if not mine.page.locator("[role=alert]").count():
            faults.append(f"POST {where} says nothing")
    assert faults == [], "\n".join(faults)


def test_the_keyboard_begins_at_the_content_and_at_what_is_wrong(window):
    mine = window()
    mine.open(reverse("participants:sign_in"))
    focused = "document.activeElement"
    mine.page.keyboard.press("Tab")
    assert mine.page.evaluate(f"{focused}.textContent") == "Hopp til innholdet"
    mine.page.keyboard.press("Enter")
    assert mine.page.evaluate(f"{focused}.id") == "main"
    mine.press("Send meg en kode")
    mine.page.get_by_role("alert").wait_for()
    assert mine.page.evaluate(f"{focused}.closest('[role=alert]') !== null")
    mine.touch(mine.page.get_by_role("alert").get_by_role("link"))
    assert mine.page.evaluate(f"{focused}.name") == "email"


def test_the_check_finds_what_is_wrong(window):
    """The control: a page with five faults, all of them found."""
    mine = at_home(window(), Client())
    mine.open(reverse("gatherings:help"))
    mine.page.evaluate("""() => {
      document.title = "– Takt";
      const main = document.querySelector("main");
      main.insertAdjacentHTML("beforeend", "<h1>Enda en</h1><img src='/static/favicon.svg'>");
      main.lastElementChild.style.minWidth = "800px";
    }""")
    found = "\n".join(look(mine, dark=True))
    for fault in ("has 2 h1", "has no title", "1 inline styles", "image-alt", "scrolls sideways"):
        assert fault in found


def at_home(window: Window, client: Client) -> Window:
    """The window with the session of a client who has been here before."""
    window.overhears = re.compile(f"{window.overhears.pattern}|{AXE_TRIES}")
    if kept := client.cookies.get(settings.SESSION_COOKIE_NAME):
        session = {"name": kept.key, "value": kept.value, "url": window.site}
        window.page.context.add_cookies([session])
    return window


def theirs(role: str, method: str, status: str) -> Iterator[dict[str, str]]:
    """Rows of the table that answer a role so; a public page belongs to nobody."""
    for row in rows():
        is_public = role != "nobody" and row["nobody"] == status
        if row["method"] == method and row[role] == status and not is_public:
            yield row


def thorough(row: dict[str, str], role: str) -> bool:
    """Whether this role is the first one that gets the page."""
    wanted = row[role]
    return role == next(each for each in ROLES if row[each] == wanted)


def look(window: Window, dark: bool) -> list[str]:
    """What is wrong with the open page: at the desk, in the dark, on a phone."""
    page = window.page
    page.set_viewport_size(DESK)
    faults = [f"has {n} h1" for n in [page.locator("h1").count()] if n != 1]
    faults += [f"has {n} inline styles" for n in [page.locator("[style]").count()] if n]
    page.evaluate(AXE.read_text())
    if not page.title().removesuffix("– Takt").strip():
        faults.append("has no title")
    page.evaluate("() => document.querySelectorAll('main details').forEach(d => d.open = true)")
    if dark:
        faults += [f"desk: {fault}" for fault in page.evaluate(RUN, {"runOnly": RULES})]
        page.emulate_media(color_scheme="dark")
        contrast = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
        faults += [f"dark: {fault}" for fault in page.evaluate(RUN, contrast)]
        page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)
    faults += [f"phone: {fault}" for fault in page.evaluate(RUN, {"runOnly": RULES})]
    for width in (PHONE["width"], NARROWEST):
        page.set_viewport_size({**PHONE, "width": width})
        if far := page.evaluate(SIDEWAYS):
            faults.append(f"{width} px wide: scrolls sideways {far}")
    return faults
