"""A desk's admin sets up a SAML provider by metadata or by three fields."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.http import HttpResponse
from django.test import Client
from django.utils.formats import date_format
from lxml import etree

from accounts.logins.saml_metadata import NAMES, read_certificates
from accounts.models import AuditEntry, IdentityProvider
from tests.cast import Cast
from tests.login.conftest import AGENT_SIGN_IN
from tests.login.saml_fake import (
    ANOTHERS_CERTIFICATE,
    CERTIFICATE,
    OURS,
    SamlFake,
    make_certificate,
    metadata_of,
)
from tests.login.test_sso_openid_settings import GROUPS, NO_GROUPS, PAGE

FAKE = SamlFake()
NAMED = {"name": "Acme SSO", "kind": "saml", "group_claim": "groups"}
THREE_FIELDS = {"entity_id": FAKE.entity_id, "sso_url": FAKE.sso_url, "certificates": CERTIFICATE}
WEAK = make_certificate(rsa.generate_private_key(public_exponent=65537, key_size=1024))
KEY = OURS.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def admin(in_rocket: Cast, sign_in: Any) -> Client:
    return sign_in(in_rocket.admin.user)


def add(admin: Client, **fields: str) -> HttpResponse:
    return admin.post(PAGE + "add/", NAMED | GROUPS | fields)


def read(made: IdentityProvider) -> tuple[str, str, str]:
    return made.entity_id, made.sso_url, made.certificates


def test_a_provider_is_added_by_its_metadata(admin: Client) -> None:
    answer = add(admin, is_active="on", metadata=metadata_of(FAKE))
    assert answer.status_code == 302, answer.content.decode()
    made = IdentityProvider.objects.get()
    assert read(made) == (FAKE.entity_id, FAKE.sso_url, CERTIFICATE)
    assert (made.kind, made.is_active, made.is_email_trusted) == ("saml", True, False)
    entry = AuditEntry.objects.get(action="added", detail__model="accounts.identityprovider")
    assert entry.detail["changes"]["certificates"] == [None, CERTIFICATE]
    assert "metadata" not in entry.detail["changes"]


def test_a_comment_truncates_nothing_in_the_metadata(admin: Client) -> None:
    commented = metadata_of(FAKE).replace(
        "<ds:X509Certificate>MII", "<ds:X509Certificate>M<!-- here -->II"
    )
    assert "<!--" in commented
    assert add(admin, is_active="on", metadata=commented).status_code == 302
    assert IdentityProvider.objects.get().certificates == CERTIFICATE


def test_a_provider_is_added_by_three_fields(admin: Client) -> None:
    bare = "".join(CERTIFICATE.splitlines()[1:-1])
    assert add(admin, is_active="on", **THREE_FIELDS | {"certificates": bare}).status_code == 302
    assert read(IdentityProvider.objects.get()) == (FAKE.entity_id, FAKE.sso_url, CERTIFICATE)


def test_an_inactive_provider_needs_only_a_name_to_show_our_addresses(admin: Client) -> None:
    assert add(admin).status_code == 302
    made = IdentityProvider.objects.get()
    page = admin.get(f"{PAGE}{made.pk}/change/").content.decode()
    for name in ("metadata", "acs"):
        assert f'value="http://testserver/rocket/login/sso/{made.pk}/{name}/"' in page
    assert "client_secret" not in page
    switched_on = admin.post(f"{PAGE}{made.pk}/change/", NAMED | NO_GROUPS | {"is_active": "on"})
    assert switched_on.content.decode().count("This field is required.") == 2
    assert "Enter the certificate" in switched_on.content.decode()
    assert Client().get(AGENT_SIGN_IN).content.decode().count("Acme SSO") == 0


def test_our_metadata_follows_the_standard(admin: Client) -> None:
    add(admin)
    page = Client().get(f"/rocket/login/sso/{IdentityProvider.objects.get().pk}/metadata/")
    assert page["Content-Type"] == "application/samlmetadata+xml"
    root = etree.fromstring(page.content)
    assert root.get("entityID") == page.wsgi_request.build_absolute_uri()
    role = root.find("md:SPSSODescriptor", NAMES)
    assert (role.get("AuthnRequestsSigned"), role.get("WantAssertionsSigned")) == ("false", "true")
    assert [one.get("Binding").rpartition(":")[2] for one in role] == ["HTTP-POST"]


def test_a_new_certificate_is_kept_beside_the_old_one_and_audited(admin: Client) -> None:
    add(admin, is_active="on", metadata=metadata_of(FAKE))
    made = IdentityProvider.objects.get()
    both = metadata_of(FAKE, certificates=(CERTIFICATE, ANOTHERS_CERTIFICATE))
    form = NAMED | NO_GROUPS | THREE_FIELDS | {"is_active": "on", "metadata": both}
    assert admin.post(f"{PAGE}{made.pk}/change/", form).status_code == 302
    made.refresh_from_db()
    assert made.certificates == CERTIFICATE + ANOTHERS_CERTIFICATE
    until = read_certificates(CERTIFICATE)[0].not_valid_after_utc
    assert (
        f"Valid until {date_format(until)}"
        in admin.get(f"{PAGE}{made.pk}/change/").content.decode()
    )
    entry = AuditEntry.objects.get(action="changed", detail__model="accounts.identityprovider")
    assert entry.detail["changes"] == {
        "certificates": [CERTIFICATE, CERTIFICATE + ANOTHERS_CERTIFICATE]
    }


def test_no_private_key_is_kept(admin: Client) -> None:
    assert (
        add(admin, is_active="on", **THREE_FIELDS | {"certificates": KEY + CERTIFICATE}).status_code
        == 302
    )
    assert IdentityProvider.objects.get().certificates == CERTIFICATE


def test_an_elliptic_curve_certificate_is_accepted(admin: Client) -> None:
    certificate = make_certificate(ec.generate_private_key(ec.SECP256R1()))
    assert (
        add(admin, is_active="on", **THREE_FIELDS | {"certificates": certificate}).status_code
        == 302
    )


BOMB = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><x>&b;</x>"
REFUSED: list[tuple[str, dict[str, str], str]] = [
    ("certificates", {"certificates": "hello"}, "This is not an X.509 certificate."),
    ("certificates", {"certificates": CERTIFICATE[:300]}, "This is not an X.509 certificate."),
    ("certificates", {"certificates": KEY}, "This is not an X.509 certificate."),
    ("certificates", {"certificates": WEAK}, "must be RSA with at least 2048 bits"),
    (
        "certificates",
        {"certificates": make_certificate(OURS, days=-3, since=9)},
        "None of the certificates is valid now. The last one expires on",
    ),
    ("sso_url", {"sso_url": "http://login.acme.example/"}, "must start with https"),
    ("sso_url", {"sso_url": "javascript:alert(1)"}, "Enter a valid URL"),
    ("sso_url", {"sso_url": "https://u:p@login.acme.example/"}, "Remove the user name"),
    ("entity_id", {"entity_id": ""}, "This field is required."),
    ("sso_url", {"sso_url": ""}, "This field is required."),
    ("metadata", {"metadata": "hello"}, "This is not XML."),
    ("metadata", {"metadata": BOMB}, "XML with a document type is not accepted."),
    ("metadata", {"metadata": f"<x>{'a' * 270_000}</x>"}, "This is larger than 256 KB."),
    ("metadata", {"metadata": "<x/>"}, "describes 0 identity providers"),
    (
        "metadata",
        {"metadata": metadata_of(FAKE).replace("IDPSSODescriptor", "SPSSODescriptor")},
        "describes 0 identity providers",
    ),
    (
        "metadata",
        {"metadata": f"<x>{metadata_of(FAKE).split('?>')[1] * 2}</x>"},
        "describes 2 identity providers",
    ),
    (
        "certificates",
        {"metadata": metadata_of(FAKE, certificates=())},
        "Enter the certificate that the provider signs with.",
    ),
    (
        "metadata",
        {"metadata": metadata_of(FAKE, certificates=("-\nAAAA\n-",))},
        "This is not an X.509 certificate.",
    ),
    (
        "metadata",
        {"metadata": metadata_of(FAKE).replace("HTTP-Redirect", "SOAP")},
        "no sign-in URL for the HTTP-Redirect binding",
    ),
    (
        "sso_url",
        {"metadata": metadata_of(SamlFake(url="http://login.acme.example"))},
        "must start with https",
    ),
    (
        "metadata",
        {"metadata": metadata_of(FAKE, more=' WantAuthnRequestsSigned="true"')},
        "wants signed requests",
    ),
]


@pytest.mark.parametrize(("field", "change", "said"), REFUSED, ids=[case[2] for case in REFUSED])
def test_invalid_input_is_refused_at_its_field(
    admin: Client, field: str, change: dict[str, str], said: str
) -> None:
    answer = add(admin, is_active="on", **THREE_FIELDS | change)
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors
    assert said in str(errors[field])
    assert len(errors) == 1
    assert not IdentityProvider.objects.exists()


def test_the_kind_does_not_change(admin: Client) -> None:
    add(admin, is_active="on", **THREE_FIELDS)
    made = IdentityProvider.objects.get()
    form = NAMED | NO_GROUPS | THREE_FIELDS | {"kind": "oidc", "is_active": "on"}
    assert admin.post(f"{PAGE}{made.pk}/change/", form).status_code == 302
    made.refresh_from_db()
    assert made.kind == "saml"
