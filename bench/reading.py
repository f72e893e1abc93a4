"""Reading one email in a worker's process, against the bare minimum with the ORM (P7).

The product's path: store the raw email, parse, match, find the thread, open or update a ticket with
clock, department and agent. The bare path parses, sanitizes, looks up the Message-ID and writes
ticket, message, event and clock in one transaction. CPU time is Python's plus PostgreSQL's.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy

from bench.ready import SERVERS

# isort: split
import nh3
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Contact, Desk
from accounts.tenancy import desk_scope
from bench.cpu import get_session_seconds
from bench.emails import build_email
from bench.goals import Report
from bench.numbers import numbers
from channels_intake.incoming.reading import process_inbound
from channels_intake.incoming.store import store_inbound
from channels_intake.models import InboundMessage, InboundState
from sla.models import Clock, Target
from tickets.models import ActorKind, Message, Ticket, TicketEvent
from tickets.queueing import without_queueing

BATCH, ROUNDS = 25, 6
FIRST_BARE_NUMBER = 10**13  # above all numbers of the product
# Search looks at a desk's newest numbers first: rows of the bare path must not stay there.
CLEAN_UP = f"""
SET session_replication_role = replica;
CREATE TEMP TABLE bare AS SELECT id FROM tickets_ticket WHERE number >= {FIRST_BARE_NUMBER};
DELETE FROM tickets_ticketevent USING bare WHERE ticket_id = bare.id;
DELETE FROM tickets_message USING bare WHERE ticket_id = bare.id;
DELETE FROM sla_deadline USING bare JOIN sla_clock c ON c.ticket_id = bare.id WHERE clock_id = c.id;
DELETE FROM sla_clock USING bare WHERE ticket_id = bare.id;
DELETE FROM tickets_queuerow USING bare WHERE ticket_id = bare.id;
DELETE FROM tickets_ticket USING bare WHERE tickets_ticket.id = bare.id;
"""


def run(report: Report) -> None:
    """Measure both paths in turns and report the share."""
    bare = BarePath()
    _measure(receive, 5)
    _measure(bare.receive, 5)
    ours, least = [], []
    for _ in range(ROUNDS):
        ours.append(_measure(receive, BATCH))
        least.append(_measure(bare.receive, BATCH))
    mine, bound = statistics.median(ours), statistics.median(least)
    note = f"{mine * 1000:.1f} ms, bare {bound * 1000:.1f} ms"
    report.add("mail.read", bound / mine * 100, note)
    with SERVERS.superuser() as db:
        db.execute(CLEAN_UP)


def receive(raw: bytes) -> None:
    """Process one email as the product does."""
    inbound = store_inbound(
        provider="raw", raw=raw, content_type="message/rfc822", at=timezone.now(), enqueue=False
    )
    process_inbound(inbound_id=inbound.pk, at=timezone.now())


def _measure(process: Callable[[bytes], None], amount: int) -> float:
    """Return the CPU seconds of one email, of this process and its database session."""
    mails = [build_email(next(numbers)) for _ in range(amount)]
    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    begin = get_session_seconds(backend)
    with without_queueing():
        for raw in mails:
            process(raw)
    return (get_session_seconds(backend) - begin) / amount


class BarePath:
    """The least that reading takes. Desk, sender and target are looked up once."""

    def __init__(self) -> None:
        self.desk = Desk.objects.get(slug="bench1")
        with desk_scope(self.desk):
            self.contact = Contact.objects.filter(account__isnull=False).order_by("pk")[1]
            self.target = Target.objects.order_by("pk")[1]

    def receive(self, raw: bytes) -> None:
        mail = message_from_bytes(raw, policy=policy.default)
        text = mail.get_body(("plain",)).get_content()
        html = nh3.clean(mail.get_body(("html",)).get_content())
        with desk_scope(self.desk), transaction.atomic():
            known = InboundMessage.objects.filter(
                desk=self.desk,
                rfc_message_id=mail["Message-ID"].strip("<>"),
                state__in=[InboundState.PROCESSED, InboundState.QUARANTINED],
            ).exclude(content_hash="")
            if not known.exists():
                self._write(str(mail["Subject"]), text, html)

    def _write(self, subject: str, text: str, html: str) -> None:
        now, common = timezone.now(), {"desk": self.desk}
        ticket = Ticket.objects.create(
            **common,
            number=FIRST_BARE_NUMBER + next(numbers),
            subject=subject,
            channel="email",
            priority_id=self.target.priority_id,
            contact=self.contact,
            account_id=self.contact.account_id,
            created_at=now,
            updated_at=now,
        )
        Clock.objects.create(
            **common,
            ticket=ticket,
            target=self.target,
            calendar_id=self.target.calendar_id,
            calendar_version=1,
            kind="first_response",
            target_seconds=480 * 60,
            started_at=now,
            warn_at=now + timedelta(hours=6),
            due_at=now + timedelta(hours=8),
        )
        message = Message.objects.create(
            **common,
            ticket=ticket,
            contact=self.contact,
            channel="email",
            body_text=text,
            body_html=html,
            created_at=now,
        )
        TicketEvent.objects.create(
            **common, ticket=ticket, kind="ticket.opened", at=now, actor_kind=ActorKind.CONTACT,
            actor_id=self.contact.pk, data={"message": message.pk},
        )  # fmt: skip
