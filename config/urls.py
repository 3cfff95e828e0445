"""Addresses: one include per app, and the pages for when something is wrong."""

from django.urls import include, path

urlpatterns = [
    path("", include("gatherings.urls")),
    path("", include("networks.urls")),
    path("", include("participants.urls")),
]

handler400 = "gatherings.views.frame.bad_request"
handler403 = "gatherings.views.frame.forbidden"
handler404 = "gatherings.views.frame.not_found"
handler500 = "gatherings.views.frame.server_error"
