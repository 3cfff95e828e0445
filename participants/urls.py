"""Addresses of people, places and the way in."""

from django.urls import path

from participants.views import (
    administration,
    imports,
    invitations,
    people,
    places,
    profile,
    roles,
    signin,
)

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
    path("forvaltning/", administration.administration, name="administration"),
    path("forvaltning/kommuner/", places.municipalities, name="municipalities"),
    path("forvaltning/kommuner/ny/", places.municipality_new, name="municipality_new"),
    path("forvaltning/kommuner/<uuid:pk>/", places.municipality, name="municipality"),
    path("forvaltning/barnehager/", places.institutions, name="institutions"),
    path("forvaltning/barnehager/ny/", places.institution_new, name="institution_new"),
    path("forvaltning/barnehager/<uuid:pk>/", places.institution, name="institution"),
    path("forvaltning/personer/", people.people, name="people"),
    path("forvaltning/personer/ny/", people.person_new, name="person_new"),
    path("forvaltning/personer/<uuid:pk>/", people.person, name="person"),
    path("forvaltning/personer/<uuid:pk>/stilling/", people.position_new, name="position_new"),
    path("forvaltning/personer/<uuid:pk>/i-bruk/", people.person_in_use, name="person_in_use"),
    path("forvaltning/stillinger/<uuid:pk>/", people.position, name="position"),
    path("forvaltning/stillinger/<uuid:pk>/avslutt/", people.position_end, name="position_end"),
    path("forvaltning/import/", imports.imports, name="imports"),
    path("forvaltning/import/mal/<slug:kind>.csv", imports.import_template, name="import_template"),
    path("forvaltning/import/<uuid:pk>/", imports.import_run, name="import_run"),
    path("forvaltning/import/<uuid:pk>/forkast/", imports.import_discard, name="import_discard"),
    path("forvaltning/import/<uuid:pk>/rader.csv", imports.import_rows, name="import_rows"),
]
