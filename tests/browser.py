"""A real Chromium for tests: a window for each person, and an ear for everything that goes wrong.

A window fails its test when a page logs an error, asks for something that is not there, asks
another server, or is answered with 5xx. No plugin: Playwright's own API and two fixtures.
"""

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from re import Pattern
from typing import TYPE_CHECKING, Any

import pytest
from django.core.signals import request_finished, request_started

if TYPE_CHECKING:  # loaded by those who open a window, not by every test
    from playwright.sync_api import Browser, Locator, Page, Response

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
PATIENCE = 10_000  # milliseconds for a page or a line on it
AFTER_TAP = 150  # a click waits for the page it opens, a tap does not
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


@dataclass
class Window:
    """One person at one browser; `clicks` counts presses, taps and choices as ux.md §9 does."""

    page: "Page"
    site: str
    taps: bool = False
    clicks: int = 0
    faults: list[str] = field(default_factory=list)
    overhears: Pattern = REFUSED

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("response", self._read)
        self.page.on("request", self._follow)
        self.page.on("requestfailed", self._miss)

    def _hear(self, message: Any) -> None:
        # That a page itself is refused (403, 404, 422) is an answer; `_read` judges the rest.
        if message.type == "error" and not self.overhears.match(message.text):
            self.faults.append(f"console: {message.text} at {self.page.url}")

    def _read(self, response: "Response") -> None:
        of_page = response.request.resource_type in ("document", "fetch", "xhr")
        if response.status >= (500 if of_page else 400):
            self.faults.append(f"{response.status}: {response.url}")

    def _follow(self, request: Any) -> None:
        if not request.url.startswith((self.site, "data:", "blob:", "about:")):
            self.faults.append(f"another server: {request.url}")

    def _miss(self, request: Any) -> None:
        # A page one leaves, or a file that is downloaded, ends its own request.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.faults.append(f"{request.failure}: {request.url}")

    # --- what a person does -------------------------------------------------------------------

    def open(self, address: str) -> None:
        """Go to a path of the site, or to the whole address of a link in a letter."""
        self.page.goto(address if "://" in address else self.site + address)

    def find(self, name: str | Pattern, *, among: "Locator | None" = None) -> "Locator":
        """Buttons and links with this name."""
        where = among or self.page
        button = where.get_by_role("button", name=name)
        link = where.get_by_role("link", name=name)
        return button.or_(link)

    def press(self, name: str | Pattern, *, among: "Locator | None" = None) -> None:
        """Press the first button or link with this name; counts."""
        self.touch(self.find(name, among=among).first)

    def touch(self, what: "Locator") -> None:
        """Click, or tap on a phone; counts."""
        self.clicks += 1
        if self.taps:
            what.tap()
            self.page.wait_for_timeout(AFTER_TAP)
        else:
            what.click()
        self.page.wait_for_load_state()

    def write(self, label: str | Pattern, text: str) -> None:
        """Fill the field with this label. Typing is not counted."""
        self.page.get_by_label(label).first.fill(text)

    def until(self, fact: Callable[[], object]) -> None:
        """Wait until `fact()` is true: what a press without scripts does is done a moment later."""
        waited = 0
        while not fact():
            assert waited < PATIENCE, "It did not come true."
            self.page.wait_for_timeout(50)
            waited += 50

    # --- what a person sees -------------------------------------------------------------------

    def sees(self, text: str | Pattern) -> None:
        """Wait until this stands on the page, readable."""
        from playwright.sync_api import expect

        expect(self.page.get_by_text(text).and_(self.page.locator(":visible")).first).to_be_visible(
            timeout=PATIENCE
        )

    def does_not_see(self, text: str | Pattern) -> None:
        """It stands nowhere on the page that is open now."""
        found = self.page.locator("main").get_by_text(text)
        assert found.count() == 0, f"{text!r} stands on {self.page.url}"

    @property
    def heading(self) -> str:
        """The text of the one h1."""
        return self.page.locator("h1").inner_text()

    @property
    def path(self) -> str:
        """Where one is."""
        return self.page.url.removeprefix(self.site)


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """One browser for all tests of this process: $CHROMIUM, else the system's."""
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert program, "There is no Chromium: ./dev test installs it, or set CHROMIUM."
    # Playwright's event loop runs in the thread of the tests; Django takes that for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """The running site; its letters lie in the mailbox of the demo and lead back to it."""
    settings.BASE_URL = live_server.url
    settings.EMAIL_BACKEND = "office.mailbox.MailboxBackend"
    return live_server.url


class Answered:
    """Counts the requests the server is busy with: a page that closes may still have sent one,
    and the database must not be emptied under it (PostgreSQL calls that a deadlock)."""

    def __init__(self) -> None:
        self.busy = 0
        self.free = threading.Condition()

    def begin(self, **_facts: Any) -> None:
        with self.free:
            self.busy += 1

    def end(self, **_facts: Any) -> None:
        with self.free:
            self.busy -= 1
            self.free.notify_all()

    def wait(self) -> None:
        """Until nothing is under way, for a few seconds at most."""
        with self.free:
            self.free.wait_for(lambda: self.busy <= 0, timeout=5)


@pytest.fixture
def answered(site: str) -> Iterator[Answered]:
    """Knows when the server has answered all it was asked."""
    count = Answered()
    request_started.connect(count.begin)
    request_finished.connect(count.end)
    yield count
    request_started.disconnect(count.begin)
    request_finished.disconnect(count.end)


@pytest.fixture
def window(chromium: "Browser", site: str, answered: "Answered") -> Iterator[Callable[..., Window]]:
    """`window()` or `window(phone=True)`: a browser of somebody's own, without cookies."""
    opened: list[Window] = []

    def open_one(*, phone: bool = False, scripts: bool = True, **more: Any) -> Window:
        size = PHONE if phone else DESK
        context = chromium.new_context(
            viewport=size,
            has_touch=phone,
            is_mobile=phone,
            java_script_enabled=scripts,
            locale="nb-NO",
            timezone_id="Europe/Oslo",
            reduced_motion="reduce",
            **more,
        )
        opened.append(Window(context.new_page(), site, taps=phone))
        return opened[-1]

    yield open_one
    for number, each in enumerate(opened):
        if folder := os.environ.get("LAST_LOOK"):  # to see where a test stopped
            each.page.screenshot(path=f"{folder}/{number}.png", full_page=True)
        each.page.context.close()
    answered.wait()
    if faults := [fault for each in opened for fault in each.faults]:
        pytest.fail("\n".join(faults))
