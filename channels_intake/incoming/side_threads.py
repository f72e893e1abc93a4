"""The side conversation that an email refers to, and its sender's relation to it.

It is found as a ticket is (incoming/threads.py): by the token in the address, otherwise by the
thread headers. incoming/decision.py decides if the email is added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels_intake.incoming.decision import Link, Standing
from channels_intake.mime.envelope import Address
from channels_intake.mime.masking import mask_tokens
from tickets.models import SideConversation, SideMessage, SideParticipant
from tickets.services import NewMessage
from tickets.side_conversations.receiving import NewSideMessage, add_third_party_message


@dataclass(frozen=True, slots=True)
class SideThread:
    """A side conversation with the addresses in it. holder: whose token it was, or "".

    A person who was removed is a stranger without a token.
    """

    side: SideConversation
    emails: frozenset[str]
    holder: str = ""

    @property
    def link(self) -> Link:
        """The way in which the email refers to it."""
        return Link.ADDRESS if self.holder else Link.HEADERS

    def get_standing(self, email: str) -> Standing:
        """Return the sender's relation to the conversation."""
        if email not in self.emails:
            return Standing.STRANGER
        return Standing.HOLDER if email == self.holder else Standing.MEMBER


def build_side_thread(row: Mapping[str, Any]) -> SideThread | None:
    """Return the side conversation in a row of READ_ARRIVAL, or None."""
    if row["side_id"] is None:
        return None
    side = SideConversation.objects.select_related("ticket__desk").get(pk=row["side_id"])
    members = SideParticipant.objects.filter(side=side, removed_at=None)
    people = dict(members.values_list("pk", "email"))
    holder = people.get(row["side_participant_id"], "")
    return SideThread(side, frozenset(people.values()), holder)


def add_answer(
    thread: SideThread, new: NewMessage, author: Address, *, is_unverified: bool, at: datetime
) -> SideMessage:
    """Add an email to its side conversation. new: what its message would be on a ticket."""
    return add_third_party_message(
        side_id=thread.side.pk,
        new=NewSideMessage(
            sender=author.email[:254],
            sender_name=mask_tokens(author.name),
            text=new.text,
            html=new.html,
            quoted=new.quoted,
            files=new.files,
            remarks=new.remarks,
            is_automatic=new.is_automatic,
            is_unverified=is_unverified,
        ),
        at=at,
    )
