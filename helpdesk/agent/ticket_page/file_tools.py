"""Tools of agents for the files of a message, note or side message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from accounts.models import Agent
from helpdesk.agent.ticket_page.forms.fields import list_editable_fields
from helpdesk.shared.components import FileItem, MessageItem, PacketItem
from helpdesk.shared.file_pages import get_view_url
from helpdesk.shared.packets import describe_packet
from helpdesk.shared.urls import get_url
from tickets.fields.definitions import list_fields
from tickets.models import Attachment, FieldKind, Ticket
from tickets.rules.redaction import can_redact


def add_file_tools(
    item: MessageItem, *, files: Iterable[Attachment], ticket: Ticket, reader: Agent
) -> MessageItem:
    """Return a message or note whose files have their pages, packets and forms.

    files: those of the message; its item may show some of them in its text instead.
    """
    if not item.files:
        return item
    known = {get_url("agent:file", file.pk): file for file in files}
    tooled = tuple(_add_tools(file, known[file.url], ticket, reader) for file in item.files)
    return replace(item, files=tooled)


def _add_tools(item: FileItem, file: Attachment, ticket: Ticket, reader: Agent) -> FileItem:
    if item.refused:
        return item
    return replace(
        item,
        view_url=get_view_url(file, "agent"),
        packet=_describe_packet(file, ticket, reader),
        remove_url=get_url("agent:file_removal", file.pk) if can_redact(reader) else "",
    )


def _describe_packet(file: Attachment, ticket: Ticket, reader: Agent) -> PacketItem | None:
    packet = describe_packet(file)
    if packet is None or not (packet.version and reader.can_write and _has_version_field(ticket)):
        return packet
    query = urlencode({"version": packet.version})
    return replace(packet, use_url=f"{get_url('agent:ticket_fields', ticket.number)}?{query}")


def _has_version_field(ticket: Ticket) -> bool:
    fields = list_editable_fields(list_fields(ticket.desk), ticket)
    return any(field.kind == FieldKind.VERSION for field in fields)
