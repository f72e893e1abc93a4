"""A desk's OpenID provider, and a browser's way through it."""

from __future__ import annotations

import re
from html import unescape

from django.http import HttpResponse
from django.test import Client

from accounts.models import GroupRole, IdentityProvider
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.login.openid_fake import CLIENT_ID, CLIENT_SECRET, OpenIdFake

PERSON = {
    "sub": "42",
    "email": "new@rocket.example",
    "email_verified": True,
    "name": "New One",
    "groups": ["support"],
}


def make_provider(cast: Cast, idp: OpenIdFake) -> IdentityProvider:
    """Create a provider that makes "support" level 2 analysts, and "chiefs" admins."""
    with desk_scope(cast.desk):
        made = IdentityProvider(
            desk=cast.desk, name="Acme SSO", server_url=idp.url, client_id=CLIENT_ID
        )
        made.enter_secret(CLIENT_SECRET)
        made.save()
        for group, role, level in [("support", "analyst", "l2"), ("chiefs", "admin", "l1")]:
            GroupRole.objects.create(
                desk=cast.desk, provider=made, group=group, role=role, level=level
            )
    return made


def place_of(provider: IdentityProvider) -> str:
    return f"/{provider.desk.slug}/login/sso/{provider.pk}/"


def go_there(client: Client, provider: IdentityProvider, **form: str) -> str:
    """Start single sign-on. Return the URL the browser is sent to."""
    page = client.post(place_of(provider), form).content.decode()
    return unescape(re.findall(r'class="button button-primary" href="([^"]+)"', page)[0])


def sign_in_by_sso(
    client: Client, provider: IdentityProvider, idp: OpenIdFake, **form: str
) -> HttpResponse:
    return client.get(
        place_of(provider) + "callback/", idp.visit(go_there(client, provider, **form))
    )
