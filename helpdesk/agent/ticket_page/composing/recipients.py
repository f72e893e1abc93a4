"""Recipients of a reply by email, with the reason for each, before it is sent."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from channels_intake.models import MailState
from helpdesk.agent.components.replies import Recipient
from helpdesk.agent.ticket_page.people_sql import Follower
from helpdesk.agent.ticket_page.ticket_queries import Conversation
from tickets.models import Ticket


def list_recipients(
    ticket: Ticket, followers: Sequence[Follower], conversation: Conversation
) -> tuple[Recipient, ...]:
    """Return the requester and the followers, as channels_intake.outgoing.replies chooses them.

    A failed delivery counts until a later email to the address arrives.
    """
    failed, contact = find_failed_addresses(conversation), ticket.contact
    requester = Recipient(
        str(contact), contact.email, _("Requester"), _describe_requester(ticket, failed)
    )
    others = [
        Recipient(
            one.name or one.email, one.email, _("Follower (CC)"), _describe(one.email, failed)
        )
        for one in followers
        if one.id != ticket.contact_id
    ]
    return (requester, *others)


def find_failed_addresses(conversation: Conversation) -> set[str]:
    """Return the addresses to which the last email of the conversation could not be delivered."""
    mails = [mail for status in conversation.emails.values() for mail in status.mails]
    last = {mail.to_address: mail.state for mail in sorted(mails, key=lambda mail: mail.pk)}
    return {address for address, state in last.items() if state == MailState.FAILED}


def _describe_requester(ticket: Ticket, failed: set[str]) -> str:
    if not ticket.contact.can_get_email:
        return _("Gets no email: no address on file.")
    if ticket.is_unverified and ticket.contact.email not in failed:
        return _("Unverified sender: this address could be forged.")
    return _describe(ticket.contact.email, failed)


def _describe(address: str, failed: set[str]) -> str:
    if not address:
        return _("Gets no email: no address on file.")
    return _("The last email to this address couldn't be delivered.") if address in failed else ""
