"""Addresses of the two tracks, the plan and the library."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
