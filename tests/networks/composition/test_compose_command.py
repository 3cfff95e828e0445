"""`manage.py compose`: JSON and nothing else on stdout, no database, one sentence for bad cases."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from tests.networks.composition import brute, judge
from tests.networks.composition.made import lifelike


def told(tmp_path, case, *options):
    """What the command prints for a case."""
    path, out = tmp_path / "case.json", StringIO()
    path.write_text(json.dumps(case))
    call_command("compose", str(path), *options, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def where_of(answer):
    return {person: group for group, people in answer["groups"].items() for person in people}


def test_a_case_becomes_a_proposal_without_a_database(tmp_path):
    case = lifelike(30)
    answer = told(tmp_path, case, "--steps", "2000")
    assert judge.broken(case, where_of(answer), answer["leaders"]) == []
    assert answer["score"] == judge.score(case, where_of(answer))
    assert (answer["floor"], answer["proved_by"]) == (0, "closed form")
    assert answer["leaders"] == {g["id"]: g["leader"] for g in case["groups"]}


def test_people_with_groups_today_get_the_fewest_moves_and_a_frontier(tmp_path):
    case = lifelike(12, leaders=False)
    for n, person in enumerate(case["people"]):
        person["current"] = "g000" if n < 8 else "g001"
    case["rules"]["same_barnehage"] = "free"
    answer = told(tmp_path, case, "--steps", "1000")
    first = answer["frontier"][0]
    assert answer["moves"] == first["moves"] == brute.moves(case, where_of(answer)) == 1
    assert answer["groups"] == first["groups"]
    for one in answer["frontier"]:
        where = where_of(one)
        assert (one["moves"], one["score"]) == (brute.moves(case, where), judge.score(case, where))


def test_what_is_impossible_is_explained_in_the_words_of_the_checker(tmp_path):
    case = lifelike(7, leaders=False)
    case["groups"] = [{"id": "g1", "min": 5, "max": 6}]
    answer = told(tmp_path, case, "--steps", "100")
    assert answer["infeasible"] is True
    assert answer["conflict"] == [["size_max", "g1"]]
    assert [e["rule"] for e in answer["relaxations"][0]["exceptions"]] == ["size"]
    assert answer["relaxations"][0]["price"] == 10


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "Saken er ikke JSON"),
        ('{"people": []}', "groups"),
        ('{"groups": [{"id": "g", "min": 3, "max": 2}]}', "groups[0]"),
    ],
)
def test_a_case_that_cannot_be_read_ends_with_one_sentence(tmp_path, text, sentence):
    path, out, err = tmp_path / "case.json", StringIO(), StringIO()
    path.write_text(text)
    with pytest.raises(SystemExit) as end:
        call_command("compose", str(path), stdout=out, stderr=err)
    assert end.value.code == 2
    assert out.getvalue() == ""
    assert sentence in err.getvalue()
    assert err.getvalue().count("\n") == 1


def test_a_file_that_is_not_there_ends_with_one_sentence(tmp_path):
    err = StringIO()
    with pytest.raises(SystemExit):
        call_command("compose", str(tmp_path / "none.json"), stderr=err)
    assert "kan ikke leses" in err.getvalue()
