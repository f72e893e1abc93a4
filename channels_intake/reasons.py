"""Reasons for the state of an inbound message: codes and their sentences.

A row stores the code and the parameters of the sentence; the sentence is made in the reader's
language when a page shows it. Pure: no database, no clock.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.sentences import fill_sentence


class InboundReason(StrEnum):
    """Why a message is on a ticket, a duplicate, quarantined, waiting or failed."""

    # On a ticket
    OPENED = "opened"
    JOINED_BY_ADDRESS = "joined_by_address"
    JOINED_BY_HEADERS = "joined_by_headers"
    FOLLOWED_UP = "followed_up"
    ANSWERED = "answered"
    RELEASED = "released"
    DELIVERY_REPORT = "delivery_report"
    DUPLICATE = "duplicate"
    # Quarantined
    NO_SENDER = "no_sender"
    OWN_MAILBOX = "own_mailbox"
    AGENT_ADDRESS = "agent_address"
    BLOCKED_SENDER = "blocked_sender"
    NOT_ON_TICKET = "not_on_ticket"
    NOT_IN_SIDE = "not_in_side"
    FAILED_AUTHENTICATION = "failed_authentication"
    OWN_MAIL = "own_mail"
    STRAY_BOUNCE = "stray_bounce"
    STRAY_AUTO_REPLY = "stray_auto_reply"
    # Waiting, or belonging to no desk
    DESK_SUSPENDED = "desk_suspended"
    NO_MAILBOX = "no_mailbox"
    VERIFIED_MAILBOX = "verified_mailbox"
    # Failed
    ERROR = "error"
    WORKER_DIED = "worker_died"
    UNKNOWN_PROVIDER = "unknown_provider"
    EMPTY_PAYLOAD = "empty_payload"
    NOT_JSON = "not_json"
    NOT_A_FORM = "not_a_form"
    TOO_MANY_FIELDS = "too_many_fields"
    FIELDS_MISSING = "fields_missing"


_SENTENCES: dict[str, Promise] = {
    InboundReason.OPENED: _("It opened a ticket."),
    InboundReason.JOINED_BY_ADDRESS: _(
        "It was added to %(ticket)s because of the address it was sent to."
    ),
    InboundReason.JOINED_BY_HEADERS: _(
        "It was added to %(ticket)s because it replies to an email there."
    ),
    InboundReason.FOLLOWED_UP: _("It replies to %(ticket)s, which can no longer be reopened."),
    InboundReason.ANSWERED: _("It was added to a side conversation on %(ticket)s."),
    InboundReason.RELEASED: _("%(name)s released it from quarantine."),
    InboundReason.DELIVERY_REPORT: _(
        "It is an automatic delivery report for an email on %(ticket)s."
    ),
    InboundReason.DUPLICATE: _("The same email was received before."),
    InboundReason.NO_SENDER: _("The sender's address could not be read."),
    InboundReason.OWN_MAILBOX: _("It was sent from the address of one of your own mailboxes."),
    InboundReason.AGENT_ADDRESS: _(
        "It was sent from an agent's address. Agents reply in Plumbline, not by email."
    ),
    InboundReason.BLOCKED_SENDER: _("The sender is blocked."),
    InboundReason.NOT_ON_TICKET: _(
        "The sender is not the requester, a follower or a colleague on the ticket it replies to."
    ),
    InboundReason.NOT_IN_SIDE: _(
        "The sender's address is not part of the side conversation that it replies to."
    ),
    InboundReason.FAILED_AUTHENTICATION: _(
        "It failed authentication: the sender's domain says it did not send it."
    ),
    InboundReason.OWN_MAIL: _(
        "It was sent by Plumbline itself. Replying could start an endless loop."
    ),
    InboundReason.STRAY_BOUNCE: _(
        "It looks like a delivery report, but not for an email that was sent from here."
    ),
    InboundReason.STRAY_AUTO_REPLY: _(
        "It is an automatic reply to an email that isn't on a ticket."
    ),
    InboundReason.DESK_SUSPENDED: _(
        "The desk is suspended. It will be processed when the desk is active again."
    ),
    InboundReason.NO_MAILBOX: _("No verified mailbox has the address it was sent to: %(address)s"),
    InboundReason.VERIFIED_MAILBOX: _("It contained the code that verified %(address)s."),
    InboundReason.ERROR: _("Processing failed: %(error)s"),
    InboundReason.WORKER_DIED: _(
        "Processing stopped unexpectedly each time it was tried. The email may be too large."
    ),
    InboundReason.UNKNOWN_PROVIDER: _("“%(provider)s” is not a supported email provider."),
    InboundReason.EMPTY_PAYLOAD: _("The provider's request contained no email."),
    InboundReason.NOT_JSON: _("The provider's request could not be read: it is not a JSON object."),
    InboundReason.NOT_A_FORM: _("The provider's request could not be read: it is not a form."),
    InboundReason.TOO_MANY_FIELDS: _(
        "The provider's request has more than the allowed %(maximum)s fields."
    ),
    InboundReason.FIELDS_MISSING: _("The provider's request is missing these fields: %(fields)s."),
}


def describe_reason(code: str, data: Mapping[str, Any]) -> str:
    """Return the sentence for a stored reason in the active language, or "" without one.

    A code that this version does not know is returned unchanged: during an upgrade a newer worker
    may have stored it.
    """
    sentence = _SENTENCES.get(code)
    return code if sentence is None else fill_sentence(sentence, data, code=code)
