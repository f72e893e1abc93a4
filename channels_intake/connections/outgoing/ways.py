"""Ways that a reply can take: into the conversation that the ticket came in by, or by email.

The composer shows them before a reply is sent, and the same rule refuses a reply that no way takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Case, F, When
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Contact, Desk
from accounts.versions import DeskCache
from channels_intake.connections.contract import Connector, ReplyLimits, ReplyWay, Unit
from channels_intake.connections.outgoing.splitting import split_text
from channels_intake.connections.outgoing.weights import count_weighted
from channels_intake.connections.registry import CONNECTORS
from channels_intake.models import Connection, Conversation
from tickets.errors import InvalidValueError
from tickets.models import Channel, Ticket

CHANNEL, EMAIL = "channel", "email"
MAX_PARTS = 10
UNLIMITED = ReplyLimits(max_files=1_000_000, max_file_bytes=2**40)
COUNTS = {Unit.CHARS: len, Unit.WEIGHTED: count_weighted}

ENDED = gettext_lazy("The conversation has ended.")
TOO_LATE = gettext_lazy("The time limit for replies has passed since the customer's last message.")
INTERNAL = gettext_lazy("This is an internal request, so no email is sent. Write a note instead.")
NO_EMAIL = gettext_lazy("The requester has no verified email address.")
ONLY_THERE = gettext_lazy("This channel doesn't allow replies by email.")
NO_CONNECTOR = gettext_lazy("The channel isn't connected anymore.")


class FileLike(Protocol):
    """A file that a reply would carry."""

    @property
    def name(self) -> str: ...
    @property
    def content(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Way:
    """A way to reply. key: as a form and the API name it. problem: why it can't be taken, or "".

    closes_at: until when, or None for ever. is_public: everybody can read the reply.
    """

    key: str
    label: str
    limits: ReplyLimits = UNLIMITED
    problem: str = ""
    url: str = ""
    closes_at: datetime | None = None
    is_public: bool = False

    def split(self, text: str) -> list[str]:
        """Return a text in the parts that are sent."""
        limits = self.limits
        count = COUNTS[limits.unit]
        return split_text(text, limits.max_chars, limits.max_bytes, count=count)


def list_ticket_ways(
    ticket: Ticket, conversation: Conversation | None, *, at: datetime
) -> tuple[Way, ...]:
    """Return the ways to reply on a ticket, as list_ways does; none is open on an internal one."""
    if ticket.channel == Channel.INTERNAL:
        return (Way(EMAIL, _("Email"), problem=str(INTERNAL)),)
    return list_ways(conversation, ticket.contact, at=at)


def list_ways(
    conversation: Conversation | None, contact: Contact, *, at: datetime
) -> tuple[Way, ...]:
    """Return the ways to reply on a ticket, the usual one first. One without a problem is open.

    conversation: the ticket's current one, with its connection; None if it came in by another way.
    """
    if conversation is None:
        return (Way(EMAIL, _("Email"), problem="" if contact.email else str(NO_EMAIL)),)
    connector = CONNECTORS.get(conversation.connection.kind)
    if connector is None:
        gone = Way(CHANNEL, conversation.connection.name, problem=str(NO_CONNECTOR))
        return (gone, _describe_email(contact))
    email = _describe_email(contact)
    if not connector.allows_email:
        email = replace(email, problem=str(ONLY_THERE))
    if not connector.takes_answers:
        return (email,)
    own = _list_own(connector, conversation, at)
    # After a change of requester, somebody else would read there what is meant for this one.
    return (*own, email) if reaches(conversation, contact) else (email, *own)


def reaches(conversation: Conversation, contact: Contact) -> bool:
    """Return True if a contact reads what is written in a conversation: theirs, or everybody's."""
    handle = conversation.handle
    return conversation.is_public or handle is None or handle.contact_id == contact.pk


def _list_own(connector: Connector, conversation: Conversation, at: datetime) -> list[Way]:
    connection = conversation.connection
    several = connector.list_ways(connection, conversation, at=at)
    if several:
        given = [(f"{CHANNEL}:{one.key}", one) for one in several]
    else:
        limits = connector.get_limits(connection, conversation)
        given = [(CHANNEL, ReplyWay("", connector.channel.label, limits))]
    return [
        Way(
            key=key,
            label=str(one.label),
            limits=one.limits,
            problem=_find_problem(one.limits, conversation, at),
            url=one.limits.refusal_url,
            closes_at=_find_end(one.limits, conversation),
            is_public=conversation.is_public and not one.is_private,
        )
        for key, one in given
    ]


def _find_end(limits: ReplyLimits, conversation: Conversation) -> datetime | None:
    if limits.window is None:
        return None
    return (conversation.window_from or conversation.created_at) + limits.window


