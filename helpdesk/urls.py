"""All addresses. The desk's path segment is taken off by accounts.middleware before these are looked at."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("login/", include("allauth.account.urls")),
]
