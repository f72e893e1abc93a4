"""Reasons why a request was matched to an account: codes in the database, sentences on the page.

A reason is a JSON object: its code, and the values that its sentence names.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.sentences import fill_sentence

Reason = dict[str, str]


class MatchCode(StrEnum):
    """Codes of reasons. Tickets store them, so a code is never renamed."""

    UNREADABLE_SENDER = "unreadable_sender"
    FAILED_CHECK = "failed_check"  # domain
    UNVERIFIED_SENDER = "unverified_sender"  # domain
    KNOWN_CONTACT = "known_contact"  # address, account
    CONTACT_WITHOUT_ACCOUNT = "contact_without_account"  # address
    CONTACT_SHUT_OUT = "contact_shut_out"  # address
    FREE_EMAIL = "free_email"  # domain
    PUBLIC_SUFFIX = "public_suffix"  # domain
    OWNED_DOMAIN = "owned_domain"  # domain, account
    OWNED_SUBDOMAIN = "owned_subdomain"  # domain, parent, account
    SUBDOMAIN_NOT_INCLUDED = "subdomain_not_included"  # domain, parent, account
    UNKNOWN_DOMAIN = "unknown_domain"  # domain
    UNVERIFIED_AGENT = "unverified_agent"
    RELAYED = "relayed"  # address
    REQUESTER_CHANGED = "requester_changed"  # agent, address
    REQUESTER_CHOSEN = "requester_chosen"  # agent, address
    ACCOUNT_CHOSEN = "account_chosen"  # agent, account
    ACCOUNT_REMOVED = "account_removed"  # agent
    FOLLOW_UP = "follow_up"  # ticket
    SIGNED_IN = "signed_in"
    OPENED_BY_AGENT = "opened_by_agent"  # agent
    WEBSITE_FORM = "website_form"
    RELEASED_UNVERIFIED = "released_unverified"  # agent
    RELEASED_VERIFIED = "released_verified"  # agent
    VERIFIED_BY_SIGN_UP = "verified_by_sign_up"
    VERIFIED_BY_EMAIL = "verified_by_email"
    VERIFIED_BY_REPLY = "verified_by_reply"
    VERIFIED_BY_AGENT = "verified_by_agent"  # agent
    HANDLE = "handle"  # name: of the network, and of the person there
    CALLER_CONFIRMED = "caller_confirmed"  # agent, address
    PROVEN_HANDLE = "proven_handle"  # name, address: of the contact


SENTENCES: dict[str, Promise] = {
    MatchCode.HANDLE: _(
        "%(name)s isn't verified as a known contact, so it isn't matched to an account."
    ),
    MatchCode.CALLER_CONFIRMED: _(
        "%(agent)s confirmed on the phone that the caller is %(address)s."
    ),
    MatchCode.PROVEN_HANDLE: _("%(name)s is a verified identity of %(address)s."),
    MatchCode.UNREADABLE_SENDER: _("The sender's address could not be read."),
    MatchCode.FAILED_CHECK: _(
        "The email failed authentication for %(domain)s, so it isn't matched to an account."
    ),
    MatchCode.UNVERIFIED_SENDER: _(
        "We couldn't verify that the email came from %(domain)s, so it isn't matched to an account."
    ),
    MatchCode.KNOWN_CONTACT: _("%(address)s is a contact of %(account)s."),
    MatchCode.CONTACT_WITHOUT_ACCOUNT: _("%(address)s is a contact without an account."),
    MatchCode.CONTACT_SHUT_OUT: _(
        "%(address)s has no account and can't sign in, so their domain isn't matched to an account."
    ),
    MatchCode.FREE_EMAIL: _(
        "%(domain)s is a free email domain, so its addresses are not matched to an account."
    ),
    MatchCode.PUBLIC_SUFFIX: _("%(domain)s is a public suffix, so it isn't matched to an account."),
    MatchCode.OWNED_DOMAIN: _("The domain %(domain)s belongs to %(account)s."),
    MatchCode.OWNED_SUBDOMAIN: _(
        "%(domain)s is a subdomain of %(parent)s, which belongs to %(account)s."
    ),
    MatchCode.SUBDOMAIN_NOT_INCLUDED: _(
        "%(domain)s is a subdomain of %(parent)s, but %(account)s does not include subdomains."
    ),
    MatchCode.UNKNOWN_DOMAIN: _("The domain %(domain)s does not belong to any account."),
    MatchCode.UNVERIFIED_AGENT: _(
        "The sender uses an agent's address, but the email could not be verified."
    ),
    MatchCode.RELAYED: _(
        "The email came through %(address)s, which replaced the sender's address, so it isn't "
        "matched to an account."
    ),
    MatchCode.REQUESTER_CHANGED: _(
        "%(agent)s made %(address)s the requester. The address is not verified."
    ),
    MatchCode.REQUESTER_CHOSEN: _(
        "%(agent)s made %(address)s the requester and confirmed that the request is theirs."
    ),
    MatchCode.ACCOUNT_CHOSEN: _("%(agent)s moved the ticket to %(account)s."),
    MatchCode.ACCOUNT_REMOVED: _("%(agent)s removed the account from the ticket."),
    MatchCode.VERIFIED_BY_AGENT: _("%(agent)s verified the sender."),
    MatchCode.FOLLOW_UP: _("It replies to %(ticket)s, which can no longer be reopened."),
    MatchCode.SIGNED_IN: _("The customer was signed in."),
    MatchCode.OPENED_BY_AGENT: _("%(agent)s opened it for the customer."),
    MatchCode.WEBSITE_FORM: _("The address was entered in a form and is not verified."),
    MatchCode.RELEASED_UNVERIFIED: _(
        "%(agent)s released the email from quarantine. Its sender is not verified."
    ),
    MatchCode.RELEASED_VERIFIED: _(
        "%(agent)s released the email from quarantine and verified its sender."
    ),
    MatchCode.VERIFIED_BY_SIGN_UP: _(
        "The address was verified later by a link that was emailed to it."
    ),
    MatchCode.VERIFIED_BY_EMAIL: _(
        "The address was verified later by an email that its domain authenticated."
    ),
    MatchCode.VERIFIED_BY_REPLY: _(
        "The address was verified later by a reply to an email that was sent to it."
    ),
}


def make_reason(code: MatchCode, **values: str) -> Reason:
    """Return a reason as tickets store it, with the values that its sentence names."""
    return {"code": code.value, **values}


def describe_match_reason(reason: Mapping[str, str]) -> str:
    """Return a stored reason as a sentence in the active language.

    A code that this version does not know is returned unchanged: during an upgrade a newer worker
    may have stored it.
    """
    named, code = dict(reason), reason.get("code", "")
    if "account" in named and not named["account"]:
        named["account"] = gettext("an account")
    sentence = SENTENCES.get(code)
    return code if sentence is None else fill_sentence(sentence, named, code=code)
