"""Encryption of a desk's secrets: Fernet (AES-128-CBC and HMAC) with a key derived from SECRET_KEY.

A dump of the database alone reveals none of them. SECRET_KEY_FALLBACKS decrypt what an older key
encrypted.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.sentences import CodedError

PURPOSE = b"plumbline.sealing.1"
UNDECRYPTABLE = "undecryptable"
SEALING_SENTENCES: dict[str, Promise] = {
    UNDECRYPTABLE: _("A stored secret cannot be decrypted with SECRET_KEY. Enter it again.")
}


class UnsealError(CodedError):
    """The text was encrypted with a key that this installation does not have."""

    sentences = SEALING_SENTENCES


def seal(secret: str) -> str:
    """Encrypt a secret for storage. An empty text stays empty."""
    return _get_keys().encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str) -> str:
    """Decrypt a sealed secret. Raises UnsealError."""
    if not sealed:
        return ""
    try:
        return _get_keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise UnsealError(UNDECRYPTABLE) from error


def reseal(sealed: str) -> str:
    """Encrypt with SECRET_KEY what a former key encrypted. Raises UnsealError.

    What SECRET_KEY has encrypted stays as it is.
    """
    if not sealed:
        return ""
    try:
        _derive_key(settings.SECRET_KEY).decrypt(sealed.encode())
    except InvalidToken:
        return seal(unseal(sealed))
    return sealed


def _get_keys() -> MultiFernet:
    return MultiFernet(
        [_derive_key(text) for text in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]]
    )


def _derive_key(text: str | bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(force_bytes(text))
    return Fernet(base64.urlsafe_b64encode(derived))
