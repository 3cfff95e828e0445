"""Addresses of networks and groups."""

app_name = "networks"

urlpatterns: list = []
