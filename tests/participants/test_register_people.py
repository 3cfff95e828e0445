"""Import of people: who is known again, who moves, and what no file does to her."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from participants.models import Person, Position
from participants.register.checking import check
from tests.factories import InstitutionFactory, MunicipalityFactory, PersonFactory, PositionFactory
from tests.participants.register import PEOPLE, PEOPLE_HEADER, PERSON, counts, csv, reasons, take

# --- known again ---------------------------------------------------------------------------------


def test_people_and_their_positions_are_made_and_found_again(region, havblikk):
    take(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    ronja = Person.objects.get()
    position = ronja.positions.get()
    assert (ronja.email, ronja.mobile, ronja.language) == ("ronja@example.no", "+4790000001", "nb")
    assert (position.institution, position.kind) == (havblikk, Position.Kind.PEDAGOGICAL_LEADER)
    assert (position.starts_on, position.ends_on) == (date(2025, 8, 1), None)
    assert counts(PEOPLE, csv(PEOPLE_HEADER, PERSON), region) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    "line",
    [
        "RONJA;EKSEMPEL;RONJA@example.no;;pedagogisk leder;Havblikk;2025-08-01;;;;;",
        "Ronja;Eksempel;;90 00 00 01;pedagogisk leder;Havblikk;2025-08-01;;;;;",
        "Ronja;Eksempel;;;pedagogisk leder;Havblikk;2025-08-01;;;;;",
        "Ronja;Eksempel;ny@example.no;;pedagogisk leder;Havblikk;2025-08-01;;;;;",
    ],
    ids=["e-mail and name", "mobile and name", "name and place", "new address"],
)
def test_a_person_is_known_by_address_and_name_or_by_name_and_place(region, havblikk, line):
    take(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    assert counts(PEOPLE, csv(PEOPLE_HEADER, line), region)[0] == 0
    take(PEOPLE, csv(PEOPLE_HEADER, line), region)
    assert Person.objects.count() == Position.objects.count() == 1


def test_two_people_may_share_a_mailbox(region, havblikk):
    file = csv(
        PEOPLE_HEADER,
        "Aud;Eksempel;post@example.no;;styrer;Havblikk;2020-01-01;;;;;",
        "Per;Eksempel;post@example.no;;ped.leder;Havblikk;2020-01-01;;;;;",
    )
    take(PEOPLE, file, region)
    assert Person.objects.filter(email="post@example.no").count() == 2
    assert counts(PEOPLE, file, region) == (0, 0, 2, 0)


def test_nynorsk_is_taken_as_the_sentence_says_and_kept(region, havblikk):
    file = csv(PEOPLE_HEADER, PERSON.removesuffix("nb") + "nynorsk")
    assert reasons(PEOPLE, file, region) == []
    take(PEOPLE, file, region)
    ronja = Person.objects.get()
    assert (ronja.language, ronja.speaks) == ("nn", "nb")
    assert counts(PEOPLE, file, region) == (0, 0, 1, 0)
    french = csv(PEOPLE_HEADER, PERSON.removesuffix("nb") + "fransk")
    assert "Skriv nb, nn eller da." in reasons(PEOPLE, french, region)[0][2]


# --- from place to place -------------------------------------------------------------------------


def test_who_changes_place_ends_the_old_position_the_day_before(region, sortland, havblikk):
    InstitutionFactory(municipality=sortland, name="Fjæra", owner=havblikk.owner)
    take(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    moved = csv(PEOPLE_HEADER, PERSON.replace("Havblikk;2025-08-01", "Fjæra;2026-08-01"))
    row = check(PEOPLE, moved, region).rows[0]
    assert [(c.label, c.after) for c in row.changes] == [
        ("Ny stilling", "pedagogisk leder, Fjæra, 1. august 2026–"),
        ("Slutter: pedagogisk leder, Havblikk", "31. juli 2026"),
    ]
    take(PEOPLE, moved, region)
    assert list(Position.objects.order_by("starts_on").values_list("starts_on", "ends_on")) == [
        (date(2025, 8, 1), date(2026, 7, 31)),
        (date(2026, 8, 1), None),
    ]
    assert counts(PEOPLE, moved, region) == (0, 0, 1, 0)


def test_who_works_at_two_places_keeps_both(region, sortland, havblikk):
    InstitutionFactory(municipality=sortland, name="Fjæra", owner=havblikk.owner)
    both = csv(PEOPLE_HEADER, PERSON, PERSON.replace("Havblikk", "Fjæra"))
    take(PEOPLE, both, region)
    assert (Person.objects.count(), Position.objects.filter(ends_on=None).count()) == (1, 2)
    assert counts(PEOPLE, both, region) == (0, 0, 2, 0)


def test_nobody_is_moved_by_a_file_whose_other_row_about_her_is_wrong(region, sortland, havblikk):
    InstitutionFactory(municipality=sortland, name="Fjæra", owner=havblikk.owner)
    take(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    here, there = PERSON.replace("Havblikk", "Havblik"), PERSON.replace("Havblikk", "Fjæra")
    file = csv(PEOPLE_HEADER, here, there.replace("2025-08-01", "2026-08-01"))
    take(PEOPLE, file, region, leave_out=True)
    assert Position.objects.filter(ends_on=None).count() == 2


def test_a_move_to_a_day_before_the_old_position_began_is_asked_about(region, sortland, havblikk):
    InstitutionFactory(municipality=sortland, name="Fjæra", owner=havblikk.owner)
    take(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    early = csv(PEOPLE_HEADER, PERSON.replace("Havblikk;2025-08-01", "Fjæra;2025-01-01"))
    [(_row, column, sentence)] = reasons(PEOPLE, early, region)
    assert (column, "Havblikk" in sentence) == ("fra", True)


# --- rows left out leave nothing ------------------------------------------------------------------


def line(kind="ped.leder", place="Havblikk", starts="2025-08-01", ends="", mobile="", language=""):
    return f"Ronja;Eksempel;ronja@example.no;{mobile};{kind};{place};{starts};{ends};;;;{language}"


def left_out(region, *lines):
    """Ronja as she is stored once the wrong rows of the file were left out; the right ones."""
    file = csv(PEOPLE_HEADER, *lines)
    verdicts = [row.status.value for row in check(PEOPLE, file, region).rows]
    take(PEOPLE, file, region, leave_out=True)
    assert verdicts.count("wrong") == 1
    return Person.objects.get(first_name="Ronja"), verdicts


@pytest.fixture
def working(region, sortland, havblikk):
    """Ronja is in the register, may log in, and works at Havblikk and, since 2020, at Lia."""
    for name in ("Fjæra", "Lia"):
        InstitutionFactory(municipality=sortland, name=name, owner=havblikk.owner)
    here, lia = line(mobile="90000001"), line(place="Lia", starts="2020-08-01")
    take(PEOPLE, csv(PEOPLE_HEADER, here, lia), region)
    Person.objects.update(invited_at=timezone.now())


REFUSED = {
    "a manager by a file": {"kind": "styrer", "starts": "2026-08-01"},
    "a move to a day before": {"place": "Fjæra", "starts": "2019-01-01"},
}


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("order", [1, -1])
def test_a_row_left_out_changes_nothing_about_the_person(region, working, refused, order):
    wrong, right = line(mobile="90000002", **refused), line(language="da")
    ronja, _verdicts = left_out(region, *[wrong, right][::order])
    assert (ronja.mobile, ronja.language) == ("+4790000001", "da")


@pytest.mark.parametrize("order", [1, -1])
def test_what_a_right_row_says_is_saved_though_a_row_left_out_says_it_too(region, working, order):
    wrong = line(mobile="90000002", **REFUSED["a manager by a file"])
    ronja, verdicts = left_out(region, *[wrong, line(mobile="90000002")][::order])
    assert (ronja.mobile, "changed" in verdicts) == ("+4790000002", True)


def test_a_second_row_about_a_position_does_not_move_its_days(region, working):
    ronja, _verdicts = left_out(region, line(ends="2026-07-31"), line(ends="2027-07-31"))
    assert ronja.positions.get(institution__name="Havblikk").ends_on == date(2026, 7, 31)


def test_a_position_ended_by_one_row_is_taken_up_again_by_the_next(region, working):
    file = csv(PEOPLE_HEADER, line(ends="2025-12-31"), line(starts="2026-08-01"))
    assert counts(PEOPLE, file, region) == (0, 2, 0, 0)


# --- what no file does ---------------------------------------------------------------------------


def test_an_import_invites_nobody_gives_no_role_and_sends_nothing(region, havblikk, committed):
    with committed():
        take(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    ronja = Person.objects.get()
    assert (ronja.invited_at, ronja.has_usable_password()) == (None, False)
    assert not ronja.roles.exists()
    assert not ronja.letters.exists()


def test_who_is_missing_in_the_file_stays(region, havblikk):
    PersonFactory(region=region, works_at=havblikk)
    found = check(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    assert found.checker.untouched == 1
    take(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    assert Person.objects.filter(is_active=True).count() == 2


def test_who_may_log_in_does_not_become_a_manager_by_a_file(region, havblikk):
    take(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    manages = csv(
        PEOPLE_HEADER,
        "Ronja;Eksempel;ronja@example.no;+4790000001;styrer;Havblikk;2026-08-01;;;;;nb",
    )
    # Nobody who cannot log in sees anything: then the file may say it.
    assert reasons(PEOPLE, manages, region) == []
    Person.objects.update(invited_at=timezone.now())

    assert reasons(PEOPLE, manages, region) == [
        (
            2,
            "stilling",
            "Kan logge inn, og ville fått se hvem som arbeider der. "
            "Legg til stillingen på siden til personen.",
        )
    ]
    Position.objects.update(kind=Position.Kind.MANAGER, starts_on="2026-08-01")
    assert counts(PEOPLE, manages, region) == (0, 0, 1, 0)


def test_the_way_in_of_somebody_who_may_log_in_is_not_moved_by_a_file(region, havblikk):
    aud = PersonFactory(region=region, first_name="Aud", last_name="By", email="aud@example.no")
    PositionFactory(person=aud, institution=havblikk)
    line = "Aud;By;tyv@example.no;;ped.leder;Havblikk;2020-08-01;;;;;"
    [(_row, column, sentence)] = reasons(PEOPLE, csv(PEOPLE_HEADER, line), region)
    assert (column, "aud@example.no" in sentence) == ("epost", True)


def test_somebody_out_of_use_is_not_taken_into_use_by_a_file(region, havblikk):
    PersonFactory(region=region, first_name="Aud", last_name="By", email="aud@example.no",
                  is_active=False)  # fmt: skip
    line = "Aud;By;aud@example.no;;ped.leder;Havblikk;2020-08-01;;;;;"
    assert "ikke i bruk" in reasons(PEOPLE, csv(PEOPLE_HEADER, line), region)[0][2]


def test_nobody_of_another_organisation_is_found_or_changed(region, havblikk):
    elsewhere = PersonFactory(first_name="Ronja", last_name="Eksempel", email="ronja@example.no")
    PositionFactory(person=elsewhere, institution=InstitutionFactory(name="Utenfor"))
    assert counts(PEOPLE, csv(PEOPLE_HEADER, PERSON), region) == (1, 0, 0, 0)
    line = PERSON.replace("Havblikk", "Utenfor")
    assert counts(PEOPLE, csv(PEOPLE_HEADER, line), region) == (0, 0, 0, 1)


# --- all reasons at once -------------------------------------------------------------------------


def test_wrong_people_say_every_reason(region, havblikk):
    later = timezone.localdate() + timedelta(days=9999)
    file = csv(
        PEOPLE_HEADER,
        f"A;B;a@example.no, b@example.no;12;rektor;Havblik;0001-01-01;{later};;;;fr",
        ";B;ingrid@lillestua;;styrer;Havblikk;2025-08-01;2025-07-31;;;;",
        "A;B;;;styrer;;31.02.2025;9999-12-31;;;;",
        "A;B;;;pædagogisk leder;Vestmarka;;;;;;",
    )
    said = reasons(PEOPLE, file, region)
    assert [(row, column) for row, column, _sentence in said] == [
        (2, "epost"), (2, "mobil"), (2, "sprak"), (2, "stilling"), (2, "fra"), (2, "til"),
        (2, "barnehage"),
        (3, "fornavn"), (3, "epost"), (3, "til"),
        (4, "fra"), (4, "til"), (4, "barnehage"),
        (5, "stilling"), (5, "barnehage"),
    ]  # fmt: skip
    sentences = {(row, column): sentence for row, column, sentence in said}
    assert sentences[2, "barnehage"] == "«Havblik» er ikke i registeret. Mente du Havblikk?"
    assert sentences[3, "til"] == "Siste dag kan ikke være før første dag."
    assert sentences[5, "barnehage"] == (
        "«Vestmarka» er ikke i registeret. Importer barnehagene først."
    )
    assert sentences[2, "stilling"] == (
        "«rektor» er ikke en stilling vi kjenner. Skriv styrer eller pedagogisk leder."
    )


def test_the_reasons_are_danish_for_a_danish_reader(region, havblikk):
    line = "A;B;;;rektor;Havblik;;;;;;"
    with override("da"):
        said = [sentence for *_where, sentence in reasons(PEOPLE, csv(PEOPLE_HEADER, line), region)]
    assert said == [
        "«rektor» er ikke en stilling, vi kender. Skriv leder eller ressourceperson.",
        "«Havblik» er ikke i registret. Mente du Havblikk?",
    ]


def test_the_same_person_twice_and_two_stories_about_her_are_told(region, sortland, havblikk):
    InstitutionFactory(municipality=sortland, name="Fjæra", owner=havblikk.owner)
    other = PERSON.replace("Havblikk", "Fjæra").replace("+4790000001", "90000009")
    said = reasons(PEOPLE, csv(PEOPLE_HEADER, PERSON, PERSON, other), region)
    assert said == [
        (3, "", "Rad 2 gjelder samme person."),
        (4, "mobil", "Rad 2 sier noe annet om samme person."),
    ]


def test_a_place_named_in_two_municipalities_needs_its_number(region, havblikk):
    hadsel = MunicipalityFactory(region=region, number="1866", name="Hadsel")
    there = InstitutionFactory(municipality=hadsel, name="Havblikk", owner=havblikk.owner)
    [(_row, _column, sentence)] = reasons(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    assert sentence == "Navnet brukes i Hadsel, Sortland - Suortá. Skriv kommunenr også."
    take(PEOPLE, csv(f"{PEOPLE_HEADER};kommunenr", f"{PERSON};1866"), region)
    assert Position.objects.get().institution == there
