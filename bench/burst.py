"""Fairness under a flood (P9b): what a person waits for must not wait behind bulk email.

2,000 emails (or BENCH_BURST) wait in one desk. At the same moment an agent of the desk replies and
a response time passes. Then 600 emails flood one desk while an agent of another replies, with a
page open there.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from bench.ready import SERVERS

# isort: split
from django.utils import timezone

from accounts.models import Desk
from accounts.tenancy import desk_scope, system_scope
from bench.client import Client, Page, sign_in
from bench.emails import build_email
from bench.goals import Report
from bench.mail import TIMEOUT, wait_until
from bench.numbers import numbers
from bench.streams import EventStream
from bench.workload import count_waiting, list_ages
from bench.world import find_agent
from channels_intake.incoming.store import store_inbound
from sla.models import Clock
from tickets.models import State, Ticket

AMOUNT = int(os.environ.get("BENCH_BURST", "2000"))
FLOOD = 600
SAMPLE_SECONDS = 5
DUE_IN = timedelta(seconds=1)


def run(report: Report) -> None:
    """Flood the desks, measure what waits behind it, and report."""
    SERVERS.serve()
    with SERVERS.working():
        measure_burst(report)
        wait_until(lambda: not count_waiting(), 3 * TIMEOUT)
        measure_other_desk(report)
        wait_until(lambda: not count_waiting(), 3 * TIMEOUT)


def measure_burst(report: Report) -> None:
    subject = f"Reply in a burst {next(numbers)}"
    ticket = _pick_ticket("bench1", subject)
    flood(AMOUNT)
    clock_id = _make_clock_due("bench1")
    done: dict[str, float] = {}
    reply = _in_background(done, "reply", lambda: _wait_for_reply("bench1", ticket, subject))
    breach = _in_background(done, "breach", lambda: _wait_for_breach(clock_id))
    print(f"\nage of the oldest item in seconds, {AMOUNT:,} emails waiting at 0 s")
    begin = time.monotonic()
    while count_waiting() or reply.is_alive() or breach.is_alive():
        ages = "  ".join(f"{name} {age:.0f}" for name, age in list_ages().items())
        print(
            f"{time.monotonic() - begin:>6.0f} s: {count_waiting():>6,} waiting  {ages}", flush=True
        )
        time.sleep(SAMPLE_SECONDS)
    print(f"{time.monotonic() - begin:>6.0f} s: nothing waits\n")
    report.add("burst.reply", done["reply"], f"{AMOUNT:,} emails")
    report.add("burst.breach", done["breach"], f"{AMOUNT:,} emails")


def measure_other_desk(report: Report) -> None:
    """Measure when an open page of another desk hears about a reply there during a flood."""
    subject = f"Reply beside a flood {next(numbers)}"
    ticket = _pick_ticket("bench2", subject)
    agent = find_agent("bench2")
    with EventStream(SERVERS.port, "/bench2/agent/stream/", sign_in(agent.user)) as stream:
        flood(FLOOD)
        time.sleep(1)  # the workers are busy with it now
        begin = time.monotonic()
        _reply("bench2", ticket, subject)
        report.add("fair.page", stream.wait_for(f"data: {ticket}") - begin, f"{FLOOD} emails")


def measure_reply(slug: str) -> float:
    """Reply to a ticket of a desk by the API. Return the seconds until its email left."""
    subject = f"Reply {next(numbers)}"
    ticket, begin = _pick_ticket(slug, subject), time.monotonic()
    _wait_for_reply(slug, ticket, subject)
    return time.monotonic() - begin


def measure_breach(slug: str) -> float:
    """Let a clock of a desk fall due. Return the seconds from then until it was noticed."""
    clock_id, begin = _make_clock_due(slug), time.monotonic()
    _wait_for_breach(clock_id)
    return max(time.monotonic() - begin - DUE_IN.total_seconds(), 0)


def flood(amount: int) -> None:
    """Store emails as the webhook does, as fast as possible, and queue their tasks."""
    for _ in range(amount):
        store_inbound(
            provider="raw",
            raw=build_email(next(numbers)),
            content_type="message/rfc822",
            at=timezone.now(),
            envelope_recipient="support@bench1.example",
        )


def _pick_ticket(slug: str, subject: str) -> int:
    """Name an open ticket by this subject, so that the email about it is recognized."""
    with desk_scope(Desk.objects.get(slug=slug)):
        ticket = Ticket.objects.filter(status=State.OPEN).order_by("-pk")[3]
        Ticket.objects.filter(pk=ticket.pk).update(subject=subject)
        return ticket.number


def _make_clock_due(slug: str) -> int:
    with system_scope("make a clock due for the benchmark"):
        running = Clock.objects.filter(
            desk__slug=slug, met_at=None, stopped_at=None, breached_at=None
        )
        clock = running.order_by("pk")[5]
        Clock.objects.filter(pk=clock.pk).update(due_at=timezone.now() + DUE_IN)
    return clock.pk


def _reply(slug: str, number: int, subject: str) -> None:
    cookie = sign_in(find_agent(slug).user)
    path = f"/{slug}/api/v1/tickets/{number}/messages/"
    page = Page("reply", path, cookie, body={"text": f"About {subject}."}, expected=201)
    Client(SERVERS.port).request(page)


def _wait_for_reply(slug: str, number: int, subject: str) -> None:
    _reply(slug, number, subject)
    wait_until(lambda: any(subject in mail.subject for mail in SERVERS.sink.received), 3 * TIMEOUT)


def _wait_for_breach(clock_id: int) -> None:
    with system_scope("wait for a breach in the benchmark"):
        breached = Clock.objects.filter(pk=clock_id, breached_at__isnull=False)
        wait_until(breached.exists, 3 * TIMEOUT)


def _in_background(done: dict[str, float], name: str, work: Callable[[], None]) -> threading.Thread:
    def measure() -> None:
        begin = time.monotonic()
        work()
        done[name] = time.monotonic() - begin

    thread = threading.Thread(target=measure)
    thread.start()
    return thread
