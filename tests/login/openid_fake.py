"""A local OpenID provider over real HTTP.

It has discovery, keys, and a token endpoint that checks client and PKCE. Everyone is signed in as
`person`. `spoil` changes the claims before they are signed, so that tests can make it lie.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.login.fake_server import FakeHandler, serve

CLIENT_ID, CLIENT_SECRET = "plumbline", "a secret: with / signs"
OURS, ANOTHERS = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


@dataclass
class OpenIdFake:
    """The provider, its person, and settings that make it lie."""

    url: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    spoil: Callable[[dict[str, Any]], None] = lambda claims: None
    key: Any = OURS
    kid: str = "one"
    issuer: str = ""
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    exchanges: int = 0
    auth_methods: list[str] = field(default_factory=lambda: ["client_secret_basic"])
    more_configuration: dict[str, Any] = field(default_factory=dict)
    more_keys: list[dict[str, Any]] = field(default_factory=list)

    def visit(self, place: str) -> dict[str, str]:
        """Visit the provider as the person's browser. Return the code and state it sends back."""
        question = {name: values[0] for name, values in parse_qs(urlsplit(place).query).items()}
        assert place.startswith(self.url + "/authorize?")
        assert (question["response_type"], question["code_challenge_method"]) == ("code", "S256")
        code = f"code-{len(self.asked)}"
        self.asked[code] = question
        return {"code": code, "state": question["state"]}

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer or self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": self.auth_methods,
            **self.more_configuration,
        }

    def keys(self) -> dict[str, Any]:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(OURS.public_key()))
        one = key | {"kid": "one", "use": "sig", "alg": "RS256"}
        return {"keys": [one, *self.more_keys]}

    def exchange(self, form: dict[str, str], signed_in: str) -> dict[str, Any] | None:
        """Return an ID token for a code: once, for the right client, redirect URI and verifier."""
        self.exchanges += 1
        question = self.asked.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        is_right = (
            question is not None
            and self._is_client(form, signed_in)
            and form["redirect_uri"] == question["redirect_uri"]
            and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == question["code_challenge"]
        )
        return (
            {"id_token": self.sign(question["nonce"]), "access_token": "x"}
            if is_right and question
            else None
        )

    def _is_client(self, form: dict[str, str], signed_in: str) -> bool:
        """Check the client by the only method that is offered (RFC 6749, 2.3.1)."""
        if self.auth_methods == ["client_secret_post"]:
            secrets = (form.get("client_id"), form.get("client_secret"))
            return not signed_in and secrets == (CLIENT_ID, CLIENT_SECRET)
        return base64.b64decode(signed_in) == b"plumbline:a%20secret%3A%20with%20%2F%20signs"

    def sign(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.person,
        }
        self.spoil(claims)
        if self.key is None:
            return jwt.encode(claims, None, algorithm="none", headers={"kid": self.kid})
        algorithm = "HS256" if isinstance(self.key, str) else "RS256"
        return jwt.encode(claims, self.key, algorithm=algorithm, headers={"kid": self.kid})


class Handler(FakeHandler):
    fake: OpenIdFake

    def do_GET(self) -> None:
        found = {
            "/.well-known/openid-configuration": self.fake.configuration,
            "/keys": self.fake.keys,
        }
        self._answer(found[self.path]() if self.path in found else None)

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(text).items()}
        self._answer(
            self.fake.exchange(form, self.headers.get("Authorization", "").removeprefix("Basic "))
        )

    def _answer(self, found: dict[str, Any] | None) -> None:
        told = json.dumps(found or {"error": "invalid_grant"})
        self.say(200 if found else 400, "application/json", told)


@contextmanager
def serve_openid() -> Iterator[OpenIdFake]:
    """Run a provider on this machine while the block lasts."""
    fake = OpenIdFake()
    with serve(Handler, fake):
        yield fake
