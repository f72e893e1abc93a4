"""CRM connections over the API: a change starts a full pull; secrets are never shown."""

from __future__ import annotations

from typing import Any

from accounts.models import AuditEntry, CrmConnection
from tests.agent.conftest import SignIn
from tests.api.setups import API, assert_closed, assert_hidden, list_fields, send
from tests.cast import NOON, Cast

SECRETS = {"client_secret": "hush-client-1", "refresh_token": "hush-refresh-2"}
GIVEN = {
    "accounts_url": "https://accounts.zoho.eu/",
    "api_url": "https://www.zohoapis.eu",
    "client_id": "1000.C",
    **SECRETS,
}


def test_an_admin_connects_pauses_and_maps_a_crm(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    added = send(admin, "post", "crm-connections/", GIVEN)
    assert added.status_code == 201, added.json()
    row, connection = added.json(), CrmConnection.objects.get()
    assert (connection.client_secret, connection.refresh_token) == tuple(SECRETS.values())
    assert (row["has_client_secret"], row["has_refresh_token"]) == (True, True)
    assert (row["accounts_url"], row["state"]) == ("https://accounts.zoho.eu", "active")
    assert row["webhook_url"].endswith("/rocket/crm/zoho/")
    assert row["mapping"] == connection.mapping
    CrmConnection.objects.update(since=NOON, channel_id="123")
    path = f"crm-connections/{row['id']}/"
    paused = send(admin, "patch", path, {"is_paused": True}).json()
    assert (paused["is_paused"], paused["state"]) == (True, "paused")
    assert paused["since"] is not None  # a pause starts no full pull
    mapping = {**row["mapping"], "Accounts": {"name": "Account_Name", "domains": "Website"}}
    mapped = send(admin, "patch", path, {"is_paused": False, "mapping": mapping}).json()
    assert mapped == {**row, "mapping": mapping}
    assert send(admin, "patch", path, mapped).json() == mapped  # sent back whole
    notified = {"notify_url": "https://desk.acme.example/crm/zoho/"}
    assert send(admin, "patch", path, notified).json() == {**mapped, **notified}
    assert CrmConnection.objects.get().channel_id == ""
    listed = admin.get(f"{API}crm-connections/").json()["results"]
    assert admin.delete(f"{API}{path}").status_code == 204
    assert not CrmConnection.objects.exists()
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["added", *["changed"] * 3, "deleted"]
    assert_hidden("hush-", connection.sealed_client_secret, shown=[row, mapped, listed])


def test_stored_secrets_are_not_sent_to_a_new_url(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    path = f"crm-connections/{send(admin, 'post', 'crm-connections/', GIVEN).json()['id']}/"
    moved = {"accounts_url": "https://accounts.elsewhere.example"}
    refused = list_fields(send(admin, "patch", path, moved))
    assert sorted(refused) == ["client_secret", "refresh_token"]
    one = {**moved, "client_secret": "hush-client-3"}
    assert list_fields(send(admin, "patch", path, one)) == ["refresh_token"]
    assert CrmConnection.objects.get().accounts_url == "https://accounts.zoho.eu"
    both = {**one, "refresh_token": "hush-refresh-4"}
    assert send(admin, "patch", path, both).status_code == 200
    assert CrmConnection.objects.get().refresh_token == "hush-refresh-4"


def test_a_connection_is_refused_like_on_its_page(
    in_rocket: Cast, sign_in: SignIn, settings: Any
) -> None:
    settings.MODE = "production"  # where only public addresses are allowed
    admin = sign_in(in_rocket.admin.user)
    for changes, field in (
        ({"client_secret": ""}, "client_secret"),
        ({"api_url": "https://169.254.169.254"}, "api_url"),
        ({"api_url": "zoho"}, "api_url"),
        ({"client_id": ""}, "client_id"),
        ({"mapping": []}, "mapping"),
        ({"mapping": "{}"}, "mapping"),
        ({"mapping": {}}, "mapping"),
        ({"mapping": {"Accounts": {"name": 7}}}, "mapping"),
        ({"is_paused": "perhaps"}, "is_paused"),
        ({"sealed_refresh_token": "x"}, "sealed_refresh_token"),
    ):
        refused = send(admin, "post", "crm-connections/", GIVEN | changes)
        assert set(list_fields(refused)) == {field}, changes
    assert not CrmConnection.objects.exists()


def test_only_admins_of_the_desk_have_crm_connections(
    in_rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    connection = CrmConnection.objects.create(desk=in_rocket.desk, client_id="1000.C")
    assert_closed(
        "crm-connections/",
        connection.pk,
        lead=sign_in(in_rocket.lead.user),
        customer=sign_in(in_rocket.customer.user),
        foreign=sign_in(matter.admin.user),
    )
    connection.refresh_from_db()
    assert connection.client_id == "1000.C"
