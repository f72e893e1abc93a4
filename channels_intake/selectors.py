"""What pages show of the mail: where a message's mails are, what it looked like raw, and what waits for a look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Agent, Desk
from channels_intake.models import InboundMessage, InboundState, MailState, OutgoingEmail
from channels_intake.outbox import read_outbox
from channels_intake.providers import translate
from tickets.access import tickets_for_agent

# The state of several mails is that of the worst of them.
WORST_FIRST = [MailState.FAILED, MailState.QUEUED, MailState.SENT, MailState.DELIVERED]


@dataclass(frozen=True, slots=True)
class MailStatus:
    """Where the mails of one message are; ``mails`` are rows without their texts, oldest first."""

    state: MailState
    mails: tuple[OutgoingEmail, ...]

    @property
    def label(self) -> str:
        return str(self.state.label)


def mail_states(message_ids: Collection[int]) -> dict[int, MailStatus]:
    """The state of delivery of each of these messages that was mailed; one query."""
    rows = OutgoingEmail.objects.filter(message_id__in=message_ids).order_by("pk")
    mails: defaultdict[int, list[OutgoingEmail]] = defaultdict(list)
    for mail in rows.defer("body_text", "body_html", "references"):
        if mail.message_id is not None:
            mails[mail.message_id].append(mail)
    return {message_id: MailStatus(_worst(found), tuple(found)) for message_id, found in mails.items()}


def _worst(mails: list[OutgoingEmail]) -> MailState:
    return min((MailState(mail.state) for mail in mails), key=WORST_FIRST.index)


def inbound_of_messages(message_ids: Collection[int]) -> dict[int, int]:
    """From message to the stored mail that it was, for those that came by mail; one query."""
    rows = InboundMessage.objects.filter(message_id__in=message_ids, state=InboundState.PROCESSED)
    return {message: pk for message, pk in rows.values_list("message_id", "pk") if message is not None}


def inbound_for_agent(agent: Agent, inbound_id: int) -> InboundMessage:
    """A stored mail of the agent's desk; InboundMessage.DoesNotExist when the agent may not see it."""
    visible = Q(ticket__isnull=True) | Q(ticket__in=tickets_for_agent(agent))
    return InboundMessage.objects.filter(visible, desk_id=agent.desk_id).get(pk=inbound_id)


def source_for_agent(agent: Agent, inbound_id: int) -> bytes:
    """The raw mail, as the mail server or the provider gave it; to be shown as plain text or downloaded only.

    Raises InboundMessage.DoesNotExist, and Unreadable for a payload that holds no mail.
    """
    inbound = inbound_for_agent(agent, inbound_id)
    return translate(inbound.provider, bytes(inbound.raw), inbound.content_type).raw


def outgoing_source_for_agent(agent: Agent, mail_id: int) -> bytes | None:
    """The mail as it was written to the demo's outbox, or None; OutgoingEmail.DoesNotExist as above."""
    mine = OutgoingEmail.objects.filter(desk_id=agent.desk_id, ticket__in=tickets_for_agent(agent))
    return read_outbox(mine.get(pk=mail_id))


def quarantined(desk: Desk) -> QuerySet[InboundMessage]:
    """What came in for a desk and became no message: a person must look. Newest first, without the raw bytes."""
    states = [InboundState.QUARANTINED, InboundState.SET_ASIDE]
    return InboundMessage.objects.filter(desk=desk, state__in=states).defer("raw").order_by("-pk")
