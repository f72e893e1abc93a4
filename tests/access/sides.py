"""A side conversation with an answer, for the tests of who sees what."""

from __future__ import annotations

from typing import Any

from channels_intake.models import SideReplyToken
from channels_intake.outgoing.side_mail import compose_side_mail
from tests.cast import NOON, Cast
from tickets.attachments.files import NewFile
from tickets.models import Ticket, TicketEvent
from tickets.side_conversations.receiving import NewSideMessage, add_third_party_message
from tickets.side_conversations.writing import start_side


def create_side(cast: Cast, ticket: Ticket, *, words: str) -> dict[str, Any]:
    """Return the parameters of its routes. words: part of all of its texts."""
    file = NewFile(f"{words}.txt", "text/plain", words.encode())
    side = start_side(
        ticket_id=ticket.pk,
        agent=cast.analyst,
        subject=f"About {words}",
        emails=["ops@vendor.example"],
        text=f"Can you look at {words}?",
        files=(file,),
        at=NOON,
    )
    new = NewSideMessage(
        sender="ops@vendor.example",
        sender_name=f"Ops {words}",
        text=f"It is {words}",
        html=f"<p>It is {words}</p>",
        quoted=words,
        files=(file,),
    )
    add_third_party_message(side_id=side.pk, new=new, at=NOON)
    compose_side_mail(TicketEvent.objects.get(ticket=ticket, kind="side.started"))
    SideReplyToken.objects.get_or_create(
        participant=side.participants.get(),
        defaults={"desk_id": cast.desk.pk, "created_at": NOON},
    )
    message = side.messages.get(agent=cast.analyst)
    person = side.participants.get(removed_at=None)
    return {"side_id": side.pk, "side_message_id": message.pk, "side_person_id": person.pk}
