"""Addresses of networks and groups."""

from django.urls import path

from networks.views import board, groups, moves, networks, seasons

app_name = "networks"

urlpatterns = [
    path("nettverk/", networks.index, name="index"),
    path("nettverk/<uuid:pk>/", networks.network, name="network"),
    path("gruppa/", groups.my_group, name="my_group"),
    path("gruppa/<uuid:pk>/", groups.group_page, name="group"),
    path("gruppa/<uuid:pk>/historikk/", groups.group_history, name="group_history"),
    path("forvaltning/nettverk/nytt/", networks.network_new, name="network_new"),
    path("forvaltning/nettverk/<uuid:pk>/", networks.network_edit, name="network_edit"),
    path("forvaltning/nettverk/<uuid:pk>/nytt-ar/", seasons.season_new, name="season_new"),
    path("forvaltning/ar/<uuid:pk>/", seasons.season_edit, name="season_edit"),
    path("forvaltning/ar/<uuid:pk>/regler/", seasons.season_rules, name="season_rules"),
    path("forvaltning/ar/<uuid:pk>/temaer/", seasons.season_themes, name="season_themes"),
    path("forvaltning/grupper/", board.board_index, name="board_index"),
    path("forvaltning/grupper/<uuid:pk>/", board.board, name="board"),
    path("forvaltning/grupper/<uuid:pk>/nye/", board.board_make, name="board_make"),
    path("forvaltning/grupper/<uuid:pk>/flytt/", board.board_place, name="board_place"),
    path("forvaltning/grupper/<uuid:pk>/grunn/", board.board_reason, name="board_reason"),
    path("forvaltning/grupper/<uuid:pk>/publiser/", board.board_publish, name="board_publish"),
    path("forvaltning/grupper/<uuid:pk>/flytt/<uuid:person>/", moves.move, name="move"),
    path("forvaltning/grupper/gruppe/<uuid:pk>/", groups.group_edit, name="group_edit"),
    path("forvaltning/grupper/gruppe/<uuid:pk>/fjern/", groups.group_remove, name="group_remove"),
    path(
        "forvaltning/grupper/gruppe/<uuid:pk>/prosessleder/",
        moves.group_leader,
        name="group_leader",
    ),
]
