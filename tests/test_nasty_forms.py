"""Every form of every page takes whatever is sent (R6): never a 500, never a text lost.

Needs no list of forms: each GET of tests/policy.csv is read as each role that may read it, and what
its forms say of themselves is filled in, made nasty and sent. Nothing outlives its question.
"""

import traceback
from collections import Counter
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from django.db import transaction
from django.http import Http404
from django.urls import resolve, reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import world as worlds
from tests.forms_on_page import TYPED, Field, Page, PageForm, Pairs, body, plain, quoted
from tests.nasty import NASTY
from tests.scale import EXAMPLES
from tests.test_policy import LOOKED_AT, address, rows

# Each test may use the database; the world itself is built once, around them all.
pytestmark = pytest.mark.django_db

ROLES = sorted(LOOKED_AT)  # the most powerful first

SCRIPT = "<script>alert(1)"
FOREIGN = "7c2d5b1e-3f4a-4c8e-9b6d-0a1b2c3d4e5f"
BROKEN = [b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b"a\x00b", b"%zz%", b"\xf4\x90\x80\x80"]
NUMBERS = ["0", "-1", "1,5", "0x10", "1_0", "NaN", "-inf", "٣", "9" * 5000, "-" + "9" * 30, "1e9"]
DATES = ["0000-00-00", "20227-01-01", "2026-02-30", "1.1.1", "1.1.0001", "31.12.9999", "١.٢.٢٠٢٦"]
CLOCKS = ["24:00", "25.99", "02:30", "-1:00", "9", "2400", "١٠:٠٠"]
MOMENTS = ["0001-01-01T00:00", "9999-12-31T23:59", "2027-03-28T02:30", "2026-10-25T02:30", "T"]
PLACES = ["javascript:alert(1)", "http://[", "//evil", "https://[::1", "http://a:b@c:99999/", "a:"]
LETTERS = ["a@", "@", "a@b", "a@[127.0.0.1]", "a@xn--.no", "å@æ.no", "a b@c.no", '"a\n"@c.no']
OPTIONS = ["made-up", FOREIGN, "0", "None", "[]", "true", "1870"]
FILES = [b"", b"\x00" * 500, b"PK\x03\x04junk", b"\xff\xfea\x00;\x00", b"a;b\n" * 9000, b'"' * 999]
KINDS = {
    "number": st.sampled_from(NUMBERS) | st.integers().map(str) | st.floats().map(str),
    "date": st.sampled_from(DATES) | st.dates().map(str),
    "time": st.sampled_from(CLOCKS) | st.times().map(str),
    "datetime-local": st.sampled_from(MOMENTS) | st.datetimes().map(lambda at: at.isoformat()),
    "email": st.sampled_from(LETTERS) | st.emails(),
    "url": st.sampled_from(PLACES),
    "file": st.sampled_from(FILES) | st.binary(max_size=400),
    "hidden": st.sampled_from([*OPTIONS, *NUMBERS]),
}
FOR_TEXT = st.text(max_size=80) | st.text(
    alphabet=st.characters(categories=["Cs", "Cc", "Cf", "Mn", "Lo"]), max_size=40
)
WORST = {
    "number": "9" * 5000,
    "date": "20227-01-01",
    "time": "24:00",
    "datetime-local": "9999-12-31T23:59",
    "email": "a@" + "b" * 300 + ".no",
    "url": "javascript:alert(1)",
    "file": b"PK\x03\x04junk",
}
QUERIES = [
    b"-1",
    b"9e99",
    b"99999999999999999999",
    b"\x00",
    b"\xff\xed\xa0\x80",
    b"x" * 10_000,
    b"20227-01-01",
    FOREIGN.encode(),
    b"<script>alert(1)</script>{{7*7}}",
]
SENT: Counter[str] = Counter()


class _RollBack(Exception):
    """Nothing that was sent stays."""


