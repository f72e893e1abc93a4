"""The author of an email whose From a mailing list replaced ("Jane via Support").

Google and Yahoo groups, Mailman, Sympa and groups.io do that for authors whose domain has a strict
DMARC policy. The author is in X-Original-From, Reply-To or X-Original-Sender. Anyone can write
those headers, so the author that is read here is never a verified sender.
"""

import re
from collections.abc import Sequence

from accounts.matching import get_registrable_domain, normalize_email
from channels_intake.mime.addresses import get_header_values, parse_addresses
from channels_intake.mime.envelope import Address

Headers = Sequence[tuple[str, str]]

MAX_READ = 10  # headers of one name, and addresses of a header
MAX_HEADER_CHARS = 2_000
_LIST_HEADERS = {
    "list-id",
    "list-post",
    "list-unsubscribe",
    "mailing-list",
    "x-mailing-list",
    "x-beenthere",
    "x-mailman-version",
    "x-google-group-id",
}
_OWN_ADDRESS_HEADERS = ("list-post", "mailing-list", "x-mailing-list", "x-beenthere")
_ADDRESS = re.compile(r"[^\s<>:;,?\"()@]{1,100}@[^\s<>:;,?\"()@]{1,255}")
# "'Jane Doe' via Support", "Jane (via list)": lists write it in lower case and in English.
_VIA = re.compile(r"(?:^|(?<=\S)\s+|\()via\s+\S")
# groups.io: jane=acme.example@groups.io
_ENCODED = re.compile(r"([^=@]+)=([^=@]+)@.+")


def find_author(headers: Headers, sender: Address) -> Address | None:
    """Return the author behind a list's From, or None if no list replaced the author.

    sender: as From says. headers: topmost first.
    """
    if not sender.email:
        return None
    lists = _list_own_addresses(headers)
    has_list_headers = any(name.lower() in _LIST_HEADERS for name, _ in headers)
    is_replaced = bool(_VIA.search(sender.name)) or sender.email in lists
    if not (is_replaced or has_list_headers):
        return None
    names = ["x-original-from"]
    names += ["reply-to", "x-original-sender"] if is_replaced else []
    for name in names:
        author = _read_only_other(headers, name, {sender.email, *lists})
        if author and not _is_colleague(name, author, sender, has_list_headers=has_list_headers):
            return Address(author.email, author.name or clean_name(sender.name))
    return _decode_author(sender) if is_replaced else None


def clean_name(name: str) -> str:
    """Return a person's name without what the list added: "Jane Doe" of "'Jane Doe' via Sales"."""
    found = _VIA.search(name)
    kept = name[: found.start()] if found else name
    return kept.strip().strip("'\"‘’").strip()


def read_reply_to(headers: Headers) -> Address | None:
    """Return the address that Reply-To asks replies to, or None unless it is exactly one."""
    found = parse_addresses(get_header_values(headers, "reply-to"), MAX_READ)
    return found[0] if len(found) == 1 else None


def _read_only_other(headers: Headers, name: str, known: set[str]) -> Address | None:
    """Return the one address of a header that isn't the list's, or None."""
    found = parse_addresses(get_header_values(headers, name), MAX_READ)
    others = [address for address in found if known.isdisjoint(_list_forms(address.email))]
    return others[0] if len(others) == 1 else None


def _list_forms(email: str) -> tuple[str, str]:
    """Return an address, and the one before its plus: customers' own help desks reply so."""
    local, _, domain = email.rpartition("@")
    return email, f"{local.partition('+')[0]}@{domain}"


def _is_colleague(name: str, author: Address, sender: Address, *, has_list_headers: bool) -> bool:
    """Return True if a person only asks for replies to another address of their company."""
    if name != "reply-to" or has_list_headers:
        return False
    sites = {get_registrable_domain(a.email.rpartition("@")[2]) for a in (author, sender)}
    return len(sites) == 1


def _list_own_addresses(headers: Headers) -> set[str]:
    """Return the addresses that a list names as its own."""
    found: set[str] = set()
    for name in _OWN_ADDRESS_HEADERS:
        for value in get_header_values(headers, name)[:MAX_READ]:
            text = value[:MAX_HEADER_CHARS].replace("mailto:", " ").partition("contact ")[0]
            found.update(normalize_email(address) for address in _ADDRESS.findall(text))
    for value in get_header_values(headers, "list-id")[:MAX_READ]:
        found.add(_read_list_id(value[:MAX_HEADER_CHARS]))
    return found - {""}


def _read_list_id(value: str) -> str:
    """Return support@acme.example for the List-ID `<support.acme.example>` (RFC 2919)."""
    text = value.rpartition("<")[2].partition(">")[0].strip()
    local, dot, domain = text.partition(".")
    return normalize_email(f"{local}@{domain}") if dot else ""


def _decode_author(sender: Address) -> Address | None:
    local = _ENCODED.fullmatch(sender.email)
    email = normalize_email(f"{local[1]}@{local[2]}") if local else ""
    return Address(email, clean_name(sender.name)) if email else None
