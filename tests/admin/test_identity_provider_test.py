"""The "Test connection" button of an identity provider: the result in words, for its desk only."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import IdentityProvider
from helpdesk.login.sso.checks import check_connection
from tests.cast import Cast
from tests.login.openid_desk import make_provider
from tests.login.openid_fake import Handler, OpenIdFake, serve_openid
from tests.login.saml_fake import CERTIFICATE, OURS, make_certificate

PAGE = "/rocket/admin/accounts/identityprovider/"


@pytest.fixture
def idp() -> Iterator[OpenIdFake]:
    with serve_openid() as fake:
        yield fake


@pytest.fixture
def provider(in_rocket: Cast, idp: OpenIdFake) -> IdentityProvider:
    return make_provider(in_rocket, idp)


@pytest.fixture
def admin(in_rocket: Cast, sign_in: Any) -> Client:
    return sign_in(in_rocket.admin.user)


def saml(cast: Cast, **changes: Any) -> IdentityProvider:
    values = {
        "entity_id": "https://idp.acme.example",
        "sso_url": "https://idp.acme.example/sso",
        "certificates": CERTIFICATE,
    }
    return IdentityProvider.objects.create(
        desk=cast.desk, kind="saml", name="Acme SAML", **(values | changes)
    )


def run(admin: Client, provider: IdentityProvider) -> str:
    """Press the button. Return the page after it."""
    answer = admin.post(f"{PAGE}{provider.pk}/test/", follow=True)
    assert answer.redirect_chain == [(f"{PAGE}{provider.pk}/change/", 302)]
    return " ".join(answer.content.decode().split())


def test_the_page_has_the_button_and_the_page_for_a_new_one_has_not(
    provider: IdentityProvider, admin: Client
) -> None:
    assert "Test connection" in admin.get(f"{PAGE}{provider.pk}/change/").content.decode()
    assert "Test connection" not in admin.get(f"{PAGE}add/").content.decode()


def test_a_working_provider_passes_the_connection_test(
    provider: IdentityProvider, admin: Client
) -> None:
    assert "The provider responds and publishes 1 signing key." in run(admin, provider)


def test_a_provider_that_does_not_respond_is_reported(
    provider: IdentityProvider, admin: Client
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    IdentityProvider.objects.update(server_url=f"http://127.0.0.1:{closed}")
    assert "127.0.0.1 isn&#x27;t responding. Check the URL" in run(admin, provider)


def test_an_invalid_configuration_is_explained(
    provider: IdentityProvider, idp: OpenIdFake, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    idp.issuer = "https://other.example"
    assert "uses a different issuer: https://other.example" in run(admin, provider)
    idp.issuer, idp.more_configuration["jwks_uri"] = "", None
    assert "The provider&#x27;s configuration has no jwks_uri." in run(admin, provider)
    del idp.more_configuration["jwks_uri"]
    monkeypatch.setattr(OpenIdFake, "keys", lambda self: {"keys": []})
    assert "no signing key that can be used" in run(admin, provider)
    monkeypatch.setattr(Handler, "do_GET", lambda self: self.say(404, "text/html", "no"))
    assert "responded with status 404" in run(admin, provider)
    monkeypatch.setattr(Handler, "do_GET", lambda self: self.say(200, "text/html", "<p>"))
    assert "respond with a JSON object" in run(admin, provider)


def test_a_missing_secret_is_reported(provider: IdentityProvider, admin: Client) -> None:
    IdentityProvider.objects.update(sealed_client_secret="")
    assert "Enter the client secret." in run(admin, provider)
    IdentityProvider.objects.update(sealed_client_secret="not by our key")
    assert "cannot be decrypted" in run(admin, provider)


def test_an_address_inside_is_not_requested(
    provider: IdentityProvider, admin: Client, settings: Any
) -> None:
    settings.MODE = "production"
    IdentityProvider.objects.update(server_url="https://127.0.0.1")
    [finding] = check_connection(IdentityProvider.objects.get(), at=timezone.now())
    assert (finding.level, finding.text) == ("error", "127.0.0.1 is not a public address.")


@pytest.mark.parametrize(
    ("days", "since", "text"),
    [
        (60, 1, "The certificate is valid until"),
        (12, 1, "Add the next one before then."),
        (-1, 9, "None of the certificates is valid now."),
    ],
)
def test_a_certificate_is_judged_by_its_end(
    in_rocket: Cast, admin: Client, days: int, since: int, text: str
) -> None:
    made = saml(in_rocket, certificates=make_certificate(OURS, days=days, since=since))
    shown = run(admin, made)
    assert text in shown
    assert "only your agents&#x27; browsers open it: https://idp.acme.example/sso" in shown


def test_a_certificate_is_also_tested_in_the_future(in_rocket: Cast) -> None:
    provider = saml(in_rocket)
    later = timezone.now() + timedelta(days=31)
    levels = [finding.level for finding in check_connection(provider, at=later)]
    assert levels == ["error", "info"]


def test_a_saml_provider_without_addresses_is_not_ready(in_rocket: Cast, admin: Client) -> None:
    assert "entity ID and sign-in URL" in run(admin, saml(in_rocket, entity_id="", sso_url=""))


def test_only_admins_of_the_desk_test_it(
    in_rocket: Cast, matter: Cast, sign_in: Any, provider: IdentityProvider, idp: OpenIdFake
) -> None:
    place = f"accounts/identityprovider/{provider.pk}/test/"
    assert sign_in(in_rocket.lead.user).post(f"/rocket/admin/{place}").status_code == 404
    assert sign_in(matter.admin.user).post(f"/matter/admin/{place}").status_code == 404
    assert Client().post(f"/rocket/admin/{place}").status_code == 302


def test_it_is_limited(provider: IdentityProvider, admin: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"provider_test": "1/m/user"}
    codes = [admin.post(f"{PAGE}{provider.pk}/test/").status_code for _ in range(2)]
    assert codes == [302, 429]
