"""The key pairs by which push services know this installation (VAPID, RFC 8292).

They are derived from SECRET_KEY, as the key of sealed secrets is, so nothing is stored. A device is
bound to the public key that it was added with; after a rotation, SECRET_KEY_FALLBACKS still sign
for the devices of before.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.encoding import force_bytes

PURPOSE = b"plumbline.web-push.1"
# Of P-256 (FIPS 186-4, D.1.2.3). 16 bytes more than it has make each private key equally likely.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SEED_BYTES = 48


@dataclass(frozen=True, slots=True)
class ServerKey:
    """A key pair. public: the uncompressed point in base64url, as browsers take it."""

    private: ec.EllipticCurvePrivateKey
    public: str


def get_server_key() -> ServerKey:
    """Return the key pair for new devices."""
    return _derive(settings.SECRET_KEY)


def find_server_key(public: str) -> ServerKey | None:
    """Return the key pair that a device was added with, or None if SECRET_KEY was replaced."""
    for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        key = _derive(secret)
        if key.public == public:
            return key
    return None


def _derive(secret: str | bytes) -> ServerKey:
    hkdf = HKDF(algorithm=SHA256(), length=SEED_BYTES, salt=None, info=PURPOSE)
    seed = int.from_bytes(hkdf.derive(force_bytes(secret)), "big")
    private = ec.derive_private_key(seed % (ORDER - 1) + 1, ec.SECP256R1())
    return ServerKey(private, encode(write_point(private.public_key())))


def write_point(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return a public key as 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encode(content: bytes) -> str:
    """Return bytes in base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the bytes of a text in base64url. Raises ValueError."""
    if not text.isascii():
        raise ValueError("Not base64url")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
