"""Dates in words, the takt, and the small filters, in the languages people read."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from gatherings.figures import Count
from office import dates
from office.templatetags import ui

OSLO = ZoneInfo("Europe/Oslo")
TUESDAY = date(2026, 2, 3)
NINE, NOON = (datetime(2026, 2, 3, hour, 0, tzinfo=OSLO) for hour in (9, 12))


def shown(source: str, **facts) -> str:
    return Template(source).render(Context(facts))


@pytest.fixture(autouse=True)
def _in_bokmal():
    with translation.override("nb"):
        yield


@pytest.mark.parametrize(
    ("language", "day", "hours"),
    [
        ("nb", "tirsdag 3. februar", "kl. 09.00–12.00"),
        ("nn", "tysdag 3. februar", "kl. 09.00–12.00"),
        ("da", "tirsdag den 3. februar", "kl. 9.00–12.00"),
        ("en", "Tuesday 3 February", "09:00–12:00"),
    ],
)
def test_each_language_writes_day_and_hours_its_own_way(language, day, hours):
    with translation.override(language):
        assert dates.day(TUESDAY) == day
        assert dates.day_year(TUESDAY) == f"{day} 2026"
        assert dates.span(NINE, NOON) == hours
        assert dates.day_span(NINE, NOON) == f"{day} {hours}"


def test_a_language_we_do_not_write_reads_english_dates():
    with translation.override("pt-br"):
        assert dates.pattern() is dates.PATTERNS["en"]


def test_short_day_is_abbreviated_in_norwegian_but_not_in_danish():
    assert dates.short_day(TUESDAY) == "ti 3.2."
    with translation.override("da"):
        assert dates.short_day(TUESDAY) == "3. februar"


def test_moments_are_told_where_the_reader_is():
    late = datetime(2026, 2, 2, 23, 30, tzinfo=UTC)
    assert dates.day(late) == "tirsdag 3. februar"
    assert dates.clock(late) == "00.30"
    with timezone.override(UTC):
        assert dates.day(late) == "mandag 2. februar"
        assert dates.clock(late) == "23.30"


def test_clock_reads_plain_times_and_midnight():
    assert dates.clock(time(8, 5)) == "08.05"
    assert dates.clock(time(0, 0)) == "00.00"
    assert dates.span(time(0, 0), time(1, 0)) == "kl. 00.00–01.00"


def test_two_days_are_written_out_at_both_ends():
    next_noon = NOON + timedelta(days=1)
    told = "tirsdag 3. februar kl. 12.00 til onsdag 4. februar kl. 12.00"
    assert dates.day_span(NOON, next_noon) == told


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (date(2026, 1, 26), "26. januar"),
        (date(2026, 1, 30), "26.–30. januar"),
        (date(2026, 2, 13), "26. januar–13. februar"),
        (date(2027, 1, 8), "26. januar 2026 – 8. januar 2027"),
        (None, "26. januar"),
    ],
)
def test_spans_of_dates_say_what_differs(last, told):
    assert dates.date_span(date(2026, 1, 26), last) == told


@pytest.mark.parametrize(
    ("away", "told"),
    [
        (0, "i dag"),
        (1, "i morgen"),
        (-1, "i går"),
        (11, "om 11 dager"),
        (-3, "for 3 dager siden"),
        (27, "om 27 dager"),
        (28, "om 4 uker"),
        (-77, "for 11 uker siden"),
    ],
)
def test_distances_are_told_from_today(away, told):
    assert dates.in_days(TUESDAY + timedelta(days=away), TUESDAY) == told


def test_nothing_gives_nothing():
    for write in (dates.day, dates.day_year, dates.plain_date, dates.short_day, dates.clock):
        assert write(None) == ""
    assert dates.span(None) == dates.day_span(None) == dates.date_span(None) == ""
    assert dates.in_days(None) == dates.duration(None) == dates.duration("") == ""


@pytest.mark.parametrize(
    ("minutes", "told"), [(0, "0 min"), (45, "45 min"), (120, "2 t"), (150, "2 t 30 min")]
)
def test_durations_are_hours_and_minutes(minutes, told):
    assert dates.duration(minutes) == told


def test_the_takt_tells_its_shares_to_those_who_hear_it():
    html = shown('{% takt 0.83 1 0.67 label="Nr. 1" %}')
    assert 'aria-label="Nr. 1: Før 83 %, under 100 %, etter 67 %"' in html
    assert [f'width="{share}%"' in html for share in (83, 100, 67)] == [True] * 3
    assert "style" not in html


def test_p13_the_takt_tells_of_fewer_than_five_in_numbers():
    html = shown("{% takt few many None %}", few=Count(3, 4), many=Count(3, 6))
    assert 'aria-label="Før 3 av 4, under 50 %, etter ikke begynt"' in html
    assert 'width="75%"' in html


def test_the_takt_says_what_has_not_begun_and_never_leaves_its_frame():
    html = shown("{% takt 1.4 None -1 %}")
    assert "under ikke begynt" in html
    assert 'class="fill" width="100%"' in html
    assert 'class="fill" width="0%"' in html


def test_the_takt_keeps_decimals_in_dots_in_every_language():
    # «82,5%» is no width: the drawing would lose its bar in Norwegian.
    assert 'width="82.5%"' in shown("{% takt 0.825 0 0 %}")


def test_the_legend_uses_the_words_it_is_given():
    html = shown('{% takt 0.3 0 0 legend=True before_text="1 av 3" during_word="Møte" %}')
    assert "<b>Før</b> 1 av 3" in html
    assert "<span>Møte</span>" in html


def test_icons_are_silent_beside_words_and_speak_when_alone():
    assert "aria-hidden=true" in shown('{% icon "home" %}')
    assert 'role="img" aria-label="Hjem"' in shown('{% icon "home" label="Hjem" %}')
    assert "<b>" not in shown("{% icon name %}", name="<b>")


def test_every_icon_named_in_a_template_is_drawn(settings):
    drawn = (settings.BASE_DIR / "static" / "icons.svg").read_text()
    for name in ("home", "calendar", "check", "people", "chart", "more", "mark", "undo", "eye"):
        assert f'<symbol id="{name}"' in drawn


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ingrid Olsen", "IO"), ("Anne Marie Østby", "AØ"), ("Kari", "K"), ("", ""), (None, "")],
)
def test_initials_are_first_and_last(name, letters):
    assert ui.initials(name) == letters


def test_percent_rounds_and_shows_a_dash_for_nothing_to_count():
    assert ui.percent(0.826) == "83 %"
    assert ui.percent(0) == "0 %"
    assert ui.percent(None) == "–"


@pytest.mark.parametrize(
    ("current", "numbers"),
    [
        (1, [1, 2, None, 10]),
        (4, [1, 2, 3, 4, 5, None, 10]),
        (6, [1, None, 5, 6, 7, None, 10]),
        (10, [1, None, 9, 10]),
    ],
)
def test_page_numbers_leave_out_what_is_far_away(current, numbers):
    assert ui.page_numbers(Paginator(range(100), 10), current) == numbers


def test_pagination_keeps_the_filter():
    request = RequestFactory().get("/?kommune=1870&page=2")
    page = Paginator(range(100), 10).page(2)
    context = Context({"page": page})
    context.request = request
    html = Template('{% include "ui/pagination.html" %}').render(context)
    assert "?kommune=1870&amp;page=3" in html


def test_the_phone_bar_has_four_places():
    four, five = list("abcd"), list("abcde")
    assert (ui.first_items(four, 4), ui.other_items(four, 4)) == (four, [])
    assert (ui.first_items(five, 4), ui.other_items(five, 4)) == (list("abc"), list("de"))


@pytest.mark.parametrize(
    ("cookie", "scheme"),
    [("dark", "dark"), ("light", "light"), ('"><script>', "auto"), ("", "auto")],
)
def test_the_colour_scheme_comes_from_a_known_cookie_only(cookie, scheme):
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie
    assert shown("{% color_scheme %}", request=request) == scheme
    assert shown("{% color_scheme %}") == "auto"


def test_an_address_breaks_beside_its_signs_and_nothing_in_it_becomes_markup():
    assert ui.breakable("kari.by@example.no") == "kari<wbr>.by@<wbr>example<wbr>.no"
    assert ui.breakable("<b>@x") == "&lt;b&gt;@<wbr>x"
    assert ui.breakable(None) == ""
