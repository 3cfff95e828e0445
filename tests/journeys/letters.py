"""What lies in the mailbox, read as a mail program reads it."""

import email
import email.policy
import re
from email.message import EmailMessage
from html.parser import HTMLParser

from office.models import ReceivedMail


def newest(address: str, about: str = "") -> EmailMessage:
    """The last letter to an address, of those whose subject contains `about`."""
    found = ReceivedMail.objects.filter(recipient__icontains=address, subject__icontains=about)
    last = found.order_by("received_at").last()
    assert last, f"no letter to {address} about {about!r}"
    return email.message_from_bytes(bytes(last.raw), policy=email.policy.default)


def count(address: str, about: str = "") -> int:
    """How many letters to an address have such a subject."""
    found = ReceivedMail.objects.filter(recipient__icontains=address, subject__icontains=about)
    return found.count()


def text(letter: EmailMessage) -> str:
    """The plain text."""
    part = letter.get_body(("plain",))
    assert part
    return part.get_content()


def code(letter: EmailMessage) -> str:
    """The six digits of a log-in letter."""
    found = re.search(r"\b(\d{3})\s?(\d{3})\b", text(letter))
    assert found, text(letter)
    return "".join(found.groups())


def link(letter: EmailMessage, words: str) -> str:
    """Where the link with these words leads, in the HTML of the letter."""
    part = letter.get_body(("html",))
    assert part
    reader = _Links()
    reader.feed(part.get_content())
    found = [href for label, href in reader.links if words.lower() in label.lower()]
    assert found, (words, reader.links)
    return found[0]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self._href, self._words = "", ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag == "a":
            self._href, self._words = dict(attrs).get("href") or "", ""

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.links.append((" ".join(self._words.split()), self._href))
