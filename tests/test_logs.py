"""Logs hold no token that opens anything."""

import logging

import pytest

from config.logs import NoTokens


@pytest.mark.parametrize(
    ("message", "arguments"),
    [("Not Found: %s", ("/svar/abc123/",)), ("Forbidden: /logg-inn/lenke/abc123/?x=1", ())],
)
def test_the_secret_part_of_a_link_is_not_logged(message, arguments):
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, message, arguments, None)
    assert NoTokens().filter(record)
    assert "abc123" not in record.getMessage()
    assert "…/" in record.getMessage()


def test_other_messages_stand_as_they_are():
    record = logging.LogRecord("x", logging.INFO, "", 1, "Not Found: %s 100%%", ("/hjelp/",), None)
    NoTokens().filter(record)
    assert record.getMessage() == "Not Found: /hjelp/ 100%"
