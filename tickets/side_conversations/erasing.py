"""Erasure of a person from the side conversations of a desk."""

from __future__ import annotations

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from accounts.privacy.erasing import Person
from accounts.privacy.scrubbing import MARK
from tickets.models import SideMessage, SideParticipant


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
