"""A desk's admin sets up single sign-on with OpenID Connect."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import AuditEntry, GroupRole, IdentityProvider
from accounts.tenancy import desk_scope
from tests.cast import Cast

PAGE = "/rocket/admin/accounts/identityprovider/"
GROUPS = {
    "group_roles-TOTAL_FORMS": "1",
    "group_roles-INITIAL_FORMS": "0",
    "group_roles-0-group": "support",
    "group_roles-0-role": "analyst",
    "group_roles-0-level": "l2",
}
NO_GROUPS = {"group_roles-TOTAL_FORMS": "0", "group_roles-INITIAL_FORMS": "0"}
FILLED_IN = {
    "name": "Acme SSO",
    "kind": "oidc",
    "server_url": "https://login.acme.example/",
    "client_id": "plumbline",
    "client_secret": "very secret",
    "group_claim": "groups",
    "is_active": "on",
}


@pytest.fixture
def admin(in_rocket: Cast, sign_in: Any) -> Client:
    return sign_in(in_rocket.admin.user)


def add(admin: Client, **changes: str) -> HttpResponse:
    return admin.post(PAGE + "add/", FILLED_IN | GROUPS | changes)


def test_a_provider_with_its_groups_is_added(in_rocket: Cast, admin: Client) -> None:
    assert add(admin).status_code == 302
    made = IdentityProvider.objects.get()
    assert (made.desk, made.server_url, made.client_secret) == (
        in_rocket.desk,
        "https://login.acme.example",
        "very secret",
    )
    line = GroupRole.objects.get(provider=made)
    assert (line.desk, line.group, line.level) == (in_rocket.desk, "support", "l2")
    assert AuditEntry.objects.filter(target__contains="Acme SSO").exists()


def test_the_secret_is_never_shown_and_the_redirect_uri_is(admin: Client) -> None:
    add(admin)
    made = IdentityProvider.objects.get()
    page = admin.get(f"{PAGE}{made.pk}/change/").content.decode()
    assert "very secret" not in page
    assert made.sealed_client_secret not in page
    assert f"http://testserver/rocket/login/sso/{made.pk}/callback/" in page
    assert not AuditEntry.objects.filter(detail__icontains="very secret").exists()


def test_an_empty_secret_leaves_the_stored_one_but_not_for_another_issuer(admin: Client) -> None:
    add(admin)
    made = IdentityProvider.objects.get()
    form = FILLED_IN | NO_GROUPS | {"client_secret": "", "name": "New name"}
    assert admin.post(f"{PAGE}{made.pk}/change/", form).status_code == 302
    answer = admin.post(f"{PAGE}{made.pk}/change/", form | {"server_url": "https://evil.example"})
    assert "Enter the client secret for this issuer" in answer.content.decode()
    made.refresh_from_db()
    assert (made.name, made.server_url, made.client_secret) == (
        "New name",
        "https://login.acme.example",
        "very secret",
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"client_secret": ""}, "Enter the client secret for this issuer"),
        ({"server_url": "ftp://login.acme.example"}, "Start it with https://"),
        ({"server_url": "https://u:p@login.acme.example"}, "Remove the user name"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_invalid_input_is_refused_at_its_field(
    admin: Client, change: dict[str, str], said: str
) -> None:
    assert said in add(admin, **change).content.decode()
    assert not IdentityProvider.objects.exists()


def test_nobody_else_sees_it(in_rocket: Cast, matter: Cast, sign_in: Any, admin: Client) -> None:
    add(admin)
    made = IdentityProvider.objects.get()
    assert sign_in(in_rocket.lead.user).get(PAGE).status_code == 404
    assert sign_in(in_rocket.customer.user).get(PAGE).status_code == 404
    theirs = sign_in(matter.admin.user)
    assert "Acme SSO" not in theirs.get("/matter/admin/accounts/identityprovider/").content.decode()
    assert theirs.get(f"/matter/admin/accounts/identityprovider/{made.pk}/change/").status_code in {
        302,
        404,
    }
    with desk_scope(matter.desk):
        assert not IdentityProvider.objects.exists()
