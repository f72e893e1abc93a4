"""Sign-in with a desk's SAML provider, over HTTP: admission, roles and browsers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from accounts.models import Agent, AuditEntry, GroupRole, IdentityProvider, User
from accounts.tenancy import desk_scope
from helpdesk.login.sso.saml.service_provider import build_cache_key
from tests.cast import Cast
from tests.login.conftest import AGENT_SIGN_IN, code_of, give_app
from tests.login.openid_desk import go_there, place_of
from tests.login.saml_fake import CERTIFICATE, Person, SamlFake, serve_saml
from tests.login.test_two_factor_sign_in import is_out

PERSON = {"email": ["new@rocket.example"], "displayName": ["New One"], "groups": ["support"]}


@pytest.fixture
def idp() -> Iterator[SamlFake]:
    with serve_saml() as fake:
        fake.person = Person(attributes=dict(PERSON))
        yield fake


@pytest.fixture
def provider(in_rocket: Cast, idp: SamlFake) -> IdentityProvider:
    return make_provider(in_rocket, idp)


def make_provider(cast: Cast, idp: SamlFake) -> IdentityProvider:
    """Create a provider that makes members of "support" level 2 analysts. It knows our service."""
    with desk_scope(cast.desk):
        made = IdentityProvider.objects.create(
            desk=cast.desk,
            kind="saml",
            name="Acme SSO",
            entity_id=idp.entity_id,
            sso_url=idp.sso_url,
            certificates=CERTIFICATE,
        )
        GroupRole.objects.create(
            desk=cast.desk, provider=made, group="support", role="analyst", level="l2"
        )
    idp.register(Client().get(place_of(made) + "metadata/").content)
    return made


def post(place: str, fields: dict[str, str]) -> HttpResponse:
    """Post as the provider's page does: from another site, without our cookies and CSRF token."""
    return Client(enforce_csrf_checks=True).post(urlsplit(place).path, fields)


def sign_in_by_sso(
    client: Client, provider: IdentityProvider, idp: SamlFake, **form: str
) -> HttpResponse:
    """Go to the provider and back. Return the last response."""
    answer = post(*idp.visit(go_there(client, provider, **form)))
    return client.get(answer["Location"]) if answer.status_code == 303 else answer


def test_an_agent_is_made_by_the_mapped_group(
    provider: IdentityProvider, idp: SamlFake, client: Client
) -> None:
    assert "Acme SSO" in client.get(AGENT_SIGN_IN).content.decode()
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
    provider: IdentityProvider, idp: SamlFake, client: Client
) -> None:
    sign_in_by_sso(client, provider, idp)
    idp.person.attributes["email"] = ["married@rocket.example"]
    assert sign_in_by_sso(Client(), provider, idp)["Location"] == "/rocket/"
    assert (
        Agent.objects.filter(
            user__email__in=["new@rocket.example", "married@rocket.example"]
        ).count()
        == 1
    )


def test_the_post_sets_no_cookie_and_puts_nothing_in_the_url(
    provider: IdentityProvider, idp: SamlFake, client: Client
) -> None:
    """A new session's cookie would replace the one in the browser."""
    answer = post(*idp.visit(go_there(client, provider)))
    assert (answer.status_code, answer["Location"]) == (303, place_of(provider) + "callback/")
    assert not answer.cookies
    refused = post(place_of(provider) + "acs/", {"SAMLResponse": "PHg+"})
    assert refused.status_code == 403
    assert settings.SESSION_COOKIE_NAME not in refused.cookies


def test_the_next_page_is_the_sessions_and_never_the_relay_state(
    provider: IdentityProvider, idp: SamlFake, client: Client
) -> None:
    place = go_there(client, provider, next="/rocket/agent/?view=mine")
    where, fields = idp.visit(place)
    assert fields["RelayState"] == "https://evil.example/"
    answer = client.get(post(where, fields)["Location"])
    assert answer["Location"] == "/rocket/agent/?view=mine"
    assert (
        sign_in_by_sso(Client(), provider, idp, next="https://evil.example/")["Location"]
        == "/rocket/"
    )


def test_another_browser_gets_nothing_from_a_response(
    provider: IdentityProvider, idp: SamlFake, client: Client
) -> None:
    """Login CSRF: a valid response, sent to a browser that requested another or none."""
    go_there(client, provider)
    foreign = post(*idp.visit(go_there(Client(), provider)))
    assert client.get(foreign["Location"]).status_code == 403
    assert Client().get(foreign["Location"]).status_code == 403
    assert is_out(client)


