"""A ticket's conversation at a channel in words: its facts, ways to reply, and delivery states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_intake.connections.contract import Fact, FactKind
from channels_intake.connections.outgoing.progress import get_worst_state
from channels_intake.connections.outgoing.ways import CHANNEL, EMAIL, Way, list_ticket_ways
from channels_intake.connections.registry import CONNECTORS
from channels_intake.models import ChannelMessage, Connection, Conversation, PartState
from channels_intake.telephone.selectors import PHONE_KINDS
from helpdesk.agent.components.channels import ChannelFact, ChannelPanel, ReplyChoice
from helpdesk.shared.components import Delivery, MessageItem
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_timespan, format_title
from tickets.models import Ticket

MAX_STARS = 5
# The states of what was sent, for the template, and the sentence.
STATES = {
    PartState.FAILED: ("failed", gettext_lazy("Couldn't be sent via %(channel)s: %(problem)s")),
    PartState.QUEUED: ("waiting", gettext_lazy("Waiting to be sent via %(channel)s")),
    PartState.SENT: ("sent", gettext_lazy("Sent via %(channel)s")),
    PartState.DELIVERED: ("delivered", gettext_lazy("Delivered via %(channel)s")),
    PartState.READ: ("delivered", gettext_lazy("Read on %(channel)s")),
}


def name_channel(connection: Connection) -> str:
    """Return a connection as pages name it: "Facebook (Acme page)"."""
    connector = CONNECTORS.get(connection.kind)
    if connector is None:
        return connection.name
    label = str(connector.channel.label)
    if label == connection.name:
        return label
    return _("%(channel)s (%(name)s)") % {"channel": label, "name": connection.name}


def describe_channel(conversation: Conversation | None) -> ChannelPanel | None:
    """Return the conversation for the panel of its ticket."""
    if conversation is None:
        return None
    connector = CONNECTORS.get(conversation.connection.kind)
    return ChannelPanel(
        title=name_channel(conversation.connection),
        is_public=conversation.is_public,
        ended=_("Ended %(time)s") % {"time": format_title(conversation.ended_at)}
        if conversation.ended_at
        else "",
        facts=(
            *_list_facts(connector.facts if connector else (), conversation),
            *_link_call(conversation),
        ),
    )


def _link_call(conversation: Conversation) -> tuple[ChannelFact, ...]:
    """Return a link to the page of a call: there is its note, and who called."""
    if conversation.connection.kind not in PHONE_KINDS:
        return ()
    return (ChannelFact(_("Call and its note"), url=get_url("agent:call", conversation.pk)),)


def _list_facts(facts: Sequence[Fact], conversation: Conversation) -> tuple[ChannelFact, ...]:
    known = ((fact, conversation.data.get(fact.key)) for fact in facts)
    built = (_build_fact(fact, value) for fact, value in known if value not in (None, "", []))
    return tuple(fact for fact in built if fact is not None)


def _build_fact(fact: Fact, value: object) -> ChannelFact | None:
    label = str(fact.label)
    if fact.kind == FactKind.LINK:
        is_web = urlsplit(str(value)).scheme in {"https", "http"}
        return ChannelFact(label, url=str(value)) if is_web else None
    if fact.kind == FactKind.STARS and isinstance(value, int | float):
        stars = max(0, min(MAX_STARS, round(value)))
        text = _("%(stars)s of %(most)s") % {"stars": stars, "most": MAX_STARS}
        return ChannelFact(label, text, stars="★" * stars + "☆" * (MAX_STARS - stars))
    return ChannelFact(label, str(value))


def list_choices(
    ticket: Ticket, conversation: Conversation | None, *, chosen: str, now: datetime
) -> tuple[ReplyChoice, ...]:
    """Return the ways to reply on a ticket; none if there is nothing to say or to choose.

    chosen: the key of the one that was chosen before, or "".
    """
    ways = list_ticket_ways(ticket, conversation, at=now)
    if len(ways) == 1 and not ways[0].problem:
        return ()
    selected = next((way.key for way in ways if way.key == chosen and not way.problem), "")
    selected = selected or next((way.key for way in ways if not way.problem), "")
    can_email = any(way.key == EMAIL and not way.problem for way in ways)
    return tuple(
        _build_choice(
            way, conversation, is_selected=way.key == selected, can_email=can_email, now=now
        )
        for way in ways
    )


def _build_choice(
    way: Way,
    conversation: Conversation | None,
    *,
    is_selected: bool,
    can_email: bool,
    now: datetime,
) -> ReplyChoice:
    choice = ReplyChoice(
        key=way.key, label=way.label, selected=is_selected, problem=way.problem, url=way.url
    )
    if way.key == EMAIL or conversation is None:
        return choice
    label = way.label
    if way.key == CHANNEL:
        label = name_channel(conversation.connection)
    if way.problem:
        return replace(choice, label=label)
    limits = way.limits
    return replace(
        choice,
        label=label,
        notes=tuple(note for note in _list_notes(way, conversation, can_email, now) if note),
        is_public=way.is_public,
        max_chars=limits.max_chars or 0,
        max_bytes=limits.max_bytes or 0,
        unit=limits.unit.value,
        may_split=limits.may_split,
    )


def _list_notes(
    way: Way, conversation: Conversation, can_email: bool, now: datetime
) -> tuple[str, ...]:
    problem = conversation.connection.problem
    return (
        _describe_window(way, can_email, now),
        _describe_length(way),
        _describe_files(way),
        _("The channel is paused. Replies wait.") if conversation.connection.is_paused else "",
        _("The channel has a problem, so replies may be late.") if problem else "",
    )


def _describe_window(way: Way, can_email: bool, now: datetime) -> str:
    if way.closes_at is None:
        return ""
    left = {"time": format_timespan(way.closes_at - now)}
    if can_email:
        return _("Reply within %(time)s. After that, only by email.") % left
    return _("Reply within %(time)s. After that, no reply is possible.") % left


def _describe_length(way: Way) -> str:
    limits = way.limits
    most = limits.max_chars or limits.max_bytes
    if not most:
        return ""
    if limits.may_split:
        return _("Replies over %(number)s characters are sent as several messages.") % {
            "number": most
        }
    return _("Up to %(number)s characters.") % {"number": most}


def _describe_files(way: Way) -> str:
    limits = way.limits
    if not limits.max_files:
        return _("No files.")
    named = {"number": limits.max_files, "size": filesizeformat(limits.max_file_bytes)}
    if limits.max_file_bytes >= 2**40:
        return ""
    return _("Files: up to %(number)s, %(size)s each.") % named


def add_parts(
    item: MessageItem, parts: Sequence[ChannelMessage], ticket: Ticket, *, can_write: bool
) -> MessageItem:
    """Return a message with what became of it at its channel, and what can be done if it failed."""
    if not parts:
        return item
    worst = get_worst_state(parts)
    state, sentence = STATES[worst]
    problem = next((part.problem for part in parts if part.problem), "") or _("no reason given")
    text = str(sentence) % {"channel": name_channel(parts[0].connection), "problem": problem}
    sent = replace(item, channel_delivery=Delivery(state, text))
    if worst != PartState.FAILED or not can_write:
        return sent
    # Once emailed, it has gone out.
    can_email = ticket.contact.can_get_email and item.delivery is None
    return replace(
        sent,
        again_url=get_url("agent:reply_again", ticket.number, item.id),
        email_url=get_url("agent:reply_by_email", ticket.number, item.id) if can_email else "",
    )
