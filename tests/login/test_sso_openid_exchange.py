"""Responses of an OpenID provider on the way that are accepted, and that end a sign-in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import IdentityProvider
from tests.login.openid_desk import go_there, place_of, sign_in_by_sso
from tests.login.openid_fake import OpenIdFake
from tests.login.test_two_factor_sign_in import is_out


def test_the_secret_is_sent_in_the_form_where_basic_is_not_offered(
    provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    idp.auth_methods = ["client_secret_post"]
    assert sign_in_by_sso(client, provider, idp)["Location"] == "/rocket/"
    assert not is_out(client)


def test_a_single_group_may_come_as_text(
    provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    idp.person["groups"] = "support"
    assert sign_in_by_sso(client, provider, idp)["Location"] == "/rocket/"


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize("url", [None, "", "ftp://login.example.com/", "javascript:alert(1)"])
def test_an_endpoint_must_be_a_web_address(
    provider: IdentityProvider, idp: OpenIdFake, client: Client, name: str, url: Any
) -> None:
    idp.more_configuration[name] = url
    if name == "authorization_endpoint":
        assert client.post(place_of(provider)).status_code == 403
    else:
        assert sign_in_by_sso(client, provider, idp).status_code == 403
    assert is_out(client)


def test_an_error_of_the_provider_ends_it(
    provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    state = idp.visit(go_there(client, provider))["state"]
    refused = client.get(
        place_of(provider) + "callback/", {"state": state, "error": "access_denied"}
    )
    assert (refused.status_code, idp.exchanges, is_out(client)) == (403, 0, True)


def test_a_code_without_the_state_is_refused(
    provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    code = idp.visit(go_there(client, provider))["code"]
    assert client.get(place_of(provider) + "callback/", {"code": code}).status_code == 403
    assert (idp.exchanges, is_out(client)) == (0, True)


def test_a_token_must_match_exactly_one_published_key(
    provider: IdentityProvider, idp: OpenIdFake, client: Client
) -> None:
    [key] = idp.keys()["keys"]
    idp.more_keys = [key]
    assert sign_in_by_sso(client, provider, idp).status_code == 403
    idp.more_keys = [key | {"kid": "another"}]
    assert sign_in_by_sso(client, provider, idp)["Location"] == "/rocket/"


def test_the_log_has_the_reason_and_the_page_does_not(
    provider: IdentityProvider, idp: OpenIdFake, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    idp.spoil = lambda claims: claims.update(nonce="another")
    page = sign_in_by_sso(client, provider, idp).content.decode()
    assert "nonce" in caplog.text
    assert "nonce" not in page
