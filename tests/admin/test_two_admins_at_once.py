"""Two admins edit the same row: neither silently reverts what the other changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client

from accounts.models import Account, AuditEntry, Department, Desk, Plan, User
from accounts.tenancy import desk_scope, system_scope
from tests.cast import Cast
from tests.forms import read_form
from tickets.models import FormField

# A changed value for a text field, by its name; any other text gets "more" at its end.
TYPED = {
    "server_url": ("https://one.example", "https://two.example"),
    "api_url": ("https://one.example", "https://two.example"),
    "email": ("one@acme.example", "two@acme.example"),
    "address": ("one@rocket.example", "two@rocket.example"),
    "minutes": ("1h", "2h"),
    "value": ("one@junk.example", "two@junk.example"),
}
# Fields with a set of values that can't be typed.
CHOSEN = {
    "role", "kind", "language", "time_zone", "accent", "status", "level", "clock", "turn_length",
    "server",
}  # fmt: skip
# Not stored in the test's row, or entered again for another address.
REQUIRED = {
    "accounts.CustomerCard": {"secret": "a secret of a card"},
    "accounts.IdentityProvider": {"client_secret": "a secret"},
    "channels_intake.CodeHost": {"token": "a token"},
    "channels_intake.PagingService": {"secret": "a secret of a service"},
}
GUARDED = {
    "accounts.Account", "accounts.Agent", "accounts.Contact", "accounts.CrmConnection",
    "accounts.CustomerCard",
    "accounts.Department", "accounts.Desk", "accounts.IdentityProvider", "accounts.Plan",
    "accounts.Product", "accounts.Region", "channels_intake.Mailbox", "routing.OnCallRota",
    "routing.Rule", "routing.Skill", "routing.Team", "sla.Calendar", "sla.LevelTarget",
    "sla.Policy", "tickets.FormField", "tickets.Priority", "tickets.Tag",
    "tickets.ClosingReason", "channels_intake.BlockedSender",
    "accounts.ProductLine", "channels_intake.ChatConnection", "channels_intake.ChatPerson",
    "channels_intake.CodeHost", "channels_intake.PagingService", "sla.Ladder",
    "tickets.EngineeringGroup", "channels_intake.Connection", "tickets.WebhookSubscription",
}  # fmt: skip


def open_page(client: Client, url: str) -> dict[str, Any]:
    response = client.get(url)
    assert response.status_code == 200, url
    return read_form(response.content.decode())


def find_rows(cast: Cast) -> dict[str, Model]:
    with desk_scope(cast.desk):
        rows = {
            model._meta.label: model._default_manager.filter(desk=cast.desk).first()
            for model in admin.site._registry
            if model not in (User, Desk)
        }
    return {"accounts.Desk": cast.desk, **{label: row for label, row in rows.items() if row}}


def get_url(row: Model) -> str:
    meta = row._meta
    return f"/rocket/admin/{meta.app_label}/{meta.model_name}/{row.pk}/change/"


def find_text(page: dict[str, Any]) -> str:
    """Return the first text field that carries the value it was opened with."""
    return next(
        name
        for name in page
        if f"initial-{name}" in page
        and isinstance(page[name], str)
        and page[name]
        and not page[name].isdecimal()
        and page[name] not in ("on", "True", "False")
        and name not in CHOSEN
    )


def choose(name: str, before: str) -> tuple[str, str]:
    return TYPED.get(name, (f"{before} one", f"{before} two"))


def test_every_page_with_a_form_is_guarded(filled: Cast, at_filled: Client) -> None:
    guarded = set()
    for label, row in find_rows(filled).items():
        response = at_filled.get(get_url(row))
        if response.status_code == 200 and 'name="_save"' in response.content.decode():
            page = read_form(response.content.decode())
            assert any(name.startswith("initial-") for name in page), label
            guarded.add(label)
    assert guarded == GUARDED


@pytest.mark.parametrize("label", sorted(GUARDED - {"accounts.CrmConnection"}))
def test_a_field_that_both_changed_is_refused_once(
    filled: Cast, at_filled: Client, label: str
) -> None:
    url = get_url(find_rows(filled)[label])
    mine, theirs = open_page(at_filled, url), open_page(at_filled, url)
    name = find_text(mine)
    first, second = choose(name, mine[name])
    more = REQUIRED.get(label, {})
    assert at_filled.post(url, theirs | more | {name: first}).status_code == 302

    refused = at_filled.post(url, mine | more | {name: second})

    page = refused.content.decode()
    assert refused.status_code == 200
    assert f"Another admin changed this to “{first}”" in page
    again = read_form(page)
    assert again[name] == second
    assert open_page(at_filled, url)[name] == first
    assert at_filled.post(url, again | more).status_code == 302
    assert open_page(at_filled, url)[name] == second


@pytest.mark.parametrize("label", sorted(GUARDED - {"accounts.CrmConnection", *REQUIRED}))
def test_a_stale_page_takes_nothing_back(filled: Cast, at_filled: Client, label: str) -> None:
    url = get_url(find_rows(filled)[label])
    mine, theirs = open_page(at_filled, url), open_page(at_filled, url)
    name = find_text(mine)
    first, _ = choose(name, mine[name])
    at_filled.post(url, theirs | {name: first})
    with desk_scope(filled.desk):
        before = AuditEntry.objects.count()

    assert at_filled.post(url, mine).status_code == 302

    assert open_page(at_filled, url)[name] == first
    with desk_scope(filled.desk):
        assert AuditEntry.objects.count() == before


def test_identical_changes_do_not_conflict(filled: Cast, at_filled: Client) -> None:
    url = get_url(filled.plan)
    mine, theirs = open_page(at_filled, url), open_page(at_filled, url)
    at_filled.post(url, theirs | {"name": "Gold"})
    assert at_filled.post(url, mine | {"name": "Gold"}).status_code == 302


def test_another_field_of_the_same_row_is_saved_beside_the_first_change(
    filled: Cast, at_filled: Client
) -> None:
    url = get_url(filled.account)
    mine, theirs = open_page(at_filled, url), open_page(at_filled, url)
    at_filled.post(url, theirs | {"status": "community", "replan_scope": "open"})

    assert at_filled.post(url, mine | {"name": "Acme Renamed"}).status_code == 302

    with desk_scope(filled.desk):
        account = Account.objects.get(pk=filled.account.pk)
    assert (account.name, account.status) == ("Acme Renamed", "community")


def test_a_choice_that_both_changed_names_the_choice(filled: Cast, at_filled: Client) -> None:
    url = get_url(filled.account)
    with desk_scope(filled.desk):
        other = Plan.objects.create(desk=filled.desk, name="Platinum")
        third = Plan.objects.create(desk=filled.desk, name="Silver")
    mine, theirs = open_page(at_filled, url), open_page(at_filled, url)
    at_filled.post(url, theirs | {"plan": str(other.pk), "replan_scope": "open"})

    refused = at_filled.post(url, mine | {"plan": str(third.pk)}).content.decode()

    assert "Another admin changed this to “Platinum” while you were editing" in refused


def test_a_conflict_names_a_field_that_was_cleared(filled: Cast, at_filled: Client) -> None:
    with desk_scope(filled.desk):
        field = FormField.objects.get(desk=filled.desk)
        FormField.objects.filter(pk=field.pk).update(help_text="As shown in About")
    url = get_url(field)
    mine, theirs = open_page(at_filled, url), open_page(at_filled, url)
    at_filled.post(url, theirs | {"help_text": ""})

    refused = at_filled.post(url, mine | {"help_text": "In the menu"}).content.decode()

    assert "Another admin cleared this field while you were editing" in refused


def test_a_list_with_line_breaks_is_compared_as_it_is_stored(
    filled: Cast, at_filled: Client
) -> None:
    with desk_scope(filled.desk):
        field = FormField.objects.get(desk=filled.desk)
    url = get_url(field)
    page = open_page(at_filled, url)
    posted = page | {"choices": "A\r\nB\r\nC", "initial-choices": "A\r\nB"}  # as browsers do

    assert at_filled.post(url, posted).status_code == 302
    with desk_scope(filled.desk):
        assert FormField.objects.get(pk=field.pk).choices == ["A", "B", "C"]


def test_a_row_of_a_table_that_both_changed_is_refused_at_its_cell(
    filled: Cast, at_filled: Client
) -> None:
    url = get_url(filled.plan)
    mine, theirs = open_page(at_filled, url), open_page(at_filled, url)
    name = next(name for name in mine if name.endswith("-amount") and mine[name])
    assert at_filled.post(url, theirs | {name: "1 h"}).status_code == 302

    refused = at_filled.post(url, mine | {name: "2 h"})

    assert refused.status_code == 200
    assert "Another admin changed this to “1h”" in refused.content.decode()


def test_an_edited_row_that_another_admin_deleted_is_refused_once(
    filled: Cast, at_filled: Client
) -> None:
    url = get_url(filled.plan)
    mine, theirs = open_page(at_filled, url), open_page(at_filled, url)
    rows = [name[:-7] for name in mine if name.endswith("-amount") and "initial" not in name]
    first, last = rows[0], rows[-2]  # the last is the template of new rows
    at_filled.post(url, theirs | {f"{first}-DELETE": "on"})

    refused = at_filled.post(url, mine | {f"{first}-amount": "2 h", f"{last}-amount": "3 h"})

    page = refused.content.decode()
    assert refused.status_code == 200
    assert "Another admin deleted a row that you edited." in page
    again = read_form(page) | {"replan_scope": "new"}
    assert at_filled.post(url, again).status_code == 302
    left = open_page(at_filled, url)
    shown = [left[name] for name in left if name.endswith("-amount") and left[name]]
    assert "3h" in shown
    assert "2h" not in shown


def test_a_row_that_only_the_other_admin_changed_is_deleted_silently(
    filled: Cast, at_filled: Client
) -> None:
    url = get_url(filled.plan)
    mine, theirs = open_page(at_filled, url), open_page(at_filled, url)
    prefix = next(name for name in mine if name.endswith("-amount") and mine[name])[:-7]
    at_filled.post(url, theirs | {f"{prefix}-DELETE": "on"})

    assert at_filled.post(url, mine | {"name": "Renamed"}).status_code == 302

    left = open_page(at_filled, url)
    assert left["name"] == "Renamed"
    assert left["targets-INITIAL_FORMS"] == str(int(mine["targets-INITIAL_FORMS"]) - 1)


def test_the_members_of_a_department_are_compared_as_a_set(filled: Cast, at_filled: Client) -> None:
    with desk_scope(filled.desk):
        department = Department.objects.filter(desk=filled.desk).first()
    assert department is not None
    url = get_url(department)
    page = open_page(at_filled, url)
    assert at_filled.post(url, page | {"name": "Renamed"}).status_code == 302


def test_users_are_guarded_too(filled: Cast, sign_in: Any) -> None:
    with system_scope("make an installation admin"):
        boss = User.objects.create_user(
            email="boss@plumbline.example", is_staff=True, is_superuser=True
        )
    client = sign_in(boss)
    url = f"/admin/accounts/user/{filled.customer.user.pk}/change/"
    mine, theirs = open_page(client, url), open_page(client, url)
    client.post(url, theirs | {"name": "Ada"})

    refused = client.post(url, mine | {"name": "Grace"}).content.decode()

    assert "Another admin changed this to “Ada”" in refused


@pytest.mark.parametrize("counted", ["TOTAL_FORMS", "INITIAL_FORMS", "_FORMS"])
@pytest.mark.parametrize("count", ["2000", "9" * 15])
def test_rows_that_only_a_forged_count_promises_are_not_made(
    filled: Cast, at_filled: Client, counted: str, count: str
) -> None:
    """2,000 rows made a page of 30 MB; to count up to the other number took hours."""
    url = get_url(filled.plan)
    page = open_page(at_filled, url)
    forged = {name: count for name in page if name.endswith(counted)}
    assert forged
    refused = at_filled.post(url, page | forged | {"name": "Renamed"})
    is_saved = counted == "INITIAL_FORMS"  # it says only which of the rows are stored already
    assert refused.status_code == (302 if is_saved else 200)
    assert len(refused.content) < 1_000_000
    assert (open_page(at_filled, url)["name"] == "Renamed") is is_saved
