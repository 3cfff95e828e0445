"""Which language a page speaks: the person's own, else the cookie, else the browser's."""

from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class PersonLanguageMiddleware(LocaleMiddleware):
    """Django's choice by cookie and browser, overruled by the language a logged-in person chose."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language before any view speaks."""
        super().process_request(request)
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
