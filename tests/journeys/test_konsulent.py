"""The consultant: sees what needs her, writes an opplegg and opens it, makes the report."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from gatherings.models import Gathering, Report, Round, Submission
from networks.models import Membership, NetworkGroup
from office import delivery
from participants.models import Role
from tests.journeys import letters

pytestmark = pytest.mark.browser


def test_a_consultant_follows_the_network_and_reports(demo, window, logged_in):
    consultant = Role.objects.get(kind=Role.Kind.CONSULTANT).person
    desk = window()
    logged_in(desk, consultant.email)
    see_who_needs_her(desk)
    write_and_open_a_round(desk)
    report(desk)


def see_who_needs_her(desk):
    """The exceptions first; one click opens a group, and the list can be narrowed."""
    desk.press("Oversikt")
    needing, of = re.match(r"(\d+) av (\d+) grupper trenger deg nå", desk.heading).groups()
    assert 0 < int(needing) < int(of) == NetworkGroup.objects.count()
    desk.sees("Bø 1 mangler referat fra samling 1")
    for written in Submission.objects.exclude(text="")[:20]:
        desk.does_not_see(written.text)  # counts, never a text

    desk.page.get_by_label("Kommune").select_option(label="Bø")
    desk.press("Bruk filter", among=desk.page.get_by_role("search"))
    table = desk.page.get_by_role("table")
    assert table.get_by_role("rowheader").all_inner_texts()[0].startswith("Bø 1")
    assert table.get_by_role("rowheader").count() == 2

    desk.clicks = 0
    desk.press("Bø 1 mangler referat fra samling 1")
    assert desk.heading == "Bø 1"
    assert desk.clicks == 1


def write_and_open_a_round(desk):
    """A round with two items and a task; opened with one press after one look."""
    desk.press("Samlinger")
    desk.press(re.compile("samling 3"))
    desk.press("Se hele opplegget")
    desk.press("Ny runde")
    last = Round.objects.order_by("number").last()
    first_day = timezone.localdate() + timedelta(days=150)
    desk.write("Tema", "Lek ute hele året")
    desk.write("Første dag i perioden", first_day.isoformat())
    desk.write("Siste dag i perioden", (first_day + timedelta(days=21)).isoformat())
    desk.write(re.compile("^Mål"), "Vi lager én plan for lek ute i februar.")
    for number, (title, minutes) in enumerate([("Velkommen", 15), ("Ute i all slags vær", 165)]):
        desk.press("Legg til punkt")
        row(desk, "items", number, title=title, minutes=minutes)
    desk.press("Legg til oppgave")
    row(desk, "tasks", 0, title="Ta med ett bilde av uterommet", minutes=10)
    desk.press("Lagre opplegget")
    made = Round.objects.get(number=last.number + 1)
    assert [item.title for item in made.items.all()] == ["Velkommen", "Ute i all slags vær"]
    assert made.assignments.get().title == "Ta med ett bilde av uterommet"

    desk.clicks = 0
    desk.press("Åpne for gruppene")
    desk.press(re.compile(r"Åpne for \d+ grupper"))
    assert desk.clicks == 2
    groups = NetworkGroup.objects.count()
    desk.sees(f"{groups} grupper har fått det")
    assert Gathering.objects.filter(round=made).count() == groups
    told_to_leaders()


def told_to_leaders():
    """Each process leader gets a letter about it."""
    leader = Membership.objects.get(group__name="Bø 1", role=Membership.Role.LEADER).person
    delivery.drain()
    assert "Bø 1" in letters.text(letters.newest(leader.email, "Lek ute hele året"))


def row(desk, prefix, number, *, title, minutes):
    desk.page.locator(f"[name={prefix}-{number}-title]").fill(title)
    desk.page.locator(f"[name={prefix}-{number}-minutes]").fill(str(minutes))


def report(desk):
    """Figures are there; she writes, approves, and prints: three clicks and the text."""
    desk.clicks = 0
    desk.press("Rapporter")
    desk.press(re.compile("Åpne rapporten|Nettverksrapport|Ped.ledernettverk"))
    assert desk.heading == "Nettverksrapport"
    desk.write(re.compile("^Kort fortalt"), "Året begynte godt: gruppene møtes, og folk prøver.")
    desk.press("Lagre og lag PDF")
    assert desk.clicks <= 3
    delivery.make_waiting()
    desk.sees("Åpne PDF-en")
    desk.press("Lagre og godkjenn")
    desk.sees("Godkjent")
    assert Report.objects.get().state == Report.State.APPROVED
    assert desk.page.get_by_label(re.compile("^Kort fortalt")).count() == 0

    # Approved, it is another document.
    order = desk.page.get_by_role("button", name=re.compile("PDF"))
    if order.count():
        desk.touch(order.first)
    delivery.make_waiting()
    desk.page.reload()
    link = desk.find("Åpne PDF-en").first
    answer = desk.page.request.get(desk.site + link.get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")
    printed = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.body())).pages)
    for words in ("Året begynte godt", "Bø 1", "Øksnes 3", "Nettverksrapport"):
        assert words in " ".join(printed.split())
