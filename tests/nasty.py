"""What people, programs and attackers type (reliability.md §3); for every form."""

from urllib.parse import quote_from_bytes

NASTY = [
    "",
    "   ",
    "\u00a0",
    "\u200b\u200b",
    "\x00",
    "a\x00b",
    "\ud800",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{x.__class__}",
    "'; DROP TABLE participants_person; --",
    "=1+1",
    "a\r\nBcc: x@example.no",
    "\u202ekaffe",
    "A\u030angstro\u0308m",
    "👩‍👩‍👧‍👦",
    "[" * 50_000,
    "x" * 200_000,
    "O'Brien-Ødegård",
    "null",
    "True",
    "-1",
    "99999999999999999999",
    "1e309",
    "0001-01-01",
    "9999-12-31",
    "31.02.2026",
    "../../etc/passwd",
    "a@" + "b" * 300 + ".no",
    "00000000-0000-0000-0000-000000000000",
]


def encoded(fields: dict) -> bytes:
    """A form body of texts (lone surrogates included) and raw bytes."""

    def quoted(value):
        raw = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        return quote_from_bytes(raw, safe="")

    return "&".join(f"{name}={quoted(value)}" for name, value in fields.items()).encode()
