"""The sidebar and the index of the admin site."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.http import HttpRequest
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


def test_a_page_makes_no_list_that_nobody_reads(
    at_rocket: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Django's own list asks for 50 rights and 90 addresses. Our navigation shows another."""
    made = []
    build = AdminSite._build_app_dict

    def note(site: AdminSite, request: HttpRequest, label: str | None = None) -> Any:
        made.append(label)
        return build(site, request, label)

    monkeypatch.setattr(AdminSite, "_build_app_dict", note)
    assert at_rocket.get("/rocket/admin/accounts/account/").status_code == 200
    assert made == []
    page = at_rocket.get("/rocket/admin/accounts/").content.decode()
    assert '"/rocket/admin/accounts/account/"' in page
    assert made == ["accounts"]
    assert at_rocket.get("/rocket/admin/nothing/").status_code == 404
