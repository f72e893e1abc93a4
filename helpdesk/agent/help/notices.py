"""What notifications about attention say beside their sentence, read when they are shown."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Agent
from tickets.attention.access import list_attention_for_agent
from tickets.models import AttentionRequest, Notification
from tickets.notifications import ATTENTION_ACCEPTED, ATTENTION_ASKED, ATTENTION_DECLINED

KINDS = (ATTENTION_ASKED, ATTENTION_ACCEPTED, ATTENTION_DECLINED)


def describe_attention_details(
    agent: Agent, notifications: Iterable[Notification]
) -> dict[int, str]:
    """Return the urgency and subject of requests, or the reason of decisions, by notification.

    At most one query. Notifications don't keep these texts, so that they can be erased, and so
    that nobody reads them who no longer sees the ticket.
    """
    about = {
        notification.pk: int(notification.key.rpartition(":")[2])
        for notification in notifications
        if notification.kind in KINDS
    }
    if not about:
        return {}
    found = list_attention_for_agent(agent).in_bulk(set(about.values()))
    return {
        notification.pk: _describe(found[about[notification.pk]], notification.kind)
        for notification in notifications
        if about.get(notification.pk) in found
    }


def _describe(asked: AttentionRequest, kind: str) -> str:
    if kind != ATTENTION_ASKED:
        return asked.decision
    subject = asked.ticket.subject if asked.ticket else asked.why
    return f"{asked.get_urgency_display()} · {subject}"
