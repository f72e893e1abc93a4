"""A local SAML provider over real HTTP. It reads requests as strictly as a vendor's and signs XML.

Everyone is signed in as `person`. To make it lie, `spoil` changes what it signs and `tamper` what
it sends.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape, unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape as xml_escape

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml import DigestAlgorithm, SignatureMethod, XMLSigner

from accounts.logins.saml_metadata import NAMES
from tests.login.fake_server import FakeHandler, serve

POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
WAY = "http://www.w3.org/2001/10/xml-exc-c14n#"
OURS, ANOTHERS = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))

RESPONSE = (
    '<samlp:Response xmlns:samlp="{samlp}" xmlns:saml="{saml}" ID="{response_id}" Version="2.0" '
    'IssueInstant="{now}"{destination_attribute} InResponseTo="{response_to}">'
    "<saml:Issuer>{response_issuer}</saml:Issuer>"
    '<samlp:Status><samlp:StatusCode Value="{status}"/></samlp:Status></samlp:Response>'
)
ASSERTION = (
    '<saml:Assertion xmlns:saml="{saml}" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'ID="{assertion_id}" Version="2.0" IssueInstant="{now}">'
    "<saml:Issuer>{issuer}</saml:Issuer>"
    '<saml:Subject><saml:NameID Format="{name_id_format}">{name_id}</saml:NameID>'
    '<saml:SubjectConfirmation Method="{method}">'
    "<saml:SubjectConfirmationData {confirmation}/></saml:SubjectConfirmation></saml:Subject>"
    '<saml:Conditions NotBefore="{not_before}" NotOnOrAfter="{not_on_or_after}">'
    "{restriction}{condition}</saml:Conditions>"
    "{statement}<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
)


def moment(seconds: float) -> str:
    """Return the time some seconds from now, as SAML writes it."""
    return f"{datetime.now(UTC) + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S.%fZ}"


def make_certificate(key: rsa.RSAPrivateKey, *, days: int = 30, since: int = 1) -> str:
    """Return a self-signed PEM certificate, valid from `since` days ago for `days` from now."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "login.acme.example")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(days=since),
        not_valid_after=now + timedelta(days=days),
    )
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


CERTIFICATE, ANOTHERS_CERTIFICATE = make_certificate(OURS), make_certificate(ANOTHERS)


class OldSigner(XMLSigner):
    """A signer that accepts outdated algorithms too."""

    def check_deprecated_methods(self) -> None:
        pass


