"""The connectors, by the kind of connection that a call goes to."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from channels_intake.calls.errors import Sent
from channels_intake.code_hosts.connector import CONNECTOR as CODE_HOST
from channels_intake.connections.outgoing.answering import AnswerCalls
from channels_intake.models import CallKind, OutgoingCall
from channels_intake.paging.connector import PagingConnector
from channels_intake.team_chat.direct import TeamChatConnector


class Connector(Protocol):
    """Sends the calls of one kind. Its methods run inside the call's desk."""

    def send(self, call: OutgoingCall, *, at: datetime) -> Sent:
        """Send a call, outside of any transaction.

        call.attempts is above 1 if an earlier attempt may have arrived without its response.
        Raises CallLaterError and CallRefusedError.
        """

    def finish(self, call: OutgoingCall, sent: Sent | None, *, at: datetime) -> None:
        """Use the response, in the transaction that marks the call as sent. None: it failed."""


CONNECTORS: dict[str, Connector] = {
    CallKind.CHANNEL: AnswerCalls(),
    CallKind.CODE_HOST: CODE_HOST,
    CallKind.PAGING: PagingConnector(),
    CallKind.TEAM_CHAT: TeamChatConnector(),
}


def get_connector(kind: CallKind | str) -> Connector:
    """Return the connector of a kind. Raises KeyError."""
    return CONNECTORS[CallKind(kind)]
