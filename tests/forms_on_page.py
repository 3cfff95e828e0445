"""The forms of a page as a browser reads them, and the bodies one may send with them."""

from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from secrets import token_hex
from urllib.parse import quote_from_bytes

from django.utils import timezone

Pairs = list[tuple[str, str | bytes]]

BUTTONS = {"submit", "button", "image", "reset"}
CHOSEN = {"radio", "checkbox", "select", "button"}
TYPED = {"text", "textarea", "email", "url", "tel", "search", "number", "date", "time"} | {
    "datetime-local"
}


@dataclass
class Field:
    """One name in a form: what it may hold (`options`) and what the page has put in it."""

    name: str
    kind: str
    value: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    least: str = ""

    def filled(self) -> list[str]:
        """What a person who does as the page says would send."""
        if any(self.value):
            return self.value
        if self.kind in CHOSEN:
            return [option for option in self.options if option][:1]
        tomorrow = timezone.localdate() + timedelta(days=1)
        return [
            {
                "date": str(tomorrow),
                "datetime-local": f"{tomorrow}T09:00",
                "time": "09:00",
                "number": self.least or "1",
                "email": "kari@example.no",
                "url": "https://example.no/",
                "hidden": "",
            }.get(self.kind, "Kaffe og kart")
        ]


@dataclass
class PageForm:
    """One form of a page."""

    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)
    plain_button: bool = False

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """(name, value) of each button that says which it is."""
        named = [each for each in self.fields.values() if each.kind == "button"]
        return [(each.name, value) for each in named for value in each.options]

    @property
    def has_file(self) -> bool:
        return any(each.kind == "file" for each in self.fields.values())

    def filled(self) -> dict[str, list[str | bytes]]:
        """All fields filled in and the first button pressed (the nameless one, if there is one)."""
        filled: dict[str, list[str | bytes]] = {
            name: list(each.filled()) for name, each in self.fields.items() if each.kind != "button"
        }
        if self.buttons and not self.plain_button:
            filled[self.buttons[0][0]] = [self.buttons[0][1]]
        return filled


class Page(HTMLParser):
    """Parse with `read`; then `forms`, `links` (with a query), `alert` and `typed()`."""

    def __init__(self, address: str):
        super().__init__(convert_charrefs=True)
        self.address, self.alert = address, False
        self.forms: list[PageForm] = []
        self.links: list[str] = []
        self.by_id: dict[str, PageForm] = {}
        self.loose = PageForm(address, "")
        self.open: PageForm | None = None
        self.area: Field | None = None
        self.select: Field | None = None

    @classmethod
    def read(cls, address: str, text: str) -> "Page":
        page = cls(address)
        page.feed(text)
        page.close()
        return page

    def typed(self) -> dict[str, set[str]]:
        """Every value shown or chosen in the page, by name."""
        found: dict[str, set[str]] = {}
        for form in [*self.forms, self.loose]:
            for name, each in form.fields.items():
                found.setdefault(name, set()).update(plain(value) for value in each.value)
        return found

    def form_of(self, facts: dict[str, str]) -> PageForm:
        if owner := facts.get("form"):
            if owner not in self.by_id:
                self.by_id[owner] = PageForm(self.address, "")
            return self.by_id[owner]
        return self.open or self.loose

    def field(self, facts: dict[str, str], kind: str) -> Field:
        name = facts.get("name", "")
        return self.form_of(facts).fields.setdefault(name, Field(name, kind))

    def handle_starttag(self, tag, attrs):
        facts = {name: value or "" for name, value in attrs}
        self.alert = self.alert or facts.get("role") == "alert"
        if tag == "form":
            self.begin(facts)
        elif tag == "a" and "?" in facts.get("href", ""):
            self.links.append(facts["href"])
        elif tag == "option" and self.select is not None and "disabled" not in facts:
            self.select.options.append(facts.get("value", ""))
            if "selected" in facts:
                self.select.value.append(facts.get("value", ""))
        elif not facts.get("name") or "disabled" in facts:
            if facts.get("type", tag) in {"submit", "button"} and tag in {"button", "input"}:
                self.form_of(facts).plain_button = True
        elif tag in {"input", "button"}:
            self.control(facts, facts.get("type", "text" if tag == "input" else "submit"))
        elif tag == "textarea":
            self.area = self.field(facts, "textarea")
            self.area.value.append("")
        elif tag == "select":
            self.select = self.field(facts, "select")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def begin(self, facts: dict[str, str]) -> None:
        form = self.by_id.get(facts.get("id", ""), PageForm("", ""))
        form.action = facts.get("action") or self.address
        form.method = facts.get("method", "get").lower()
        self.open = form
        self.forms.append(form)
        if facts.get("id"):
            self.by_id[facts["id"]] = form

    def control(self, facts: dict[str, str], kind: str) -> None:
        each = self.field(facts, "button" if kind in BUTTONS else kind)
        if each.kind in CHOSEN:
            each.options.append(facts.get("value", "on"))
            if "checked" in facts:
                each.value.append(facts.get("value", "on"))
        elif facts.get("value"):
            each.value.append(facts["value"])
        each.least = facts.get("min", "")

    def handle_data(self, data):
        if self.area is not None:
            self.area.value[-1] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None
        elif tag == "textarea" and self.area is not None:
            # The first line end in a textarea belongs to the markup.
            self.area.value[-1] = self.area.value[-1].removeprefix("\n")
            self.area = None
        elif tag == "select":
            self.select = None


def plain(value: str) -> str:
    """As compared: the kind of line end is the browser's own."""
    return value.replace("\r\n", "\n").strip()


def raw(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def body(form: PageForm, pairs: Pairs) -> tuple[bytes, str]:
    """(body, content type) of what is sent; every name and value may be anything."""
    if not form.has_file:
        sent = "&".join(f"{quoted(name)}={quoted(value)}" for name, value in pairs)
        return sent.encode(), "application/x-www-form-urlencoded"
    edge = token_hex(12)
    parts = [part(form, name, value, edge) for name, value in pairs]
    return b"".join([*parts, f"--{edge}--\r\n".encode()]), f"multipart/form-data; boundary={edge}"


def quoted(value: str | bytes) -> str:
    return quote_from_bytes(raw(value), safe="")


def part(form: PageForm, name: str, value: str | bytes, edge: str) -> bytes:
    file = name in form.fields and form.fields[name].kind == "file"
    more = '; filename="../a\u202e.csv"\r\nContent-Type: text/csv' if file else ""
    head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode("utf-8", "replace") + raw(value) + b"\r\n"
