"""Every fault a case can have has its sentence."""

import re
from pathlib import Path

from networks.composition import cases
from networks.composition.cases import CaseError
from networks.composition.words import FAULTS, fault


def test_every_kind_of_fault_has_a_sentence():
    source = Path(cases.__file__).read_text()
    kinds = set(re.findall(r'CaseError\(\s*"(\w+)"', source)) - {"not_"}
    kinds |= {f"not_{kind}" for kind in ("dict", "list", "str", "bool", "int")}
    assert kinds - set(FAULTS) == set()


def test_a_sentence_says_where_and_what():
    assert fault(CaseError("not_int", "groups[0].min", "mange")) == (
        "groups[0].min må være et helt tall, ikke «mange»."
    )
    assert fault(CaseError("not_dict", "", "[]")).startswith("Saken må")
