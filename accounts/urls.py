"""Addresses of this app's pages. allauth's own stand under /accounts/."""

from django.urls import path

from accounts.views import administration, joining, language, leaving, own, people, preferences

app_name = "accounts"
urlpatterns = [
    path("birth-date/", joining.age, name="age"),
    path("language/", language.language, name="language"),
    path("leave/", leaving.leave, name="leave"),
    path("measures/", leaving.neutral, name="neutral"),
    path("me/", own.settings, name="settings"),
    path("me/preferences/", preferences.preferences, name="preferences"),
    path("me/sessions/", own.list_sessions, name="sessions"),
    path("me/sessions/end-others/", own.end_other_sessions, name="end_other_sessions"),
    path("me/sessions/<str:handle>/end/", own.end_session, name="end_session"),
    path("me/tokens/", own.list_tokens, name="tokens"),
    path("me/tokens/new/", own.create_token, name="create_token"),
    path("me/tokens/<str:public_id>/revoke/", own.revoke_token, name="revoke_token"),
    path("me/blocks/", own.list_blocks, name="blocks"),
    path("people/<str:public_id>/", people.profile, name="profile"),
    path("people/<str:public_id>/block/", people.block, name="block"),
    path("people/<str:public_id>/unblock/", people.unblock, name="unblock"),
    path("site/ages/", administration.bands, name="bands"),
    path("site/ages/new/", administration.band, name="band_new"),
    path("site/ages/<int:minimum_age>/", administration.band, name="band"),
    path("site/ages/<int:minimum_age>/remove/", administration.remove_band, name="band_remove"),
    path("site/people/", administration.people, name="people"),
    path("site/people/<str:public_id>/", administration.person, name="person"),
    path("site/people/<str:public_id>/role/", administration.change_role, name="change_role"),
    path("site/people/<str:public_id>/age/", administration.correct_age, name="correct_age"),
    path("site/people/<str:public_id>/close/", administration.close_or_open, name="close_or_open"),
]
