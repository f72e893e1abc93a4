"""Reading what was stored: claim the row, translate it, find its desk, accept it. Survives running twice.

The try is counted in a transaction of its own before the work begins, so that a mail that kills its worker is
counted too; after MAX_ATTEMPTS it is set aside and others run on (reliability.md, fault 18).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.matching import normalize_email
from accounts.tenancy import system_scope
from channels_intake.incoming.intake import accept_mail
from channels_intake.incoming.store import store_inbound
from channels_intake.incoming.threads import split_plus_tag
from channels_intake.mailboxes import list_usable_mailboxes, verify_by_arrival
from channels_intake.mime.envelope import MEBIBYTE, Envelope, Limits
from channels_intake.mime.parsing import parse_message
from channels_intake.mime.text import one_line
from channels_intake.models import InboundMessage, InboundState, Mailbox
from channels_intake.providers.form_data import UnreadableError
from channels_intake.providers.translators import translate
from tickets.failures import capture_failure

PAUSES = [timedelta(seconds=s) for s in (15, 120, 600, 3600)]
MAX_ATTEMPTS = len(PAUSES) + 1


@dataclass(frozen=True, slots=True)
class Destination:
    """A mailbox that a mail is for, the address that led there, and what stood behind that address's plus."""

    mailbox: Mailbox
    address: str
    tokens: tuple[str, ...]


def process_inbound(*, inbound_id: int, at: datetime) -> None:
    """Read one stored row and accept it; a failure is noted on the row, and tried again with growing pauses."""
    with system_scope("read a stored mail, which tells its desk"):
        if not _claim(inbound_id, at=at):
            return
        with capture_failure(
            lambda told: _note_failure(inbound_id, told), event="inbound_failed", inbound=inbound_id
        ):
            _read_or_set_aside(inbound_id, at=at)


def _read_or_set_aside(inbound_id: int, *, at: datetime) -> None:
    try:
        with transaction.atomic():
            _read(inbound_id, at=at)
    except UnreadableError as error:
        _set_aside(inbound_id, f"It could not be read: {error}")


def list_due(at: datetime, most: int) -> list[int]:
    """The ids of stored rows that are due for reading, oldest first."""
    with system_scope("find stored mail that nobody has read"):
        due = _readable().filter(next_try_at__lte=at)
        return list(due.order_by("next_try_at", "pk").values_list("pk", flat=True)[:most])


def _readable() -> QuerySet[InboundMessage]:
    """Rows that wait to be read, but for those held for a desk that is suspended."""
    unread = InboundMessage.objects.filter(state=InboundState.RECEIVED)
    return unread.exclude(mailbox__desk__is_suspended=True)


# A first try that died with its worker may be repeated at once: the queue hands the task out again then. A mail
# that is held for a suspended desk waits; whoever has used up its tries is set aside.
# The row is looked up by its id alone: by the index of what is unread, the planner would walk past the entries of all
# that was read since the last vacuum.
CLAIM = f"""
WITH held AS MATERIALIZED (
  SELECT id, state, attempts, next_try_at, mailbox_id FROM channels_intake_inboundmessage
  WHERE id = %(id)s FOR UPDATE SKIP LOCKED
)
UPDATE channels_intake_inboundmessage i SET
  attempts = least(held.attempts + 1, %(most)s),
  next_try_at = %(at)s + (%(pauses)s::interval[])[least(held.attempts, %(most)s - 2) + 1],
  state = CASE WHEN held.attempts < %(most)s THEN i.state ELSE '{InboundState.FAILED}' END,
  reason = CASE WHEN held.attempts < %(most)s OR i.reason <> '' THEN i.reason ELSE %(worn_out)s END
FROM held
WHERE i.id = held.id AND held.state = '{InboundState.RECEIVED}' AND (held.next_try_at <= %(at)s OR held.attempts <= 1)
  AND NOT EXISTS (SELECT FROM channels_intake_mailbox m JOIN accounts_desk d ON d.id = m.desk_id
    WHERE m.id = held.mailbox_id AND d.is_suspended)
RETURNING i.state
"""  # noqa: S608 (only the enum values above are inserted)
WORN_OUT = "Reading it ended its worker, time after time."


def _claim(inbound_id: int, *, at: datetime) -> bool:
    """Count the try; False when the row is read, not due, in work elsewhere, or has used up its tries."""
    asked: dict[str, Any] = {
        "id": inbound_id,
        "at": at,
        "pauses": PAUSES,
        "most": MAX_ATTEMPTS,
        "worn_out": WORN_OUT,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, asked)
        claimed = cursor.fetchone()
    return claimed is not None and claimed[0] == InboundState.RECEIVED


def _read(inbound_id: int, *, at: datetime) -> None:
    inbound = (
        InboundMessage.objects.select_for_update(skip_locked=True).filter(pk=inbound_id).first()
    )
    if inbound is None or inbound.state != InboundState.RECEIVED:
        return
    envelope, recipients = read_envelope(inbound)
    destinations = find_destinations(recipients, envelope.recipients)
    if not destinations:
        proven = verify_by_arrival(
            _plain([*recipients, *envelope.recipients]), envelope.body_text, at=at
        )
        _set_aside_unknown(inbound, envelope, recipients, proven)
        return
    for other in destinations[1:]:
        _store_copy(inbound, other, at=at)
    first = destinations[0]
    if first.mailbox.desk.is_suspended:
        _hold(inbound, first.mailbox)
        return
    accept_mail(inbound, envelope, mailbox=first.mailbox, tokens=first.tokens, at=at)


