"""Opening tickets through the services with 8 connections, against four bare inserts (P14).

Eight processes work at once, first on one side, then on the other, in turns. Bare is what
PostgreSQL needs at least: ticket, message, event and clock, prepared, in one transaction, in a lean
schema: eight indexes on tickets, three on messages and one for the words of their texts; no
row-level security, no triggers, no foreign keys. The services also write the search document, the
row of the queue, the deadline, three more events and the deliveries.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.ready import SERVERS

# isort: split
import psycopg
from django.db import connection
from django.utils import timezone

from accounts.models import Contact, Department, Desk
from accounts.tenancy import desk_scope
from bench.cpu import get_session_seconds
from bench.goals import Report
from sla.models import Target
from tickets.actors import Actor
from tickets.models import Message, Priority
from tickets.queueing import without_queueing
from tickets.services import NewMessage, NewTicket, Origin, open_ticket

CONNECTIONS, SECONDS, ROUNDS = 8, 6.0, 3
LEAN = """
DROP TABLE IF EXISTS bare_ticket, bare_message, bare_event, bare_clock;
CREATE TABLE bare_ticket (LIKE tickets_ticket INCLUDING DEFAULTS INCLUDING IDENTITY);
CREATE TABLE bare_message (LIKE tickets_message INCLUDING DEFAULTS INCLUDING IDENTITY,
  words tsvector GENERATED ALWAYS AS (to_tsvector('simple', body_text)) STORED);
CREATE TABLE bare_event (LIKE tickets_ticketevent INCLUDING DEFAULTS INCLUDING IDENTITY);
CREATE TABLE bare_clock (LIKE sla_clock INCLUDING DEFAULTS INCLUDING IDENTITY);
CREATE UNIQUE INDEX ON bare_ticket (id);
CREATE UNIQUE INDEX ON bare_ticket (desk_id, number);
CREATE INDEX ON bare_ticket (desk_id, updated_at DESC, id DESC);
CREATE INDEX ON bare_ticket (desk_id, department_id, updated_at DESC, id DESC)
  WHERE status IN ('open', 'investigating', 'waiting', 'escalated');
CREATE INDEX ON bare_ticket (desk_id, assignee_id, updated_at DESC, id DESC)
  WHERE status IN ('open', 'investigating', 'waiting', 'escalated');
CREATE INDEX ON bare_ticket (desk_id, due_at, id);
CREATE INDEX ON bare_ticket (contact_id);
CREATE INDEX ON bare_ticket (account_id);
CREATE UNIQUE INDEX ON bare_message (id);
CREATE INDEX ON bare_message (ticket_id, created_at, id);
CREATE INDEX ON bare_message (contact_id);
CREATE INDEX ON bare_message USING gin (words);
CREATE UNIQUE INDEX ON bare_event (id);
CREATE INDEX ON bare_event (ticket_id, id);
CREATE UNIQUE INDEX ON bare_clock (id);
CREATE UNIQUE INDEX ON bare_clock (ticket_id);
CREATE INDEX ON bare_clock (due_at) WHERE met_at IS NULL AND breached_at IS NULL;
GRANT ALL ON bare_ticket, bare_message, bare_event, bare_clock TO PUBLIC;
"""
TICKET = """
INSERT INTO bare_ticket (desk_id, number, subject, status, channel, priority_id,
  department_id, level, assignee_id, contact_id, account_id, is_unverified, match_reasons,
  route_reasons, uncovered, fields, created_at, updated_at, due_at, due_kind, hold_reason,
  emergency, required_skills, close_reason)
VALUES (%s, %s, 'Bare', 'open', 'email', %s, %s, 'L1', NULL, %s, %s, false, '[]', '[]', '{}',
  '{}', now(), now(), now() + interval '8 hours', 'first_response', '', '', '{}', '') RETURNING id
"""
MESSAGE = """
INSERT INTO bare_message (desk_id, ticket_id, contact_id, channel, body_text, body_html,
  quoted_text, is_automatic, remarks, created_at)
VALUES (%s, %s, %s, 'email', %s, '', '', false, '[]', now())
"""
EVENT = """
INSERT INTO bare_event (desk_id, ticket_id, kind, at, actor_kind, actor_id, actor_name,
  channel, data) VALUES (%s, %s, 'ticket.opened', now(), 'contact', %s, 'Person', 'email', '{}')
