"""Damaged email in the database: a message, quarantined or a duplicate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, InboundState
from tests.cast import Cast
from tests.channels_intake.mutations import make_corpus
from tickets.models import Message

TakeIn = Callable[..., InboundMessage]

MAILS = 150


def test_the_ledger_of_damaged_mails_balances(rocket: Cast, take_in: TakeIn) -> None:
    states: Counter[str] = Counter()
    for name, raw in make_corpus(MAILS, seed=7):
        row = take_in(raw, recipient="support@rocket.example")
        assert row.attempts == 1, f"{name}: {row.explanation}"
        assert row.state in {
            InboundState.PROCESSED,
            InboundState.QUARANTINED,
            InboundState.DUPLICATE,
        }, name
        states[row.state] += 1

    with desk_scope(rocket.desk):
        assert Message.objects.count() == states[InboundState.PROCESSED] > 0
