"""The first try as a newcomer has it: SQLite, files as broker, a real worker, beat and gunicorn.

One journey, from the leader's form over the mailbox to the member's answer, seen by the leader.
"""

import contextlib
import email
import email.policy
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import pytest
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.browser import Window
from tests.journeys import letters
from tests.test_dev import ROOT, first_try, free_port

pytestmark = pytest.mark.browser

T = TypeVar("T")
PATIENCE = 240  # seconds until all is ready, and for the first letters with their PDFs


@pytest.fixture
def takt(tmp_path: Path) -> Iterator[str]:
    """Takt as `./dev run` starts it, with the demo of today; ends with all its processes."""
    env = first_try(tmp_path, PORT=free_port(), UNDO_SECONDS="0")
    env.pop("EMAIL_URL", None)

    def manage(*words: str) -> None:
        subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True)

    manage("migrate", "-v0")
    manage("demo", "--today", timezone.localdate().isoformat(), "--seed", "1")
    running = subprocess.Popen(
        [sys.executable, "-m", "config.run"],
        cwd=ROOT, env=env, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{env['PORT']}"
        assert running.poll() is None, "Takt ended by itself"
    finally:
        end(running)


def end(running: subprocess.Popen) -> None:
    """As Ctrl-C does; what is left of its group after that is killed."""
    running.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        running.wait(30)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def until(found: Callable[[], T], what: str) -> T:
    """What `found` returns, once it is something."""
    deadline = time.monotonic() + PATIENCE
    while not (result := found()):
        assert time.monotonic() < deadline, f"waited {PATIENCE} s for {what}"
        time.sleep(0.5)
    return result


def is_ready(site: str) -> bool:
    try:
        with urllib.request.urlopen(f"{site}/helse/klar", timeout=10) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture
def windows(chromium: Browser, takt: str) -> Iterator[Callable[[], Window]]:
    """`windows()`: a browser of somebody's own at the running Takt."""
    opened: list[Window] = []

    def open_one() -> Window:
        context = chromium.new_context(locale="nb-NO", timezone_id="Europe/Oslo")
        opened.append(Window(context.new_page(), takt))
        return opened[-1]

    yield open_one
    for each in opened:
        each.page.context.close()
    assert [fault for each in opened for fault in each.faults] == []


def test_a_letter_goes_out_and_its_answer_comes_back(takt, windows):
    until(lambda: is_ready(takt), "/helse/klar")
    leader = windows()
    leader.open("/")
    leader.press(re.compile("prosessleder", re.IGNORECASE))
    follow_up = move_the_next_gathering(leader, "10:35")

    raw = until(lambda: letter_about(leader, "10.35"), "the letter in the mailbox")
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    read(letter)

    # Opening the link changes nothing, however often a scanner does it.
    member = windows()
    for _time in range(2):
        member.open(letters.link(letter, "Ja, jeg kommer"))
    name = re.search(r"Hei, (.+)", member.page.locator(".eyebrow").inner_text()).group(1)
    assert "Ikke svart" in line_of(leader, follow_up, name)

    member.press("Ja, jeg kommer")
    assert member.heading.startswith("Du kommer")
    member.open(letters.link(letter, "Ja, jeg kommer"))
    assert member.heading.startswith("Du kommer")
    assert "Kommer" in line_of(leader, follow_up, name)


def move_the_next_gathering(leader: Window, clock: str) -> str:
    """By the real forms; returns the address of the page with the answers."""
    leader.open("/min-side/")
    leader.touch(leader.page.locator("article.card h2 a"))
    follow_up = leader.find("Se svar og forarbeid").first.get_attribute("href")
    leader.press("Flytt samlingen")
    leader.write("Starter", clock)
    leader.touch(leader.page.get_by_label("Ja", exact=True))
    leader.press("Flytt og si fra til gruppa")
    leader.sees("Samlingen er flyttet")
    return follow_up


def letter_about(window: Window, clock: str) -> bytes:
    """The first letter of the mailbox that names the time and can be answered, byte for byte."""
    window.open("/demo/post/")
    rows = window.page.locator(".task a")
    for href in [row.get_attribute("href") for row in rows.all()]:
        raw = window.page.request.get(f"{window.site}{href.rstrip('/')}.eml").body()
        text = letters.text(email.message_from_bytes(raw, policy=email.policy.default))
        if clock in text and "svar=ja" in text:
            return raw
    return b""


def read(letter: EmailMessage) -> None:
    """Its parts are what a mail program needs: text, HTML, calendar entry, and the programme."""
    assert letter.get_content_type() == "multipart/mixed"
    alternatives, programme = letter.iter_parts()
    kinds = [part.get_content_type() for part in alternatives.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    entry = [*alternatives.iter_parts()][2]
    assert entry.get_param("method") == "REQUEST"
    (event,) = Calendar.from_ical(entry.get_content()).walk("VEVENT")
    assert event["UID"]
    assert int(event["SEQUENCE"]) >= 1
    assert isinstance(event["ATTENDEE"], str)  # one: several would be a list
    assert str(event["ATTENDEE"]).lower() == f"mailto:{letter['To']}".lower()
    assert (event.start.hour, event.start.minute) == (10, 35)

    assert programme.get_content_type() == "application/pdf"
    printed = PdfReader(BytesIO(programme.get_content())).pages[0].extract_text()
    assert "10.35" in printed


def line_of(leader: Window, follow_up: str, name: str) -> str:
    """What the leader reads about one member."""
    leader.open(follow_up)
    return leader.page.get_by_role("row", name=re.compile(name)).inner_text()