class Caller:
    """One role, signed in, asking the world without changing it."""

    def __init__(self, world: worlds.World, role: str):
        self.client = world.client(role)
        self.cookies = self.client.cookies.output(header="", sep=";").strip()

    def ask(self, method: str, url: str, data: bytes = b"", kind: str = "text/plain"):
        """The answer, or the last lines of the exception that came instead."""
        self.client.cookies.clear()
        self.client.cookies.load(self.cookies)
        SENT[method] += 1
        try:
            with transaction.atomic():
                answer = self.client.generic(method, url, data, content_type=kind)
                raise _RollBack
        except _RollBack:
            return answer
        except Exception:
            return " | ".join(traceback.format_exc().strip().splitlines()[-4:])


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Built once: every question rolls back what it changed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield worlds.build()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def callers(world, request):
    """Each role signed in once; says at last how much was sent."""
    yield {role: Caller(world, role) for role in ROLES}
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\nnasty forms sent: {dict(SENT)}")  # noqa: T201 - a few hundred, or thousands?


def page_rows(*kinds: str):
    """Parameters: the GETs some role gets a page from."""
    found = [row for row in rows() if row["method"] == "GET" and readers(row)]
    found = [row for row in found if not kinds or row["kind"] in kinds]
    return pytest.mark.parametrize("row", found, ids=lambda row: row["name"])


def readers(row: dict[str, str]) -> list[str]:
    return [role for role in ROLES if row[role] == "200"]


def pages(row: dict[str, str], world: worlds.World, callers: dict[str, Caller]):
    """(caller, page) for each role that reads the page; the forms every page has only once."""
    for role in readers(row):
        where = address(row, world)
        answer = callers[role].ask("GET", where)
        assert not isinstance(answer, str), answer
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            return
        text = answer.content.decode()
        framed = row["name"] in {"gatherings:my_page", "gatherings:help"}
        yield callers[role], Page.read(where, text if framed else main(text))


def main(text: str) -> str:
    return text[text.index("<main") : text.index("</main>")]


def forms(row: dict[str, str], world: worlds.World, callers: dict[str, Caller]):
    """(caller, form) for each form that posts, once, with the first role that has it."""
    seen = set()
    for caller, page in pages(row, world, callers):
        for form in page.forms:
            form.action = urljoin(page.address, form.action)
            sign = (view_of(form.action), tuple(sorted(form.fields)))
            if form.method == "post" and sign not in seen:
                seen.add(sign)
                yield caller, form


def view_of(url: str) -> str:
    try:
        return resolve(urlsplit(url).path).view_name
    except Http404:
        return f"no view: {url}"


def flat(values: dict[str, list]) -> Pairs:
    return [(name, value) for name, each in values.items() for value in each]


def faults(caller: Caller, form: PageForm, pairs: Pairs, nasty: set[str]) -> list[str]:
    """What is wrong with the answer to these pairs, of which `nasty` are not the form's own."""
    answer = caller.ask("POST", form.action, *body(form, pairs))
    name = f"{view_of(form.action)} {sorted(nasty)}"
    if isinstance(answer, str):
        return [f"{name}: {answer}"]
    found = []
    if answer.status_code >= 500:
        found.append(f"{name}: {answer.status_code}")
    if answer.status_code == 422 and "json" not in answer.headers["Content-Type"]:
        page = Page.read(form.action, answer.content.decode())
        if not page.alert:
            found.append(f"{name}: 422 without an alert")
        found += [f"{name}: lost {lost}" for lost in missing(form, page, pairs, nasty)]
    if SCRIPT.encode() in answer.content and "text/html" in answer.headers["Content-Type"]:
        found.append(f"{name}: a script in the page")
    if 400 <= answer.status_code < 500 and not answer.content:
        found.append(f"{name}: a bare {answer.status_code}")
    return found


def missing(form: PageForm, page: Page, pairs: Pairs, nasty: set[str]) -> list[str]:
    """Fields whose good value, as sent, is not in the page any more.

    Not those of a formset whose hidden count of rows was tampered with: nobody types that.
    """
    uncounted = tuple(name.rpartition("-")[0] for name in nasty if name.endswith("_FORMS"))
    shown, sent = page.typed(), {name: str(value) for name, value in pairs}
    return [
        f"{name} ({each.kind})"
        for name, each in form.fields.items()
        if name in sent and name not in nasty and not name.startswith(uncounted)
        if each.kind in TYPED | {"select", "radio"}
        if plain(sent[name]) not in shown.get(name, set())
    ]


# --- always: a few posts for each form -------------------------------------------------------


