"""Identity providers over the API: only with the rights over agents, and never with a secret."""

from __future__ import annotations

from typing import Any

from accounts.models import AuditEntry, GroupRole, IdentityProvider
from tests.agent.conftest import SignIn
from tests.api.setups import API, assert_closed, assert_hidden, list_fields, send
from tests.cast import Cast
from tests.login.saml_fake import CERTIFICATE
from tests.tokens.programs import make_program, make_token

SECRET = "hush-very-secret"
OPENID = {
    "name": "Acme",
    "kind": "oidc",
    "server_url": "https://login.acme.example",
    "client_id": "desk",
    "client_secret": SECRET,
}
SAML = {"name": "Acme SAML", "kind": "saml"}


def test_an_admin_adds_a_provider_with_roles_by_group(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    groups = [{"group": "support", "role": "analyst", "level": "l1"}]
    added = send(admin, "post", "identity-providers/", OPENID | {"group_roles": groups})
    assert added.status_code == 201, added.json()
    row, provider = added.json(), IdentityProvider.objects.get()
    assert provider.client_secret == SECRET
    assert (row["has_client_secret"], row["group_roles"]) == (True, groups)
    assert (row["is_active"], row["is_email_trusted"], row["group_claim"]) == (
        True,
        False,
        "groups",
    )
    path = f"identity-providers/{provider.pk}/"
    more = [*groups, {"group": "leads", "role": "lead", "level": "l2"}]
    changed = send(admin, "patch", path, {"group_roles": more, "is_active": False}).json()
    assert changed == {**row, "group_roles": more, "is_active": False}
    assert send(admin, "patch", path, changed).json() == changed
    assert AuditEntry.objects.count() == 2
    assert_hidden(SECRET, provider.sealed_client_secret, shown=[row, changed])
    assert admin.delete(f"{API}{path}").status_code == 204
    assert not GroupRole.objects.exists()


def test_a_saml_provider_is_set_up_before_it_is_active(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    fields = {"entity_id", "sso_url", "certificates"}
    refused = send(admin, "post", "identity-providers/", SAML)
    assert set(list_fields(refused)) == fields
    row = send(admin, "post", "identity-providers/", SAML | {"is_active": False}).json()
    ready = {
        "entity_id": "https://saml.acme.example/",
        "sso_url": "https://saml.acme.example/sso",
        "certificates": CERTIFICATE,
        "is_active": True,
    }
    changed = send(admin, "patch", f"identity-providers/{row['id']}/", ready)
    assert changed.json() == {**row, **ready}


def test_a_provider_is_refused_like_on_its_page(
    in_rocket: Cast, sign_in: SignIn, settings: Any
) -> None:
    settings.MODE = "production"  # where only public addresses are allowed
    admin = sign_in(in_rocket.admin.user)
    made = send(admin, "post", "identity-providers/", OPENID).json()
    path, group = f"identity-providers/{made['id']}/", {"group": "support", "role": "lead"}
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"server_url": "https://169.254.169.254"}, "server_url"),
        ({"server_url": "https://evil.example"}, "client_secret"),
        ({"client_id": "other"}, "client_secret"),
        ({"client_id": ""}, "client_id"),
        ({"kind": "saml"}, "kind"),
        ({"group_roles": [group, group]}, "group_roles"),
        ({"group_roles": [{**group, "role": "king"}]}, "group_roles.0.role"),
        ({"sealed_client_secret": "x"}, "sealed_client_secret"),
    )
    for changes, field in cases:
        assert field in list_fields(send(admin, "patch", path, changes)), changes
    provider = IdentityProvider.objects.get()
    assert (provider.server_url, provider.client_secret) == (OPENID["server_url"], SECRET)


def test_what_only_the_other_protocol_uses_is_refused(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    saml = SAML | {"is_active": False}
    for given, changes in (
        (OPENID, {"entity_id": "https://saml.acme.example/"}),
        (OPENID, {"sso_url": "https://saml.acme.example/sso"}),
        (OPENID, {"certificates": CERTIFICATE}),
        (OPENID, {"email_attribute": "mail"}),
        (OPENID, {"name_attribute": "cn"}),
        (OPENID, {"is_email_trusted": True}),
        (saml, {"server_url": OPENID["server_url"]}),
        (saml, {"client_id": "desk"}),
        (saml, {"client_secret": SECRET}),
    ):
        refused = send(admin, "post", "identity-providers/", given | changes)
        assert list_fields(refused) == list(changes)
    assert not IdentityProvider.objects.exists()


def test_what_was_kept_before_breaks_nothing(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    row = send(admin, "post", "identity-providers/", OPENID).json()
    IdentityProvider.objects.update(certificates="none", email_attribute="mail")
    path, whole = f"identity-providers/{row['id']}/", admin.get(f"{API}identity-providers/").json()
    for changes in (whole["results"][0], {"name": "Acme 2"}, {"certificates": ""}):
        assert send(admin, "patch", path, changes).status_code == 200, changes
    refused = send(admin, "patch", path, {"certificates": "other"})
    assert list_fields(refused) == ["certificates"]


def test_a_program_needs_the_scope_that_can_invite_admins(in_rocket: Cast) -> None:
    statuses = {}
    for scope in ("settings:write", "staff:read", "staff:write"):
        _token, secret = make_token(in_rocket.desk, in_rocket.admin, [scope])
        given = {**OPENID, "name": scope}
        statuses[scope] = send(
            make_program(secret), "post", "identity-providers/", given
        ).status_code
    assert statuses == {"settings:write": 403, "staff:read": 403, "staff:write": 201}


def test_only_admins_of_the_desk_have_providers(
    in_rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    provider = IdentityProvider.objects.create(desk=in_rocket.desk, name="Acme", is_active=False)
    assert_closed(
        "identity-providers/",
        provider.pk,
        lead=sign_in(in_rocket.lead.user),
        customer=sign_in(in_rocket.customer.user),
        foreign=sign_in(matter.admin.user),
    )
    provider.refresh_from_db()
    assert provider.name == "Acme"
