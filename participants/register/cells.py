"""One cell of a file as a value. Pure; raises ValidationError with the sentence for the row."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from office.dates import plain_date
from office.forms import DATE_FORMATS, clean_text
from participants.identity_numbers import refuse_identity_number
from participants.models.places import Country
from participants.organisation_numbers import validate_organisation_number

SHOWN = 90
EARLIEST = date(1950, 1, 1)
YEARS_AHEAD = 5
MOST_PEOPLE = 2000
DIALLING_CODES = {Country.NORWAY: "+47", Country.DENMARK: "+45"}
SMALL_WORDS = {"i", "på", "og", "av", "ved"}


def shown(text: Any) -> str:
    """A value as it stands in a sentence or a table: one line, not too long."""
    return Truncator(" ".join(str(text).split())).chars(SHOWN)


def fold(text: str) -> str:
    """What two spellings of the same name have in common."""
    return " ".join(text.casefold().split())


def refuse(sentence: str, code: str, **params: Any) -> ValidationError:
    """A refusal whose sentence shows no more of the cell than fits."""
    return ValidationError(sentence % {k: shown(v) for k, v in params.items()}, code=code)


def line(text: str, limit: int) -> str:
    """One line of text that can be stored and carries no identity number."""
    value = " ".join(clean_text(text, limit).split())
    refuse_identity_number(value)
    return value


def municipality_number(text: str, country: str) -> str:
    """«1870», «0301», Danish «621». Raises with the number Excel took the zero from."""
    value = line(text, 40)
    if country == Country.DENMARK:
        if re.fullmatch(r"0?\d{3}", value, re.ASCII):
            return value[-3:]
        raise refuse(
            _("«%(value)s» is not a municipality number: 3 digits."), "number", value=value
        )
    if re.fullmatch(r"\d{4}", value, re.ASCII):
        return value
    if re.fullmatch(r"\d{3}", value, re.ASCII):
        raise refuse(
            _("A municipality number has 4 digits. Did you mean 0%(value)s?"), "zero", value=value
        )
    raise refuse(_("«%(value)s» is not a municipality number: 4 digits."), "number", value=value)


def county_number(text: str) -> str:
    """Up to four digits, kept as text."""
    value = line(text, 40)
    if not re.fullmatch(r"\d{1,4}", value, re.ASCII):
        raise refuse(_("«%(value)s» is not a county number."), "number", value=value)
    return value


def organisation_number(text: str) -> str:
    """Nine digits whose last one is right; spaces inside are taken out."""
    value = re.sub(r"\s", "", line(text, 40))
    validate_organisation_number(value)
    return value


def register_number(text: str) -> str:
    """A place's number in a Danish register: letters and digits, spaces taken out."""
    value = re.sub(r"\s", "", line(text, 40)).upper()
    if not re.fullmatch(r"[A-Z0-9]{1,12}", value, re.ASCII):
        sentence = _("«%(value)s» is not a number of the register: at most 12 letters and digits.")
        raise refuse(sentence, "number", value=value)
    return value


def whole_number(text: str) -> int:
    """A count from 0 to 2000; «54,0» and «1 200» are read."""
    value = re.sub(r"\s", "", line(text, 40))
    match = re.fullmatch(r"(\d{1,9})(?:[.,]0+)?", value, re.ASCII)
    if not match:
        raise refuse(_("«%(value)s» is not a whole number."), "number", value=value)
    if int(match[1]) > MOST_PEOPLE:
        raise refuse(
            _("%(value)s is too many. Write at most %(limit)s."),
            "number",
            value=value,
            limit=MOST_PEOPLE,
        )
    return int(match[1])


def coordinate(text: str, limit: int) -> float:
    """Degrees with a point or a comma, between -limit and limit."""
    value = line(text, 40).replace(",", ".")
    if not re.fullmatch(r"-?\d{1,3}(\.\d{1,20})?", value, re.ASCII) or abs(float(value)) > limit:
        raise refuse(
            _("«%(value)s» is not a coordinate. Write it like this: 68.69371"),
            "number",
            value=value,
        )
    return float(value)


def postal_code(text: str) -> str:
    """Four digits, the leading zero kept."""
    value = line(text, 40)
    if re.fullmatch(r"\d{4}", value, re.ASCII):
        return value
    if re.fullmatch(r"\d{3}", value, re.ASCII):
        raise refuse(_("A postal code has 4 digits. Did you mean 0%(value)s?"), "zero", value=value)
    raise refuse(_("«%(value)s» is not a postal code: 4 digits."), "number", value=value)


def postal_place(text: str) -> str:
    """«STOKMARKNES» as people write it: «Stokmarknes», «Bø i Vesterålen»."""
    value = line(text, 60)
    if not value.isupper():
        return value
    words = value.lower().split()
    return " ".join(
        word if place and word in SMALL_WORDS else "-".join(p.capitalize() for p in word.split("-"))
        for place, word in enumerate(words)
    )


def email(text: str) -> str:
    """One address, in small letters."""
    value = line(text, 320).lower()
    if value.count("@") > 1:
        raise refuse(_("Write only one e-mail address in each row."), "several")
    try:
        validate_email(value)
    except ValidationError:
        sentence = _("«%(value)s» is not an e-mail address. Write it like this: name@example.no")
        raise refuse(sentence, "email", value=value) from None
    if len(value) > 254:
        raise refuse(_("The e-mail address is too long."), "email")
    return value


def phone(text: str, country: str) -> str:
    """Digits with the country's code: «900 00 001» and «004790000001» are «+4790000001»."""
    value = re.sub(r"[\s().\-/\u2010-\u2015]", "", line(text, 60))
    if value.startswith("00"):
        value = f"+{value[2:]}"
    if re.fullmatch(r"\d{8}", value, re.ASCII):
        return DIALLING_CODES[Country(country)] + value
    if not re.fullmatch(r"\+\d{7,15}|\d{3,7}", value, re.ASCII):
        raise refuse(_("«%(value)s» is not a phone number."), "phone", value=value)
    return value


def latest_day(today: date) -> date:
    """The last day a date in the register may have."""
    return date(today.year + YEARS_AHEAD, 12, 31)


def day(text: str, today: date) -> date:
    """«2025-08-01», «1.8.2025», «1/8-2025»; between 1950 and five years ahead."""
    value = line(text, 60).removesuffix(" 00:00:00").removesuffix("T00:00:00")
    value = re.sub(r"^(\d{1,2})/(\d{1,2})-(\d{2,4})$", r"\1.\2.\3", value)
    for form in DATE_FORMATS:
        try:
            found = datetime.strptime(value, form).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
        if EARLIEST <= found <= latest_day(today):
            return found
        sentence = _("%(value)s is outside what we keep. Write a date between %(from)s and %(to)s.")
        ends = {"from": plain_date(EARLIEST), "to": plain_date(latest_day(today))}
        raise refuse(sentence, "out_of_range", value=value, **ends)
    raise refuse(_("«%(value)s» is not a date. Write it like this: 1.8.2025"), "date", value=value)


def key(text: str) -> str:
    """Letters and digits only: «Ped. leder» and «pedleder» are one word."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def one_of(text: str, words: Mapping[str, str], sentence: str) -> str:
    """The value that `words` has for the text; raises `sentence` with %(value)s filled in."""
    value = line(text, 150)
    if (found := words.get(key(value))) is None:
        raise refuse(sentence, "unknown", value=value)
    return found
