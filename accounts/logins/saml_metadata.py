"""What is entered of a SAML 2.0 identity provider: its metadata (SAML Metadata 2.0, 2.4), its certificates.

All of SAML's XML from outside is read by `parse_xml`: no document type, so no entity; nothing fetched; no comments.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

NAMES = {
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "md": "urn:oasis:names:tc:SAML:2.0:metadata",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
MAX_BYTES = 256 * 1024
MIN_RSA_BITS = 2048
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


class SamlInputError(ValueError):
    """What was entered or sent cannot be taken; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class ProviderMetadata:
    """An identity provider as its metadata describes it."""

    entity_id: str
    sso_url: str
    certificates: list[x509.Certificate]


def parse_xml(text: bytes) -> Any:
    """The root element of XML from outside, without its comments; at most 256 KiB of UTF-8. Raises SamlInputError."""
    if len(text) > MAX_BYTES:
        raise SamlInputError("This is too large.")
    if (
        b"<!DOCTYPE" in text
    ):  # no other spelling is one: whatever the XML claims, it is read as UTF-8
        raise SamlInputError("XML with a document type is not read.")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, remove_comments=True
    )
    try:
        return etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise SamlInputError("This is not XML.") from error


def read_metadata(text: str) -> ProviderMetadata:
    """The one identity provider that a metadata document describes. Raises SamlInputError."""
    root = parse_xml(text.strip().encode())
    found = root.xpath("descendant-or-self::md:IDPSSODescriptor", namespaces=NAMES)
    if len(found) != 1:
        raise SamlInputError(
            f"This metadata describes {len(found) or 'no'} identity providers; it must be one."
        )
    role = found[0]
    if role.get("WantAuthnRequestsSigned") in {"true", "1"}:
        raise SamlInputError("This provider wants signed requests, which are not made here.")
    certificates = role.xpath(
        "md:KeyDescriptor[not(@use) or @use='signing']/ds:KeyInfo/ds:X509Data/ds:X509Certificate/text()",
        namespaces=NAMES,
    )
    places = role.xpath(
        "md:SingleSignOnService[@Binding=$way]/@Location", namespaces=NAMES, way=REDIRECT
    )
    if not places:
        raise SamlInputError("This metadata names no place to log in by HTTP-Redirect.")
    return ProviderMetadata(
        entity_id=role.getparent().get("entityID", ""),
        sso_url=str(places[0]),
        certificates=[_read_bare(str(one)) for one in certificates],
    )


def read_certificates(text: str) -> list[x509.Certificate]:
    """The certificates in PEM, or the one as bare base64; none in no text. Raises SamlInputError, for weak keys too."""
    if not text.strip():
        return []
    try:
        is_pem = "-----BEGIN" in text
        found = x509.load_pem_x509_certificates(text.encode()) if is_pem else [_read_bare(text)]
    except ValueError as error:
        raise SamlInputError("This is no X.509 certificate.") from error
    for certificate in found:
        _refuse_weak_key(certificate)
    return found


def dump_certificates(certificates: Sequence[x509.Certificate]) -> str:
    """Certificates as PEM."""
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in certificates)


def get_certificates_error(certificates: Sequence[x509.Certificate], *, at: datetime) -> str | None:
    """Why none of these can be used at a time, or None: one is enough, so that the next can be entered early."""
    if not certificates:
        return "Enter the certificate that the provider signs with."
    if any(one.not_valid_before_utc <= at <= one.not_valid_after_utc for one in certificates):
        return None
    last = max(certificates, key=lambda one: one.not_valid_after_utc)
    return f"No certificate is good now; the last one ends on {last.not_valid_after_utc:%Y-%m-%d}."


def get_sso_url_error(url: str) -> str | None:
    """Why people may not be sent to this address to log in, or None. They go there, not we: it may be internal."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "This is not a URL."
    if parts.username is not None or parts.password is not None:
        return "An address may hold no user name."
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in THIS_MACHINE)
    return None if host and is_safe else "The address must begin with https://."


def _read_bare(text: str) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(
            base64.b64decode("".join(text.split()), validate=True)
        )
    except ValueError as error:
        raise SamlInputError("This is no X.509 certificate.") from error


def _refuse_weak_key(certificate: x509.Certificate) -> None:
    key = certificate.public_key()
    is_good = isinstance(key, EllipticCurvePublicKey) or (
        isinstance(key, RSAPublicKey) and key.key_size >= MIN_RSA_BITS
    )
    if not is_good:
        raise SamlInputError(
            f"A certificate's key must be RSA of {MIN_RSA_BITS} bits or more, or ECDSA."
        )
