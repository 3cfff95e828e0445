"""National identity numbers (fødselsnummer, CPR): refused wherever they are pasted."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Eleven digits, or six and five, or six, a dash and four (CPR); not the tail of a phone number
# with its country code and not the decimals of a coordinate.
PATTERN = re.compile(r"(?<![\d.,+])(?:\d{6}[ -]?\d{5}|\d{6}-\d{4})(?!\d)")

REFUSAL = _("This looks like a national identity number. Takt does not keep those: take it out.")


def has_identity_number(text: str) -> bool:
    """Whether `text` contains what looks like a fødselsnummer or a CPR number."""
    return PATTERN.search(text) is not None


def refuse_identity_number(text: str) -> None:
    """Validator for fields and cells; raises ValidationError without repeating the number."""
    if has_identity_number(text):
        raise ValidationError(REFUSAL, code="identity_number")
