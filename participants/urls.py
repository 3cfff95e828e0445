"""Addresses of people, places and the way in."""

app_name = "participants"

urlpatterns: list = []
