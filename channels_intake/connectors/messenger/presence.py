"""Whether a visitor has the messenger open. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from channels_intake.models import Conversation

PRESENT = timedelta(seconds=60)  # since their page last asked for news


def get_seen_at(conversation: Conversation) -> datetime | None:
    """Return when the visitor's page was last open, or None."""
    noted = conversation.data.get("seen_at")
    return datetime.fromisoformat(noted) if noted else None


def is_present(conversation: Conversation, *, at: datetime) -> bool:
    """Return True while the visitor has the messenger open."""
    seen_at = get_seen_at(conversation)
    return seen_at is not None and at - seen_at < PRESENT