def fixed_posts(form: PageForm):
    """(pairs, names that are nasty): the same for every form."""
    own = form.filled()
    every = set(own)
    seen = {name for name in own if form.fields[name].kind not in {"hidden", "button"}}
    yield [], every
    yield flat({name: ["a\x00b"] for name in every}), every
    yield flat({**own, **{name: [b"\xff\xed\xa0\x80"] for name in seen}}), seen
    bad = {name: [worst(form.fields[name])] for name in seen}
    yield flat(own | bad), seen
    for name, value in dict(form.buttons).items():
        yield flat({**own, **bad, name: [value]}), seen
    yield flat({**own, **{name: ["x" * 200_000] for name in every}}), every
    yield flat({name: [*values, SCRIPT, FOREIGN] for name, values in own.items()}), every
    typed = [name for name in own if form.fields[name].kind in TYPED]
    for name in {*typed[:1], *typed[-1:]}:
        yield flat({**own, name: ["\u200b\x00"]}), {name}


def worst(each: Field) -> str | bytes:
    if each.options:
        return FOREIGN
    return WORST.get(
        each.kind, f"{SCRIPT}</script>{{{{7*7}}}}{{x.__class__}}\r\nBcc: \u202eA\u030a"
    )


@page_rows()
def test_nasty_posts_get_an_answer(row, world, callers):
    found = [
        fault
        for caller, form in forms(row, world, callers)
        for pairs, nasty in fixed_posts(form)
        for fault in faults(caller, form, pairs, nasty)
    ]
    assert found == [], "\n" + "\n".join(found)


def test_the_harness_finds_the_forms(world, callers):
    """The control: a reader of forms that finds none would be green for ever."""
    row = next(row for row in rows() if row["name"] == "gatherings:plan")
    [(_caller, form), *_others] = forms(row, world, callers)
    assert {"date", "time", "text"} <= {each.kind for each in form.fields.values()}
    assert form.filled()["csrfmiddlewaretoken"]


# --- hostile: two hundred for each form ------------------------------------------------------


@st.composite
def posts(draw, form: PageForm):
    """The form's own values with a few fields nasty, doubled, missing or never heard of."""
    own = form.filled()
    names = draw(st.sets(st.sampled_from(sorted(own)), min_size=1, max_size=max(1, len(own))))
    for name in sorted(names):
        one = nasty_for(form.fields[name])
        own[name] = draw(st.just([]) | one.map(lambda value: [value]) | st.lists(one, max_size=3))
    pairs = flat(own)
    if form.buttons and draw(st.booleans()):
        pairs.append(draw(st.sampled_from(form.buttons)))
    if draw(st.integers(0, 9)) == 0:
        pairs.append((draw(st.text(max_size=20)), "x"))
    return pairs, names


def nasty_for(each: Field):
    usual = st.sampled_from(NASTY) | st.sampled_from(BROKEN)
    if each.options:
        return st.sampled_from([*each.options, *OPTIONS]) | usual
    return KINDS.get(each.kind, FOR_TEXT) | usual


def hammer(caller: Caller, form: PageForm) -> list[str]:
    """The faults found by EXAMPLES posts, each told once; the same posts in every run."""
    found: dict[str, None] = {}

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(posts(form))
    def attack(post):
        found.update(dict.fromkeys(faults(caller, form, *post)))

    attack()
    return list(found)


@pytest.mark.hostile
@page_rows()
def test_hundreds_of_nasty_posts_get_an_answer(row, world, callers):
    found = [fault for caller, form in forms(row, world, callers) for fault in hammer(caller, form)]
    assert found == [], "\n" + "\n".join(found[:20])


# --- addresses -------------------------------------------------------------------------------


def asked_for(page: Page) -> set[str]:
    """Names a page reads from its address: its own forms, its own links, and the usual ones."""
    forms = [name for form in page.forms if form.method == "get" for name in form.fields]
    links = [pair.split("=")[0] for link in page.links for pair in urlsplit(link).query.split("&")]
    return {"page", "sort", *forms, *links}


@page_rows()
def test_nasty_addresses_get_an_answer(row, world, callers):
    """All names at once; the hostile run takes them one by one."""
    found = []
    for caller, page in list(pages(row, world, callers))[:1]:
        names = asked_for(page)
        for value in QUERIES if row["kind"] == "list" or len(names) > 2 else QUERIES[2:5]:
            query = "&".join(f"{name}={quoted(value)}" for name in names)
            found += refused(caller, f"{page.address}?{query}")
    assert found == []