def test_an_unsolicited_response_opens_nothing(
    provider: IdentityProvider, idp: SamlFake, client: Client
) -> None:
    go_there(client, provider)
    answer = post(place_of(provider) + "acs/", {"SAMLResponse": idp.respond("_made-up")})
    assert client.get(answer["Location"]).status_code == 403
    idp.spoil = lambda words: words.update(in_response_to=None, response_to="")
    assert post(place_of(provider) + "acs/", {"SAMLResponse": idp.respond("")}).status_code == 403
    assert is_out(client)


def test_a_response_counts_once(provider: IdentityProvider, idp: SamlFake, client: Client) -> None:
    where, fields = idp.visit(go_there(client, provider))
    asked = client.session["sso_pending"]
    assert client.get(post(where, fields)["Location"]).status_code == 302
    assert post(where, fields).status_code == 403
    again = Client()
    session = again.session
    session["sso_pending"] = asked
    session.save()
    assert (
        again.get(place_of(provider) + "callback/").status_code == 403
    )  # not even with the question again
    assert is_out(again)


def test_a_response_waits_for_ten_minutes(
    provider: IdentityProvider, idp: SamlFake, client: Client
) -> None:
    answer = post(*idp.visit(go_there(client, provider)))
    session = client.session
    session["sso_pending"] |= {"at": session["sso_pending"]["at"] - 601}
    session.save()
    assert client.get(answer["Location"]).status_code == 403


def test_a_stored_response_is_sealed(
    provider: IdentityProvider, idp: SamlFake, client: Client
) -> None:
    post(*idp.visit(go_there(client, provider)))
    kept = cache.get(build_cache_key(provider, client.session["sso_pending"]["state"]))
    assert kept.startswith("gAAAA")
    assert "new@rocket.example" not in kept


def test_a_response_of_another_desks_provider_is_refused(
    matter: Cast, provider: IdentityProvider, idp: SamlFake, client: Client
) -> None:
    """One provider serves both desks with one key; each desk has a service of its own there."""
    with serve_saml() as same:
        same.url = idp.url
        same.person = idp.person
        theirs = make_provider(matter, same)
        encoded = same.respond("_question")
    assert post(place_of(theirs) + "acs/", {"SAMLResponse": encoded}).status_code == 303
    assert post(place_of(provider) + "acs/", {"SAMLResponse": encoded}).status_code == 403


def test_another_desks_provider_is_not_there(
    matter: Cast, provider: IdentityProvider, client: Client
) -> None:
    for page in ("", "callback/", "acs/", "metadata/"):
        method = client.get if page in {"callback/", "metadata/"} else client.post
        assert method(f"/matter/login/sso/{provider.pk}/{page}").status_code == 404


def test_an_inactive_provider_accepts_nothing_but_shows_our_metadata(
    provider: IdentityProvider, idp: SamlFake, client: Client
) -> None:
    where, fields = idp.visit(go_there(client, provider))
    IdentityProvider.objects.update(is_active=False)
    assert post(where, fields).status_code == 404
    assert client.get(place_of(provider) + "metadata/").status_code == 200


def test_an_openid_provider_accepts_no_saml(
    in_rocket: Cast, provider: IdentityProvider, idp: SamlFake
) -> None:
    encoded = idp.respond("_question")
    IdentityProvider.objects.update(kind="oidc")
    assert post(place_of(provider) + "acs/", {"SAMLResponse": encoded}).status_code == 404
    assert Client().get(place_of(provider) + "metadata/").status_code == 404


def test_the_provider_refuses_an_unknown_service(
    provider: IdentityProvider, idp: SamlFake, client: Client
) -> None:
    place = go_there(client, provider)
    idp.known = (idp.known[0], "http://testserver/elsewhere/")
    answer = requests.get(place, timeout=5)
    assert (answer.status_code, answer.text) == (400, "unknown reply address")


@pytest.mark.parametrize(
    "change",
    [{"groups": []}, {"groups": ["sales"]}, {"email": []}, {"email": ["not an address"]}],
)
def test_the_desk_does_not_admit_everyone(
    provider: IdentityProvider, idp: SamlFake, client: Client, change: dict[str, Any]
) -> None:
    idp.person.attributes |= change
    assert sign_in_by_sso(client, provider, idp).status_code == 403
    assert is_out(client)
    assert not User.objects.filter(email="new@rocket.example").exists()


def test_a_deactivated_agent_stays_out(
    provider: IdentityProvider, idp: SamlFake, client: Client
) -> None:
    sign_in_by_sso(client, provider, idp)
    Agent.objects.filter(user__email="new@rocket.example").update(is_active=False)
    assert sign_in_by_sso(Client(), provider, idp).status_code == 403


def test_a_known_address_is_matched_only_where_the_desk_trusts_the_provider(
    in_rocket: Cast, provider: IdentityProvider, idp: SamlFake, client: Client
) -> None:
    idp.person.attributes["email"] = [in_rocket.admin.user.email]
    assert sign_in_by_sso(client, provider, idp).status_code == 403
    assert is_out(client)
    IdentityProvider.objects.update(is_email_trusted=True)
    assert sign_in_by_sso(client, provider, idp)["Location"] == "/rocket/"
    assert client.get("/rocket/admin/").status_code == 200


