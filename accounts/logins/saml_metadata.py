"""Settings of a SAML 2.0 identity provider: metadata (SAML Metadata 2.0, 2.4) and certificates.

`parse_xml` reads all XML from outside: no document type, so no entities; nothing is fetched;
comments are dropped.
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
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
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
    """The XML or the certificate cannot be used. The message is one sentence."""


@dataclass(frozen=True, slots=True)
class ProviderMetadata:
    """An identity provider as its metadata describes it."""

    entity_id: str
    sso_url: str
    certificates: list[x509.Certificate]


def parse_xml(text: bytes) -> Any:
    """Return the root element of untrusted XML, at most 256 KiB of UTF-8. Raises SamlInputError."""
    if len(text) > MAX_BYTES:
        raise SamlInputError(_("This is larger than 256 KB."))
    if (
        b"<!DOCTYPE" in text
    ):  # no other spelling is one: whatever the XML claims, it is read as UTF-8
        raise SamlInputError(_("XML with a document type is not accepted."))
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, remove_comments=True
    )
    try:
        return etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise SamlInputError(_("This is not XML.")) from error


def read_metadata(text: str) -> ProviderMetadata:
    """Return the one identity provider that a metadata describes. Raises SamlInputError."""
    root = parse_xml(text.strip().encode())
    found = root.xpath("descendant-or-self::md:IDPSSODescriptor", namespaces=NAMES)
    if len(found) != 1:
        raise SamlInputError(
            ngettext(
                "This metadata describes %(count)s identity provider. It must describe one.",
                "This metadata describes %(count)s identity providers. It must describe one.",
                len(found),
            )
            % {"count": len(found)}
        )
    role = found[0]
    if role.get("WantAuthnRequestsSigned") in {"true", "1"}:
        raise SamlInputError(
            _("This provider wants signed requests, which are not supported. Turn them off there.")
        )
    certificates = role.xpath(
        "md:KeyDescriptor[not(@use) or @use='signing']"
        "/ds:KeyInfo/ds:X509Data/ds:X509Certificate/text()",
        namespaces=NAMES,
    )
    places = role.xpath(
        "md:SingleSignOnService[@Binding=$way]/@Location", namespaces=NAMES, way=REDIRECT
    )
    if not places:
        raise SamlInputError(_("This metadata has no sign-in URL for the HTTP-Redirect binding."))
    return ProviderMetadata(
        entity_id=role.getparent().get("entityID", ""),
        sso_url=str(places[0]),
        certificates=[_read_bare(str(one)) for one in certificates],
    )


def read_certificates(text: str) -> list[x509.Certificate]:
    """Return the certificates of a PEM text, or the one of a bare base64 text.

    Raises SamlInputError, also for weak keys.
    """
    if not text.strip():
        return []
    try:
        is_pem = "-----BEGIN" in text
        found = x509.load_pem_x509_certificates(text.encode()) if is_pem else [_read_bare(text)]
    except ValueError as error:
        raise SamlInputError(_("This is not an X.509 certificate.")) from error
    for certificate in found:
        _refuse_weak_key(certificate)
    return found


def dump_certificates(certificates: Sequence[x509.Certificate]) -> str:
    """Return certificates as PEM."""
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in certificates)


def get_certificates_error(certificates: Sequence[x509.Certificate], *, at: datetime) -> str | None:
    """Return why no certificate can be used at a time, or None.

    One valid certificate is enough, so that the next one can be added early.
    """
    if not certificates:
        return _("Enter the certificate that the provider signs with.")
    if any(one.not_valid_before_utc <= at <= one.not_valid_after_utc for one in certificates):
        return None
    last = max(certificates, key=lambda one: one.not_valid_after_utc)
    return _("None of the certificates is valid now. The last one expires on %(date)s.") % {
        "date": date_format(last.not_valid_after_utc)
    }


def get_sso_url_error(url: str) -> str | None:
    """Return why this can't be a sign-in URL, or None.

    The browser requests it and not this server, so it may be internal.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return _("This is not a URL.")
    if parts.username is not None or parts.password is not None:
        return _("Remove the user name from the URL.")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in THIS_MACHINE)
    return None if host and is_safe else _("The URL must start with https://.")


def _read_bare(text: str) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(
            base64.b64decode("".join(text.split()), validate=True)
        )
    except ValueError as error:
        raise SamlInputError(_("This is not an X.509 certificate.")) from error


def _refuse_weak_key(certificate: x509.Certificate) -> None:
    key = certificate.public_key()
    is_good = isinstance(key, EllipticCurvePublicKey) or (
        isinstance(key, RSAPublicKey) and key.key_size >= MIN_RSA_BITS
    )
    if not is_good:
        raise SamlInputError(
            _("The certificate's key must be RSA with at least %(bits)s bits, or ECDSA.")
            % {"bits": MIN_RSA_BITS}
        )
