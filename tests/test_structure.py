"""The house keeps its shape: imports left only, no domain word in the office, doors everywhere."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ORDER = ["office", "participants", "networks", "gatherings"]
DOMAIN_WORDS = ["gathering", "network", "institution", "municipalit", "barnehage", "samling"]


def imports(path: Path) -> set[str]:
    """Top-level packages a module imports at run time."""
    tree = ast.parse(path.read_text())
    typing_only = {
        node
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.dump(branch.test)
        for node in ast.walk(branch)
    }
    found = set()
    for node in ast.walk(tree):
        if node in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def named_in(path: Path) -> set[str]:
    """Every dotted name a module imports or imports from, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def modules(app: str) -> list[Path]:
    return [p for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts]


@pytest.mark.parametrize("app", ORDER)
def test_an_app_imports_only_to_the_left(app):
    above = {*ORDER[ORDER.index(app) + 1 :], "config"}
    assert [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(app)
        for name in imports(path) & above
    ] == []


def test_the_office_knows_no_word_of_the_field():
    assert [
        f"{path.relative_to(ROOT)}: {word}"
        for path in modules("office")
        for word in DOMAIN_WORDS
        if word in path.read_text().lower()
    ] == []


def test_only_the_worker_loads_the_printer():
    """office.delivery and office.pdf load WeasyPrint; a view that imports them would too."""
    worker = {"office/tasks.py", "office/delivery.py", "office/pdf.py"}
    heavy = {"office.delivery", "office.tasks", "office.pdf", "weasyprint"}
    loaders = {
        str(path.relative_to(ROOT))
        for app in ORDER
        for path in modules(app)
        if named_in(path) & heavy
    }
    assert loaders <= worker


def test_only_the_outbox_mails():
    """A letter is a row first: nobody else reaches for the mail server."""
    carriers = {"office/delivery.py", "office/mailbox.py"}
    mailers = ("django.core.mail", "smtplib")
    assert {
        str(path.relative_to(ROOT))
        for app in [*ORDER, "config"]
        for path in modules(app)
        if any(name.startswith(mailers) for name in named_in(path))
    } == carriers


@pytest.mark.parametrize("path", [p for app in ORDER for p in modules(app)], ids=str)
def test_a_file_can_be_read_in_one_sitting(path):
    assert len(path.read_text().splitlines()) <= 450


def test_no_function_is_longer_than_forty_lines():
    long = []
    for app in ORDER:
        for path in modules(app):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    told = len((ast.get_docstring(node) or "").splitlines())
                    begins = node.body[0].lineno  # the signature may take the lines it needs
                    length = node.end_lineno - begins + 1 - told
                    if length > 40:
                        long.append(f"{path.relative_to(ROOT)}: {node.name} {length}")
    assert long == []


def test_there_is_no_drawer_for_everything():
    forbidden = {"utils", "services", "helpers", "common", "managers", "signals"}
    assert [p for app in ORDER for p in modules(app) if p.stem in forbidden] == []
