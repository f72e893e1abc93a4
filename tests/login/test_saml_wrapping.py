"""Responses with a valid signature over other content: wrapping (XSW), comments, entities."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree
from signxml import XMLVerifier

from accounts.logins.identities import ClaimedIdentity
from accounts.logins.saml_metadata import NAMES
from accounts.models import IdentityProvider
from helpdesk.login.sso.pending import SsoError
from helpdesk.login.sso.saml.response import ServiceProvider, verify_response
from tests.login.saml_fake import CERTIFICATE, Person, SamlFake

US = ServiceProvider("https://help.example/rocket/metadata", "https://help.example/rocket/response")
CHIEF = "chief@rocket.example"


@pytest.fixture
def idp() -> SamlFake:
    person = Person(name_id="new", attributes={"email": ["new@rocket.example"]})
    return SamlFake(known=(US.entity_id, US.acs_url), person=person)


def check(encoded: str) -> ClaimedIdentity:
    provider = IdentityProvider(
        kind="saml", entity_id=SamlFake().entity_id, certificates=CERTIFICATE
    )
    return verify_response(encoded, provider=provider, sp=US, at=datetime.now(UTC))[1]


def find(element: Any, path: str) -> Any:
    found = element.find(path, NAMES)
    assert found is not None, path
    return found


def make_evil(assertion: Any, *, id: str = "_evil") -> Any:
    """Return a copy without signature, for another person."""
    evil = deepcopy(assertion)
    evil.set("ID", id)
    evil.remove(find(evil, "ds:Signature"))
    find(evil, "saml:Subject/saml:NameID").text = CHIEF
    return evil


def put_before(response: Any) -> Any:
    signed = find(response, "saml:Assertion")
    signed.addprevious(make_evil(signed))
    return response


def put_behind(response: Any) -> Any:
    signed = find(response, "saml:Assertion")
    signed.addnext(make_evil(signed))
    return response


def put_around(response: Any) -> Any:
    signed = find(response, "saml:Assertion")
    evil = make_evil(signed)
    response.replace(signed, evil)
    evil.append(signed)
    return response


def take_the_signature(response: Any) -> Any:
    """The forged assertion carries the signature, which refers to the real one after it."""
    signed = find(response, "saml:Assertion")
    evil = make_evil(signed)
    evil.insert(1, find(signed, "ds:Signature"))
    signed.addprevious(evil)
    return response


def hide_in_the_signature(response: Any) -> Any:
    signed = find(response, "saml:Assertion")
    evil, signature = make_evil(signed), find(signed, "ds:Signature")
    response.replace(signed, evil)
    evil.insert(1, signature)
    hidden = etree.SubElement(signature, f"{{{NAMES['ds']}}}Object")
    hidden.append(signed)
    return response


def hide_in_extensions(response: Any) -> Any:
    signed = find(response, "saml:Assertion")
    extensions = etree.Element(f"{{{NAMES['samlp']}}}Extensions")
    response.insert(1, extensions)
    response.append(make_evil(signed))
    extensions.append(signed)
    return response


def take_anything_signed(response: Any) -> Any:
    """The only assertion is forged, with a signature the provider made for something else."""
    signed = find(response, "saml:Assertion")
    evil = make_evil(signed)
    response.replace(signed, evil)
    metadata = etree.fromstring(
        f"<EntityDescriptor xmlns='{NAMES['md']}' ID='_metadata'><a/></EntityDescriptor>"
    )
    metadata = SamlFake().sign(metadata)
    evil.insert(1, find(metadata, "ds:Signature"))
    extensions = etree.Element(f"{{{NAMES['samlp']}}}Extensions")
    response.insert(1, extensions)
    extensions.append(metadata)
    return response


WRAPPED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "an evil one before it": (put_before, "2 assertions"),
    "an evil one behind it": (put_behind, "2 assertions"),
    "an evil one around it": (put_around, "2 assertions"),
    "the evil one has the signature": (take_the_signature, "2 assertions"),
    "it is hidden in the signature": (hide_in_the_signature, "2 assertions"),
    "it is hidden in extensions": (hide_in_extensions, "2 assertions"),
    "something else was signed": (take_anything_signed, "refers to"),
}


def is_good_by_itself(encoded: str) -> None:
    """The attack works against a check for any valid signature."""
    XMLVerifier().verify(base64.b64decode(encoded), x509_cert=CERTIFICATE, id_attribute="ID")


@pytest.mark.parametrize(("wrap", "reason"), WRAPPED.values(), ids=WRAPPED)
def test_a_wrapped_assertion_is_refused(
    idp: SamlFake, wrap: Callable[[Any], Any], reason: str
) -> None:
    idp.tamper = wrap
    encoded = idp.respond("_question")
    is_good_by_itself(encoded)
    with pytest.raises(SsoError, match=reason):
        check(encoded)


def wrap_response(response: Any, *, inside: bool) -> Any:
    """Wrap the signed response, or the signature that holds it, in a forged one."""
    evil = deepcopy(response)
    evil.set("ID", "_evil")
    signature = find(evil, "ds:Signature")
    find(evil, "saml:Assertion/saml:Subject/saml:NameID").text = CHIEF
    good = deepcopy(response)
    good.remove(find(good, "ds:Signature"))
    place = etree.SubElement(signature, f"{{{NAMES['ds']}}}Object") if inside else evil
    place.append(good)
    return evil


@pytest.mark.parametrize("inside", [True, False], ids=["in its signature", "beside its signature"])
def test_a_wrapped_response_is_refused(idp: SamlFake, inside: bool) -> None:
    idp.signs = ("response",)
    idp.tamper = lambda response: wrap_response(response, inside=inside)
    encoded = idp.respond("_question")
    XMLVerifier().verify(
        base64.b64decode(encoded), x509_cert=CERTIFICATE, id_attribute="ID"
    )  # by itself good
    with pytest.raises(SsoError, match="2 assertions"):
        check(encoded)


def refer_to(uri: str) -> Callable[[Any], Any]:
    def change(response: Any) -> Any:
        find(response, ".//ds:Reference").set("URI", uri)
        return response

    return change


@pytest.mark.parametrize(
    "uri", ["", "#_response", "#other", "https://evil.example/", "#xpointer(/)"]
)
def test_a_signature_must_refer_to_its_parent(idp: SamlFake, uri: str) -> None:
    idp.tamper = refer_to(uri)
    with pytest.raises(SsoError, match="signature refers to"):
        check(idp.respond("_question"))


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("ds:Signature//ds:Transform", "transforms by"),
        ("ds:Signature//ds:CanonicalizationMethod", "refers to"),
    ],
)
def test_only_the_canonicalization_that_saml_names_is_accepted(
    idp: SamlFake, path: str, reason: str
) -> None:
    def change(response: Any) -> Any:
        way = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"
        find(response, f"saml:Assertion/{path}").set("Algorithm", way)
        return response

    idp.tamper = change
    with pytest.raises(SsoError, match=reason):
        check(idp.respond("_question"))


def test_two_signatures_in_one_place_are_refused(idp: SamlFake) -> None:
    def double(response: Any) -> Any:
        signature = find(response, "saml:Assertion/ds:Signature")
        signature.addnext(deepcopy(signature))
        return response

    idp.tamper = double
    with pytest.raises(SsoError, match="2 signatures"):
        check(idp.respond("_question"))


@pytest.mark.parametrize(
    "path", ["saml:Subject/saml:NameID", ".//saml:AttributeValue", "saml:Issuer"]
)
def test_what_was_signed_may_not_be_changed(idp: SamlFake, path: str) -> None:
    def change(response: Any) -> Any:
        find(response, f"saml:Assertion/{path}").text += "x"
        return response

    idp.tamper = change
    with pytest.raises(SsoError, match="matches no certificate"):
        check(idp.respond("_question"))


def test_a_comment_truncates_no_name(idp: SamlFake) -> None:
    """Comments are not signed. Reading up to the first one gives another name (CVE-2017-11427)."""
    idp.person = Person(
        name_id=f"{CHIEF}.evil.example", attributes={"email": [f"{CHIEF}.evil.example"]}
    )

    def cut(response: Any) -> Any:
        for path in (".//saml:NameID", ".//saml:AttributeValue"):
            element = find(response, path)
            element.text = CHIEF
            element.append(etree.Comment("here"))
            element[0].tail = ".evil.example"
        return response

    idp.tamper = cut
    person = check(idp.respond("_question"))
    assert (person.subject, person.email) == (f"{CHIEF}.evil.example", f"{CHIEF}.evil.example")


def test_a_name_with_a_child_element_is_refused(idp: SamlFake) -> None:
    idp.person.name_id = f"{CHIEF}<saml:Part/>.evil.example"
    with pytest.raises(SsoError, match="more than text"):
        check(idp.respond("_question"))


BOMB = (
    "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(
        f"<!ENTITY {b} '{f'&{a};' * 20}'>" for a, b in zip("abcdefghij", "bcdefghijk", strict=True)
    )
    + "]>"
)
FILE = "<!DOCTYPE x [<!ENTITY k SYSTEM 'file:///etc/passwd'>]>"
AROUND = "<?xml version='1.0' encoding='{}'?>{}<x y='&k;'>&k;</x>"


@pytest.mark.parametrize(
    "document_type", [BOMB, FILE, "<!DOCTYPE x SYSTEM 'https://evil.example/x.dtd'>"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-7"])
def test_a_document_type_is_never_read(document_type: str, encoding: str) -> None:
    text = AROUND.format(encoding, document_type).encode(encoding)
    with pytest.raises(SsoError, match="cannot be read"):
        check(base64.b64encode(text).decode())


def drop(path: str) -> Callable[[Any], Any]:
    def change(response: Any) -> Any:
        element = find(response, path)
        element.getparent().remove(element)
        return response

    return change


def rename(element: Any, name: str) -> Any:
    prefix, _, word = name.partition(":")
    element.tag = f"{{{NAMES[prefix]}}}{word}"
    return element


def encrypt(response: Any) -> Any:
    rename(find(response, "saml:Assertion"), "saml:EncryptedAssertion")
    return response


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (drop("saml:Assertion"), "0 assertions"),
        (encrypt, "encrypted"),
        (lambda response: rename(response, "samlp:ArtifactResponse"), "not a SAML response"),
        (drop("samlp:Status"), "provider says"),
        (drop("saml:Assertion/ds:Signature/ds:SignedInfo"), "incomplete"),
        (drop("saml:Assertion/ds:Signature/ds:SignatureValue"), "matches no certificate"),
        (lambda response: find(response, "saml:Assertion"), "provider says"),
    ],
)
def test_an_incomplete_response_is_refused(
    idp: SamlFake, change: Callable[[Any], Any], reason: str
) -> None:
    idp.tamper = change
    with pytest.raises(SsoError, match=reason):
        check(idp.respond("_question"))


@pytest.mark.parametrize("text", ["", "%%%", "PHg+", "A" * 600_000, "PA=="])
def test_anything_but_a_response_is_refused(text: str) -> None:
    with pytest.raises(SsoError):
        check(text)


@pytest.mark.parametrize("signs", [("assertion",), ("response",)], ids="+".join)
def test_corrupted_bytes_are_refused_or_change_nothing(
    idp: SamlFake, signs: tuple[str, ...]
) -> None:
    idp.signs = signs
    good = base64.b64decode(idp.respond("_question"))
    person, chance, refused = check(base64.b64encode(good).decode()), random.Random(7), 0
    for _ in range(150):
        broken = bytearray(good)
        for _ in range(chance.choice([1, 1, 2, 8])):
            broken[chance.randrange(len(broken))] = chance.choice(b"aZ09_ <>/='&#")
        try:
            assert check(base64.b64encode(bytes(broken)).decode()) == person
        except SsoError:
            refused += 1
    assert refused > 100
