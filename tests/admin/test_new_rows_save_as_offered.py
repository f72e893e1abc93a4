"""Every form for a new row saves with what it offers and its required fields filled in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client

from accounts.crm.mapping import DEFAULT_MAPPING
from accounts.models import User
from accounts.tenancy import desk_scope
from sla.models import Calendar
from tests.cast import Cast
from tests.forms import find_form

# What an admin types into a required field, by its name; a select gets its first real choice.
TYPED = {
    "repository": "acme/server",
    "token": "ghp_token",
    "webhook_secret": "a-secret-of-the-webhook",
    "name": "New name",
    "value": "spam@junk.example",
    "label": "New label",
    "key": "new_key",
    "email": "new@person.example",
    "address": "new@desk.example",
    "rank": "9",
    "position": "9",
    "minutes": "8h",
    "client_id": "1000.NEW",
    "client_secret": "new secret",
    "refresh_token": "1000.token",
    "server_url": "https://new.example",
    "slug": "new",
    "secret": "a new secret of a service",
    "webhook_url": "https://new.example/hooks/1",
    "user_id": "u9",
    "server": "chat.new.example",
    "url": "https://new.example/card",
}
# Required for the offered kind; another one has other fields, so none can be marked.
OF_OFFERED_KIND = {
    "accounts.CustomerCard": ("secret",),
    "accounts.IdentityProvider": ("server_url", "client_id", "client_secret"),
    "channels_intake.ChatConnection": ("webhook_url",),
    "channels_intake.ChatPerson": ("server",),
    "channels_intake.CodeHost": ("token",),
    "channels_intake.PagingService": ("secret",),
}
# Agents are added by an invitation, channels by their kind (tests/admin/test_channels.py).
ELSEWHERE = {"accounts.Agent", "channels_intake.Connection"}
# The other forms that a desk admin can open to add a row.
ADDED = {
    "accounts.Account", "accounts.Contact", "accounts.CrmConnection", "accounts.Department",
    "accounts.CustomerCard",
    "accounts.IdentityProvider", "accounts.Plan", "accounts.Product", "accounts.Region",
    "accounts.ProductLine", "channels_intake.ChatConnection", "channels_intake.ChatPerson",
    "channels_intake.CodeHost", "tickets.EngineeringGroup",
    "channels_intake.Mailbox", "channels_intake.PagingService", "routing.OnCallRota",
    "routing.Rule", "routing.Skill", "routing.Team", "sla.Calendar", "sla.Ladder",
    "sla.LevelTarget", "sla.Policy", "tickets.FormField", "tickets.Priority", "tickets.Tag",
    "tickets.ClosingReason", "channels_intake.BlockedSender", "tickets.WebhookSubscription",
}  # fmt: skip
# Rows that are in the way of another one: a desk has one CRM, and one department of a kind.
UNIQUE = {"accounts.CrmConnection": {}, "accounts.Department": {"kind": "trials"}}


def fill_form(page: str) -> dict[str, Any]:
    """Return what a browser posts when only the required fields of the form are filled in."""
    form = find_form(page)
    values = {name: value for name, value in form.form_values() if value is not None}
    for field in form.inputs:
        name = getattr(field, "name", None)
        if not name or values.get(name) or "__prefix__" in name or not is_required(field):
            continue
        values[name] = first_choice(field) if field.tag == "select" else TYPED[name]
    return values | {"_save": "Save"}


def is_required(field: Any) -> bool:
    return field.get("required") is not None or field.get("aria-required") == "true"


def first_choice(field: Any) -> str:
    return next(value for value in field.value_options if value)


def make_room(cast: Cast, label: str) -> None:
    with desk_scope(cast.desk):
        if label in UNIQUE:
            apps.get_model(label)._default_manager.filter(**UNIQUE[label]).delete()


def test_every_form_for_a_new_row_is_tried(filled: Cast, at_filled: Client) -> None:
    make_room(filled, "accounts.Department")
    request = at_filled.get("/rocket/admin/").wsgi_request
    found = {
        model._meta.label
        for model, page in admin.site._registry.items()
        if model is not User and page.has_add_permission(request)
    }
    assert found - ELSEWHERE == ADDED


@pytest.mark.parametrize("label", sorted(ADDED))
def test_a_new_row_saves_with_its_required_fields(
    label: str, filled: Cast, at_filled: Client
) -> None:
    make_room(filled, label)
    model = apps.get_model(label)
    with desk_scope(filled.desk):
        before = model._default_manager.count()
    address = f"/rocket/admin/{label.lower().replace('.', '/')}/add/"
    values = fill_form(at_filled.get(address).content.decode())
    values |= {name: TYPED[name] for name in OF_OFFERED_KIND.get(label, ())}
    answer = at_filled.post(address, values)
    assert answer.status_code == 302, answer.context["errors"]
    with desk_scope(filled.desk):
        assert model._default_manager.count() == before + 1


def test_a_new_crm_connection_is_offered_zohos_addresses_and_mapping(
    filled: Cast, at_filled: Client
) -> None:
    values = fill_form(at_filled.get("/rocket/admin/accounts/crmconnection/add/").content.decode())
    assert values["accounts_url"] == "https://accounts.zoho.com"
    assert values["api_url"] == "https://www.zohoapis.com"
    assert json.loads(values["mapping"]) == DEFAULT_MAPPING


def test_a_new_calendar_has_the_offered_hours(filled: Cast, at_filled: Client) -> None:
    address = "/rocket/admin/sla/calendar/add/"
    values = fill_form(at_filled.get(address).content.decode())
    values |= {"windows-4-start_minute": "", "windows-4-end_minute": ""}
    assert at_filled.post(address, values).status_code == 302
    with desk_scope(filled.desk):
        windows = Calendar.objects.get(name="New name").windows.all()
        assert [(w.weekday, w.start_minute, w.end_minute) for w in windows] == [
            (day, 540, 1020) for day in range(4)
        ]


def test_a_kind_of_department_that_exists_is_not_offered(filled: Cast, at_filled: Client) -> None:
    address = "/rocket/admin/accounts/department/add/"
    assert 'value="trials"' not in at_filled.get(address).content.decode()
    make_room(filled, "accounts.Department")
    page = at_filled.get(address).content.decode()
    assert 'value="trials"' in page
    assert 'value="community"' not in page
