"""Which language a page speaks: the person's own, else the cookie, else the browser's."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


def offered() -> list[tuple[str, Any]]:
    """The languages one may choose, as the choices of a field."""
    return list(settings.LANGUAGES)


def spoken(stored: str) -> str:
    """The language to speak where `stored` is wished for: itself, if its texts are translated."""
    return stored if stored in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class PersonLanguageMiddleware(LocaleMiddleware):
    """Django's choice by cookie and browser, overruled by the language a logged-in person chose."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language before any view speaks."""
        super().process_request(request)
        if request.user.is_authenticated:
            translation.activate(request.user.speaks)
            request.LANGUAGE_CODE = translation.get_language()