@pytest.mark.hostile
@page_rows()
def test_each_nasty_address_gets_an_answer(row, world, callers):
    found = []
    values = [*QUERIES, *NASTY, *NUMBERS, *DATES, *OPTIONS]
    for caller, page in list(pages(row, world, callers))[:1]:
        names = asked_for(page)
        for name in names if row["kind"] == "list" or len(names) > 2 else ():
            for value in values:
                found += refused(caller, f"{page.address}?{name}={quoted(value)[:10_000]}")
    assert found == []


def refused(caller: Caller, url: str) -> list[str]:
    answer = caller.ask("GET", url)
    if isinstance(answer, str):
        return [f"{url[:200]}: {answer}"]
    return [f"{url[:200]}: {answer.status_code}"] if answer.status_code >= 500 else []


# --- what is no form at all ------------------------------------------------------------------

EDGE = b"--x\r\nContent-Disposition: form-data; name="
TRIED = ["gatherings:plan", "participants:imports", "participants:sign_in"]
RAW = {
    "json": (b'{"a": [1', "application/json"),
    "nothing": (b"", ""),
    "a strange type": (b"a=1", "text/\x7f; charset=nowhere"),
    "a strange charset": (b"a=\xe5", "application/x-www-form-urlencoded; charset=utf-7"),
    "no boundary": (b"a", "multipart/form-data"),
    "an unended part": (EDGE + b'"a"\r\n\r\nhalf', "multipart/form-data; boundary=x"),
    "a part without a name": (EDGE + b"\r\n\r\nx\r\n--x--", "multipart/form-data; boundary=x"),
    "bad base64": (
        EDGE + b'"a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\xff\r\n--x--\r\n',
        "multipart/form-data; boundary=x",
    ),
    "a long boundary": (b"a", "multipart/form-data; boundary=" + "x" * 5000),
    "5000 fields": (
        urlencode([(f"f{n}", n) for n in range(5000)]).encode(),
        "application/x-www-form-urlencoded",
    ),
    "7 MB": (b"a=" + b"x" * 7_000_000, "application/x-www-form-urlencoded"),
    "200 files": (
        b"".join(EDGE + b'"f"; filename="a"\r\n\r\nx\r\n' for _ in range(200)) + b"--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
}


@pytest.mark.parametrize("shape", RAW)
@pytest.mark.parametrize("name", TRIED)
def test_what_is_no_form_gets_a_page_of_ours(name, shape, world, callers):
    row = next(row for row in rows() if row["name"] == name)
    caller = callers[readers(row)[0]]
    answer = caller.ask("POST", address(row, world), *RAW[shape])
    assert not isinstance(answer, str), answer
    assert answer.status_code in {200, 302, 400, 413, 422}
    assert answer.status_code == 302 or b'<html lang="nb"' in answer.content


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_wrong_method_is_refused_everywhere(method, world, callers):
    found = {}
    for row in rows():
        role = next((role for role in ROLES if row[role] in {"200", "422"}), None)
        if role is None:
            continue
        answer = callers[role].ask(method, address(row, world), b"a=1")
        status = answer if isinstance(answer, str) else answer.status_code
        if status != 405 or b"</html>" not in answer.content:
            found[row["name"]] = status
    assert found == {}


def test_a_link_that_was_cut_is_a_page_of_ours(callers):
    where = reverse("gatherings:start") + "%00%ff/" + "x" * 3000
    answer = callers["nobody"].ask("GET", where)
    assert answer.status_code == 404
    assert b'<html lang="nb"' in answer.content


@pytest.mark.parametrize("after", ["help", "gatherings:help", "a\x00b", "", "//evil.no", "/\\e"])
def test_the_way_back_after_a_choice_of_language_is_an_address_of_ours(after, client):
    answer = client.post(reverse("gatherings:language"), {"language": "da", "next": after})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_the_address_of_a_button_says_so_to_those_who_come_by_hand(world, callers):
    """Whoever logs in again after a POST arrives like this; the page was blank."""
    where = reverse("gatherings:undo", args=[world.called.pk])
    answer = callers["leader"].ask("GET", where)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "Måtte du logge inn underveis?" in answer.content.decode()
