"""Erasure of a person from the side conversations of a desk."""

from __future__ import annotations

from accounts.privacy.erasing import Person
from accounts.privacy.scrubbing import MARK
from tickets.models import SideMessage


def erase_third_party(person: Person) -> int:
    """Erase what the person's address wrote in side conversations.

    The address itself goes with the desk's other texts (helpdesk.privacy.erasure).
    """
    if not person.email:
        return 0
    wrote = SideMessage.objects.filter(desk_id=person.desk_id, sender=person.email)
    sides = set(wrote.order_by().values_list("side", flat=True))
    SideMessage.objects.filter(side__in=sides).update(quoted_text="")
    return wrote.update(sender=MARK, sender_name="", body_text=MARK, body_html="", remark_data=[])
