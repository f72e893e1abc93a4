"""The whole path of email, with the CPU time of all processes (P7, P8).

Emails are posted to the webhook as a provider does, and the clock stops when every receipt has
been accepted by the SMTP server outside and nothing is due any more. Replies go to the reply
addresses of those receipts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from bench.ready import SERVERS

# isort: split
from bench.client import Client
from bench.cpu import get_cpu_by_program
from bench.emails import build_email, get_person_number
from bench.goals import Report
from bench.hot import reset_updates
from bench.numbers import numbers
from bench.workload import count_waiting

MAILBOX = "support@bench1.example"
WARM_UP, AMOUNT = 30, 400
TIMEOUT = 600  # seconds


def run(report: Report) -> None:
    """Measure new emails and replies, and report both. From here on, HOT updates are counted."""
    reset_updates()
    SERVERS.serve()
    with SERVERS.working():
        _post_new(WARM_UP)
        taken, note = _measure(lambda: _post_new(AMOUNT), AMOUNT)
        report.add("mail.new", AMOUNT / taken, note)
        receipts = SERVERS.sink.received[-AMOUNT:]
        replies = [
            (build_email(next(numbers), person=get_person_number(mail.to), to=mail.reply_to,
                         reply_to=mail.message_id.strip("<>")), mail.reply_to)
            for mail in receipts
        ]  # fmt: skip
        _post(replies[:WARM_UP], receipts=0)
        rest = replies[WARM_UP:]
        taken, note = _measure(lambda: _post(rest, receipts=0), len(rest))
        report.add("mail.reply", len(rest) / taken, note)


def _measure(work: Callable[[], None], amount: int) -> tuple[float, str]:
    """Return the CPU seconds of the work, and the milliseconds of each email as a note."""
    before, wall = get_cpu_by_program(), time.monotonic()
    work()
    taken = {name: cpu - before.get(name, 0) for name, cpu in get_cpu_by_program().items()}
    parts = ", ".join(f"{name} {cpu / amount * 1000:.1f}" for name, cpu in taken.items())
    total = sum(taken.values())
    clock = f"{time.monotonic() - wall:.0f} s on the clock"
    return total, f"{total / amount * 1000:.1f} ms each ({parts}), {clock}"


def _post_new(amount: int) -> None:
    _post(((build_email(next(numbers)), MAILBOX) for _ in range(amount)), receipts=amount)


def _post(mails: Iterable[tuple[bytes, str]], *, receipts: int) -> None:
    """Post emails and wait until all of their work is done. receipts: how many must arrive."""
    client, expected = Client(SERVERS.port), len(SERVERS.sink.received) + receipts
    for raw, recipient in mails:
        client.post_mail(raw, recipient)
    wait_until(lambda: len(SERVERS.sink.received) >= expected and not count_waiting(), TIMEOUT)


def wait_until(check: Callable[[], bool], seconds: float, *, pause: float = 0.25) -> float:
    """Return the seconds until the check is true. Raise SystemExit if that takes too long."""
    begin = time.monotonic()
    while not check():
        if time.monotonic() - begin > seconds:
            raise SystemExit(
                f"Not done within {seconds:.0f} s: {count_waiting()} items still wait."
            )
        time.sleep(pause)
    return time.monotonic() - begin
