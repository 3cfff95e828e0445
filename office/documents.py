"""PDFs by content: ordered here by the web, made by the worker, kept once.

The web process never imports WeasyPrint; only `office.tasks` does.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from office.models import Document


def digest(template: str, facts: dict[str, Any], language: str) -> str:
    """One number for this content: the same facts in the same language give the same PDF."""
    told = json.dumps(facts, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{template}\n{language}\n{told}".encode()).hexdigest()


def order(
    template: str,
    facts: dict[str, Any],
    *,
    language: str,
    title: str,
    filename: str,
    now: datetime | None = None,
) -> Document:
    """The document with this content, waiting for the worker if it is new.

    A failed one is put in line again. Call inside the transaction that makes the content true.
    """
    plain = json.loads(json.dumps(facts, cls=DjangoJSONEncoder))
    document, made = Document.objects.get_or_create(
        digest=digest(template, facts, language),
        defaults={
            "template": template,
            "language": language,
            "title": title[:300],
            "filename": filename[:150],
            "facts": plain,
            "created_at": now or timezone.now(),
        },
    )
    if not made and document.state == Document.State.FAILED:
        document.state = Document.State.WAITING
        document.save(update_fields=["state"])
    return document


def find(template: str, facts: dict[str, Any], *, language: str) -> Document | None:
    """The document with this content, in whatever state, or None when nobody ordered it."""
    return Document.objects.filter(digest=digest(template, facts, language)).first()


def has_older(template: str, facts: dict[str, Any], names: tuple[str, ...]) -> bool:
    """Whether a PDF of the same thing was made, of other facts; `names` tell which thing it is."""
    same = {f"facts__{name}": facts[name] for name in names}
    return Document.objects.filter(template=template, state=Document.State.READY, **same).exists()
