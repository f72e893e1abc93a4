"""The person that a verified SAML assertion describes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.logins.identities import ClaimedIdentity
from accounts.logins.saml_metadata import NAMES
from accounts.models.identities import DEFAULT_GROUP_CLAIM, IdentityProvider
from helpdesk.login.sso.pending import SsoError
from helpdesk.login.sso.saml.elements import get_only, get_text

TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
MAX_SUBJECT = 255  # characters, as Identity.subject

# Names used by Entra ID, Okta, Google Workspace and the LDAP profile. The first one present counts.
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

# A provider reports 2FA as the authentication context class, Entra ID as an attribute.
ENTRA_METHODS = f"{MICROSOFT}/claims/authnmethodsreferences"
TWO_FACTOR_CONTEXTS = {
    "https://refeds.org/profile/mfa",
    f"{MICROSOFT}/claims/multipleauthn",
    "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract",
    "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorUnregistered",
}

Attributes = dict[str, list[str]]


def read_identity(assertion: Any, provider: IdentityProvider) -> ClaimedIdentity:
    """Return the person that an assertion describes. Raises SsoError.

    SAML can't state that an email address is verified: the desk decides that for the whole
    provider.
    """
    attributes = _read_attributes(assertion)
    group_name = "" if provider.group_claim == DEFAULT_GROUP_CLAIM else provider.group_claim
    parts = [_get_first(attributes, "", GIVEN_NAMES), _get_first(attributes, "", SURNAMES)]
    full_name = _get_first(attributes, provider.name_attribute, FULL_NAMES)
    return ClaimedIdentity(
        subject=_read_subject(assertion),
        email=_get_first(attributes, provider.email_attribute, EMAILS),
        is_email_verified=provider.is_email_trusted,
        name=full_name or " ".join(filter(None, parts)),
        groups=_get_values(attributes, group_name, GROUPS),
        used_two_factor=_used_two_factor(assertion, attributes),
    )


def _read_attributes(assertion: Any) -> Attributes:
    """Return each attribute's values, without those that hold elements."""
    found: Attributes = {}
    for attribute in assertion.iterfind("saml:AttributeStatement/saml:Attribute", NAMES):
        values = [
            value for value in attribute.iterfind("saml:AttributeValue", NAMES) if not len(value)
        ]
        found.setdefault(attribute.get("Name", ""), []).extend(get_text(value) for value in values)
    return found


def _get_values(attributes: Attributes, configured: str, usual: Iterable[str]) -> list[str]:
    """Return the values of the configured attribute, or of the first usual one that has any."""
    names = (configured,) if configured else usual
    return next((attributes[name] for name in names if attributes.get(name)), [])


def _get_first(attributes: Attributes, configured: str, usual: Iterable[str]) -> str:
    return next(iter(_get_values(attributes, configured, usual)), "")


def _read_subject(assertion: Any) -> str:
    """Return the NameID, which must be the same at every sign-in."""
    name_id = get_only(get_only(assertion, "saml:Subject"), "saml:NameID")
    subject = get_text(name_id)
    if name_id.get("Format") == TRANSIENT or not 0 < len(subject) <= MAX_SUBJECT:
        raise SsoError(
            "The NameID must be the same at every sign-in: persistent, or the email address."
        )
    return subject


def _used_two_factor(assertion: Any, attributes: Attributes) -> bool:
    contexts = assertion.iterfind(
        "saml:AuthnStatement/saml:AuthnContext/saml:AuthnContextClassRef", NAMES
    )
    reported = {get_text(context) for context in contexts}
    return bool((reported | set(attributes.get(ENTRA_METHODS, []))) & TWO_FACTOR_CONTEXTS)
