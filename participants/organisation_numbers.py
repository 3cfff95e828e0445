"""Check digits of organisation numbers (Norway, nine digits, modulus 11)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)


def is_organisation_number(number: str) -> bool:
    """Nine digits whose last one is right. A remainder of 10 has no digit and is not in use."""
    if len(number) != 9 or not (number.isascii() and number.isdigit()):
        return False
    rest = sum(w * int(d) for w, d in zip(WEIGHTS, number, strict=False)) % 11
    digit = (11 - rest) % 11
    return digit == int(number[8])


def validate_organisation_number(number: str) -> None:
    """Raise ValidationError with the sentence for the form and the import."""
    if not is_organisation_number(number):
        raise ValidationError(
            _("«%(number)s» is not an organisation number: nine digits, the last one checks."),
            params={"number": number},
        )
