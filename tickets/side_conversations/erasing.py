"""Erasure of a person from the side conversations of a desk."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.privacy.erasing import Person
from accounts.privacy.scrubbing import MARK
from tickets.models import Attachment, SideConversation, SideMessage, SideParticipant


def erase_third_party(person: Person) -> int:
    """Erase what the person's address wrote in side conversations, and the address there.

    In other texts, it goes with those of the desk (helpdesk.privacy.erasure).
    """
    if not person.email:
        return 0
    people = SideParticipant.objects.filter(desk_id=person.desk_id, email=person.email)
    # With its number, because a conversation has no two equal ones.
    people.update(email=Concat(Value(f"{MARK} "), Cast("pk", CharField())))
    wrote = SideMessage.objects.filter(desk_id=person.desk_id, sender=person.email)
    sides = set(wrote.order_by().values_list("side", flat=True))
    SideMessage.objects.filter(side__in=sides).update(quoted_text="")
    return wrote.update(sender=MARK, sender_name="", body_text=MARK, body_html="", remark_data=[])


def list_side_tickets(person: Person) -> set[int]:
    """Return the tickets in whose side conversations the person's address takes or took part."""
    if not person.email:
        return set()
    took_part = Q(participants__email=person.email) | Q(messages__sender=person.email)
    sides = SideConversation.objects.filter(took_part, desk_id=person.desk_id)
    pairs = sides.order_by().values_list("ticket_id", "merged_from_id")
    return {ticket_id for pair in pairs for ticket_id in pair if ticket_id}


def list_side_texts(ticket_ids: Collection[int]) -> list[QuerySet[Any]]:
    """Return the rows with texts of side conversations that are, or were started, on tickets."""
    here = Q(ticket_id__in=ticket_ids) | Q(merged_from_id__in=ticket_ids)
    sides = SideConversation.objects.filter(here)
    ids = list(sides.order_by().values_list("pk", flat=True))
    return [
        sides,
        SideMessage.objects.filter(side__in=ids),
        Attachment.objects.filter(side_message__side__in=ids),
    ]
