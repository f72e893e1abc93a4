"""A service provider of SAML 2.0: Web Browser SSO, asked by redirect, answered by POST (SAML Profiles 2.0, 4.1).

Only who asked here is answered: a response that was not asked for, as providers' own start pages send, is refused.
The provider's page posts from another site, and a session cookie that is SameSite=Lax stays away from that. So the
POST proves by signature alone what it brings, and leaves it for the request that it answers; the GET that it
leads to has the cookie, and takes what was left for the request in its own session. A response is left once, taken
once, and nothing of it stands in an address or a cookie. RelayState is not used: the next page is in the session.

Requests are not signed and assertions not encrypted, so that there is no key of ours to keep; both travel in TLS.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import zlib
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from lxml import etree
from lxml.builder import ElementMaker

from accounts.logins.identities import ClaimedIdentity
from accounts.logins.saml_metadata import NAMES, POST
from accounts.logins.sealing import UnsealError, seal, unseal
from accounts.models import IdentityProvider
from helpdesk.login.sso.pending import MAX_SIGN_IN_SECONDS, PendingSignIn, SsoError
from helpdesk.login.sso.saml.response import ServiceProvider

SAMLP = ElementMaker(
    namespace=NAMES["samlp"], nsmap={name: NAMES[name] for name in ("samlp", "saml")}
)
SAML = ElementMaker(namespace=NAMES["saml"])
MD = ElementMaker(namespace=NAMES["md"], nsmap={None: NAMES["md"]})


def begin(
    provider: IdentityProvider, sp: ServiceProvider, *, at: float, next: str = ""
) -> tuple[str, PendingSignIn]:
    """The address to send the person to, and what to keep until they come back."""
    request_id = f"_{secrets.token_hex(20)}"  # an XML name begins with no digit
    request = SAMLP.AuthnRequest(
        SAML.Issuer(sp.entity_id),
        SAMLP.NameIDPolicy(AllowCreate="true"),
        ID=request_id,
        Version="2.0",
        IssueInstant=f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}",
        Destination=provider.sso_url,
        AssertionConsumerServiceURL=sp.acs_url,
        ProtocolBinding=POST,
    )
    question = urlencode({"SAMLRequest": _deflate(etree.tostring(request))})
    place = f"{provider.sso_url}{'&' if '?' in provider.sso_url else '?'}{question}"
    return place, PendingSignIn(
        provider.pk, state=request_id, nonce="", verifier="", at=at, next=next
    )


def describe(sp: ServiceProvider) -> bytes:
    """This side's metadata (SAML Metadata 2.0, 2.4.4)."""
    consumer = MD.AssertionConsumerService(
        Binding=POST, Location=sp.acs_url, index="0", isDefault="true"
    )
    role = MD.SPSSODescriptor(
        consumer,
        AuthnRequestsSigned="false",
        WantAssertionsSigned="true",
        protocolSupportEnumeration=NAMES["samlp"],
    )
    found = MD.EntityDescriptor(role, entityID=sp.entity_id)
    return bytes(etree.tostring(found, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def leave(provider: IdentityProvider, request_id: str, person: ClaimedIdentity) -> None:
    """Keep what a response says for the browser that asked. Raises SsoError for the second to one request."""
    words = seal(json.dumps(asdict(person)))
    # After MAX_SIGN_IN_SECONDS no session has the request.
    if not cache.add(build_cache_key(provider, request_id), words, MAX_SIGN_IN_SECONDS):
        raise SsoError("This question has had its answer.")


def take(provider: IdentityProvider, pending: PendingSignIn) -> ClaimedIdentity:
    """What was left for a browser's request, once. Raises SsoError."""
    words = cache.get(build_cache_key(provider, pending.state))
    if not words:
        raise SsoError("No answer has come to what this browser asked.")
    cache.set(
        build_cache_key(provider, pending.state), "", MAX_SIGN_IN_SECONDS
    )  # spent, and still there
    try:
        found: dict[str, Any] = json.loads(unseal(words))
    except UnsealError as error:
        raise SsoError(str(error)) from error
    return ClaimedIdentity(**found)


def build_cache_key(provider: IdentityProvider, request_id: str) -> str:
    """Where the answer to a request waits."""
    return f"saml:{provider.pk}:{hashlib.sha256(request_id.encode()).hexdigest()}"


def _deflate(text: bytes) -> str:
    """SAML Bindings 2.0, 3.4.4.1: raw deflate, then base64."""
    pressed = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return base64.b64encode(pressed.compress(text) + pressed.flush()).decode()
