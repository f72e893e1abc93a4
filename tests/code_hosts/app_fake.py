"""A fake GitHub App: it checks the JSON Web Token as GitHub documents it, and issues tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.cast import NOON

CLIENT_ID, APP_ID, INSTALLATION = "Iv23liPlumblineFake0", "1234", 5678
PERMISSIONS = {
    "contents": "read",
    "issues": "write",
    "metadata": "read",
    "pull_requests": "read",
}
MAX_SECONDS = 600  # "The time must be no more than 10 minutes into the future."
EXP = "'Expiration time' claim ('exp') "
IAT = "'Issued at' claim ('iat') must be an Integer representing the time of issue"


@cache
def make_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return a key, the same one each time."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def write_pem(key: rsa.RSAPrivateKey) -> str:
    """Return a private key as GitHub's file holds it (PKCS#1)."""
    return key.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    ).decode()


@dataclass
class AppFake:
    """The app, as the code host knows it. now: the code host's clock."""

    repository: str = "server"
    permissions: dict[str, str] = field(default_factory=lambda: dict(PERMISSIONS))
    now: datetime = NOON
    issued: list[str] = field(default_factory=list)
    valid: dict[str, datetime] = field(default_factory=dict)

    def is_valid(self, token: str) -> bool:
        """Return True for an installation token that has not ended or been revoked."""
        return token in self.valid and self.valid[token] > self.now

    def issue(self, path: str, token: str, body: Any) -> tuple[int, Any]:
        """Answer POST /app/installations/{id}/access_tokens."""
        if refusal := self.find_fault(token):
            return 401, {"message": refusal}
        if path != f"/app/installations/{INSTALLATION}/access_tokens":
            return 404, {"message": "Not Found"}
        if (body or {}).get("repositories", [self.repository]) != [self.repository]:
            return 422, {
                "message": "There is at least one repository that does not exist or is not"
                " accessible to the parent installation."
            }
        given = f"ghs_{APP_ID}_fake{len(self.issued)}"
        self.issued.append(given)
        self.valid[given] = self.now + timedelta(hours=1)
        return 201, {
            "token": given,
            "expires_at": self.valid[given].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "permissions": self.permissions,
            "repository_selection": "selected",
        }

    def find_fault(self, token: str) -> str:
        """Return what is wrong with a JSON Web Token, or ""."""
        unchecked = {"verify_exp": False, "verify_iat": False}
        try:
            claims = jwt.decode(
                token, make_key().public_key(), algorithms=["RS256"], options=unchecked
            )
        except jwt.PyJWTError:
            return "A JSON web token could not be decoded"
        now = int(self.now.timestamp())
        if claims.get("iss") not in {CLIENT_ID, APP_ID}:
            return "Integration not found"
        if not isinstance(claims.get("iat"), int) or claims["iat"] > now:
            return IAT
        if not isinstance(claims.get("exp"), int) or claims["exp"] <= now:
            return f"{EXP}must be a numeric value representing the future time"
        return f"{EXP}is too far in the future" if claims["exp"] > now + MAX_SECONDS else ""
