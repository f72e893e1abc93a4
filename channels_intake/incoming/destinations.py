"""The mailboxes that an email is addressed to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.matching import is_free_mail, normalize_email
from channels_intake.incoming.threads import split_plus_tags
from channels_intake.mailboxes import list_usable_mailboxes
from channels_intake.models import Mailbox


@dataclass(frozen=True, slots=True)
class Destination:
    """A mailbox that an email is addressed to, with the matching address.

    tokens: the parts behind the plus of the desk's mailboxes. mailboxes: the addresses of all the
    desk's mailboxes that the email was sent to.
    """

    mailbox: Mailbox
    address: str
    tokens: tuple[str, ...]
    mailboxes: tuple[str, ...] = ()


def find_destinations(by_server: Iterable[str], by_headers: Iterable[str]) -> list[Destination]:
    """Return the mailboxes that an email is addressed to, one per desk.

    by_server: the recipients on the SMTP envelope. Only if none of them is known, the recipients in
    the headers count.
    """
    server, headers = normalize_all(by_server), normalize_all(by_headers)
    usable = list_usable_mailboxes().filter(address__in=list_forms([*server, *headers]))
    return choose_destinations(server, headers, usable.select_related("desk"))


def list_forms(addresses: Iterable[str]) -> list[str]:
    """Return normalized addresses, each with and without what is after a plus."""
    forms = (form for address in addresses for form, _tag in split_plus_tags(address))
    return list(dict.fromkeys(forms))


def choose_destinations(
    server: list[str], headers: list[str], mailboxes: Iterable[Mailbox]
) -> list[Destination]:
    """Return the destinations among the mailboxes with these normalized addresses."""
    known = {mailbox.address: mailbox for mailbox in mailboxes}
    chosen = [address for address in server if _find_mailbox(address, known)]
    chosen = chosen or [address for address in headers if _find_mailbox(address, known)]
    found: dict[int, Destination] = {}
    for address in chosen:
        mailbox = _find_mailbox(address, known)
        if mailbox and mailbox.desk_id not in found:
            tokens = _list_tokens([*server, *headers], mailbox.desk_id, known)
            mailboxes_of_desk = _list_mailboxes([*server, *headers], mailbox.desk_id, known)
            found[mailbox.desk_id] = Destination(mailbox, address, tokens, mailboxes_of_desk)
    return list(found.values())


def is_addressed(named: Iterable[str], mailbox: Mailbox) -> bool:
    """Return True if To or Cc names the desk, so that no list or Bcc brought the email here.

    named: the addresses in To and Cc. Another address at a mailbox's own domain counts: companies
    forward support@ and help@ to one mailbox.
    """
    bases = set(list_forms(named))
    if mailbox.address in bases:
        return True
    domains = {base.rpartition("@")[2] for base in bases}
    own = list_usable_mailboxes().filter(desk=mailbox.desk_id).values_list("address", flat=True)
    return any(
        address in bases or (domain in domains and not is_free_mail(domain))
        for address in own
        for domain in [address.rpartition("@")[2]]
    )


def _list_mailboxes(
    addresses: list[str], desk_id: int, known: dict[str, Mailbox]
) -> tuple[str, ...]:
    found = (_find_mailbox(address, known) for address in addresses)
    return tuple(dict.fromkeys(box.address for box in found if box and box.desk_id == desk_id))


def normalize_all(addresses: Iterable[str]) -> list[str]:
    """Normalize addresses, with or without <>, and leave out what is none."""
    found = (normalize_email(address.strip().strip("<>")) for address in addresses)
    return [address for address in found if address]


def _find_mailbox(address: str, known: dict[str, Mailbox]) -> Mailbox | None:
    """Return the mailbox that an address belongs to, with or without what is after a plus.

    Of several, the longest of the desk that has the shortest: the owner of an address owns
    everything behind its plus.
    """
    found = [known[form] for form, _tag in split_plus_tags(address) if form in known]
    return next((box for box in reversed(found) if box.desk_id == found[0].desk_id), None)


def _list_tokens(addresses: list[str], desk_id: int, known: dict[str, Mailbox]) -> tuple[str, ...]:
    """Return the tokens behind the plus of the desk's mailboxes, wherever the email names them."""
    found: dict[str, None] = {}
    for address in addresses:
        mailbox = _find_mailbox(address, known)
        if mailbox and mailbox.desk_id == desk_id:
            tag = dict(split_plus_tags(address))[mailbox.address]
            # A mailbox of its own may have been before the token when it was sent.
            found |= dict.fromkeys(filter(None, (tag, tag.rpartition("+")[2])))
    return tuple(found)
