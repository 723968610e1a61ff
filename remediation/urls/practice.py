"""Addresses of practice tests, re-authorisation and the register."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
