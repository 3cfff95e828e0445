"""Applying an import: all or nothing, once, weighed anew, and on the command line."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from office.models import JournalEntry, Letter
from participants.models import ImportFile, ImportRun, Institution, Municipality, Person, Region
from participants.register import applying
from participants.register.checking import check
from participants.register.files import Refused
from tests.factories import InstitutionFactory, MunicipalityFactory, RegionFactory
from tests.participants.register import (
    DATA,
    INSTITUTIONS,
    MUNICIPALITIES,
    PEOPLE,
    PEOPLE_HEADER,
    PERSON,
    csv,
    take,
)

TWO = csv("kommunenr;navn", "1867;Bø", "301;Oslo")


# --- all or nothing ------------------------------------------------------------------------------


def test_a_file_with_a_wrong_row_is_not_applied_unless_the_row_is_left_out(region):
    run = applying.receive(MUNICIPALITIES, TWO, region=region, by=None)
    with pytest.raises(applying.RowsAreWrong):
        applying.apply(run, by=None)
    assert not Municipality.objects.exists()
    run = applying.apply(run, by=None, leave_out=True)
    assert Municipality.objects.get().name == "Bø"
    assert run.counts == {"new": 1, "changed": 0, "unchanged": 0, "wrong": 1, "left_out": 1}
    entry = JournalEntry.objects.get(did="import.applied")
    assert (entry.object_id, entry.details["left_out"]) == (str(run.pk), 1)


def test_an_upload_is_applied_once(region):
    run = applying.receive(MUNICIPALITIES, csv("kommunenr;navn", "1867;Bø"), region=region, by=None)
    applying.apply(run, by=None)
    with pytest.raises(applying.AlreadyApplied):
        applying.apply(run, by=None)
    assert JournalEntry.objects.filter(did="import.applied").count() == 1


def test_receiving_writes_nothing_to_the_register(region):
    applying.receive(MUNICIPALITIES, TWO, region=region, by=None)
    assert not Municipality.objects.exists()


def test_what_breaks_half_way_leaves_nothing(havblikk, region):
    run = applying.receive(PEOPLE, csv(PEOPLE_HEADER, PERSON), region=region, by=None)
    with connection.cursor() as cursor:
        refuse = "ADD CONSTRAINT nobody_works CHECK (false) NOT VALID"
        cursor.execute(f"ALTER TABLE participants_position {refuse}")
    with pytest.raises(applying.RegisterHasMoved):
        applying.apply(run, by=None)
    run.refresh_from_db()
    assert (Person.objects.count(), run.state) == (0, ImportRun.State.CHECKED)


def test_a_register_that_has_moved_meanwhile_stops_the_import_and_marks_the_rows(region):
    file = csv("kommunenr;navn", "1867;Bø", "1871;Andøy")
    run = applying.receive(MUNICIPALITIES, file, region=region, by=None)
    shown = applying.recheck(run)
    MunicipalityFactory(region=region, number="1867", name="Bø i Vesterålen")
    with pytest.raises(applying.RegisterHasMoved):
        applying.apply(run, by=None, seal=shown.seal)
    again = applying.recheck(run)
    assert [row.subject for row in again.moved_since(run.marks)] == ["Bø"]
    applying.apply(run, by=None, seal=again.seal)
    assert sorted(Municipality.objects.values_list("name", flat=True)) == ["Andøy", "Bø"]


def test_rows_read_in_another_language_are_the_same_rows(region, havblikk):
    run = applying.receive(
        PEOPLE, csv(PEOPLE_HEADER, PERSON, "A;B;;;x;y;;;;;;"), region=region, by=None
    )
    with override("da"):
        assert applying.recheck(run).moved_since(run.marks) == []


# --- what is kept --------------------------------------------------------------------------------


def test_the_files_go_when_all_rows_are_in_and_stay_for_a_week_when_some_are_left(region):
    take(MUNICIPALITIES, csv("kommunenr;navn", "1867;Bø"), region)
    assert not ImportFile.objects.exists()
    left = take(MUNICIPALITIES, TWO, region, leave_out=True)
    waiting = applying.receive(MUNICIPALITIES, TWO, region=RegionFactory(), by=None)
    for days, kept in ((7, 2), (7.1, 0)):
        at = (timezone.now() + timedelta(days=days, minutes=-1)).isoformat()
        call_command("clock", once=True, at=at, stdout=StringIO())
        assert ImportFile.objects.count() == kept
    assert set(ImportRun.objects.filter(pk__in=[left.pk, waiting.pk])) == {left, waiting}


def test_an_old_upload_is_not_read_though_the_clock_has_not_come_by(region):
    run = applying.receive(MUNICIPALITIES, TWO, region=region, by=None)
    ImportRun.objects.update(created_at=timezone.now() - timedelta(days=7, minutes=1))
    run.refresh_from_db()
    with pytest.raises(Refused):
        applying.recheck(run)
    with pytest.raises(Refused):
        applying.apply(run, by=None, leave_out=True)
    assert not Municipality.objects.exists()


def test_an_upload_whose_files_are_gone_cannot_be_applied(region):
    run = applying.receive(MUNICIPALITIES, TWO, region=region, by=None)
    run.files.all().delete()
    with pytest.raises(Refused):
        applying.apply(run, by=None, leave_out=True)


def test_an_import_sends_nothing(region, havblikk, committed):
    with committed():
        take(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    assert not Letter.objects.exists()


# --- size ----------------------------------------------------------------------------------------


def people(count):
    return [
        f"Navn{n};Eksempel{n};p{n}@example.no;{90000000 + n};ped.leder;Sted {n % 300};"
        f"2025-08-01;;;;;nb"
        for n in range(count)
    ]


@pytest.fixture
def many_places(region):
    municipality = MunicipalityFactory(region=region)
    owner = InstitutionFactory(municipality=municipality).owner
    Institution.objects.bulk_create(
        Institution(municipality=municipality, owner=owner, name=f"Sted {n}") for n in range(300)
    )


def test_a_check_asks_the_database_equally_often_for_one_row_and_for_a_thousand(
    region, many_places
):
    asked = []
    for count in (1, 1000):
        with CaptureQueriesContext(connection) as queries:
            check(PEOPLE, csv(PEOPLE_HEADER, *people(count)), region)
        asked.append(len(queries))
    assert asked == [3, 3]


def test_five_thousand_people_are_checked_and_applied(region, many_places):
    file = csv(PEOPLE_HEADER, *people(5000))
    run = applying.receive(PEOPLE, file, region=region, by=None)
    applying.apply(run, by=None)
    assert check(PEOPLE, file, region).counts["unchanged"] == 5000
    assert Person.objects.count() == 5000


# --- the command ---------------------------------------------------------------------------------


def run(capsys, *arguments):
    """Exit status and output of `manage.py import`."""
    try:
        call_command("import", *map(str, arguments))
    except SystemExit as end:
        return end.code, capsys.readouterr().out
    except CommandError as refusal:
        return refusal.returncode, str(refusal)
    return 0, capsys.readouterr().out


def test_the_real_files_go_in_by_the_command_line(db, capsys):
    kommuner, barnehager = DATA / "kommuner-vesteralen.csv", DATA / "barnehager-vesteralen.csv"
    assert run(capsys, "kommuner", kommuner, "--check")[0] == 0
    assert not Region.objects.exists()
    assert run(capsys, "kommuner", kommuner, "--apply")[0] == 0
    status, said = run(capsys, "barnehager", barnehager, "--apply")
    assert (status, "40 nye" in said) == (0, True)
    assert run(capsys, "institutions", barnehager, "--check")[1].split()[:6] == [
        "0", "nye", "0", "endret", "40", "uendret",
    ]  # fmt: skip
    assert Institution.objects.count() == 40


def test_the_command_tells_wrong_rows_and_writes_nothing(region, capsys, tmp_path):
    file = tmp_path / "k.csv"
    file.write_bytes(TWO[0][1])
    for way in ("--check", "--apply"):
        status, said = run(capsys, "kommuner", file, way)
        assert status == 1
        assert "rad 3 Oslo: kommunenr: Et kommunenummer har 4 sifre. Mente du 0301?" in said
    assert not Municipality.objects.exists()
    assert run(capsys, "kommuner", file, "--apply", "--leave-out")[0] == 1
    assert Municipality.objects.get().name == "Bø"


@pytest.mark.parametrize("content", [b"", b"fornavn;etternavn\nA;B\n", b"%PDF\x00", None])
def test_the_command_ends_with_two_when_a_file_cannot_be_read(region, capsys, tmp_path, content):
    file = tmp_path / "p.csv"
    if content is not None:
        file.write_bytes(content)
    status, said = run(capsys, "personer", file, "--apply")
    assert (status, said.count("\n")) == (2, 0)


def test_the_command_asks_which_organisation_when_there_are_several(region, capsys):
    RegionFactory(name="Kolding")
    kommuner = DATA / "kommuner-vesteralen.csv"
    assert run(capsys, "kommuner", kommuner, "--check")[0] == 2
    assert run(capsys, "kommuner", kommuner, "--apply", "--region", "Kolding")[0] == 0
    assert {m.region.name for m in Municipality.objects.all()} == {"Kolding"}


def test_several_json_files_are_one_import(region, capsys):
    MunicipalityFactory(region=region, number="1870", name="Sortland")
    MunicipalityFactory(region=region, number="5028", name="Melhus")
    files = sorted(DATA.glob("*.json"))
    assert run(capsys, "barnehager", *files, "--apply")[0] == 0
    assert Institution.objects.count() == len(files) == 3
    assert run(capsys, INSTITUTIONS, *files, "--check")[0] == 0
