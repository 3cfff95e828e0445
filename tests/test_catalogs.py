"""Everything the product says is said in each language it offers, with the same placeholders."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
TALKING = ["config", "office", "participants", "networks", "gatherings", "templates"]
OFFERED = [code for code, _name in settings.LANGUAGES]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> polib.POFile:
    """All texts of the source, as gettext finds them."""
    copy = tmp_path_factory.mktemp("source")
    for name in TALKING:
        wanted = shutil.ignore_patterns("locale", "__pycache__", "migrations")
        shutil.copytree(ROOT / name, copy / name, ignore=wanted)
    (copy / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "-l", "zz", "-e", "py,html,txt"]
    plain = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=copy, check=True, capture_output=True, env=plain)
    return polib.pofile(str(copy / "locale/zz/LC_MESSAGES/django.po"))


def called(node: ast.AST) -> str:
    """The name of the function a node calls, or nothing."""
    wanted = getattr(node, "func", None)
    return getattr(wanted, "attr", getattr(wanted, "id", ""))


def test_no_text_is_translated_inside_an_f_string():
    """xgettext does not look there: the page would speak English."""
    speaking = re.compile(r"_|_lazy|n?p?gettext(_lazy|_noop)?")
    faults = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for name in TALKING[:-1]
        for path in sorted((ROOT / name).rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_text()))
        if isinstance(text, ast.JoinedStr)
        for node in ast.walk(text)
        if speaking.fullmatch(called(node))
    ]
    assert faults == []


def catalog(language: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "config/locale" / language / "LC_MESSAGES/django.po"))


@pytest.mark.parametrize("language", OFFERED)
def test_no_text_is_left_in_english(said, language):
    known = {
        (entry.msgctxt, entry.msgid)
        for entry in catalog(language)
        if entry.msgstr or (entry.msgstr_plural and all(entry.msgstr_plural.values()))
    }
    assert [e.msgid for e in said if (e.msgctxt, e.msgid) not in known] == []


@pytest.mark.parametrize("language", OFFERED)
def test_a_translation_has_the_placeholders_of_its_text(language):
    faults = []
    for entry in catalog(language):
        wanted = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        faults += [
            f"{entry.msgid} → {text}"
            for text in [entry.msgstr, *entry.msgstr_plural.values()]
            if not set(PLACEHOLDER.findall(text)) <= wanted
        ]
    assert faults == []


@pytest.mark.parametrize("language", OFFERED)
def test_nobody_is_told_that_a_value_is_invalid(language):
    """ux.md 8: words we do not use."""
    banned = re.compile(
        r"\b(vennligst|ugyldig\w*|klikk her|klik her|obligatorisk)\b|!", re.IGNORECASE
    )
    texts = [t for e in catalog(language) for t in [e.msgstr, *e.msgstr_plural.values()]]
    assert [text for text in texts if banned.search(text)] == []
