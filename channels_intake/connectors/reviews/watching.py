"""Signals of reviews as events on the ticket that raised them, which team chat is told of (M59)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from channels_intake.connectors.reviews.signals import DAYS, Figures, find_signals
from channels_intake.models import ChannelMessage, Connection, Conversation, Direction
from tickets.actors import SYSTEM
from tickets.changes import record
from tickets.events import EventKind
from tickets.models import Message
from tickets.sentences.signals import Signal

DAY = timedelta(days=1)
SIGNALS = "signals"  # in a conversation's data: those that it raised
ONCE_A_DAY = {Signal.RATING_DROP, Signal.MANY_REVIEWS}


def raise_signals(
    conversation: Conversation, message: Message, *, words: Iterable[str], at: datetime
) -> None:
    """Record the signals of a review that was just put on its ticket, in its transaction.

    What many reviews signal together is recorded once in 24 hours.
    """
    connection = conversation.connection
    for raised in find_signals(message.body_text, words, read_figures(connection, at=at)):
        if raised.signal in ONCE_A_DAY and _was_raised(connection, raised.signal, at=at):
            continue
        _keep(conversation, raised.signal, at=at)
        record(
            ticket=message.ticket,
            kind=EventKind.SIGNAL_RAISED,
            by=SYSTEM,
            at=at,
            data={"signal": raised.signal.value, **raised.data},
        )


def read_figures(connection: Connection, *, at: datetime) -> Figures:
    """Return the ratings of an app's reviews, history included."""
    written = ChannelMessage.objects.filter(
        connection=connection,
        direction=Direction.IN,
        written_at__gt=at - (DAYS + 1) * DAY,
        written_at__lte=at,
    )
    now: list[int] = []
    before: list[int] = []
    for moment, rating in written.values_list("written_at", "conversation__data__rating"):
        if isinstance(rating, int):
            (now if moment > at - DAY else before).append(rating)
    return Figures(now, before)


def _was_raised(connection: Connection, signal: Signal, *, at: datetime) -> bool:
    recent = Conversation.objects.filter(connection=connection, window_from__gt=at - DAY)
    raised = recent.filter(data__signals__has_key=signal.value).values_list("data", flat=True)
    return any(data[SIGNALS][signal.value] > (at - DAY).isoformat() for data in raised)


def _keep(conversation: Conversation, signal: Signal, *, at: datetime) -> None:
    raised = {**conversation.data.get(SIGNALS, {}), signal.value: at.isoformat()}
    conversation.data = {**conversation.data, SIGNALS: raised}
    conversation.save(update_fields=["data"])
