"""What the tests of the register's pages share: addresses, valid fields and an upload."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

PERSON = {"first_name": "Per", "last_name": "By", "email": "per@example.no",
          "mobile": "90 00 00 01", "language": "nb"}  # fmt: skip
PLACE = {"name": "Fjæra", "kind": "kindergarten", "owner_form": "municipal", "owner_name": "",
         "organisation_number": "874 050 512", "children": "20", "staff": "", "address": "",
         "postal_code": "8400", "postal_place": "", "email": "", "phone": ""}  # fmt: skip


def url(name, *arguments):
    return reverse(f"participants:{name}", args=arguments)


def text(response):
    return " ".join(response.content.decode().split())


def upload(page, kind, file):
    [(name, content)] = file
    return page.post(url("imports"), {"kind": kind, "files": SimpleUploadedFile(name, content)})
