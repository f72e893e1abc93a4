"""Secrets of API tokens, in a form that secret scanners recognize.

``plumb_<kind>_<32 random characters><6 of a checksum>``, as GitHub and npm do: the prefix finds a
leaked token in a text, and the checksum tells it from an example without asking us.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import zlib
from enum import StrEnum

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM_CHARS = 32  # 190 bits
CHECKSUM_CHARS = 6
HINT_CHARS = 4  # of the random part
_FORM = re.compile(rf"plumb_(pat|svc|oat|ort)_[0-9A-Za-z]{{{RANDOM_CHARS + CHECKSUM_CHARS}}}")


class SecretKind(StrEnum):
    """Kinds of secrets, as the prefix names them."""

    PERSONAL = "pat"
    SERVICE = "svc"
    OAUTH_ACCESS = "oat"
    OAUTH_REFRESH = "ort"


def make_secret(kind: SecretKind) -> str:
    """Return a new random secret of this kind."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARS))
    return f"plumb_{kind}_{body}{_checksum(f'plumb_{kind}_{body}')}"


def is_well_formed(text: str) -> bool:
    """Return True if a text has the form of a secret and the right checksum."""
    return bool(_FORM.fullmatch(text)) and text.endswith(_checksum(text[:-CHECKSUM_CHARS]))


def hash_secret(secret: str) -> str:
    """Return what is stored of a secret: its SHA-256 in hex.

    A slow hash would add nothing: nobody can guess 190 random bits.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def get_hint(secret: str) -> str:
    """Return the first characters of a secret, by which its owner recognizes it."""
    prefix, _, _body = secret.rpartition("_")
    return secret[: len(prefix) + 1 + HINT_CHARS]


def _checksum(text: str) -> str:
    number, digits = zlib.crc32(text.encode()), ""
    while number:
        number, rest = divmod(number, len(ALPHABET))
        digits = ALPHABET[rest] + digits
    return digits.rjust(CHECKSUM_CHARS, ALPHABET[0])
