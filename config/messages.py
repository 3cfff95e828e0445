"""Compiles the catalogs of config/locale: `python -m config.messages` (needs no gettext)."""

from pathlib import Path

import polib

LOCALE = Path(__file__).parent / "locale"


def compile_catalogs() -> list[Path]:
    """Write django.mo beside every django.po, whole or not at all; return the files written."""
    written = []
    for po in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        draft = po.with_suffix(".mo.new")
        polib.pofile(str(po)).save_as_mofile(str(draft))
        draft.replace(mo)
        written.append(mo)
    return written


if __name__ == "__main__":
    compile_catalogs()