"""
CLOCK = """
INSERT INTO bare_clock (desk_id, ticket_id, target_id, calendar_id, calendar_version,
  kind, run, pauses, warned, warn_points, warn_times, target_seconds, started_at, warn_at, due_at)
VALUES (%s, %s, %s, %s, 1, 'first_response', 1, '[]', 0, '{75}',
  ARRAY[now() + interval '6 hours'], 28800, now(), now() + interval '6 hours',
  now() + interval '8 hours')
"""


@dataclass(frozen=True)
class Given:
    """Requesters by id, and texts with as many different words as people write."""

    contacts: list[int]
    texts: list[str]


Work = Callable[[int, Given], tuple[int, float]]


def run(report: Report) -> None:
    """Measure both sides in turns and report the share."""
    with SERVERS.superuser() as db:
        db.execute(LEAN)
    with desk_scope(Desk.objects.get(slug="bench1")):
        contacts = list(Contact.objects.filter(account__isnull=False).values_list("pk", flat=True))
        texts = list(Message.objects.order_by("-pk").values_list("body_text", flat=True)[:500])
    given = Given(contacts, texts)
    connection.close()
    connection.close_pool()  # a forked process must not share it
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(_work_together(_open_by_services, given))
        bare.append(_work_together(_open_bare, given))
    (mine, mine_cpu), (least, least_cpu) = _get_medians(ours), _get_medians(bare)
    report.add(
        "services",
        mine / least * 100,
        f"{mine:.0f}/s of {least:.0f}/s; CPU {mine_cpu:.1f} ms each, bare {least_cpu:.1f} ms",
    )


def _get_medians(rounds: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(r[0] for r in rounds), statistics.median(r[1] for r in rounds)


def _work_together(work: Work, given: Given) -> tuple[float, float]:
    """Return the tickets per second of all processes together, and the CPU ms of each ticket."""
    with multiprocessing.get_context("fork").Pool(CONNECTIONS) as pool:
        places = [(place, given) for place in range(CONNECTIONS)]
        done = pool.starmap(work, places)
    count = sum(opened for opened, _ in done)
    return count / SECONDS, sum(cpu for _, cpu in done) / count * 1000


def _open_by_services(place: int, given: Given) -> tuple[int, float]:
    desk, count = Desk.objects.get(slug="bench1"), 0
    with desk_scope(desk), without_queueing():
        priority = Priority.objects.order_by("rank")[1]
        people = Contact.objects.select_related("account__plan").in_bulk(
            given.contacts[place::CONNECTIONS]
        )
        backend = connection.connection.info.backend_pid
        chosen, until, cpu = (
            list(people.values()),
            time.monotonic() + SECONDS,
            get_session_seconds(backend),
        )
        while time.monotonic() < until:
            contact = chosen[count % len(chosen)]
            new = NewTicket(
                subject="Measured",
                message=NewMessage(text=given.texts[count % len(given.texts)], channel="email"),
                origin=Origin(contact, contact.account_id),
                priority=priority,
            )
            open_ticket(desk=desk, new=new, by=Actor.of(contact), at=timezone.now())
            count += 1
        return count, get_session_seconds(backend) - cpu


def _open_bare(place: int, given: Given) -> tuple[int, float]:
    desk, count = Desk.objects.get(slug="bench1"), 0
    with desk_scope(desk):
        target = Target.objects.order_by("pk")[1]
        contact = Contact.objects.get(pk=given.contacts[place])
        department = Department.objects.order_by("pk")[0]
    connection.close()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as db:
        db.prepare_threshold = 0
        cpu, until = get_session_seconds(db.info.backend_pid), time.monotonic() + SECONDS
        number = time.time_ns() // 1000 * CONNECTIONS + place
        while time.monotonic() < until:
            with db.transaction():
                ticket = [desk.pk, number + count * CONNECTIONS, target.priority_id, department.pk]
                row = db.execute(TICKET, [*ticket, contact.pk, contact.account_id]).fetchone()
                db.execute(
                    MESSAGE, [desk.pk, row[0], contact.pk, given.texts[count % len(given.texts)]]
                )
                db.execute(EVENT, [desk.pk, row[0], contact.pk])
                db.execute(CLOCK, [desk.pk, row[0], target.pk, target.calendar_id])
            count += 1
        return count, get_session_seconds(db.info.backend_pid) - cpu
