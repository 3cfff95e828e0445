"""Addresses of people, places and the way in."""

from django.urls import path

from participants.views import invitations, profile, roles, signin

app_name = "participants"

urlpatterns = [
    path("logg-inn/", signin.sign_in, name="sign_in"),
    path("logg-inn/kode/", signin.code, name="code"),
    path("logg-inn/hvem/", signin.who, name="who"),
    path("logg-inn/lenke/<str:token>/", signin.link, name="link"),
    path("logg-ut/", signin.sign_out, name="sign_out"),
    path("min-side/profil/", profile.profile, name="profile"),
    path(
        "min-side/profil/logg-ut-overalt/",
        profile.sign_out_everywhere,
        name="sign_out_everywhere",
    ),
    path("forvaltning/roller/", roles.roles, name="roles"),
    path("forvaltning/roller/gi/<uuid:pk>/", roles.role_give, name="role_give"),
    path("forvaltning/roller/<uuid:pk>/avslutt/", roles.role_end, name="role_end"),
    path("forvaltning/roller/<uuid:pk>/angre/", roles.role_take_back, name="role_take_back"),
    path("forvaltning/personer/inviter/", invitations.invite_people, name="invite_people"),
    path(
        "forvaltning/personer/inviter/se-over/",
        invitations.invite_preview,
        name="invite_preview",
    ),
]