def _hold(inbound: InboundMessage, mailbox: Mailbox) -> None:
    """Keep a mail of a suspended desk unread; it is due again as soon as the desk is taken up again."""
    inbound.desk_id, inbound.mailbox, inbound.attempts = mailbox.desk_id, mailbox, 0
    inbound.next_try_at = inbound.received_at
    inbound.reason = "The desk is suspended; it is read when the desk is taken up again."
    inbound.save(update_fields=["desk", "mailbox", "attempts", "next_try_at", "reason"])


def read_envelope(inbound: InboundMessage) -> tuple[Envelope, tuple[str, ...]]:
    """The normal form of a stored row, and SMTP's recipients as far as they are known."""
    mail = translate(inbound.provider, bytes(inbound.raw), inbound.content_type)
    largest = settings.MAX_ATTACHMENT_BYTES
    envelope = parse_message(
        mail.raw,
        limits=Limits(max_file_bytes=largest, max_total_bytes=max(2 * largest, 50 * MEBIBYTE)),
        authentication=mail.authentication,
        envelope_sender=inbound.envelope_sender or mail.envelope_sender,
        trusted_authserv_ids=settings.TRUSTED_AUTHSERV_IDS,
    )
    return envelope, (
        inbound.envelope_recipient,
    ) if inbound.envelope_recipient else mail.recipients


def find_destinations(by_server: Iterable[str], by_headers: Iterable[str]) -> list[Destination]:
    """The mailboxes that a mail is for, one of each desk: as the mail server says, else as the headers say."""
    server, headers = _plain(by_server), _plain(by_headers)
    known = _known_mailboxes([*server, *headers])
    chosen = [a for a in server if _mailbox_of(a, known)] or [
        a for a in headers if _mailbox_of(a, known)
    ]
    found: dict[int, Destination] = {}
    for address in chosen:
        mailbox = _mailbox_of(address, known)
        if mailbox and mailbox.desk_id not in found:
            tokens = _tokens([*server, *headers], mailbox)
            found[mailbox.desk_id] = Destination(mailbox, address, tokens)
    return list(found.values())


def _plain(addresses: Iterable[str]) -> list[str]:
    return list(
        filter(None, (normalize_email(address.strip().strip("<>")) for address in addresses))
    )


def _known_mailboxes(addresses: list[str]) -> dict[str, Mailbox]:
    wanted = {form for address in addresses for form in (address, split_plus_tag(address)[0])}
    usable = list_usable_mailboxes().filter(address__in=wanted)
    return {mailbox.address: mailbox for mailbox in usable.select_related("desk")}


def _mailbox_of(address: str, known: dict[str, Mailbox]) -> Mailbox | None:
    """The mailbox of the whole address, or of what stands before its plus; another desk's mailbox there goes first,
    since whoever has an address has all that stands behind its plus."""
    whole, base = known.get(address), known.get(split_plus_tag(address)[0])
    if whole is not None and base is not None and whole.desk_id != base.desk_id:
        return base
    return whole or base


def _tokens(addresses: list[str], mailbox: Mailbox) -> tuple[str, ...]:
    """What stands behind the plus of the mailbox's address, wherever the mail names it."""
    split = (split_plus_tag(address) for address in addresses if address != mailbox.address)
    return tuple(dict.fromkeys(token for base, token in split if base == mailbox.address and token))


def _store_copy(inbound: InboundMessage, other: Destination, *, at: datetime) -> None:
    """One posting for several desks becomes a row for each, which is read by itself."""
    store_inbound(
        provider=inbound.provider,
        raw=bytes(inbound.raw),
        content_type=inbound.content_type,
        at=at,
        envelope_recipient=other.address,
        envelope_sender=inbound.envelope_sender,
        desk_id=other.mailbox.desk_id,
    )


def _set_aside_unknown(
    inbound: InboundMessage, envelope: Envelope, recipients: tuple[str, ...], proven: Mailbox | None
) -> None:
    """Keep what no desk gets. proven: the mailbox whose code this mail brought."""
    inbound.state = InboundState.FAILED
    inbound.sender, inbound.subject = envelope.sender.email[:254], envelope.subject[:250]
    inbound.rfc_message_id = envelope.message_id[:250]
    named = one_line(", ".join([*recipients, *envelope.recipients][:5]), 500) or "nobody"
    inbound.reason = f"No proven mailbox here has the address that it was sent to: {named}."
    if proven is not None:
        inbound.reason = f"It brought the code that proves {proven.address}."
    inbound.save(update_fields=["state", "sender", "subject", "rfc_message_id", "reason"])


def _set_aside(inbound_id: int, why: str) -> None:
    waiting = InboundMessage.objects.filter(pk=inbound_id, state=InboundState.RECEIVED)
    waiting.update(state=InboundState.FAILED, reason=why[:2000])


def _note_failure(inbound_id: int, why: str) -> None:
    """Keep the error with the row; the last try sets it aside."""
    waiting = InboundMessage.objects.filter(pk=inbound_id, state=InboundState.RECEIVED)
    waiting.update(reason=why)
    waiting.filter(attempts__gte=MAX_ATTEMPTS).update(state=InboundState.FAILED)