@dataclass
class Person:
    """The person at the provider, and how they signed in there."""

    name_id: str = "42"
    name_id_format: str = PERSISTENT
    context: str = PASSWORD
    attributes: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class SamlFake:
    """The provider, its person, and settings that make it lie."""

    url: str = "https://login.acme.example"
    person: Person = field(default_factory=Person)
    known: tuple[str, str] = (
        "",
        "",
    )  # the one service that is set up there: entity ID, where to answer
    spoil: Callable[[dict[str, Any]], None] = lambda words: None
    tamper: Callable[[Any], Any] = lambda response: response
    signs: tuple[str, ...] = ("assertion",)
    key: Any = OURS
    certificate: str = CERTIFICATE
    method: SignatureMethod = SignatureMethod.RSA_SHA256
    digest: DigestAlgorithm = DigestAlgorithm.SHA256

    @property
    def entity_id(self) -> str:
        return f"{self.url}/entity"

    @property
    def sso_url(self) -> str:
        return f"{self.url}/sso?tenant=acme"

    def register(self, metadata: bytes) -> None:
        """Set up the service that a metadata document describes."""
        root = etree.fromstring(metadata)
        consumer = root.find("md:SPSSODescriptor/md:AssertionConsumerService", NAMES)
        assert consumer.get("Binding") == POST
        self.known = (root.get("entityID"), consumer.get("Location"))

    def visit(self, place: str) -> tuple[str, dict[str, str]]:
        """Act as the person's browser at the provider. Return where its page posts, and what."""
        page = requests.get(place, timeout=5)
        assert page.status_code == 200, page.text
        action = re.findall(r'action="([^"]+)"', page.text)[0]
        fields = re.findall(r'name="(\w+)" value="([^"]*)"', page.text)
        return unescape(action), {name: unescape(value) for name, value in fields}

    def refuse(self, question: dict[str, str]) -> str | None:
        """Return a vendor's objection to a request, or None (SAML Core 3.4.1, Bindings 3.4.4)."""
        text = zlib.decompress(
            base64.b64decode(question["SAMLRequest"], validate=True), -zlib.MAX_WBITS
        )
        request = etree.fromstring(text)
        asked = datetime.fromisoformat(request.get("IssueInstant"))
        faults = {
            "not a request": request.tag != f"{{{NAMES['samlp']}}}AuthnRequest",
            "no version": request.get("Version") != "2.0",
            "no ID": not re.fullmatch(r"[A-Za-z_][\w.-]{20,}", request.get("ID", "")),
            "too old": abs((datetime.now(UTC) - asked).total_seconds()) > 60,
            "another destination": request.get("Destination") != self.sso_url,
            "unknown service": request.findtext("saml:Issuer", namespaces=NAMES) != self.known[0],
            "unknown reply address": request.get("AssertionConsumerServiceURL") != self.known[1],
            "another binding": request.get("ProtocolBinding") != POST,
        }
        return next((fault for fault, is_so in faults.items() if is_so), None)

    def answer(self, question: dict[str, str]) -> str:
        """The response to a request, base64."""
        text = zlib.decompress(base64.b64decode(question["SAMLRequest"]), -zlib.MAX_WBITS)
        return self.respond(etree.fromstring(text).get("ID"))

    def respond(self, request_id: str) -> str:
        """A response to the request of an id, base64."""
        words = self._words(request_id)
        self.spoil(words)
        self._fill_in(words)
        assertion = etree.fromstring(ASSERTION.format(**words))
        if "assertion" in self.signs:
            assertion = self.sign(assertion)
        response = etree.fromstring(RESPONSE.format(**words))
        response.append(assertion)
        if "response" in self.signs:
            response = self.sign(response)
        return base64.b64encode(etree.tostring(self.tamper(response))).decode()

    def sign(self, element: Any) -> Any:
        """The element with its signature behind the issuer, as the schema wants it."""
        place = etree.Element(
            f"{{{NAMES['ds']}}}Signature", nsmap={"ds": NAMES["ds"]}, Id="placeholder"
        )
        element.insert(1, place)
        signer = OldSigner(
            signature_algorithm=self.method, digest_algorithm=self.digest, c14n_algorithm=WAY
        )
        return signer.sign(
            element, key=self.key, cert=self.certificate, reference_uri=element.get("ID")
        )

    def _words(self, request_id: str) -> dict[str, Any]:
        entity_id, redirect_uri = self.known
        return {
            **{name: NAMES[name] for name in ("samlp", "saml")},
            "response_id": "_response",
            "assertion_id": "_assertion",
            "now": moment(0),
            "destination": redirect_uri,
            "recipient": redirect_uri,
            "response_to": request_id,
            "in_response_to": request_id,
            "response_issuer": self.entity_id,
            "issuer": self.entity_id,
            "status": SUCCESS,
            "method": "urn:oasis:names:tc:SAML:2.0:cm:bearer",
            "name_id": self.person.name_id,
            "name_id_format": self.person.name_id_format,
            "not_before": moment(-60),
            "not_on_or_after": moment(300),
            "confirmed_until": moment(300),
            "audience": entity_id,
            "condition": "",
            "context": self.person.context,
            "session_until": moment(3600),
            "attributes": self.person.attributes,
        }

    @staticmethod
    def _fill_in(words: dict[str, Any]) -> None:
        """Return the templates' larger parts; those that are None are left out."""
        data = {
            "InResponseTo": words["in_response_to"],
            "Recipient": words["recipient"],
            "NotOnOrAfter": words["confirmed_until"],
        }
        words["confirmation"] = " ".join(
            f'{name}="{value}"' for name, value in data.items() if value
        )
        goes_to = words["destination"]
        words["destination_attribute"] = f' Destination="{goes_to}"' if goes_to else ""
        audience = words["audience"]
        words["restriction"] = (
            f"<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience>"
            "</saml:AudienceRestriction>"
            if audience
            else ""
        )
        words["statement"] = words["context"] and (
            f'<saml:AuthnStatement AuthnInstant="{words["now"]}" '
            f'SessionNotOnOrAfter="{words["session_until"]}"><saml:AuthnContext>'
            f"<saml:AuthnContextClassRef>{words['context']}</saml:AuthnContextClassRef>"
            "</saml:AuthnContext></saml:AuthnStatement>"
        )
        words["attributes"] = "".join(
            f'<saml:Attribute Name="{xml_escape(name)}">'
            f"{''.join(map(_value, values))}</saml:Attribute>"
            for name, values in words["attributes"].items()
        )


def _value(value: str) -> str:
    return f'<saml:AttributeValue xsi:type="xs:string">{xml_escape(value)}</saml:AttributeValue>'


def metadata_of(
    fake: SamlFake, *, certificates: tuple[str, ...] = (CERTIFICATE,), more: str = ""
) -> str:
    """Return the provider's metadata, ready to paste."""
    bare = ["".join(text.splitlines()[1:-1]) for text in certificates]
    keys = "".join(
        f'<KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="{NAMES["ds"]}"><ds:X509Data>'
        f"<ds:X509Certificate>{one}</ds:X509Certificate>"
        "</ds:X509Data></ds:KeyInfo></KeyDescriptor>"
        for one in bare
    )
    return (
        f'<?xml version="1.0"?><EntityDescriptor xmlns="{NAMES["md"]}" entityID="{fake.entity_id}">'
        f'<IDPSSODescriptor protocolSupportEnumeration="{NAMES["samlp"]}"{more}>{keys}'
        f'<SingleSignOnService Binding="{POST}" Location="{fake.url}/post"/>'
        '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
        f'Location="{fake.sso_url}"/></IDPSSODescriptor></EntityDescriptor>'
    )


class Handler(FakeHandler):
    fake: SamlFake

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        question = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path != "/sso":
            self._say(404, "nothing here")
        elif problem := self.fake.refuse(question):
            self._say(400, problem)
        else:
            response = self.fake.answer(question)
            self._say(
                200,
                f'<form method="post" action="{escape(self.fake.known[1])}">'
                f'<input type="hidden" name="SAMLResponse" value="{escape(response)}">'
                '<input type="hidden" name="RelayState" value="https://evil.example/">'
                "<button>Continue</button></form>",
            )

    def _say(self, status: int, text: str) -> None:
        self.say(status, "text/html; charset=utf-8", text)


@contextmanager
def serve_saml() -> Iterator[SamlFake]:
    """Run a provider on this machine while the block lasts."""
    fake = SamlFake()
    with serve(Handler, fake):
        yield fake
