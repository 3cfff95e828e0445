"""The demo: built around any day, all or nothing, and the same whenever it is built."""

import re
from collections import Counter
from datetime import datetime, timedelta
from zlib import crc32

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from gatherings.models import Gathering
from networks.board import read_board
from networks.models import RuleException, Season
from office.models import Letter
from participants.models import Municipality, Person, Region

pytestmark = pytest.mark.django_db(transaction=True)

OURS = ["participants", "networks", "gatherings", "office"]
# What differs by nature: keys, random names of mails, and a number over facts that name a key.
OWN_TO_EACH = {"id", "message_id", "digest"}
FOLD = "\r\n "
KEYS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=/svar/)[\w-]+")


def demo(day) -> None:
    call_command("demo", today=day, seed=7, verbosity=0)


@pytest.mark.parametrize("days", [-365, 365])
def test_it_can_be_built_a_year_away(days):
    today = timezone.localdate() + timedelta(days=days)
    demo(today)
    called = Gathering.objects.filter(state=Gathering.State.CALLED)
    assert called.count() == 24
    assert {timezone.localdate(gathering.called_at) for gathering in called} == {today}
    # Both rounds' openings reached every leader, and each invitation has its sender.
    assert Letter.objects.filter(template="round_opened").count() == 2 * 26
    assert not Letter.objects.filter(template="invitation", reply_to="").exists()


def test_v10_a_municipality_of_two_houses_lives_with_its_rules_and_says_why():
    demo(timezone.localdate())
    admin = Person.objects.get(roles__kind="admin")
    small = Municipality.objects.get(number="1851")
    board = read_board(Season.objects.get(), small, reader=admin)
    found = {finding.rule: finding.level for finding in board.findings if finding.level != "kept"}
    assert found == {"size": "excused", "colleagues": "excused", "own_staff": "excused"}
    assert (
        RuleException.objects.count()
        == len(board.reasons)
        == sum(finding.level == "excused" for finding in board.findings)
    )


def test_a_build_that_fails_leaves_what_was_there():
    demo(timezone.localdate())
    before = Region.objects.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE gatherings_report ADD CONSTRAINT none_more CHECK (false) NOT VALID"
        )
    try:
        with pytest.raises(DatabaseError):
            demo(timezone.localdate())
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE gatherings_report DROP CONSTRAINT none_more")
    assert Region.objects.get() == before
    assert Gathering.objects.count() == 26 * 3


def test_two_builds_are_equal_however_far_apart():
    today = timezone.localdate()
    demo(today)
    first = everything()
    with time_machine.travel(datetime.now().astimezone() + timedelta(days=400, hours=5)):
        demo(today)
    second = everything()
    assert (first - second, second - first) == (Counter(), Counter())


def everything() -> Counter:
    """Every row of the demo, told by what it says and what it belongs to."""
    models = [model for label in OURS for model in apps.get_app_config(label).get_models()]
    rows = {(model, row.pk): row for model in models for row in model.objects.all()}
    assert len(rows) > 2000
    known: dict = {}
    return Counter(told(key, rows, known) for key in rows)


def told(key: tuple, rows: dict, known: dict) -> str:
    """One row in words, without its key; another row it points to by a number over its words."""
    if key not in known:
        row, words = rows[key], [key[0].__name__]
        for field in row._meta.concrete_fields:
            value = getattr(row, field.attname)
            if field.is_relation and value is not None:
                value = crc32(told((field.related_model, value), rows, known).encode())
            if field.name not in OWN_TO_EACH:
                words.append(f"{field.name}={value}")
        known[key] = KEYS.sub("…", "\n".join(words).replace(FOLD, ""))
    return known[key]
