"""What pages show of the mail: where a message's mails are, what it looked like raw, and what waits for a look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Agent, Desk
from channels_intake.models import HELD_STATES, InboundMessage, MailState, OutgoingEmail
from tickets.access import tickets_for_agent
from tickets.visibility import TicketVisibility

# The state of several mails is that of the worst of them.
WORST_FIRST = [MailState.FAILED, MailState.QUEUED, MailState.SENT, MailState.DELIVERED]


@dataclass(frozen=True, slots=True)
class MailStatus:
    """Where the mails of one message are; ``mails`` are rows without their texts, oldest first."""

    state: MailState
    mails: tuple[OutgoingEmail, ...]


def group_by_message(rows: Iterable[OutgoingEmail]) -> dict[int, MailStatus]:
    """The state of each message from its mails, oldest first."""
    mails: defaultdict[int, list[OutgoingEmail]] = defaultdict(list)
    for mail in rows:
        if mail.message_id is not None:
            mails[mail.message_id].append(mail)
    return {
        message_id: MailStatus(_worst(found), tuple(found)) for message_id, found in mails.items()
    }


def _worst(mails: list[OutgoingEmail]) -> MailState:
    return min((MailState(mail.state) for mail in mails), key=WORST_FIRST.index)


def get_inbound_for_agent(agent: Agent, inbound_id: int) -> InboundMessage:
    """A stored mail of the agent's desk; InboundMessage.DoesNotExist when the agent may not see it."""
    visible = Q(ticket__isnull=True) | Q(ticket__in=tickets_for_agent(agent))
    return InboundMessage.objects.filter(visible, desk_id=agent.desk_id).get(pk=inbound_id)


def get_outgoing_for_agent(agent: Agent, mail_id: int) -> OutgoingEmail:
    """A mail of the agent's desk that went out or will; OutgoingEmail.DoesNotExist when the agent may not see it."""
    mails = OutgoingEmail.objects.filter(
        TicketVisibility.for_agent(agent).as_q("ticket__"), desk_id=agent.desk_id
    )
    return mails.select_related("ticket__desk").get(pk=mail_id)


def list_quarantined(desk: Desk | None, *, discarded: bool = False) -> QuerySet[InboundMessage]:
    """What came in for a desk, or (None) for no mailbox here, and became no message: a person must look.

    Newest first, without the raw bytes. discarded: those that were put out of the way instead.
    """
    held = InboundMessage.objects.filter(
        desk=desk, state__in=HELD_STATES, discarded_at__isnull=not discarded
    )
    return held.defer("raw").order_by("-pk")
