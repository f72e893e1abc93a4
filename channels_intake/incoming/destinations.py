"""The mailboxes that an email is addressed to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.matching import normalize_email
from channels_intake.incoming.threads import split_plus_tag
from channels_intake.mailboxes import list_usable_mailboxes
from channels_intake.models import Mailbox


@dataclass(frozen=True, slots=True)
class Destination:
    """A mailbox that an email is addressed to, with the matching address and its plus tokens."""

    mailbox: Mailbox
    address: str
    tokens: tuple[str, ...]


def find_destinations(by_server: Iterable[str], by_headers: Iterable[str]) -> list[Destination]:
    """Return the mailboxes that an email is addressed to, one per desk.

    by_server: the recipients on the SMTP envelope. Only if none of them is known, the recipients in
    the headers count.
    """
    server, headers = normalize_all(by_server), normalize_all(by_headers)
    known = _load_mailboxes([*server, *headers])
    chosen = [address for address in server if _find_mailbox(address, known)]
    chosen = chosen or [address for address in headers if _find_mailbox(address, known)]
    found: dict[int, Destination] = {}
    for address in chosen:
        mailbox = _find_mailbox(address, known)
        if mailbox and mailbox.desk_id not in found:
            tokens = _list_tokens([*server, *headers], mailbox)
            found[mailbox.desk_id] = Destination(mailbox, address, tokens)
    return list(found.values())


def normalize_all(addresses: Iterable[str]) -> list[str]:
    """Normalize addresses, with or without <>, and leave out what is none."""
    found = (normalize_email(address.strip().strip("<>")) for address in addresses)
    return [address for address in found if address]


def _load_mailboxes(addresses: list[str]) -> dict[str, Mailbox]:
    wanted = {form for address in addresses for form in (address, split_plus_tag(address)[0])}
    usable = list_usable_mailboxes().filter(address__in=wanted)
    return {mailbox.address: mailbox for mailbox in usable.select_related("desk")}


def _find_mailbox(address: str, known: dict[str, Mailbox]) -> Mailbox | None:
    """Return the mailbox with the whole address, otherwise the one with the part before the plus.

    If that one is another desk's, it comes first: the owner of an address owns everything behind
    its plus.
    """
    whole, base = known.get(address), known.get(split_plus_tag(address)[0])
    if whole is not None and base is not None and whole.desk_id != base.desk_id:
        return base
    return whole or base


def _list_tokens(addresses: list[str], mailbox: Mailbox) -> tuple[str, ...]:
    """Return the tokens behind the plus of the mailbox's address, wherever the email names it."""
    split = (split_plus_tag(address) for address in addresses if address != mailbox.address)
    return tuple(dict.fromkeys(token for base, token in split if base == mailbox.address and token))
