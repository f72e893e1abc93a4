"""Sign-in with a desk's OpenID provider: admission, roles, and where it is valid."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.http import HttpResponse
from django.test import Client

from accounts.models import Agent, AuditEntry, IdentityProvider, User
from helpdesk.login.known_browsers import COOKIE
from tests.cast import Cast
from tests.login.conftest import AGENT_SIGN_IN, code_of, give_app, sign_in_with_password
from tests.login.openid_desk import go_there, place_of, sign_in_by_sso
from tests.login.openid_fake import ANOTHERS, CLIENT_ID, CLIENT_SECRET, OpenIdFake
from tests.login.test_two_factor_sign_in import is_out


def test_it_makes_no_browser_a_known_one(
    provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    """A desk's provider may name any address: its word must not lift limits of other desks."""
    sign_in_by_sso(client, provider, idp)
    assert not is_out(client)
    assert COOKIE not in client.cookies


def test_the_sign_in_page_offers_it(
    provider: IdentityProvider, matter: Cast, client: Client
) -> None:
    assert "Acme SSO" in client.get(AGENT_SIGN_IN).content.decode()
    assert "Acme SSO" not in client.get("/matter/login/?next=/matter/agent/").content.decode()


def test_an_agent_is_made_by_the_mapped_group(
    provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    assert sign_in_by_sso(client, provider, idp)["Location"] == "/rocket/"
    assert client.get("/rocket/agent/").status_code == 200
    agent = Agent.objects.get(user__email="new@rocket.example")
    assert (agent.name, agent.role, agent.level, agent.departments.count()) == (
        "New One",
        "analyst",
        "l2",
        3,
    )
    assert not agent.user.has_usable_password()
    assert AuditEntry.objects.filter(action="sso_linked", target=agent.user.email).exists()


def test_the_second_time_it_is_the_same_agent(
    provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    sign_in_by_sso(client, provider, idp)
    idp.person["email"] = "married@rocket.example"
    sign_in_by_sso(Client(), provider, idp)
    assert (
        Agent.objects.filter(
            user__email__in=["new@rocket.example", "married@rocket.example"]
        ).count()
        == 1
    )


def test_the_next_page_is_kept_and_is_ours(
    provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    assert (
        sign_in_by_sso(client, provider, idp, next="/rocket/agent/?view=mine")["Location"]
        == "/rocket/agent/?view=mine"
    )
    assert (
        sign_in_by_sso(Client(), provider, idp, next="https://evil.example/")["Location"]
        == "/rocket/"
    )


def test_the_session_gets_a_new_id(
    provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    answer = idp.visit(go_there(client, provider))
    before = client.session.session_key
    client.get(place_of(provider) + "callback/", answer)
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "change",
    [
        {"groups": []},
        {"groups": ["sales"]},
        {"groups": {"support": True}},
        {"email": ""},
        {"email": "not an address"},
    ],
)
def test_the_desk_does_not_admit_everyone(
    provider: IdentityProvider, idp: OpenIdFake, client: Client, change: dict[str, Any]
) -> None:
    idp.person |= change
    assert sign_in_by_sso(client, provider, idp).status_code == 403
    assert is_out(client)
    assert not User.objects.filter(email="new@rocket.example").exists()


def test_leaving_the_group_ends_access(
    provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    sign_in_by_sso(client, provider, idp)
    idp.person["groups"] = []
    assert sign_in_by_sso(Client(), provider, idp).status_code == 403


def test_a_deactivated_agent_stays_out(
    provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    sign_in_by_sso(client, provider, idp)
    Agent.objects.filter(user__email="new@rocket.example").update(is_active=False)
    assert sign_in_by_sso(Client(), provider, idp).status_code == 403


def test_an_unverified_address_is_not_matched_to_a_known_user(
    in_rocket: Cast, provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    idp.person |= {"email": in_rocket.admin.user.email, "email_verified": False}
    assert sign_in_by_sso(client, provider, idp).status_code == 403
    idp.person["email_verified"] = True
    assert sign_in_by_sso(client, provider, idp)["Location"] == "/rocket/"
    assert client.get("/rocket/admin/").status_code == 200


def test_sso_never_signs_in_the_installations_admin(
    provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    chief = User.objects.create_superuser("chief@plumbline.example", "a long enough passphrase")
    idp.person["email"] = chief.email
    assert sign_in_by_sso(client, provider, idp).status_code == 403
    assert is_out(client)


def test_it_is_not_valid_at_another_desk(
    in_rocket: Cast, matter: Cast, provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    idp.person["email"] = matter.admin.user.email  # a desk's own provider may claim any address
    assert sign_in_by_sso(client, provider, idp)["Location"] == "/rocket/"
    assert client.get("/rocket/agent/").status_code == 200
    for page in ("/matter/agent/", "/matter/admin/", "/matter/portal/requests/"):
        assert client.get(page).status_code == 302
        assert "/login/" in client.get(page)["Location"]
    assert client.get("/matter/api/v1/tickets/").status_code in {401, 403}
    assert client.get("/rocket/agent/").status_code == 200


@pytest.mark.parametrize(
    "page",
    [
        "password/change/",
        "password/set/",
        "two-factor/",
        "two-factor/app/",
        "passkeys/new/",
        "again/",
    ],
)
def test_it_cannot_change_the_account_itself(
    provider: IdentityProvider, idp: OpenIdFake, client: Client, page: str
) -> None:
    sign_in_by_sso(client, provider, idp)
    assert client.get(f"/rocket/login/{page}").status_code == 403
    assert (
        client.post(f"/rocket/login/{page}", {"password1": "x", "password2": "x"}).status_code
        == 403
    )


def test_an_agents_own_two_factor_authentication_comes_next(
    in_rocket: Cast, provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    give_app(in_rocket.analyst.user)
    idp.person["email"] = in_rocket.analyst.user.email
    assert sign_in_by_sso(client, provider, idp)["Location"] == "/rocket/login/two-factor/code/"
    assert is_out(client)
    client.post("/rocket/login/two-factor/code/", {"code": code_of(in_rocket.analyst.user)})
    assert client.get("/rocket/agent/").status_code == 200
    assert client.get("/rocket/login/password/change/").status_code == 403


def test_a_desk_that_requires_two_factor_authentication_accepts_the_providers(
    in_rocket: Cast, provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    in_rocket.desk.require_two_factor = True
    in_rocket.desk.save()
    sign_in_by_sso(client, provider, idp)
    refusal = client.get("/rocket/agent/")
    assert (refusal.status_code, b"did not report that you used it" in refusal.content) == (
        403,
        True,
    )
    assert client.get("/rocket/login/out/").status_code == 200
    assert client.get("/rocket/api/v1/tickets/").status_code == 403
    idp.person["amr"] = ["pwd", "mfa"]
    again = Client()
    sign_in_by_sso(again, provider, idp)
    assert again.get("/rocket/agent/").status_code == 200


LIES = {
    "another nonce": lambda claims: claims.update(nonce="another"),
    "no nonce": lambda claims: claims.pop("nonce"),
    "another audience": lambda claims: claims.update(aud="somebody-else"),
    "two audiences, not for us": lambda claims: claims.update(
        aud=[CLIENT_ID, "other"], azp="other"
    ),
    "two audiences, for whom": lambda claims: claims.update(aud=[CLIENT_ID, "other"]),
    "another issuer": lambda claims: claims.update(iss="https://evil.example"),
    "too old": lambda claims: claims.update(exp=int(time.time()) - 60),
    "not yet": lambda claims: claims.update(iat=int(time.time()) + 600),
    "without an end": lambda claims: claims.pop("exp"),
    "without a subject": lambda claims: claims.pop("sub"),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_wrong_token_is_refused(
    provider: IdentityProvider, idp: OpenIdFake, client: Client, lie: Any
) -> None:
    idp.spoil = lie
    assert_refused(sign_in_by_sso(client, provider, idp), client, idp)


@pytest.mark.parametrize(
    ("key", "kid"),
    [(ANOTHERS, "one"), (ANOTHERS, "two"), (None, "one"), (CLIENT_SECRET * 2, "one")],
    ids=["another's key", "an unknown key", "unsigned", "signed with a shared secret"],
)
def test_a_wrong_signature_is_refused(
    provider: IdentityProvider, idp: OpenIdFake, client: Client, key: Any, kid: str
) -> None:
    idp.key, idp.kid = key, kid
    assert_refused(sign_in_by_sso(client, provider, idp), client, idp)


def assert_refused(answer: HttpResponse, client: Client, idp: OpenIdFake) -> None:
    assert answer.status_code == 403
    assert "didn't work" in answer.content.decode()
    assert is_out(client)
    assert idp.exchanges == 1  # it was the token, and nothing before it
    assert not User.objects.filter(email="new@rocket.example").exists()


def test_an_unsolicited_response_is_refused(
    provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    answer = idp.visit(go_there(Client(), provider))
    assert client.get(place_of(provider) + "callback/", answer).status_code == 403
    go_there(client, provider)
    assert client.get(place_of(provider) + "callback/", answer).status_code == 403
    assert (is_out(client), idp.exchanges) == (True, 0)


def test_a_response_counts_once_and_for_ten_minutes(
    provider: IdentityProvider, idp: OpenIdFake, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = idp.visit(go_there(client, provider))
    assert client.get(place_of(provider) + "callback/", answer).status_code == 302
    client.post("/rocket/login/out/")
    assert client.get(place_of(provider) + "callback/", answer).status_code == 403
    late = idp.visit(go_there(client, provider))
    session = client.session
    session["sso_pending"] = session["sso_pending"] | {"at": time.time() - 601}
    session.save()
    assert client.get(place_of(provider) + "callback/", late).status_code == 403


def test_an_issuer_by_another_name_is_refused(
    provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    idp.issuer = "https://evil.example"
    assert client.post(place_of(provider)).status_code == 403


def test_another_desks_provider_is_not_there(
    provider: IdentityProvider, matter: Cast, client: Client
) -> None:
    for method in (client.post, client.get):
        assert method(f"/matter/login/sso/{provider.pk}/").status_code in {404, 405}
    assert client.get(f"/matter/login/sso/{provider.pk}/callback/").status_code == 404


def test_an_inactive_provider_is_not_there(provider: IdentityProvider, client: Client) -> None:
    IdentityProvider.objects.update(is_active=False)
    assert client.post(place_of(provider)).status_code == 404
    assert "Acme SSO" not in client.get(AGENT_SIGN_IN).content.decode()


@pytest.mark.parametrize("ends", ["switched off", "deleted", "twelve hours later"])
def test_a_session_ends_with_the_desks_trust_in_the_provider(
    provider: IdentityProvider, idp: OpenIdFake, client: Client, ends: str
) -> None:
    sign_in_by_sso(client, provider, idp)
    assert client.get("/rocket/agent/").status_code == 200
    if ends == "switched off":
        IdentityProvider.objects.filter(pk=provider.pk).update(is_active=False)
    elif ends == "deleted":
        provider.delete()
    else:
        age_sign_in(client, 12 * 3600)
    assert client.get("/rocket/agent/")["Location"].startswith("/rocket/login/")
    assert client.get("/rocket/api/v1/tickets/").status_code in {401, 403}


def age_sign_in(client: Client, seconds: int) -> None:
    session = client.session
    [record] = session[AUTHENTICATION_METHODS_SESSION_KEY]
    record["at"] -= seconds
    session.save()


def test_a_session_of_almost_twelve_hours_is_still_valid(
    provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    sign_in_by_sso(client, provider, idp)
    age_sign_in(client, 12 * 3600 - 60)
    assert client.get("/rocket/agent/").status_code == 200


def test_a_password_session_outlives_the_provider(
    in_rocket: Cast, provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    sign_in_with_password(client, in_rocket.analyst.user)
    provider.delete()
    assert client.get("/rocket/agent/").status_code == 200


def test_an_admin_without_two_factor_authentication_is_told_what_to_do(
    provider: IdentityProvider, idp: OpenIdFake, client: Client, settings: Any
) -> None:
    settings.ADMIN_TWO_FACTOR = True
    idp.person["groups"] = ["chiefs"]
    sign_in_by_sso(client, provider, idp)
    for page in ("/rocket/", "/rocket/agent/", "/rocket/admin/"):
        answer = client.get(page)
        assert answer.status_code == 403
        assert "sign in with a password or an emailed code" in answer.content.decode()
    assert client.get("/rocket/agent/", headers={"HX-Request": "true"}).status_code == 401


def test_the_secret_is_sealed_at_rest(provider: IdentityProvider) -> None:
    assert provider.sealed_client_secret.startswith("gAAAA")
    assert provider.client_secret == CLIENT_SECRET
