"""Every registered list, form and record opens for a desk admin, with rows in every table."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import User
from accounts.tenancy import desk_scope, system_scope
from channels_intake.models import InboundMessage
from tests.cast import NOON, Cast

DESK_MODELS = [model for model in admin.site._registry if model is not User]
REQUIREMENT = re.compile(rb"\bM\d{2,3}\b")  # such as M17


@pytest.mark.parametrize("model", DESK_MODELS, ids=lambda model: model._meta.label)
def test_list_and_row_open(model: type, filled: Cast, at_filled: Client) -> None:
    meta = model._meta
    with desk_scope(filled.desk):
        row = (
            model._default_manager.filter(desk=filled.desk).first()
            if meta.label != "accounts.Desk"
            else filled.desk
        )
    assert row is not None, "the test fills every table"
    base = f"/rocket/admin/{meta.app_label}/{meta.model_name}/"
    assert at_filled.get(base).status_code == 200
    page = at_filled.get(f"{base}{row.pk}/change/")
    assert page.status_code == 200
    assert b"<style" not in page.content
    assert b' style="' not in page.content
    assert not REQUIREMENT.search(page.content)


@pytest.mark.parametrize("model", DESK_MODELS, ids=lambda model: model._meta.label)
def test_search_and_form_for_a_new_row_open(model: type, filled: Cast, at_filled: Client) -> None:
    meta = model._meta
    base = f"/rocket/admin/{meta.app_label}/{meta.model_name}/"
    if admin.site._registry[model].search_fields:
        for words in ["1001", "RC-1001", "customer@acme.example", "the server", "%'\\"]:
            answer = at_filled.get(base, {"q": words})
            assert answer.status_code == 200, words
    refused = 404 if meta.label == "accounts.Desk" else 403
    with desk_scope(filled.desk):
        may_add = admin.site._registry[model].has_add_permission(answer_request(at_filled))
    page = at_filled.get(f"{base}add/", follow=True)  # a new agent's leads to the invitation's
    assert page.status_code == (200 if may_add else refused)


def answer_request(client: Client):
    """Return a request as pages get it, with its desk and agent."""
    return client.get("/rocket/admin/").wsgi_request


def test_the_start_page_shows_the_desk_and_its_groups(filled: Cast, at_filled: Client) -> None:
    page = at_filled.get("/rocket/admin/").content.decode()
    for words in [
        "Rocket",
        "Plans and SLA",
        "SLA matrix",
        "Agent dashboard",
        "Plan changed: <bdi>Standard</bdi>",
    ]:
        assert words in page, words
    assert ">Users<" not in page


def test_installation_admins_see_only_desks_users_and_stray_mail(
    filled: Cast, client: Client
) -> None:
    with system_scope("stray email"):
        stray = InboundMessage.objects.create(
            desk=None,
            provider="raw",
            content_type="message/rfc822",
            raw=b"To: nobody",
            sha256="0",
            received_at=NOON,
            next_try_at=NOON,
            state="failed",
            subject="Stray",
        )
    client.force_login(User.objects.create_superuser("root@host.example", "x"))
    assert client.get("/admin/").status_code == 200
    assert b"matter" in client.get("/admin/accounts/desk/").content
    assert b"analyst@rocket.example" in client.get("/admin/accounts/user/").content
    assert b"Stray" in client.get("/admin/channels_intake/inboundmessage/").content
    page = client.get(f"/admin/channels_intake/inboundmessage/{stray.pk}/change/")
    assert b"To: nobody" in page.content
    for hidden in ["tickets/ticket", "accounts/account", "accounts/auditentry", "sla/calendar"]:
        assert client.get(f"/admin/{hidden}/").status_code == 403
