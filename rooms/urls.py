"""Addresses of this app's pages."""

from django.urls import path, re_path

from rooms.views import (
    acts,
    attention,
    conversation,
    days,
    doors,
    home,
    invitations,
    members,
    palette,
    pins,
    posting,
    reactions,
    search,
    settings,
    threads,
)

app_name = "rooms"
urlpatterns = [
    path("", home.home, name="home"),
    path("join/<str:secret>/", doors.accept_invitation, name="accept_invitation"),
    path("rail/", home.rail, name="rail"),
    path("read/", attention.read_all, name="read_all"),
    path("palette/", palette.palette, name="palette"),
    path("search/", search.search, name="search"),
    path("rooms/new/", settings.create, name="create"),
    path("rooms/<slug:slug>/", conversation.room, name="room"),
    path("rooms/<slug:slug>/history/", conversation.history, name="history"),
    path("rooms/<slug:slug>/day/", days.day, name="day"),
    path("rooms/<slug:slug>/post/", posting.post, name="post"),
    path("rooms/<slug:slug>/messages/<str:message_id>/", conversation.message, name="message"),
    path("rooms/<slug:slug>/messages/<str:message_id>/source/", conversation.source, name="source"),
    path("rooms/<slug:slug>/messages/<str:message_id>/acts/", acts.acts, name="acts"),
    path("rooms/<slug:slug>/messages/<str:message_id>/react/", reactions.react, name="react"),
    path("rooms/<slug:slug>/messages/<str:message_id>/pin/", pins.pin, name="pin"),
    path("rooms/<slug:slug>/pins/", pins.pins, name="pins"),
    path("rooms/<slug:slug>/threads/<str:message_id>/", threads.thread, name="thread"),
    path("rooms/<slug:slug>/join/", doors.join, name="join"),
    path("rooms/<slug:slug>/leave/", doors.leave, name="leave"),
    path("rooms/<slug:slug>/loudness/", attention.loudness, name="loudness"),
    path("rooms/<slug:slug>/about/", members.about, name="about"),
    path("rooms/<slug:slug>/members/", members.members, name="members"),
    path("rooms/<slug:slug>/members/<str:person_id>/", members.member, name="member"),
    re_path(
        r"^rooms/(?P<slug>[-\w]+)/members/(?P<person_id>[-\w]+)/(?P<verb>role|mute|unmute|remove|readmit)/$",
        members.keep_order,
        name="keep_order",
    ),
    path("rooms/<slug:slug>/settings/", settings.settings, name="settings"),
    path("rooms/<slug:slug>/settings/preview/", settings.preview, name="preview"),
    path("rooms/<slug:slug>/close/", settings.close, name="close"),
    path("rooms/<slug:slug>/invite/", invitations.invite, name="invite"),
    path("rooms/<slug:slug>/invite/<str:invitation_id>/revoke/", invitations.revoke, name="revoke"),
]
