"""The sidebar and the index of the admin site."""

from __future__ import annotations

from django.contrib import admin
from django.test import Client

from helpdesk.admin.navigation import MODELS
from tests.cast import Cast


def test_every_registered_page_is_in_the_navigation(rocket: Cast) -> None:
    named = {label for models in MODELS.values() for label, _icon in models}
    assert {model._meta.label for model in admin.site._registry} == named


def test_the_index_links_engineering_groups(at_rocket: Client) -> None:
    index = at_rocket.get("/rocket/admin/").content.decode()
    main = index.split('class="settings-index"')[1]
    assert '"/rocket/admin/tickets/engineeringgroup/"' in main
