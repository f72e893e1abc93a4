"""Erasing a person from mail: what came from them, what went to them, and the secrets that name them.

Called by helpdesk.privacy.erasure in the system scope and one transaction. Mail that was posted under no desk's
address has no desk: what the person sent there goes too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db.models import CharField, F, Func, Q, TextField, Value
from django.db.models.functions import Cast, Concat

from accounts.privacy.erasing import KnownNames, Person
from accounts.privacy.scrubbing import MARK, build_pattern
from channels_intake.models import (
    InboundMessage,
    InboundState,
    MailState,
    OutgoingEmail,
    ReplyToken,
)
from channels_intake.outgoing.outbox import get_outbox_path
from tickets.erasing import Traces

NEVER_SENT = "It was erased before it left."


def erase_from_mail(person: Person, traces: Traces) -> dict[str, int]:
    """Erase a person's mail at the desk, both ways; gives what went. The rows stay as a record of when."""
    return {
        "outgoing": _erase_outgoing(person, traces),
        "inbound": _erase_inbound(person, traces),
        "mentions": erase_mentions(person),
        "reply_tokens": ReplyToken.objects.filter(contact_id=person.contact_id).delete()[0],
    }


def _erase_outgoing(person: Person, traces: Traces) -> int:
    """Mails to the person, and all mails of their tickets, which bear the subject and quote."""
    at_desk = OutgoingEmail.objects.filter(desk_id=person.desk_id).order_by()
    theirs = at_desk.filter(Q(contact_id=person.contact_id) | Q(ticket_id__in=traces.opened))
    for message_id in theirs.values_list("rfc_message_id", flat=True):
        get_outbox_path(message_id).unlink(missing_ok=True)
    theirs.exclude(last_error="").update(last_error=MARK)
    theirs.filter(state=MailState.QUEUED).update(state=MailState.FAILED, last_error=NEVER_SENT)
    theirs.filter(contact_id=person.contact_id).update(
        to_address=MARK, to_canonical="", reply_to="", provider_id=""
    )
    return theirs.update(subject=MARK, body_text=MARK, body_html="", in_reply_to="", references=[])


def _erase_inbound(person: Person, traces: Traces) -> int:
    """The raw mails of the person; of others in the person's tickets the raw mail and subject, which quote."""
    here = Q(desk_id=person.desk_id) | Q(desk__isnull=True)
    came = InboundMessage.objects.filter(here).exclude(state=InboundState.RECEIVED).order_by()
    in_tickets = came.filter(ticket_id__in=traces.opened)
    blank = {"raw": b"", "subject": "", "content_type": "", "sha256": "", "reason": ""}
    theirs = came.filter(
        Q(sender=person.email)
        | Q(envelope_sender__iexact=person.email)
        | Q(message_id__in=traces.messages)
    )
    went = theirs.update(
        **blank,
        sender="",
        envelope_sender="",
        envelope_recipient="",
        rfc_message_id=Concat(Value("erased-"), Cast("pk", CharField()), output_field=CharField()),
    )
    return went + in_tickets.exclude(raw=b"").update(**blank)


def erase_mentions(person: KnownNames) -> int:
    """Address and name in the raw mails of others, such as in a copy line, as far as they stand in plain letters."""
    pattern = person.anywhere
    if not pattern:
        return 0
    as_text = Func(F("raw"), Value("escape"), function="encode", output_field=TextField())
    found = InboundMessage.objects.filter(desk_id=person.desk_id).annotate(as_text=as_text)
    mentions = re.compile(pattern.encode(), re.IGNORECASE)
    rows = found.filter(as_text__iregex=pattern).order_by().values_list("pk", flat=True)
    for pk in list(rows):
        row = InboundMessage.objects.get(pk=pk)
        row.raw = mentions.sub(MARK.encode(), bytes(row.raw))
        row.save(update_fields=["raw"])
    return len(rows)


def erase_from_outbox(addresses: Iterable[str]) -> int:
    """Delete the outbox's files that name one of these addresses in plain letters; gives how many (demo only)."""
    pattern = build_pattern(addresses)
    if not pattern:
        return 0
    mentions = re.compile(pattern.encode(), re.IGNORECASE)
    hits = [
        path
        for path in Path(settings.OUTBOX_DIR).glob("*.eml")
        if mentions.search(path.read_bytes())
    ]
    for path in hits:
        path.unlink(missing_ok=True)
    return len(hits)
