"""The Nordic alphabet for both databases: … z æ ø å, aa as å, č with c; capitals beside small.

PostgreSQL has it in ICU (the first migration creates the collation `nordic`); SQLite gets it from
here, together with a LIKE that knows that Å and å are one letter.
"""

import functools
import re
import unicodedata
from typing import Any

from django.db import NotSupportedError, transaction

AFTER_Z = {"æ": "{1", "ä": "{1", "ø": "{2", "ö": "{2", "å": "{3"}


@functools.lru_cache(maxsize=4096)
def sort_key(text: str) -> tuple[str, str]:
    """Where `text` stands in a Norwegian or Danish register."""
    letters = text.casefold().replace("aa", "å")
    return "".join(AFTER_Z.get(c) or unicodedata.normalize("NFD", c)[0] for c in letters), text


def compare(left: str, right: str) -> int:
    """-1, 0 or 1, as SQLite wants it."""
    a, b = sort_key(left), sort_key(right)
    return (a > b) - (a < b)


@functools.lru_cache(maxsize=512)
def _pattern(like: str, escape: str | None) -> re.Pattern[str]:
    parts, letters = [], iter(like)
    for letter in letters:
        if escape and letter == escape:
            parts.append(re.escape(next(letters, "")))
        else:
            parts.append({"%": ".*", "_": "."}.get(letter) or re.escape(letter))
    return re.compile("".join(parts), re.DOTALL | re.IGNORECASE)


def like(pattern: str | None, text: str | None, escape: str | None = None) -> bool | None:
    """SQL LIKE without regard to case, for every letter and not only a–z."""
    if pattern is None or text is None:
        return None
    return bool(_pattern(str(pattern), escape).fullmatch(str(text)))


def teach_connection(connection: Any, **_kwargs: Any) -> None:
    """Give a fresh SQLite connection the collation and the LIKE; PostgreSQL has both."""
    if connection.vendor == "sqlite":
        connection.connection.create_collation("nordic", compare)
        for arguments in (2, 3):
            connection.connection.create_function("like", arguments, like, deterministic=True)


def create_collation(apps: Any, schema_editor: Any) -> None:
    """The first migration: PostgreSQL gets `nordic` from ICU, or plain order without ICU."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_collation WHERE collname = 'nordic'")
        if cursor.fetchone():
            return
        try:  # asked, not looked up: a build without ICU lists some of its collations all the same
            with transaction.atomic(schema_editor.connection.alias):
                cursor.execute("CREATE COLLATION nordic (provider = icu, locale = 'nb-NO')")
        except NotSupportedError:
            cursor.execute('CREATE COLLATION nordic FROM "C"')
