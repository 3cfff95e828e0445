"""office.pdf: what stands in the programme, the minutes and the report, and what does not."""

import io

import pytest
from pypdf import PdfReader

from office import pdf
from tests import documents
from tests.office.printing import MINUTES, PROGRAMME, REPORT, elements, printed, text

# --- the programme -------------------------------------------------------------------------------


def test_the_programme_says_when_where_and_what():
    told = text(printed(PROGRAMME))
    for words in (
        "Ped.ledernettverk Vesterålen · samling 2 av 3 Voksenrollen: kultur og kommunikasjon",
        "Når tirsdag 3. februar 2026 kl. 09.00–12.00",
        "Hvor Lillestua barnehage, Skolegata 4, Sortland. Møterom 2. etasje, heis.",
        "Gruppe Sortland 2, ledet av Kari Nilsen (telefon 90 00 00 00)",
        "Før, innen 27. januar Les kapittel 3",
        "Etter, innen 14. april Prøv ut aksjonen din.",
        "Mål for samlingen",
        "09.15–09.55 Runde: del fra forarbeidet Fem minutter hver.",
        "Deltakere Ingrid Olsen (Lillestua), Tone Strand (Kvitnes)",
        "Ped.ledernettverk Vesterålen · testserver Side 1 av 1",
    ):
        assert words in told


def test_lunch_to_lunch_names_both_days():
    items = [
        {"starts_at": "2025-10-28T11:30+01:00", "ends_at": "2025-10-28T12:30+01:00", "title": "A"},
        {"starts_at": "2025-10-29T08:30+01:00", "ends_at": "2025-10-29T08:45+01:00", "title": "B"},
    ]
    told = text(
        printed(starts_at=items[0]["starts_at"], ends_at="2025-10-29T11:30:00+01:00", items=items)
    )
    assert "tirsdag 28. oktober kl. 11.30 til onsdag 29. oktober 2025 kl. 11.30" in told
    assert "tirsdag 28. oktober 11.30–12.30 A onsdag 29. oktober 08.30–08.45 B" in told


def test_times_are_wall_clock_in_the_zone_of_the_document():
    """The same hours over the switch in spring: 27 March has 09.00 at +01, 29 March at +02."""
    winter = printed(starts_at="2027-03-27T08:00:00+00:00", ends_at="2027-03-27T11:00:00+00:00")
    summer = printed(starts_at="2027-03-29T07:00:00+00:00", ends_at="2027-03-29T10:00:00+00:00")
    assert "lørdag 27. mars 2027 kl. 09.00–12.00" in text(winter)
    assert "mandag 29. mars 2027 kl. 09.00–12.00" in text(summer)


def test_what_is_missing_leaves_no_empty_heading():
    bare = {key: documents.PROGRAMME[key] for key in ("network", "theme", "number", "of", "group")}
    bare |= {"starts_at": "2026-02-03T08:00:00+00:00", "ends_at": "2026-02-03T11:00:00+00:00"}
    told = text(PdfReader(io.BytesIO(pdf.render(PROGRAMME, bare, language="nb", title="P"))))
    for words in ("Hvor", "Mål for", "Deltakere", "None", "Ta med"):
        assert words not in told


def test_danish_documents_use_danish_words():
    told = text(printed(PROGRAMME, language="da", zone="Europe/Copenhagen"))
    assert "netværksmøde 2 af 3" in told
    assert "tirsdag den 3. februar 2026 kl. 9.00–12.00" in told
    assert "Side 1 af 1" in told


# --- the minutes ---------------------------------------------------------------------------------


def test_the_minutes_say_what_was_agreed_and_who_tries_what():
    told = text(printed(MINUTES))
    for words in (
        "Referat · godkjent 9. februar 2026 av gruppa Voksenrollen: kultur og kommunikasjon",
        "Holdt tirsdag 3. februar 2026 kl. 09.00–12.05, Lillestua barnehage",
        "Leder Kari Nilsen, referent Elin Rask",
        "Siv Eriksen, Mona Lie, Elin Rask (5 av 6)",
        "Forfall Hege Ness, varslet 2. februar",
        "2. Refleksjon Parene la fram",
        "Vi ble enige om: Alle prøver én tilbakemelding",
        "Ingrid Voksne ned på gulvet i garderoben Avdeling Blå 14. april",
        "Neste samling Samling 3, tirsdag 28. april 2026 kl. 09.00–12.00, Kvitnes barnehage.",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"state": "draft"}, "Referat · utkast"),
        ({"state": "sent", "silent_on": "2026-02-16"}, "godkjennes 16. februar 2026 hvis ingen"),
        ({"case_number": "2026/114"}, "Arkivsak 2026/114"),
        ({"version": 2}, "testserver · versjon 2"),
        ({"sent_to": ["Ingrid", "Tone"]}, "Sendt til Ingrid, Tone"),
    ],
)
def test_the_minutes_tell_their_state(facts, words):
    assert words in text(printed(MINUTES, **facts))


def test_a_closed_item_says_only_that_it_was_carried_out():
    items = [
        {"title": "Kollegaveiledning", "text": "hemmelig", "agreed": ["skjult"], "closed": True}
    ]
    told = text(printed(MINUTES, items=items))
    assert "1. Kollegaveiledning Gjennomført." in told
    assert "hemmelig" not in told
    assert "skjult" not in told


# --- the report ----------------------------------------------------------------------------------


def test_the_report_claims_what_the_page_claims_and_has_no_percentage_below_five():
    told = text(printed(REPORT, title="Nettverksrapport"))
    for words in (
        "REKOM Vesterålen · Ped.ledernettverk Vesterålen · barnehageåret 2025/2026 ·",
        "· til og med samling 1 Nettverksrapport",
        "86 % leverte forarbeidet (43 av 50)",
        "8 av 9 referater er godkjent",
        "Andøy 1 5 80 % 80 % 20 % 1 av 1",
        "Lødingen 1 4 4 av 4 3 av 4 3 av 4 1 av 1",
        "Tallene er per 23. januar 2026.",
        "Forarbeidet var relevant for min barnehage 4,2 41",
        "Webinaret hadde riktig lengde – 4",
        "Måling av progresjon i utviklingsarbeid (1 gruppe)",
    ):
        assert words in told


def test_a_report_bar_is_a_figure_with_words():
    bars = elements(printed(REPORT), "/Figure")
    assert "Forarbeid 80 %, Oppmøte 80 %, Aksjoner prøvd 20 %" in [bar["/Alt"] for bar in bars]
    assert "4,2 av 5" in [bar["/Alt"] for bar in bars]
