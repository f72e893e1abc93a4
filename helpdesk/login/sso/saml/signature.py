"""The signatures of a SAML response (SAML Core 2.0, 5; XML Signature), and what exactly they signed.

signxml checks them, with one certificate that the desk's admin entered at a time: whatever key the response brings
along is not looked at. Chosen because it is released often and needs wheels of lxml and cryptography only; allauth's
own SAML provider and python3-saml need xmlsec, which works with one build of libxml2 only, and pysaml2 a program.

Against wrapping (XSW) a response has one assertion, in its place; signatures stand in the response or the assertion
themselves, refer to that very element, and only what they signed is read on.
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
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"  # without comments
ENVELOPED = f"{NAMES['ds']}enveloped-signature"
METHODS = frozenset(
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
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
# What signxml raises for odd signatures.
UNREADABLE = (SignXMLException, etree.LxmlError, ValueError, TypeError)


def verify_assertion(response: Any, certificates: Sequence[Certificate]) -> Any:
    """The assertion of a response, as one of the certificates signed it. Raises SsoError."""
    assertion = _find_assertion(response)
    homes = [signature.getparent() for signature in response.iterfind(".//ds:Signature", NAMES)]
    if not homes or len(homes) != len(set(homes)) or not set(homes) <= {response, assertion}:
        raise SsoError(f"The response has {len(homes)} signatures, or some in odd places.")
    signed = {home: _verify(response, home, certificates) for home in homes}
    if assertion in signed:
        return signed[assertion]
    found = signed[response].findall("saml:Assertion", NAMES)
    if len(found) != 1:
        raise SsoError("What was signed is not what was sent.")
    return found[0]


def _find_assertion(response: Any) -> Any:
    if response.tag != RESPONSE:
        raise SsoError(f"{response.tag} is no SAML response.")
    if response.find(".//saml:EncryptedAssertion", NAMES) is not None:
        raise SsoError(
            "The assertion is encrypted, which is not read here; switch it off at the provider."
        )
    found = response.findall(".//saml:Assertion", NAMES)
    if len(found) != 1 or found[0].getparent() is not response:
        raise SsoError(f"The response has {len(found)} assertions, or one in an odd place.")
    return found[0]


def _verify(response: Any, home: Any, certificates: Sequence[Certificate]) -> Any:
    """The element `home` as it was signed."""
    _refuse_odd_reference(home)
    location = "./" if home is response else f"./{ASSERTION}/"
    wanted = SignatureConfiguration(
        location=location,
        signature_methods=METHODS,
        digest_algorithms=DIGESTS,
        ignore_ambiguous_key_info=True,
    )
    reasons = []
    for certificate in certificates:
        try:
            found = XMLVerifier().verify(
                response, x509_cert=certificate, id_attribute="ID", expect_config=wanted
            )
        except UNREADABLE as error:
            reasons.append(str(error))
            continue
        if isinstance(found, VerifyResult) and found.signed_xml is not None:
            return _refuse_other(found.signed_xml, home)
    raise SsoError(f"The signature fits no certificate: {'; '.join(reasons) or 'there is none'}")


def _refuse_odd_reference(home: Any) -> None:
    """One reference, to the element that the signature stands in, by the two transforms of SAML (Core 5.4.4)."""
    signed_info = home.find("ds:Signature/ds:SignedInfo", NAMES)
    if signed_info is None or not home.get("ID"):
        raise SsoError("The signature is not whole.")
    references = [one.get("URI") for one in signed_info.iterfind("ds:Reference", NAMES)]
    transforms = [one.get("Algorithm") for one in signed_info.iterfind(".//ds:Transform", NAMES)]
    written = [
        one.get("Algorithm") for one in signed_info.iterfind("ds:CanonicalizationMethod", NAMES)
    ]
    if references != ["#" + home.get("ID")] or written != [EXCLUSIVE]:
        raise SsoError(f"The signature refers to {references}, written by {written}.")
    if not transforms or set(transforms) != {ENVELOPED, EXCLUSIVE}:
        raise SsoError(f"The signature transforms by {transforms}.")


def _refuse_other(signed: Any, home: Any) -> Any:
    if signed.tag != home.tag or signed.get("ID") != home.get("ID"):
        raise SsoError("What was signed is not what was sent.")
    return signed
