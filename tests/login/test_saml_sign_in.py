"""Logging in by a desk's own SAML provider, over the wire: who is let in, as what, and which browser."""

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
from tests.login.conftest import code_of, give_app
from tests.login.saml_fake import CERTIFICATE, Person, SamlFake, serve_saml
from tests.login.test_sso_openid import go_there, place_of
from tests.login.test_two_factor_sign_in import is_out

PERSON = {"email": ["new@rocket.example"], "displayName": ["New One"], "groups": ["support"]}


@pytest.fixture
def company() -> Iterator[SamlFake]:
    with serve_saml() as fake:
        fake.person = Person(attributes=dict(PERSON))
        yield fake


@pytest.fixture
def provider(in_rocket: Cast, company: SamlFake) -> IdentityProvider:
    return make_provider(in_rocket, company)


def make_provider(cast: Cast, company: SamlFake) -> IdentityProvider:
    """A provider that makes members of "support" analysts of level 2; the company knows this service."""
    with desk_scope(cast.desk):
        made = IdentityProvider.objects.create(
            desk=cast.desk,
            kind="saml",
            name="Acme log-in",
            entity_id=company.entity_id,
            sso_url=company.sso_url,
            certificates=CERTIFICATE,
        )
        GroupRole.objects.create(
            desk=cast.desk, provider=made, group="support", role="analyst", level="l2"
        )
    company.register(Client().get(place_of(made) + "metadata/").content)
    return made


def post(place: str, fields: dict[str, str]) -> HttpResponse:
    """The provider's page posts: from another site, so without the cookies of ours, and with no token."""
    return Client(enforce_csrf_checks=True).post(urlsplit(place).path, fields)


def log_in(
    client: Client, provider: IdentityProvider, company: SamlFake, **form: str
) -> HttpResponse:
    """The whole way round; the last answer."""
    answer = post(*company.visit(go_there(client, provider, **form)))
    return client.get(answer["Location"]) if answer.status_code == 303 else answer


def test_an_agent_is_made_by_the_mapped_group(
    provider: IdentityProvider, company: SamlFake, client: Client
) -> None:
    assert "Acme log-in" in client.get("/rocket/login/").content.decode()
    assert log_in(client, provider, company)["Location"] == "/rocket/"
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
    provider: IdentityProvider, company: SamlFake, client: Client
) -> None:
    log_in(client, provider, company)
    company.person.attributes["email"] = ["married@rocket.example"]
    assert log_in(Client(), provider, company)["Location"] == "/rocket/"
    assert (
        Agent.objects.filter(
            user__email__in=["new@rocket.example", "married@rocket.example"]
        ).count()
        == 1
    )


def test_the_post_leaves_no_cookie_and_nothing_in_the_address(
    provider: IdentityProvider, company: SamlFake, client: Client
) -> None:
    """A new session's cookie would take the place of the one that waits in the browser."""
    answer = post(*company.visit(go_there(client, provider)))
    assert (answer.status_code, answer["Location"]) == (303, place_of(provider) + "callback/")
    assert not answer.cookies
    refused = post(place_of(provider) + "acs/", {"SAMLResponse": "PHg+"})
    assert refused.status_code == 403
    assert settings.SESSION_COOKIE_NAME not in refused.cookies


def test_the_next_page_is_the_sessions_and_never_the_relay_state(
    provider: IdentityProvider, company: SamlFake, client: Client
) -> None:
    place = go_there(client, provider, next="/rocket/agent/?view=mine")
    where, fields = company.visit(place)
    assert fields["RelayState"] == "https://evil.example/"
    answer = client.get(post(where, fields)["Location"])
    assert answer["Location"] == "/rocket/agent/?view=mine"
    assert (
        log_in(Client(), provider, company, next="https://evil.example/")["Location"] == "/rocket/"
    )


def test_another_browser_gets_nothing_from_a_response(
    provider: IdentityProvider, company: SamlFake, client: Client
) -> None:
    """Log-in CSRF: somebody's own good response, sent to a browser that asked something else, or nothing."""
    go_there(client, provider)
    foreign = post(*company.visit(go_there(Client(), provider)))
    assert client.get(foreign["Location"]).status_code == 403
    assert Client().get(foreign["Location"]).status_code == 403
    assert is_out(client)


def test_a_response_that_nobody_asked_for_opens_nothing(
    provider: IdentityProvider, company: SamlFake, client: Client
) -> None:
    go_there(client, provider)
    answer = post(place_of(provider) + "acs/", {"SAMLResponse": company.respond("_made-up")})
    assert client.get(answer["Location"]).status_code == 403
    company.spoil = lambda words: words.update(in_response_to=None, response_to="")
    assert (
        post(place_of(provider) + "acs/", {"SAMLResponse": company.respond("")}).status_code == 403
    )
    assert is_out(client)


def test_a_response_counts_once(
    provider: IdentityProvider, company: SamlFake, client: Client
) -> None:
    where, fields = company.visit(go_there(client, provider))
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
    provider: IdentityProvider, company: SamlFake, client: Client
) -> None:
    answer = post(*company.visit(go_there(client, provider)))
    session = client.session
    session["sso_pending"] |= {"at": session["sso_pending"]["at"] - 601}
    session.save()
    assert client.get(answer["Location"]).status_code == 403


def test_what_waits_is_sealed(
    provider: IdentityProvider, company: SamlFake, client: Client
) -> None:
    post(*company.visit(go_there(client, provider)))
    kept = cache.get(build_cache_key(provider, client.session["sso_pending"]["state"]))
    assert kept.startswith("gAAAA")
    assert "new@rocket.example" not in kept


