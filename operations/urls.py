"""Addresses of this app's pages. Probes and metrics are middleware.py's."""

from django.urls import path

from operations.views import page

app_name = "operations"
urlpatterns = [path("site/operations/", page.operations, name="operations")]
