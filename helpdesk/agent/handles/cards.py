"""What pages show of a handle: network, name, and what proves whose it is."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import Agent, HandleProof, Network
from accounts.models.handles import name_handle
from channels_intake.connections.joining import can_be_joined
from helpdesk.agent.components.customers import HandleCard
from helpdesk.agent.handles.sql import HandleRow
from helpdesk.shared.urls import get_url
from tickets.models import Channel, Ticket

CHANNELS = {
    Network.PHONE: Channel.PHONE,
    Network.FACEBOOK: Channel.FACEBOOK,
    Network.INSTAGRAM: Channel.INSTAGRAM,
    Network.X: Channel.TWITTER,
    Network.ROCKETCHAT: Channel.CHAT,
    Network.MESSENGER: Channel.CHAT,
    Network.GOOGLE_PLAY: Channel.REVIEW,
    Network.APP_STORE: Channel.REVIEW,
    Network.WHATSAPP: Channel.WHATSAPP,
    Network.TELEGRAM: Channel.TELEGRAM,
}


def describe_handles(
    rows: Iterable[HandleRow], agent: Agent, *, ticket: Ticket | None = None
) -> tuple[HandleCard, ...]:
    """Return handles as cards, with a link to join each for agents who may.

    ticket: to come back to afterwards, if not to the contact's page.
    """
    back = f"?ticket={ticket.number}" if ticket else ""
    return tuple(_describe(row, agent, back) for row in rows)


def _describe(row: HandleRow, agent: Agent, back: str) -> HandleCard:
    network = Network(row.network)
    may_join = agent.can_write and can_be_joined(network)
    return HandleCard(
        channel=CHANNELS[network].value,
        network=str(network.label),
        name=name_handle(row.name, row.external_id),
        is_proven=row.proof != HandleProof.NONE,
        proof=_describe_proof(row),
        reason=row.reason,
        join_url=f"{get_url('agent:handle', row.id)}{back}" if may_join else "",
    )


def _describe_proof(row: HandleRow) -> str:
    if row.proof == HandleProof.AGENT and row.agent:
        return _("Confirmed by %(agent)s") % {"agent": row.agent}
    return str(HandleProof(row.proof).label)
