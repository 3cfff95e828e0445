"""The catalogs of config/locale: `python -m config.messages [--tidy]` (needs no gettext)."""

import sys
from pathlib import Path

import polib

LOCALE = Path(__file__).parent / "locale"
# Written by makemessages at every run, and nothing but noise in a diff.
CHANGING = ("POT-Creation-Date", "Report-Msgid-Bugs-To")


def compile_catalogs() -> None:
    """Write django.mo beside every django.po, whole or not at all."""
    for po in catalogs():
        draft = po.with_suffix(".mo.new")
        polib.pofile(str(po)).save_as_mofile(str(draft))
        draft.replace(po.with_suffix(".mo"))


def tidy_catalogs() -> None:
    """After makemessages: texts in the order of the alphabet, and no guessed translation."""
    for po in catalogs():
        catalog = polib.pofile(str(po), wrapwidth=96)
        for name in CHANGING:
            catalog.metadata.pop(name, None)
        for entry in catalog:
            if entry.fuzzy:
                entry.flags.remove("fuzzy")
                entry.msgstr, entry.msgstr_plural = "", dict.fromkeys(entry.msgstr_plural, "")
                entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
        catalog.sort(
            key=lambda e: (e.obsolete, e.msgid.lower(), e.msgid.swapcase(), e.msgctxt or "")
        )
        catalog.save()


def catalogs() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


if __name__ == "__main__":
    if "--tidy" in sys.argv:
        tidy_catalogs()
    compile_catalogs()
