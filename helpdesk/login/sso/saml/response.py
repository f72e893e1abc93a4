"""Verification of a SAML response: current, meant for us, and the answer to a request of ours.

The checks are those of the Web Browser SSO profile (SAML Profiles 2.0, 4.1.4.3) and of Core 2.0, 2
and 3. Which browser sent the request is not known here; service_provider.py checks that.
"""

from __future__ import annotations

import base64
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
from accounts.models.identities import IdentityProvider
from helpdesk.login.sso.pending import LEEWAY_SECONDS, SsoError
from helpdesk.login.sso.saml.attributes import read_identity
from helpdesk.login.sso.saml.elements import get_only, get_text
from helpdesk.login.sso.saml.service_provider import ServiceProvider
from helpdesk.login.sso.saml.signature import verify_assertion

SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
KNOWN_CONDITIONS = {
    f"{{{NAMES['saml']}}}{name}"
    for name in ("AudienceRestriction", "OneTimeUse", "ProxyRestriction")
}


def verify_response(
    encoded: str, *, provider: IdentityProvider, sp: ServiceProvider, at: datetime
) -> tuple[str, ClaimedIdentity]:
    """Return the ID of the request that a response answers, and the person in it. Raises SsoError.

    encoded: the SAMLResponse parameter, base64 of the XML (SAML Bindings 2.0, 3.5.4).
    """
    response = _decode(encoded)
    _check_status(response)
    assertion = verify_assertion(response, read_certificates(provider.certificates))
    _check_destination(response, sp)
    for issuer in (response.find("saml:Issuer", NAMES), get_only(assertion, "saml:Issuer")):
        if issuer is not None and get_text(issuer) != provider.entity_id:
            raise SsoError(f"The response is from another issuer, {get_text(issuer)!r}.")
    _check_conditions(get_only(assertion, "saml:Conditions"), sp, at)
    request_id = _check_confirmation(get_only(assertion, "saml:Subject"), sp, at)
    if response.get("InResponseTo", request_id) != request_id:
        raise SsoError("The response and its assertion answer two requests.")
    _check_authentication(assertion, at)
    return request_id, read_identity(assertion, provider)


def _decode(encoded: str) -> Any:
    if len(encoded) > 2 * MAX_BYTES:
        raise SsoError("The response is too large.")
    try:
        return parse_xml(base64.b64decode("".join(encoded.split()), validate=True))
    except (SamlInputError, ValueError) as error:
        raise SsoError(f"The response cannot be read: {error}") from error


def _check_status(response: Any) -> None:
    codes = [
        code.get("Value") for code in response.iterfind("samlp:Status//samlp:StatusCode", NAMES)
    ]
    if codes[:1] != [SUCCESS]:
        raise SsoError(f"The provider says {codes}.")


def _check_destination(response: Any, sp: ServiceProvider) -> None:
    """Require our ACS URL; a signed response must name it (SAML Bindings 2.0, 3.5.5.2)."""
    is_signed = response.find("ds:Signature", NAMES) is not None
    if response.get("Destination", "" if is_signed else sp.acs_url) != sp.acs_url:
        raise SsoError(f"The response goes to {response.get('Destination')!r}.")


def _check_conditions(conditions: Any, sp: ServiceProvider, at: datetime) -> None:
    """Check audience and times. An unknown condition makes an assertion invalid (Core 2.5.1)."""
    _check_times(conditions, at)
    if unknown := {child.tag for child in conditions} - KNOWN_CONDITIONS:
        raise SsoError(f"The conditions have {unknown}.")
    restrictions = conditions.findall("saml:AudienceRestriction", NAMES)
    audiences = [
        {get_text(audience) for audience in restriction.iterfind("saml:Audience", NAMES)}
        for restriction in restrictions
    ]
    if not audiences or not all(sp.entity_id in allowed for allowed in audiences):
        raise SsoError(f"The assertion is for {audiences}.")


def _check_confirmation(subject: Any, sp: ServiceProvider, at: datetime) -> str:
    """Return the request ID of the bearer confirmation for our ACS URL (Profiles 4.1.4.2)."""
    for confirmation in subject.iterfind("saml:SubjectConfirmation", NAMES):
        data = confirmation.find("saml:SubjectConfirmationData", NAMES)
        if confirmation.get("Method") != BEARER or data is None:
            continue
        if data.get("Recipient") == sp.acs_url and data.get("InResponseTo"):
            _check_times(data, at, must_end=True)
            return str(data.get("InResponseTo"))
    raise SsoError("The assertion is for another ACS URL, or answers no request.")


def _check_authentication(assertion: Any, at: datetime) -> None:
    statements = assertion.findall("saml:AuthnStatement", NAMES)
    if not statements:
        raise SsoError("The assertion has no AuthnStatement: nobody signed in.")
    for statement in statements:
        end = _read_time(statement.get("SessionNotOnOrAfter"))
        if end is not None and at >= end:
            raise SsoError(f"The session at the provider ended at {end}.")


def _check_times(element: Any, at: datetime, *, must_end: bool = False) -> None:
    begin, end = (_read_time(element.get(name)) for name in ("NotBefore", "NotOnOrAfter"))
    leeway = timedelta(seconds=LEEWAY_SECONDS)
    if begin is not None and at + leeway < begin:
        raise SsoError(f"The assertion begins at {begin}.")
    if (end is None and must_end) or (end is not None and at - leeway >= end):
        raise SsoError(f"The assertion ended at {end}.")


def _read_time(text: str | None) -> datetime | None:
    """Parse an XML Schema dateTime; without a zone it is UTC (Core 1.3.3)."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise SsoError(f"{text[:40]!r} is no time.") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
