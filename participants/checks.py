"""What `manage.py check` (and so `migrate`) says about how Takt is set up."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

PROXY_FORGOTTEN = Warning(
    "BASE_URL is https, so a proxy stands in front, but TRUSTED_PROXIES is 0.",
    hint="All people seem to come from the proxy's address and share one limit on sign-in codes. "
    "Set TRUSTED_PROXIES to the number of your own proxies.",
    id="takt.W001",
)


@register
def proxies_are_counted(**_kwargs: Any) -> list[CheckMessage]:
    """Nothing in Takt ends TLS: with https there is a proxy, and it must be counted."""
    return [PROXY_FORGOTTEN] if settings.TLS and not settings.TRUSTED_PROXIES else []
