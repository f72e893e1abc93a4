"""The texts of side conversations for the search documents of their tickets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tickets.models import Attachment, SideConversation, SideMessage, SideParticipant


@dataclass(frozen=True, slots=True)
class SideTexts:
    """What a side conversation says: subject, addresses and messages, and the names of files."""

    desk_id: int
    ticket_id: int
    texts: list[str]
    file_names: list[str]


def read_sides(ticket_ids: Collection[int]) -> Iterator[SideTexts]:
    """Yield the side conversations of tickets, oldest first."""
    sides = list(SideConversation.objects.filter(ticket__in=ticket_ids).order_by("pk"))
    if not sides:
        return
    said, names = _read_messages(sides), _read_file_names(sides)
    for side in sides:
        texts = [side.subject, *said[side.pk]]
        yield SideTexts(side.desk_id, side.ticket_id, texts, names[side.pk])


def _read_messages(sides: Collection[SideConversation]) -> dict[int, list[str]]:
    said: dict[int, list[str]] = defaultdict(list)
    people = SideParticipant.objects.filter(side__in=sides).order_by("pk")
    for person in people:
        if not person.is_erased:
            said[person.side_id].append(person.email)
    written = SideMessage.objects.filter(side__in=sides).order_by("created_at", "pk")
    rows = written.values_list("side", "sender_name", "sender", "body_text")
    for side_id, *parts in rows:
        said[side_id].append("\n".join(part for part in parts if part))
    return said


def _read_file_names(sides: Collection[SideConversation]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    files = Attachment.objects.filter(side_message__side__in=sides).order_by("pk")
    for side_id, name in files.values_list("side_message__side", "name"):
        names[side_id].append(name)
    return names
