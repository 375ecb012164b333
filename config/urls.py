"""Every page's address: each app has its own urls.py."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.views.joining import SignUp
from config.api import not_there
from config.api import urls as api

urlpatterns = [
    path("administration/", admin.site.urls),
    # Two of allauth's pages are ours: the sign-up behind the age screen, and the list of sessions.
    path("accounts/signup/", SignUp.as_view(), name="account_signup"),
    path(
        "accounts/sessions/", RedirectView.as_view(pattern_name="accounts:sessions"), name="usersessions_list"
    ),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api),
    path("api/", not_there),
    path("api/<path:rest>", not_there),
    path("", include("accounts.urls")),
    path("", include("rooms.urls")),
    path("", include("moderation.urls")),
    path("", include("operations.urls")),
]
