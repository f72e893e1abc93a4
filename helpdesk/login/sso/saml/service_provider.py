"""A SAML 2.0 service provider: Web Browser SSO, HTTP-Redirect request, HTTP-POST response.

SAML Profiles 2.0, 4.1. Only responses to our own requests are accepted. An unsolicited response, as
a provider's own start page sends it, is refused.

The provider's page posts from another site, so the browser leaves out our session cookie, which is
SameSite=Lax. The ACS view therefore accepts a response on its signature alone and stores the person
under the request's ID. It redirects to the callback by GET, which has the cookie and takes what
was stored for the request in its own session. A response is stored once and taken once, and
nothing of it is in a URL or cookie. RelayState is not used: the next page is in the session.

Requests are not signed and assertions not encrypted, so there is no key of ours to keep. TLS
protects both on the way.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import zlib
from dataclasses import asdict, dataclass
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

SAMLP = ElementMaker(
    namespace=NAMES["samlp"], nsmap={name: NAMES[name] for name in ("samlp", "saml")}
)
SAML = ElementMaker(namespace=NAMES["saml"])
MD = ElementMaker(namespace=NAMES["md"], nsmap={None: NAMES["md"]})


@dataclass(frozen=True, slots=True)
class ServiceProvider:
    """Our side as an identity provider knows it. Each provider of a desk has one of its own."""

    entity_id: str
    acs_url: str  # assertion consumer service: where responses are posted


def start_sign_in(
    provider: IdentityProvider, sp: ServiceProvider, *, at: float, next: str = ""
) -> tuple[str, PendingSignIn]:
    """Return the URL of an AuthnRequest and what to keep until the person is back."""
    request_id = f"_{secrets.token_hex(20)}"  # an XML name must not begin with a digit
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
    query = urlencode({"SAMLRequest": _deflate(etree.tostring(request))})
    url = f"{provider.sso_url}{'&' if '?' in provider.sso_url else '?'}{query}"
    pending = PendingSignIn(provider.pk, state=request_id, nonce="", verifier="", at=at, next=next)
    return url, pending


def build_metadata(sp: ServiceProvider) -> bytes:
    """Return our metadata as XML (SAML Metadata 2.0, 2.4.4)."""
    consumer = MD.AssertionConsumerService(
        Binding=POST, Location=sp.acs_url, index="0", isDefault="true"
    )
    role = MD.SPSSODescriptor(
        consumer,
        AuthnRequestsSigned="false",
        WantAssertionsSigned="true",
        protocolSupportEnumeration=NAMES["samlp"],
    )
    entity = MD.EntityDescriptor(role, entityID=sp.entity_id)
    return bytes(etree.tostring(entity, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def store_identity(provider: IdentityProvider, request_id: str, person: ClaimedIdentity) -> None:
    """Store the person of a response for the browser that sent the request.

    Raise SsoError if a response to this request was stored before. The entry outlives the session's
    pending sign-in, so a second one cannot come later either.
    """
    sealed = seal(json.dumps(asdict(person)))
    if not cache.add(build_cache_key(provider, request_id), sealed, MAX_SIGN_IN_SECONDS):
        raise SsoError("This request was answered before.")


def pop_identity(provider: IdentityProvider, pending: PendingSignIn) -> ClaimedIdentity:
    """Return the person stored for this browser's request, once. Raises SsoError."""
    key = build_cache_key(provider, pending.state)
    sealed = cache.get(key)
    if not sealed:
        raise SsoError("No response has come to this browser's request.")
    cache.set(key, "", MAX_SIGN_IN_SECONDS)  # used up, but still there for cache.add above
    try:
        found: dict[str, Any] = json.loads(unseal(sealed))
    except UnsealError as error:
        raise SsoError(str(error)) from error
    return ClaimedIdentity(**found)


def build_cache_key(provider: IdentityProvider, request_id: str) -> str:
    """Return the cache key of the response to a request."""
    return f"saml:{provider.pk}:{hashlib.sha256(request_id.encode()).hexdigest()}"


def _deflate(text: bytes) -> str:
    """Encode a request by raw deflate, then base64 (SAML Bindings 2.0, 3.4.4.1)."""
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return base64.b64encode(compressor.compress(text) + compressor.flush()).decode()
