"""Reads for pages: delivery states, raw messages and the quarantine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Agent, Desk
from channels_intake.models import HELD_STATES, InboundMessage, MailState, OutgoingEmail
from tickets.access import tickets_for_agent
from tickets.rules.visibility import TicketVisibility

# Several emails together have the state of the worst.
WORST_FIRST = [MailState.FAILED, MailState.QUEUED, MailState.SENT, MailState.DELIVERED]


@dataclass(frozen=True, slots=True)
class MailStatus:
    """The delivery state of one message. mails: rows without their texts, oldest first."""

    state: MailState
    mails: tuple[OutgoingEmail, ...]


def group_by_message(rows: Iterable[OutgoingEmail]) -> dict[int, MailStatus]:
    """Return the delivery state by message id. rows: oldest first."""
    mails: defaultdict[int, list[OutgoingEmail]] = defaultdict(list)
    for mail in rows:
        if mail.message_id is not None:
            mails[mail.message_id].append(mail)
    return {
        message_id: MailStatus(get_worst_state(found), tuple(found))
        for message_id, found in mails.items()
    }


def get_worst_state(mails: Iterable[OutgoingEmail]) -> MailState:
    """Return the delivery state of several emails together."""
    return min((MailState(mail.state) for mail in mails), key=WORST_FIRST.index)


def get_inbound_for_agent(agent: Agent, inbound_id: int) -> InboundMessage:
    """Return a stored email of the agent's desk.

    Raises InboundMessage.DoesNotExist if the agent may not see it.
    """
    visible = Q(ticket__isnull=True) | Q(ticket__in=tickets_for_agent(agent))
    return InboundMessage.objects.filter(visible, desk_id=agent.desk_id).get(pk=inbound_id)


def get_outgoing_for_agent(agent: Agent, mail_id: int) -> OutgoingEmail:
    """Return an outgoing email of the agent's desk.

    Raises OutgoingEmail.DoesNotExist if the agent may not see it.
    """
    mails = OutgoingEmail.objects.filter(
        TicketVisibility.for_agent(agent).as_q("ticket__"), desk_id=agent.desk_id
    )
    return mails.select_related("ticket__desk").get(pk=mail_id)


def list_quarantined(desk: Desk | None, *, discarded: bool = False) -> QuerySet[InboundMessage]:
    """Return quarantined email, newest first, without the raw bytes.

    desk: None for stray email. discarded: return the discarded ones instead.
    """
    held = InboundMessage.objects.filter(
        desk=desk, state__in=HELD_STATES, discarded_at__isnull=not discarded
    )
    return held.defer("raw").order_by("-pk")