def _find_problem(limits: ReplyLimits, conversation: Conversation, at: datetime) -> str:
    if limits.refusal:
        return str(limits.refusal)
    if conversation.ended_at is not None:
        return str(ENDED)
    end = _find_end(limits, conversation)
    return str(TOO_LATE) if end is not None and at >= end else ""


def _describe_email(contact: Contact) -> Way:
    return Way(EMAIL, _("Email"), problem="" if contact.can_get_email else str(NO_EMAIL))


def choose_way(ways: Sequence[Way], via: str) -> Way:
    """Return the way that was asked for, or the first open one for "". It may have a problem.

    via: "channel" stands for the usual one of several ways into a conversation. Raises
    InvalidValueError for a way that doesn't exist.
    """
    if not via:
        return next((way for way in ways if not way.problem), ways[0])
    found = next((way for way in ways if way.key == via), None)
    if found is None and via == CHANNEL:
        found = next((way for way in ways if way.key.startswith(f"{CHANNEL}:")), None)
    if found is None:
        raise InvalidValueError("via", _("A reply on this ticket can't be sent this way."))
    return found


def find_conversation(ticket: Ticket) -> Conversation | None:
    """Return the conversation of a ticket whose customer wrote last, or None.

    One that takes no answers, such as a call that was added, only if there is no other.
    """
    found = Conversation.objects.filter(ticket=ticket).select_related("connection__desk", "handle")
    silent = list_silent_kinds()
    last = [Case(When(connection__kind__in=silent, then=1), default=0)] if silent else []
    latest = F("window_from").desc(nulls_last=True)
    return found.order_by(*last, latest, "-pk").first()


def list_silent_kinds() -> list[str]:
    """Return the kinds of connections that take no answers, such as calls."""
    return [str(kind) for kind, one in CONNECTORS.items() if not one.takes_answers]


def _has_connections(desk_id: int) -> bool:
    return Connection.objects.filter(desk_id=desk_id).exists()


_desks = DeskCache(_has_connections)


def has_connections(desk: Desk) -> bool:
    """Return True if a desk has any channel connected. It costs nothing most of the time."""
    return _desks.get(desk.pk, desk.config_version)


def place_reply(
    ticket: Ticket, *, via: str, text: str, files: Sequence[FileLike], at: datetime
) -> dict[str, Any]:
    """Return what a reply's event says of its way: nothing for email (settings.REPLY_WAY).

    Raises InvalidValueError if the reply can't be sent, with the field: via, text or files.
    """
    is_internal = ticket.channel == Channel.INTERNAL
    if via in ("", EMAIL) and not is_internal and not has_connections(ticket.desk):
        return {}
    conversation = find_conversation(ticket)
    way = choose_way(list_ticket_ways(ticket, conversation, at=at), via)
    check_reply(way, text, files)
    if conversation is None or way.key == EMAIL:
        return {}
    reached = conversation.handle.contact_id if conversation.handle else ticket.contact_id
    return {"conversation": conversation.pk, "way": way.key, "reached": reached}


def check_reply(way: Way, text: str, files: Sequence[FileLike]) -> None:
    """Raise InvalidValueError if this way doesn't take the reply."""
    if way.problem:
        named = {"channel": way.label, "problem": way.problem}
        raise InvalidValueError(
            "via", _("The reply can't be sent via %(channel)s. %(problem)s") % named
        )
    _check_files(way, files)
    parts = way.split(text)
    most = MAX_PARTS if way.limits.may_split else 1
    if len(parts) > most:
        raise InvalidValueError("text", _describe_length(way, len(parts), most))


def _describe_length(way: Way, parts: int, most: int) -> str:
    named = {"channel": way.label, "number": way.limits.max_chars or way.limits.max_bytes}
    if most == 1:
        return _("%(channel)s accepts up to %(number)s characters. Shorten the reply.") % named
    words = _(
        "This reply would take %(parts)s messages on %(channel)s. Shorten it to fit into %(most)s."
    )
    return words % {**named, "parts": parts, "most": most}


def _check_files(way: Way, files: Sequence[FileLike]) -> None:
    limits = way.limits
    named: dict[str, Any] = {"channel": way.label, "number": limits.max_files}
    if files and not limits.max_files:
        raise InvalidValueError(
            "files", _("%(channel)s doesn't accept files in replies. Remove the files.") % named
        )
    if len(files) > limits.max_files:
        words = ngettext(
            "%(channel)s accepts up to %(number)s file per reply.",
            "%(channel)s accepts up to %(number)s files per reply.",
            limits.max_files,
        )
        raise InvalidValueError("files", words % named)
    for file in files:
        if len(file.content) > limits.max_file_bytes:
            words = _("%(file)s is too large for %(channel)s, which accepts files up to %(size)s.")
            size = filesizeformat(limits.max_file_bytes)
            raise InvalidValueError("files", words % {**named, "file": file.name, "size": size})
