"""What the followers of a change set on its ticket is saved in one statement, once all have been told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tickets.models import Ticket

_Unsaved = dict[Ticket, dict[str, None]]
_unsaved: ContextVar[_Unsaved | None] = ContextVar("unsaved_fields", default=None)


def save_fields(ticket: Ticket, *names: str) -> None:
    """Save these fields: at once, or with what others set when ``saved_together`` runs."""
    unsaved = _unsaved.get()
    if unsaved is None:
        ticket.save(update_fields=names)
        return
    unsaved.setdefault(ticket, {}).update(dict.fromkeys(names))


@contextmanager
def saved_together() -> Iterator[None]:
    """Collect the fields that are saved inside, and save them at the end; nothing when the block raises."""
    if _unsaved.get() is not None:
        yield
        return
    unsaved: _Unsaved = {}
    token = _unsaved.set(unsaved)
    try:
        yield
    finally:
        _unsaved.reset(token)
    for ticket, names in unsaved.items():
        ticket.save(update_fields=names)
