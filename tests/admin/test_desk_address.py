"""Desk settings that only installation admins change, and the desk's language."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Desk, User
from tests.admin.posting import SETTINGS, post_settings
from tests.cast import Cast


@pytest.fixture
def root(rocket: Cast, matter: Cast, sign_in: Any) -> Client:
    return sign_in(User.objects.create_superuser("root@host.example", "x"))


def post_address(root: Client, desk: Desk, **changes: str) -> Any:
    fields = SETTINGS | {"slug": "rocket", "domain": "", "ticket_prefix": "RC"} | changes
    return root.post(f"/admin/accounts/desk/{desk.pk}/change/", fields)


def test_a_desk_admin_sees_the_address_and_why_it_is_read_only(
    rocket: Cast, at_rocket: Client
) -> None:
    page = at_rocket.get(f"/rocket/admin/accounts/desk/{rocket.desk.pk}/change/").content.decode()
    assert "Only an installation admin can change them." in page
    for name in ("slug", "domain", "ticket_prefix"):
        assert f'name="{name}"' not in page


def test_an_installation_admin_changes_the_address(root: Client, rocket: Cast) -> None:
    assert (
        post_address(root, rocket.desk, slug="rockets", domain="Hilfe.Example.").status_code == 302
    )
    desk = Desk.objects.get(pk=rocket.desk.pk)
    assert (desk.slug, desk.domain) == ("rockets", "hilfe.example")
    assert root.get("/rockets/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "admin"),
        ("slug", "login"),
        ("slug", "static"),
        ("slug", "matter"),
        ("domain", "no host"),
    ],
)
def test_an_invalid_address_is_rejected(field: str, value: str, root: Client, rocket: Cast) -> None:
    answer = post_address(root, rocket.desk, **{field: value})
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors


def test_the_installations_own_host_is_rejected(root: Client, rocket: Cast, settings: Any) -> None:
    settings.SITE_URL = "https://help.host.example"
    answer = post_address(root, rocket.desk, domain="Help.Host.example")
    assert "the installation" in str(answer.context["adminform"].form.errors["domain"])
    assert post_address(root, rocket.desk, domain="rocket.host.example").status_code == 302


@pytest.mark.parametrize("language", ["pt-br", "de"])
def test_the_desks_language_serves_readers_without_their_own(
    language: str, rocket: Cast, at_rocket: Client, sign_in: Any
) -> None:
    assert post_settings(at_rocket, rocket.desk, language=language).status_code == 302
    pages = [
        Client().get("/rocket/"),
        Client().get("/rocket/login/"),
        sign_in(rocket.customer.user).get("/rocket/portal/requests/new/", follow=True),
        sign_in(rocket.analyst.user).get("/rocket/agent/"),
    ]
    assert [page.status_code for page in pages] == [200] * 4
    assert f'<html lang="{language}"' in at_rocket.get("/rocket/admin/sla/matrix/").content.decode()
    with translation.override(language):
        needed = translation.gettext("This field is required.")
    assert needed != "This field is required."
    assert needed in Client().post("/rocket/login/", {}).content.decode()


@pytest.mark.parametrize("language", ["ar", "ja"])
def test_a_language_without_a_catalog_is_rejected(
    language: str, rocket: Cast, at_rocket: Client
) -> None:
    answer = post_settings(at_rocket, rocket.desk, language=language)
    assert "language" in answer.context["adminform"].form.errors
    assert Desk.objects.get(pk=rocket.desk.pk).language == "en"
