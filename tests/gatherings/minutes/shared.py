"""What the tests of the minutes share: names, addresses, an approval, and a PDF's words."""

from io import BytesIO

from django.urls import reverse
from pypdf import PdfReader

from gatherings import minutes
from participants.models import Person

CLOSED, OPEN = "SENTINELLUKKET", "SENTINELAAPEN"


def person(name):
    return Person.objects.get(first_name=name)


def url(gathering, name="minutes"):
    return reverse(f"gatherings:{name}", args=[gathering.pk])


def shown(client, name, address):
    client.force_login(person(name))
    return client.get(address, follow=True).content.decode()


def approved(draft):
    minutes.send(draft, by=person("Kari"))
    minutes.approve(draft, by=person("Kari"))
    draft.refresh_from_db()
    return draft


def text_of(pdf):
    """All text of a PDF, and its metadata."""
    document = PdfReader(BytesIO(pdf))
    return " ".join(page.extract_text() for page in document.pages) + str(document.metadata)
