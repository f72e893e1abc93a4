"""What a SAML response says, and whether it is of now, for us and for a question that was asked here.

The checks are those of the Web Browser SSO profile (SAML Profiles 2.0, 4.1.4.3) and of Core 2.0, 2 and 3. Which
browser asked is not known here: helpdesk/login/sso/saml/service_provider.py looks at that.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.logins.identities import ClaimedIdentity
from accounts.logins.saml_metadata import (
    MAX_BYTES,
    NAMES,
    SamlInputError,
    parse_xml,
    read_certificates,
)
from accounts.models.identities import DEFAULT_GROUP_CLAIM, IdentityProvider
from helpdesk.login.sso.pending import LEEWAY_SECONDS, SsoError
from helpdesk.login.sso.saml.signature import verify_assertion

SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
UNDERSTOOD = {
    f"{{{NAMES['saml']}}}{name}"
    for name in ("AudienceRestriction", "OneTimeUse", "ProxyRestriction")
}
MAX_SUBJECT = 255  # Identity.subject

# As Entra ID, Okta, Google Workspace and the LDAP profile call them; the first that is there counts.
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
MICROSOFT = "http://schemas.microsoft.com"
EMAILS = (f"{CLAIMS}/emailaddress", "email", "mail", "Email", "urn:oid:0.9.2342.19200300.100.1.3")
FULL_NAMES = (
    f"{MICROSOFT}/identity/claims/displayname",
    "displayName",
    "name",
    "urn:oid:2.16.840.1.113730.3.1.241",
)
GIVEN_NAMES = (f"{CLAIMS}/givenname", "firstName", "givenName", "urn:oid:2.5.4.42")
SURNAMES = (f"{CLAIMS}/surname", "lastName", "sn", "urn:oid:2.5.4.4")
GROUPS = (
    f"{MICROSOFT}/ws/2008/06/identity/claims/groups",
    "groups",
    "memberOf",
    "urn:oid:1.3.6.1.4.1.5923.1.5.1.1",
)

# How a provider says that it asked for a second factor: as the context of the log-in, or Entra ID's attribute.
METHODS_OF_ENTRA = f"{MICROSOFT}/claims/authnmethodsreferences"
TWO_FACTORS = {
    "https://refeds.org/profile/mfa",
    f"{MICROSOFT}/claims/multipleauthn",
    "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract",
    "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorUnregistered",
}


@dataclass(frozen=True, slots=True)
class ServiceProvider:
    """This side, as the provider knows it: a service provider of its own for each of a desk's providers."""

    entity_id: str
    acs_url: str  # assertion consumer service, where responses are posted


def verify_response(
    encoded: str, *, provider: IdentityProvider, sp: ServiceProvider, at: datetime
) -> tuple[str, ClaimedIdentity]:
    """The id of the request that a response answers, and the person that it vouches for. Raises SsoError."""
    response = _decode(encoded)
    _refuse_failure(response)
    assertion = verify_assertion(response, read_certificates(provider.certificates))
    is_signed = response.find("ds:Signature", NAMES) is not None
    if (
        response.get("Destination", "" if is_signed else sp.acs_url) != sp.acs_url
    ):  # Bindings 3.5.5.2
        raise SsoError(f"The response goes to {response.get('Destination')!r}.")
    for issuer in (response.find("saml:Issuer", NAMES), _one(assertion, "saml:Issuer")):
        if issuer is not None and _text(issuer) != provider.entity_id:
            raise SsoError(f"The response is of {_text(issuer)!r}.")
    _check_conditions(_one(assertion, "saml:Conditions"), sp, at)
    request_id = _check_confirmation(_one(assertion, "saml:Subject"), sp, at)
    if response.get("InResponseTo", request_id) != request_id:
        raise SsoError("The response and its assertion answer two questions.")
    return request_id, _read_person(assertion, provider, at)


def _decode(encoded: str) -> Any:
    if len(encoded) > 2 * MAX_BYTES:
        raise SsoError("The response is too large.")
    try:
        return parse_xml(base64.b64decode("".join(encoded.split()), validate=True))
    except (SamlInputError, ValueError) as error:
        raise SsoError(f"The response cannot be read: {error}") from error


def _refuse_failure(response: Any) -> None:
    codes = [
        code.get("Value") for code in response.iterfind("samlp:Status//samlp:StatusCode", NAMES)
    ]
    if codes[:1] != [SUCCESS]:
        raise SsoError(f"The provider says {codes}.")


def _check_conditions(conditions: Any, sp: ServiceProvider, at: datetime) -> None:
    """Audience and times (Core 2.5.1). What is not understood makes an assertion worth nothing."""
    _check_times(conditions, at)
    if odd := {child.tag for child in conditions} - UNDERSTOOD:
        raise SsoError(f"The conditions have {odd}.")
    restrictions = conditions.findall("saml:AudienceRestriction", NAMES)
    audiences = [
        {_text(one) for one in each.iterfind("saml:Audience", NAMES)} for each in restrictions
    ]
    if not audiences or not all(sp.entity_id in each for each in audiences):
        raise SsoError(f"The assertion is for {audiences}.")