def test_it_is_not_valid_at_another_desk(
    in_rocket: Cast, matter: Cast, provider: IdentityProvider, idp: SamlFake, client: Client
) -> None:
    IdentityProvider.objects.update(is_email_trusted=True)
    idp.person.attributes["email"] = [matter.admin.user.email]
    assert sign_in_by_sso(client, provider, idp)["Location"] == "/rocket/"
    assert client.get("/rocket/agent/").status_code == 200
    for page in ("/matter/agent/", "/matter/admin/", "/matter/portal/requests/"):
        assert "/login/" in client.get(page)["Location"]
    assert client.get("/rocket/login/password/change/").status_code == 403


def test_sso_never_signs_in_the_installations_admin(
    provider: IdentityProvider, idp: SamlFake, client: Client
) -> None:
    IdentityProvider.objects.update(is_email_trusted=True)
    chief = User.objects.create_superuser("chief@plumbline.example", "a long enough passphrase")
    idp.person.attributes["email"] = [chief.email]
    assert sign_in_by_sso(client, provider, idp).status_code == 403
    assert is_out(client)


def test_an_agents_own_two_factor_authentication_comes_next(
    in_rocket: Cast, provider: IdentityProvider, idp: SamlFake, client: Client
) -> None:
    IdentityProvider.objects.update(is_email_trusted=True)
    give_app(in_rocket.analyst.user)
    idp.person.attributes["email"] = [in_rocket.analyst.user.email]
    assert sign_in_by_sso(client, provider, idp)["Location"] == "/rocket/login/two-factor/code/"
    assert is_out(client)
    client.post("/rocket/login/two-factor/code/", {"code": code_of(in_rocket.analyst.user)})
    assert client.get("/rocket/agent/").status_code == 200


@pytest.mark.parametrize(
    ("context", "attributes"),
    [
        ("https://refeds.org/profile/mfa", {}),
        ("urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract", {}),
        (
            "urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
            {
                "http://schemas.microsoft.com/claims/authnmethodsreferences": [
                    "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password",
                    "http://schemas.microsoft.com/claims/multipleauthn",
                ]
            },
        ),
    ],
    ids=["REFEDS", "SAML", "Entra ID"],
)
def test_a_desk_that_requires_two_factor_authentication_accepts_the_providers(
    in_rocket: Cast,
    provider: IdentityProvider,
    idp: SamlFake,
    client: Client,
    context: str,
    attributes: dict[str, list[str]],
) -> None:
    in_rocket.desk.require_two_factor = True
    in_rocket.desk.save()
    sign_in_by_sso(client, provider, idp)
    assert client.get("/rocket/agent/").status_code == 403
    idp.person.context = context
    idp.person.attributes |= attributes
    again = Client()
    sign_in_by_sso(again, provider, idp)
    assert again.get("/rocket/agent/").status_code == 200


def test_posts_are_counted(provider: IdentityProvider, idp: SamlFake, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"saml_acs": "2/m/ip"}
    place = place_of(provider) + "acs/"
    assert [post(place, {"SAMLResponse": "x"}).status_code for _ in range(3)] == [403, 403, 429]


CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
VENDORS: dict[str, tuple[dict[str, str], dict[str, list[str]]]] = {
    "Entra ID": (
        {},
        {
            f"{CLAIMS}/emailaddress": ["new@rocket.example"],
            "http://schemas.microsoft.com/identity/claims/displayname": ["New One"],
            "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups": ["0f1e", "support"],
        },
    ),
    "Okta": (
        {},
        {
            "email": ["new@rocket.example"],
            "firstName": ["New"],
            "lastName": ["One"],
            "groups": ["support"],
        },
    ),
    "its own names": (
        {"email_attribute": "post", "name_attribute": "called", "group_claim": "team"},
        {
            "email": ["other@rocket.example"],
            "groups": ["sales"],
            "post": ["new@rocket.example"],
            "called": ["New One"],
            "team": ["support"],
        },
    ),
}


@pytest.mark.parametrize(("fields", "attributes"), VENDORS.values(), ids=VENDORS)
def test_attributes_are_read_as_vendors_call_them(
    provider: IdentityProvider,
    idp: SamlFake,
    client: Client,
    fields: dict[str, str],
    attributes: dict[str, list[str]],
) -> None:
    IdentityProvider.objects.update(**fields)
    idp.person.attributes = attributes
    assert sign_in_by_sso(client, provider, idp)["Location"] == "/rocket/"
    assert Agent.objects.get(user__email="new@rocket.example").name == "New One"
