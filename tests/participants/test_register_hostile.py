"""Whatever is typed or uploaded, the register's pages answer and what is stored is sound."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participants.models import ImportRun, Institution, Municipality, Person, Position
from participants.register import applying
from tests.nasty import NASTY, encoded
from tests.participants.register import MUNICIPALITIES, PEOPLE, PEOPLE_HEADER
from tests.participants.register_pages import PERSON, PLACE, upload, url
from tests.scale import EXAMPLES

FORM = "application/x-www-form-urlencoded"
FORMS = {
    "municipality_new": ["number", "name", "county_number", "country"],
    "institution_new": [*PLACE, "municipality"],
    "person_new": [*PERSON],
    "position_new": ["institution", "kind", "starts_on", "ends_on"],
    "position_end": ["last_day"],
    "person": [*PERSON],
    "institution": [*PLACE, "municipality", "is_active"],
    "imports": ["kind", "files"],
}
VALID = {**PERSON, **PLACE, "number": "1871", "country": "NO", "county_number": "18"}


def post_anything(page, ronja, havblikk, name, values):
    """Status and text of a form posted with the values; what is stored is sound."""
    objects = {
        "position_new": ronja.pk,
        "person": ronja.pk,
        "position_end": ronja.positions.all()[0].pk,
        "institution": havblikk.pk,
    }
    address = url(name, objects[name]) if name in objects else url(name)
    answer = page.post(address, encoded(values), content_type=FORM)
    for model in (Municipality, Institution, Person, Position):
        for thing in model.objects.all():
            thing.full_clean()
    return answer


SHORT = [value for value in NASTY if len(value) < 1000]
FEW = ["", "\x00", "\ud800", "x" * 200_000, "<script>alert(1)</script>", "9999-12-31"]


@pytest.mark.parametrize("name", FORMS)
def test_no_nasty_value_breaks_a_form(page, ronja, havblikk, name):
    for value in FEW:
        answer = post_anything(page, ronja, havblikk, name, dict.fromkeys(FORMS[name], value))
        assert answer.status_code == 422
        assert b'role="alert"' in answer.content


def test_one_nasty_value_among_good_ones_breaks_nothing(page, ronja, havblikk):
    for value in SHORT:
        values = {**VALID, "municipality": havblikk.municipality_id, "name": value}
        answer = post_anything(page, ronja, havblikk, "institution_new", values)
        assert answer.status_code in (302, 422)


@pytest.mark.hostile
@pytest.mark.parametrize("name", FORMS)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_nothing_at_all_typed_breaks_a_form(page, ronja, havblikk, name, data):
    typed = st.one_of(
        st.text(), st.sampled_from(NASTY), st.binary(max_size=200), st.dates().map(str)
    )
    values = {
        field: data.draw(st.one_of(typed, st.just(VALID.get(field, havblikk.pk))))
        for field in FORMS[name]
    }
    assert post_anything(page, ronja, havblikk, name, values).status_code in (302, 422)


@pytest.mark.parametrize("value", SHORT, ids=range(len(SHORT)))
def test_no_nasty_cell_breaks_an_import(page, ronja, havblikk, value):
    for kind, header in (
        (MUNICIPALITIES, "kommunenr;navn;fylkesnr;land"),
        ("institutions", "orgnr;navn;kommunenr;eierform;type;barn;poststed;breddegrad;epost"),
        (PEOPLE, PEOPLE_HEADER),
    ):
        line = ";".join([value.replace('"', '""').join('""')] * (header.count(";") + 1))
        content = f"{header}\r\n{line}\r\n".encode("utf-8", "surrogatepass")
        answer = upload(page, kind, [("x.csv", content)])
        assert answer.status_code in (302, 422)
        if answer.status_code == 302:
            assert page.get(answer.url).status_code == 200
            run = ImportRun.objects.latest("created_at")
            page.post(answer.url, {"seal": applying.recheck(run).seal, "leave_out": "on"})
    for model in (Municipality, Institution, Person, Position):
        for thing in model.objects.all():
            thing.full_clean()


@pytest.mark.hostile
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.binary(max_size=2000), kind=st.sampled_from(list(ImportRun.Kind)))
def test_no_bytes_break_an_import(page, anne, content, kind):
    assert upload(page, kind, [("x.csv", content)]).status_code in (302, 422)