def _check_confirmation(subject: Any, sp: ServiceProvider, at: datetime) -> str:
    """The request that the bearer of an assertion answers: at our address, in time (Profiles 4.1.4.2)."""
    for confirmation in subject.iterfind("saml:SubjectConfirmation", NAMES):
        data = confirmation.find("saml:SubjectConfirmationData", NAMES)
        if (
            confirmation.get("Method") != BEARER
            or data is None
            or data.get("Recipient") != sp.acs_url
        ):
            continue
        if data.get("InResponseTo"):
            _check_times(data, at, must_end=True)
            return str(data.get("InResponseTo"))
    raise SsoError("The assertion was made for another address, or answers no question.")


def _check_times(element: Any, at: datetime, *, must_end: bool = False) -> None:
    begin, end = (_read_time(element.get(name)) for name in ("NotBefore", "NotOnOrAfter"))
    leeway = timedelta(seconds=LEEWAY_SECONDS)
    if begin is not None and at + leeway < begin:
        raise SsoError(f"The assertion begins at {begin}.")
    if (end is None and must_end) or (end is not None and at - leeway >= end):
        raise SsoError(f"The assertion ended at {end}.")


def _read_time(text: str | None) -> datetime | None:
    """A moment as XML Schema writes it; without a zone it is UTC (Core 1.3.3)."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise SsoError(f"{text[:40]!r} is no time.") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _read_person(assertion: Any, provider: IdentityProvider, at: datetime) -> ClaimedIdentity:
    said = _read_attributes(assertion)
    group_attribute = "" if provider.group_claim == DEFAULT_GROUP_CLAIM else provider.group_claim
    parts = [_first(said, "", GIVEN_NAMES), _first(said, "", SURNAMES)]
    return ClaimedIdentity(
        subject=_read_subject(assertion),
        email=_first(said, provider.email_attribute, EMAILS),
        is_email_verified=provider.is_email_trusted,  # SAML has no word for it
        name=_first(said, provider.name_attribute, FULL_NAMES) or " ".join(filter(None, parts)),
        groups=_values(said, group_attribute, GROUPS),
        used_two_factor=_has_second_factor(assertion, said, at),
    )


def _read_attributes(assertion: Any) -> dict[str, list[str]]:
    """Each attribute's values, but for those that are more than text."""
    found: dict[str, list[str]] = {}
    for attribute in assertion.iterfind("saml:AttributeStatement/saml:Attribute", NAMES):
        values = [
            value for value in attribute.iterfind("saml:AttributeValue", NAMES) if not len(value)
        ]
        found.setdefault(attribute.get("Name", ""), []).extend(_text(value) for value in values)
    return found


def _values(said: dict[str, list[str]], wanted: str, usual: Iterable[str]) -> list[str]:
    """Of the attribute that is wanted by name, or else of the first usual one that is there."""
    names = (wanted,) if wanted else usual
    return next((said[name] for name in names if said.get(name)), [])


def _first(said: dict[str, list[str]], wanted: str, usual: Iterable[str]) -> str:
    return next(iter(_values(said, wanted, usual)), "")


def _read_subject(assertion: Any) -> str:
    """Who it is, in the provider's words, which must be the same each time."""
    name_id = _one(_one(assertion, "saml:Subject"), "saml:NameID")
    subject = _text(name_id)
    if name_id.get("Format") == TRANSIENT or not 0 < len(subject) <= MAX_SUBJECT:
        raise SsoError(
            "The NameID must be the same at each log-in: persistent, or the e-mail address."
        )
    return subject


def _has_second_factor(assertion: Any, attributes: dict[str, list[str]], at: datetime) -> bool:
    statements = assertion.findall("saml:AuthnStatement", NAMES)
    if not statements:
        raise SsoError("The assertion does not say that anybody logged in.")
    for statement in statements:
        end = _read_time(statement.get("SessionNotOnOrAfter"))
        if end is not None and at >= end:
            raise SsoError(f"The session at the provider ended at {end}.")
    contexts = assertion.iterfind(
        "saml:AuthnStatement/saml:AuthnContext/saml:AuthnContextClassRef", NAMES
    )
    said = {_text(context) for context in contexts} | set(attributes.get(METHODS_OF_ENTRA, []))
    return bool(said & TWO_FACTORS)


def _one(element: Any, path: str) -> Any:
    found = element.findall(path, NAMES)
    if len(found) != 1:
        raise SsoError(f"The assertion has {len(found)} {path}.")
    return found[0]


def _text(element: Any) -> str:
    """What an element says: text and nothing else."""
    if len(element):
        raise SsoError(f"{element.tag} is more than text.")
    return (element.text or "").strip()
