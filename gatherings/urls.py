"""Addresses of the start page, rounds, gatherings and all that belongs to them."""

from django.urls import path

from gatherings.views import frame

app_name = "gatherings"

urlpatterns = [
    path("", frame.start, name="start"),
    path("hjelp/", frame.help_page, name="help"),
    path("personvern/", frame.privacy, name="privacy"),
    path("tilgjengelighet/", frame.accessibility, name="accessibility"),
    path("sprak/", frame.set_language, name="language"),
    path("helse/levende", frame.alive, name="alive"),
    path("helse/klar", frame.ready, name="ready"),
]