def test_a_response_of_another_desks_provider_is_refused(
    matter: Cast, provider: IdentityProvider, company: SamlFake, client: Client
) -> None:
    """The same company serves both desks, with the same key; each service is one of its own."""
    with serve_saml() as same:
        same.url = company.url
        same.person = company.person
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


def test_a_provider_that_is_off_takes_nothing_but_describes_us(
    provider: IdentityProvider, company: SamlFake, client: Client
) -> None:
    where, fields = company.visit(go_there(client, provider))
    IdentityProvider.objects.update(is_active=False)
    assert post(where, fields).status_code == 404
    assert client.get(place_of(provider) + "metadata/").status_code == 200


def test_an_openid_provider_takes_no_saml(
    in_rocket: Cast, provider: IdentityProvider, company: SamlFake
) -> None:
    encoded = company.respond("_question")
    IdentityProvider.objects.update(kind="oidc")
    assert post(place_of(provider) + "acs/", {"SAMLResponse": encoded}).status_code == 404
    assert Client().get(place_of(provider) + "metadata/").status_code == 404


def test_the_company_refuses_what_it_was_not_told_of(
    provider: IdentityProvider, company: SamlFake, client: Client
) -> None:
    place = go_there(client, provider)
    company.known = (company.known[0], "http://testserver/elsewhere/")
    answer = requests.get(place, timeout=5)
    assert (answer.status_code, answer.text) == (400, "unknown reply address")


@pytest.mark.parametrize(
    "change",
    [{"groups": []}, {"groups": ["sales"]}, {"email": []}, {"email": ["not an address"]}],
)
def test_whom_the_desk_does_not_let_in(
    provider: IdentityProvider, company: SamlFake, client: Client, change: dict[str, Any]
) -> None:
    company.person.attributes |= change
    assert log_in(client, provider, company).status_code == 403
    assert is_out(client)
    assert not User.objects.filter(email="new@rocket.example").exists()


def test_a_deactivated_agent_stays_out(
    provider: IdentityProvider, company: SamlFake, client: Client
) -> None:
    log_in(client, provider, company)
    Agent.objects.filter(user__email="new@rocket.example").update(is_active=False)
    assert log_in(Client(), provider, company).status_code == 403


def test_an_address_is_somebodys_known_only_where_the_desk_trusts_the_company(
    in_rocket: Cast, provider: IdentityProvider, company: SamlFake, client: Client
) -> None:
    company.person.attributes["email"] = [in_rocket.admin.user.email]
    assert log_in(client, provider, company).status_code == 403
    assert is_out(client)
    IdentityProvider.objects.update(is_email_trusted=True)
    assert log_in(client, provider, company)["Location"] == "/rocket/"
    assert client.get("/rocket/admin/").status_code == 200


def test_it_is_worth_nothing_at_another_desk(
    in_rocket: Cast, matter: Cast, provider: IdentityProvider, company: SamlFake, client: Client
) -> None:
    IdentityProvider.objects.update(is_email_trusted=True)
    company.person.attributes["email"] = [matter.admin.user.email]
    assert log_in(client, provider, company)["Location"] == "/rocket/"
    assert client.get("/rocket/agent/").status_code == 200
    for page in ("/matter/agent/", "/matter/admin/", "/matter/portal/requests/"):
        assert "/login/" in client.get(page)["Location"]
    assert client.get("/rocket/login/password/change/").status_code == 403


def test_nobody_becomes_the_installations_admin(
    provider: IdentityProvider, company: SamlFake, client: Client
) -> None:
    IdentityProvider.objects.update(is_email_trusted=True)
    chief = User.objects.create_superuser("chief@plumbline.example", "a long enough passphrase")
    company.person.attributes["email"] = [chief.email]
    assert log_in(client, provider, company).status_code == 403
    assert is_out(client)


def test_a_second_factor_of_ones_own_comes_behind(
    in_rocket: Cast, provider: IdentityProvider, company: SamlFake, client: Client
) -> None:
    IdentityProvider.objects.update(is_email_trusted=True)
    give_app(in_rocket.analyst.user)
    company.person.attributes["email"] = [in_rocket.analyst.user.email]
    assert log_in(client, provider, company)["Location"] == "/rocket/login/two-factor/code/"
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
def test_a_desk_that_asks_for_a_second_factor_believes_the_company_that_it_asked(
    in_rocket: Cast,
    provider: IdentityProvider,
    company: SamlFake,
    client: Client,
    context: str,
    attributes: dict[str, list[str]],
) -> None:
    in_rocket.desk.require_two_factor = True
    in_rocket.desk.save()
    log_in(client, provider, company)
    assert client.get("/rocket/agent/").status_code == 403
    company.person.context = context
    company.person.attributes |= attributes
    again = Client()
    log_in(again, provider, company)
    assert again.get("/rocket/agent/").status_code == 200


def test_posts_are_counted(provider: IdentityProvider, company: SamlFake, settings: Any) -> None:
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
    company: SamlFake,
    client: Client,
    fields: dict[str, str],
    attributes: dict[str, list[str]],
) -> None:
    IdentityProvider.objects.update(**fields)
    company.person.attributes = attributes
    assert log_in(client, provider, company)["Location"] == "/rocket/"
    assert Agent.objects.get(user__email="new@rocket.example").name == "New One"
