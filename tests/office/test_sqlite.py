"""SQLite, the database of a first try, while two processes write to it."""

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from tests.test_dev import ROOT, first_try

DOCUMENTS = 11
ALL_BUT_SOME = """update office_document set state = 'failed'
    where id not in (select id from office_document limit ?)"""
SIGN_OF_LIFE = "replace into office_heartbeat (part, at) values ('web', datetime('now'))"


def test_documents_are_made_while_somebody_else_writes(tmp_path: Path):
    env = first_try(tmp_path)
    manage = [sys.executable, "manage.py"]
    # A demo of next year: its letters are not due, so all the sweep has to do is its documents.
    day = (timezone.localdate() + timedelta(days=365)).isoformat()
    for words in (["migrate", "-v0"], ["demo", "--today", day]):
        subprocess.run([*manage, *words], cwd=ROOT, env=env, check=True)
    file = tmp_path / "takt.sqlite3"
    with closing(sqlite3.connect(file, timeout=20, isolation_level=None)) as other:
        other.execute(ALL_BUT_SOME, [DOCUMENTS])
        clock = subprocess.Popen([*manage, "clock", "--once"], cwd=ROOT, env=env)
        while clock.poll() is None:
            other.execute(SIGN_OF_LIFE)
            time.sleep(0.01)
        made = other.execute("select count(*) from office_document where state = 'ready'")
        assert (clock.returncode, made.fetchone()) == (0, (DOCUMENTS,))
