"""A SAML response must be signed by a known key, current, for us, and an answer to our request."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from signxml import DigestAlgorithm, SignatureMethod

from accounts.logins.identities import ClaimedIdentity
from accounts.models import IdentityProvider
from helpdesk.login.sso.pending import SsoError
from helpdesk.login.sso.saml.response import ServiceProvider, verify_response
from tests.login.saml_fake import (
    ANOTHERS,
    ANOTHERS_CERTIFICATE,
    CERTIFICATE,
    OURS,
    Person,
    SamlFake,
    make_certificate,
    moment,
)

US = ServiceProvider("https://help.example/rocket/metadata", "https://help.example/rocket/response")
ATTRIBUTES = {
    "email": ["new@rocket.example"],
    "displayName": ["New One"],
    "groups": ["support", "all"],
}


@pytest.fixture
def idp() -> SamlFake:
    return SamlFake(known=(US.entity_id, US.acs_url), person=Person(attributes=dict(ATTRIBUTES)))


def provider_of(idp: SamlFake, **fields: Any) -> IdentityProvider:
    known: dict[str, Any] = {"entity_id": idp.entity_id, "certificates": CERTIFICATE}
    return IdentityProvider(kind="saml", **known | fields)


def check(idp: SamlFake, response: str | None = None, **fields: Any) -> ClaimedIdentity:
    encoded = idp.respond("_question") if response is None else response
    request_id, person = verify_response(
        encoded, provider=provider_of(idp, **fields), sp=US, at=datetime.now(UTC)
    )
    assert request_id == "_question"
    return person


@pytest.mark.parametrize(
    "signs", [("assertion",), ("response",), ("assertion", "response")], ids="+".join
)
def test_a_valid_response_identifies_the_person(idp: SamlFake, signs: tuple[str, ...]) -> None:
    idp.signs = signs
    assert check(idp) == ClaimedIdentity(
        "42", "new@rocket.example", False, "New One", ["support", "all"]
    )


@pytest.mark.parametrize(
    "method",
    [SignatureMethod.RSA_SHA512, SignatureMethod.SHA256_RSA_MGF1],
    ids=lambda method: method.name,
)
def test_other_safe_algorithms_are_accepted(idp: SamlFake, method: SignatureMethod) -> None:
    idp.method = method
    assert check(idp).subject == "42"


def test_an_elliptic_curve_key_is_accepted(idp: SamlFake) -> None:
    idp.key = ec.generate_private_key(ec.SECP256R1())
    idp.certificate, idp.method = (
        make_certificate(idp.key),
        SignatureMethod.ECDSA_SHA256,
    )
    assert check(idp, certificates=idp.certificate).subject == "42"


@pytest.mark.parametrize(
    ("certificates", "key", "certificate"),
    [
        (CERTIFICATE + ANOTHERS_CERTIFICATE, OURS, CERTIFICATE),
        (CERTIFICATE + ANOTHERS_CERTIFICATE, ANOTHERS, ANOTHERS_CERTIFICATE),
        (
            make_certificate(OURS, days=-1, since=9) + ANOTHERS_CERTIFICATE,
            ANOTHERS,
            ANOTHERS_CERTIFICATE,
        ),
    ],
    ids=["before", "after", "long after"],
)
def test_each_certificate_counts_during_a_key_rollover(
    idp: SamlFake, certificates: str, key: Any, certificate: str
) -> None:
    idp.key, idp.certificate = key, certificate
    assert check(idp, certificates=certificates).subject == "42"


# What the provider signs, and why it is refused.
LIES: dict[str, tuple[dict[str, Any], str]] = {
    "another audience": ({"audience": "https://other.example"}, "is for"),
    "no audience": ({"audience": None}, "is for"),
    "another recipient": ({"recipient": "https://other.example/acs"}, "another ACS URL"),
    "no recipient": ({"recipient": None}, "another ACS URL"),
    "another destination": ({"destination": "https://other.example/acs"}, "goes to"),
    "not yet": ({"not_before": moment(3600)}, "begins at"),
    "no more": ({"not_on_or_after": moment(-120)}, "ended at"),
    "not confirmed any more": ({"confirmed_until": moment(-120)}, "ended at"),
    "confirmed without an end": ({"confirmed_until": None}, "ended at"),
    "a time that is none": ({"not_on_or_after": "tomorrow"}, "is no time"),
    "another issuer": ({"issuer": "https://evil.example"}, "another issuer"),
    "another issuer outside": ({"response_issuer": "https://evil.example"}, "another issuer"),
    "asked by nobody": ({"in_response_to": None, "response_to": ""}, "answers no request"),
    "asked by nobody inside": ({"in_response_to": None}, "answers no request"),
    "two questions": ({"response_to": "_another"}, "two requests"),
    "not a bearer": (
        {"method": "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"},
        "another ACS URL",
    ),
    "failed": ({"status": "urn:oasis:names:tc:SAML:2.0:status:Responder"}, "provider says"),
    "nobody signed in": ({"context": ""}, "no AuthnStatement"),
    "the session is over": ({"session_until": moment(-1)}, "session at the provider ended"),
    "another name each time": (
        {"name_id_format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
        "must be the same",
    ),
    "no name": ({"name_id": ""}, "must be the same"),
    "a long name": ({"name_id": "x" * 256}, "must be the same"),
    "a strange condition": ({"condition": "<saml:Condition/>"}, "conditions have"),
}


@pytest.mark.parametrize(("words", "reason"), LIES.values(), ids=LIES)
def test_a_wrong_response_is_refused(idp: SamlFake, words: dict[str, Any], reason: str) -> None:
    idp.signs = ("assertion", "response")
    idp.spoil = lambda known: known.update(words)
    with pytest.raises(SsoError, match=reason):
        check(idp)


def test_a_signed_response_names_its_destination(idp: SamlFake) -> None:
    idp.spoil = lambda words: words.update(destination=None)
    assert check(idp).subject == "42"
    idp.signs = ("response",)
    with pytest.raises(SsoError, match="goes to None"):
        check(idp)


def test_two_clocks_may_differ_by_some_seconds(idp: SamlFake) -> None:
    idp.spoil = lambda words: words.update(not_before=moment(15), confirmed_until=moment(-15))
    assert check(idp).subject == "42"


@pytest.mark.parametrize("signs", [("assertion",), ("response",)], ids="+".join)
@pytest.mark.parametrize(
    ("knobs", "reason"),
    [
        ({"key": ANOTHERS, "certificate": ANOTHERS_CERTIFICATE}, "matches no certificate"),
        ({"key": ANOTHERS}, "matches no certificate"),
        ({"method": SignatureMethod.RSA_SHA1}, "RSA_SHA1 forbidden"),
        ({"digest": DigestAlgorithm.SHA1}, "SHA1 forbidden"),
        (
            {"method": SignatureMethod.HMAC_SHA256, "key": b"shared", "certificate": None},
            "HMAC_SHA256 forbidden",
        ),
        ({"signs": ()}, "0 signatures"),
    ],
    ids=[
        "another's key and certificate",
        "another's key",
        "SHA-1",
        "SHA-1 digest",
        "a shared key",
        "unsigned",
    ],
)
def test_a_wrong_signature_is_refused(
    idp: SamlFake, knobs: dict[str, Any], reason: str, signs: tuple[str, ...]
) -> None:
    for name, value in ({"signs": signs} | knobs).items():
        setattr(idp, name, value)
    with pytest.raises(SsoError, match=reason):
        check(idp)


def test_a_valid_signature_outside_does_not_cover_an_invalid_one_inside(idp: SamlFake) -> None:
    idp.key = ANOTHERS
    idp.tamper = SamlFake().sign
    with pytest.raises(SsoError, match="matches no certificate"):
        check(idp)


def test_an_expired_certificate_no_longer_counts(idp: SamlFake) -> None:
    with pytest.raises(SsoError, match="expired"):
        check(idp, certificates=make_certificate(OURS, days=-1, since=9))


def test_without_a_certificate_nobody_gets_in(idp: SamlFake) -> None:
    with pytest.raises(SsoError, match="there is none"):
        check(idp, certificates="")
