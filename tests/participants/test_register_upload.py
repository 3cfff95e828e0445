"""Import on the pages: a file goes in in three steps, or leaves nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from office.models import JournalEntry
from participants.models import ImportRun, Municipality
from participants.register import applying
from tests.factories import MunicipalityFactory
from tests.participants.register import MUNICIPALITIES, PEOPLE, PEOPLE_HEADER, csv, take
from tests.participants.register_pages import text, upload, url


def test_a_file_goes_in_in_three_steps(page, anne):
    answer = upload(page, MUNICIPALITIES, csv("kommunenr;navn;vapen", "1867;Bø;x", "301;Oslo;"))
    run = ImportRun.objects.get()
    assert answer.url == url("import_run", run.pk)
    shown = text(page.get(answer.url))
    for piece in ("Mente du 0301?", "Importer 1 rad", "Ukjente kolonner", "vapen",
                  "Ingen e-post sendes", "La være å importere den 1 raden"):  # fmt: skip
        assert piece in shown
    refused = page.post(answer.url, {"seal": applying.recheck(run).seal})
    assert refused.status_code == 422
    assert "kryss av" in text(refused)
    assert not Municipality.objects.exists()
    rows = page.get(url("import_rows", run.pk)).content.decode("utf-8-sig").splitlines()
    assert rows[1] == "301;Oslo;3;kommunenr: Et kommunenummer har 4 sifre. Mente du 0301?"
    done = page.post(
        answer.url, {"seal": applying.recheck(run).seal, "leave_out": "on"}, follow=True
    )
    assert "Importen er gjort" in text(done)
    assert Municipality.objects.get().name == "Bø"
    assert page.post(answer.url, {"seal": "x"}).status_code == 200  # done already: the result again
    assert Municipality.objects.count() == 1


def test_a_register_that_moved_is_shown_again_instead_of_written(page, anne):
    answer = upload(page, MUNICIPALITIES, csv("kommunenr;navn", "1867;Bø", "1871;Andøy"))
    run = ImportRun.objects.get()
    seal = applying.recheck(run).seal
    MunicipalityFactory(region=anne.region, number="1867", name="Bø i Vesterålen")
    refused = page.post(answer.url, {"seal": seal})
    assert refused.status_code == 422
    assert "Registeret er endret siden du så på radene" in text(refused)
    assert "Endret i mellomtiden" in text(refused)
    assert Municipality.objects.count() == 1
    new = applying.recheck(run).seal
    assert f'value="{new}"' in text(refused)
    assert page.post(answer.url, {"seal": new}).status_code == 302


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (csv("fornavn", "A"), "Fant ikke kolonnen"),
        ([("x.csv", b"%PDF\x00")], "ikke et regneark"),
        ([("x.csv", b"")], "er tom"),
        ([("x.csv", b"1867;B\n" * 999_999)], "større enn 5 MB"),
        ([("x.json", b"{}")], "Velg «barnehager»"),
        (csv(PEOPLE_HEADER, "A;B;01019012345;;;;;;;;;"), "ligner et fødselsnummer"),
    ],
)
def test_a_file_that_is_refused_leaves_nothing(page, anne, file, sentence):
    answer = upload(page, PEOPLE, file)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert 'role="alert"' in text(answer)
    assert not ImportRun.objects.exists()


def test_nothing_chosen_is_told(page, anne):
    answer = page.post(url("imports"), {})
    assert answer.status_code == 422
    assert "Velg én eller flere filer." in text(answer)


def test_the_check_of_five_thousand_rows_is_shown_in_pieces(page, anne):
    rows = [f"{n:04};Kommune {n}" for n in range(5000)]
    answer = upload(page, MUNICIPALITIES, csv("kommunenr;navn", *rows))
    with CaptureQueriesContext(connection) as asked:
        shown = page.get(answer.url, {"vis": "new", "page": 7})
    assert (len(shown.content) < 100_000, len(asked) <= 14) == (True, True)
    assert "Kommune 349" in text(shown)


def test_an_upload_can_be_thrown_away(page, anne):
    upload(page, MUNICIPALITIES, csv("kommunenr;navn", "1867;Bø"))
    run = ImportRun.objects.get()
    assert page.post(url("import_discard", run.pk)).status_code == 302
    assert not ImportRun.objects.exists()
    assert JournalEntry.objects.latest("id").did == "import.discarded"


def test_an_upload_whose_files_are_gone_says_so(page, anne):
    run = ImportRun.objects.create(region=anne.region, kind=MUNICIPALITIES)
    assert page.get(url("import_run", run.pk)).status_code == 410
    assert page.get(url("import_rows", run.pk)).status_code == 404


def test_what_was_left_out_is_offered_for_a_week(page, anne):
    run = take(MUNICIPALITIES, csv("kommunenr;navn", "301;Oslo"), anne.region, leave_out=True)
    rows = url("import_rows", run.pk)
    assert rows in text(page.get(url("import_run", run.pk)))
    ImportRun.objects.update(created_at=timezone.now() - timedelta(days=7, minutes=1))
    assert rows not in text(page.get(url("import_run", run.pk)))
    assert page.get(rows).status_code == 404


@pytest.mark.parametrize("kind", ["municipalities", "institutions", "people"])
def test_a_template_can_be_filled_in_and_sent_back(page, anne, kind, havblikk):
    header = page.get(url("import_template", kind))
    assert header["Content-Disposition"].startswith("attachment")
    [(name, content)] = [("mal.csv", header.content)]
    if kind == "people":
        content = content.replace(b"Havblikk barnehage", b"Havblikk")
    answer = upload(page, kind, [(name, content)])
    assert answer.status_code == 302
    assert ImportRun.objects.get().counts["wrong"] == 0
