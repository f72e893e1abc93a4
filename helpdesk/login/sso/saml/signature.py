"""Verification of the signatures of a SAML response (SAML Core 2.0, 5; XML Signature).

signxml checks each signature against one certificate at a time, of those that the desk's admin
entered; a key inside the response is ignored. signxml because it is maintained and needs wheels of
lxml and cryptography only. allauth's own SAML provider and python3-saml need xmlsec, which must
match the build of libxml2; pysaml2 needs the xmlsec1 program.

Against signature wrapping (XSW): a response has one assertion, in its place; a signature is a child
of the response or the assertion and refers to that very element; and only what was signed is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cryptography.x509 import Certificate
from lxml import etree
from signxml import DigestAlgorithm, SignatureConfiguration, SignatureMethod, XMLVerifier
from signxml.exceptions import SignXMLException
from signxml.verifier import VerifyResult

from accounts.logins.saml_metadata import NAMES
from helpdesk.login.sso.pending import SsoError

RESPONSE = f"{{{NAMES['samlp']}}}Response"
ASSERTION = f"{{{NAMES['saml']}}}Assertion"
EXCLUSIVE_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"  # without comments
ENVELOPED = f"{NAMES['ds']}enveloped-signature"
SIGNATURE_METHODS = frozenset(
    {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.SHA256_RSA_MGF1,
        SignatureMethod.SHA384_RSA_MGF1,
        SignatureMethod.SHA512_RSA_MGF1,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
    }
)
DIGEST_ALGORITHMS = frozenset(
    {DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}
)
# Raised by signxml for signatures that are malformed or wrong.
SIGNATURE_ERRORS = (SignXMLException, etree.LxmlError, ValueError, TypeError)


def verify_assertion(response: Any, certificates: Sequence[Certificate]) -> Any:
    """Return a response's assertion as one of the certificates signed it. Raises SsoError."""
    assertion = _find_assertion(response)
    parents = [signature.getparent() for signature in response.iterfind(".//ds:Signature", NAMES)]
    if (
        not parents
        or len(parents) != len(set(parents))
        or not set(parents) <= {response, assertion}
    ):
        raise SsoError(f"The response has {len(parents)} signatures, or some are misplaced.")
    signed = {parent: _verify(response, parent, certificates) for parent in parents}
    if assertion in signed:
        return signed[assertion]
    found = signed[response].findall("saml:Assertion", NAMES)
    if len(found) != 1:
        raise SsoError("The signed element is not the one that was sent.")
    return found[0]


def _find_assertion(response: Any) -> Any:
    if response.tag != RESPONSE:
        raise SsoError(f"{response.tag} is not a SAML response.")
    if response.find(".//saml:EncryptedAssertion", NAMES) is not None:
        raise SsoError(
            "The assertion is encrypted, which is not supported. Turn it off at the provider."
        )
    found = response.findall(".//saml:Assertion", NAMES)
    if len(found) != 1 or found[0].getparent() is not response:
        raise SsoError(f"The response has {len(found)} assertions, or one is misplaced.")
    return found[0]


def _verify(response: Any, parent: Any, certificates: Sequence[Certificate]) -> Any:
    """Return the element `parent` as it was signed."""
    _check_reference(parent)
    location = "./" if parent is response else f"./{ASSERTION}/"
    wanted = SignatureConfiguration(
        location=location,
        signature_methods=SIGNATURE_METHODS,
        digest_algorithms=DIGEST_ALGORITHMS,
        ignore_ambiguous_key_info=True,
    )
    reasons = []
    for certificate in certificates:
        try:
            found = XMLVerifier().verify(
                response, x509_cert=certificate, id_attribute="ID", expect_config=wanted
            )
        except SIGNATURE_ERRORS as error:
            reasons.append(str(error))
            continue
        if isinstance(found, VerifyResult) and found.signed_xml is not None:
            return _check_same_element(found.signed_xml, parent)
    raise SsoError(f"The signature matches no certificate: {'; '.join(reasons) or 'there is none'}")


def _check_reference(parent: Any) -> None:
    """Require one reference, to the signature's parent, by the transforms of Core 5.4.4."""
    signed_info = parent.find("ds:Signature/ds:SignedInfo", NAMES)
    if signed_info is None or not parent.get("ID"):
        raise SsoError("The signature is incomplete.")
    references = [one.get("URI") for one in signed_info.iterfind("ds:Reference", NAMES)]
    transforms = [one.get("Algorithm") for one in signed_info.iterfind(".//ds:Transform", NAMES)]
    canonicalizations = [
        one.get("Algorithm") for one in signed_info.iterfind("ds:CanonicalizationMethod", NAMES)
    ]
    if references != ["#" + parent.get("ID")] or canonicalizations != [EXCLUSIVE_C14N]:
        raise SsoError(
            f"The signature refers to {references}, canonicalized by {canonicalizations}."
        )
    if not transforms or set(transforms) != {ENVELOPED, EXCLUSIVE_C14N}:
        raise SsoError(f"The signature transforms by {transforms}.")


def _check_same_element(signed: Any, parent: Any) -> Any:
    if signed.tag != parent.tag or signed.get("ID") != parent.get("ID"):
        raise SsoError("The signed element is not the one that was sent.")
    return signed
