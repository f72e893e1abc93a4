"""Kinds of events that leave the desk: their names, and which of their facts aren't internal. Pure.

Facts that agents typed, such as reasons, and everything else that only agents read goes only to
subscriptions that include internal events. Customers know neither departments nor tags, nor the
status of their account, nor the clocks that nobody promised them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.events import EventKind as Kind
from tickets.sentences.clock_names import FIRST_RESPONSE, PROMISED_CLOCKS

Facts = Mapping[str, Any]
SIDE_MAIL = "side"  # the kind of emails of side conversations
SLA = ("clock", "due_at", "was_due_at", "minutes", "plan", "priority", "in_time")


@dataclass(frozen=True, slots=True)
class Known:
    """A kind. facts: the names of its data that may leave the desk; None for an internal kind.

    is_public: for a kind some of whose events are internal, by their data.
    """

    name: Promise
    facts: tuple[str, ...] | None = None
    is_public: Callable[[Facts], bool] | None = None


def _public(name: Promise, *facts: str) -> Known:
    return Known(name, facts)


def _clock(name: Promise) -> Known:
    return Known(name, SLA, _is_promised)


def _mail(name: Promise, *facts: str) -> Known:
    return Known(name, facts, _is_to_customer)


def _is_promised(data: Facts) -> bool:
    """Return True for the clocks that customers may know of. The oldest events don't name one."""
    return data.get("clock", FIRST_RESPONSE) in PROMISED_CLOCKS


def _is_to_customer(data: Facts) -> bool:
    """Return True unless the email is of a side conversation, or its event is too old to say."""
    return data.get("mail_kind", SIDE_MAIL) != SIDE_MAIL


def _is_of_messages(data: Facts) -> bool:
    """Return True for what happened to public messages, and not only to notes and the like."""
    return bool(data.get("messages") or data.get("message"))


CATALOG: dict[str, Known] = {
    Kind.TICKET_OPENED: _public(_("Ticket opened"), "message", "subject", "priority", "unverified"),
    Kind.CUSTOMER_RESPONDED: _public(_("Customer replied"), "message", "status"),
    Kind.MACHINE_RESPONDED: _public(_("Automatic reply received"), "message"),
    Kind.AGENT_REPLIED: _public(_("Agent replied"), "message", "status", "is_first"),
    Kind.ANSWERED_OUTSIDE: _public(_("Replied outside Plumbline"), "message"),
    Kind.MESSAGE_EDITED: _public(_("Message edited"), "message"),
    Kind.MESSAGE_DELETED: _public(_("Message deleted"), "message"),
    Kind.CONVERSATION_ENDED: _public(_("Conversation ended"), "message"),
    Kind.STATUS_CHANGED: _public(_("Status changed"), "status", "move"),
    Kind.TICKET_CLOSED: _public(_("Ticket closed"), "status", "duplicate_of"),
    Kind.TICKET_REOPENED: _public(_("Ticket reopened"), "status"),
    Kind.TICKET_MERGED: _public(_("Merged into another ticket"), "into", "status"),
    Kind.MERGED_IN: _public(_("Another ticket merged into it"), "merged", "status"),
    Kind.MERGE_UNDONE: _public(_("Merge undone"), "into", "status"),
    Kind.MERGED_TAKEN_OUT: _public(_("Merged ticket taken out again"), "merged"),
    Kind.ESCALATED: _public(_("Ticket escalated"), "status", "level"),
    Kind.GIVEN_BACK: _public(_("Ticket returned to a lower level"), "status", "level"),
    Kind.ASSIGNED: _public(_("Assignee changed"), "assignee", "names"),
    Kind.ACCEPTED: _public(_("Ticket accepted by its assignee")),
    Kind.LEFT_UNASSIGNED: _public(_("No agent available")),
    Kind.PRIORITY_CHANGED: _public(_("Priority changed"), "priority"),
    Kind.PRODUCT_CHANGED: _public(_("Product changed"), "product"),
    Kind.PRODUCT_LINE_CHANGED: _public(_("Product line changed"), "line"),
    Kind.DEPARTMENT_CHANGED: _public(_("Department changed")),
    Kind.TAGS_CHANGED: _public(_("Tags changed")),
    Kind.SUBJECT_CHANGED: _public(_("Subject changed"), "subject", "was_subject"),
    Kind.ACCOUNT_CHANGED: _public(_("Account changed"), "account"),
    Kind.TERMS_CHANGED: _public(_("Plan or status of the account changed")),
    Kind.SENDER_VERIFIED: _public(_("Sender verified")),
    Kind.REQUESTER_CHANGED: _public(_("Requester changed"), "contact", "requester", "name"),
    Kind.CONTACT_MERGED: _public(_("Contact merged"), "contact", "requester", "name"),
    Kind.REQUESTER_LEFT: _public(_("Requester left the account"), "contact", "requester", "name"),
    Kind.PARTICIPANT_ADDED: _public(_("Follower added"), "contact", "name"),
    Kind.PARTICIPANT_REMOVED: _public(_("Follower removed"), "contact", "name"),
    Kind.CUSTOMER_REMINDED: _public(_("Customer reminded"), "closes_at"),
    Kind.NO_REPLY_NEEDED: _public(_("Marked as needing no reply"), "status"),
    Kind.UPDATE_PROMISED: _public(_("Update promised"), "due_at", "was_due_at"),
    Kind.PROMISE_WITHDRAWN: _public(_("Promised update withdrawn"), "due_at"),
    Kind.HOLD_STARTED: _public(_("Put on hold"), "until"),
    Kind.HOLD_ENDED: _public(_("Hold ended"), "until"),
    Kind.SLA_STARTED: _clock(_("SLA clock started")),
    Kind.SLA_REPLANNED: _clock(_("SLA deadline changed")),
    Kind.SLA_OVERRIDDEN: _clock(_("SLA deadline overridden")),
    Kind.SLA_OVERRIDE_REMOVED: _clock(_("SLA override removed")),
    Kind.SLA_STOPPED: _clock(_("SLA clock stopped")),
    Kind.SLA_WARNED: _clock(_("SLA target due soon")),
    Kind.SLA_BREACHED: _clock(_("SLA target breached")),
    Kind.SLA_MET: _clock(_("SLA target met")),
    Kind.EMERGENCY_REPORTED: _public(_("Emergency reported"), "emergency", "by_agent"),
    Kind.EMERGENCY_DECIDED: _public(_("Emergency decided"), "emergency", "outcome"),
    Kind.MAIL_SENT: _mail(_("Email sent"), "to", "mail_kind"),
    Kind.MAIL_DELIVERED: _mail(_("Email delivered"), "to", "mail_kind"),
    Kind.MAIL_DELAYED: _mail(_("Email delayed"), "to", "mail_kind"),
    Kind.MAIL_FAILED: _mail(_("Email not delivered"), "to", "mail_kind"),
    Kind.REPLY_SENT_AGAIN: _public(_("Reply sent again"), "message", "to"),
    Kind.RESPONSE_LOST: _public(_("First response never arrived"), "message"),
    Kind.CHANNEL_SENT: _public(_("Message sent to a channel"), "message", "state"),
    Kind.CHANNEL_FAILED: _public(_("Message not sent to a channel"), "message", "state"),
    Kind.TEXT_REDACTED: Known(_("Text redacted"), ("messages",), _is_of_messages),
    Kind.FILE_REMOVED: Known(_("File removed"), ("attachment", "message"), _is_of_messages),
    Kind.FIELDS_CHANGED: Known(_("Custom fields changed")),
    Kind.TICKETS_LINKED: Known(_("Tickets linked")),
    Kind.TICKETS_UNLINKED: Known(_("Tickets unlinked")),
    Kind.REPLY_SCHEDULED: Known(_("Reply scheduled")),
    Kind.REPLY_WITHDRAWN: Known(_("Reply withdrawn")),
    Kind.APPROVAL_ASKED: Known(_("Approval of a reply requested")),
    Kind.REPLY_APPROVED: Known(_("Reply approved")),
    Kind.REPLY_RETURNED: Known(_("Reply returned to its author")),
    Kind.REPLY_HELD: Known(_("Reply held back")),
    Kind.SIGNAL_RAISED: Known(_("Signal raised")),
    Kind.NOTE_ADDED: Known(_("Internal note added")),
    Kind.NOTE_PINNED: Known(_("Note pinned")),
    Kind.NOTE_UNPINNED: Known(_("Note unpinned")),
    Kind.NOTE_REACTED: Known(_("Reaction to a note")),
    Kind.SIDE_STARTED: Known(_("Side conversation started")),
    Kind.SIDE_SENT: Known(_("Message sent in a side conversation")),
    Kind.SIDE_SENT_AGAIN: Known(_("Message sent again in a side conversation")),
    Kind.SIDE_ANSWERED: Known(_("Reply in a side conversation")),
    Kind.SIDE_MACHINE_ANSWERED: Known(_("Automatic reply in a side conversation")),
    Kind.SIDE_DONE: Known(_("Side conversation done")),
    Kind.SIDE_PEOPLE_ADDED: Known(_("People added to a side conversation")),
    Kind.SIDE_PERSON_REMOVED: Known(_("Person removed from a side conversation")),
    Kind.WATCHING_STARTED: Known(_("Agent watches the ticket")),
    Kind.WATCHING_STOPPED: Known(_("Agent no longer watches the ticket")),
    Kind.DEFECT_LINKED: Known(_("Defect linked")),
    Kind.DEFECT_UNLINKED: Known(_("Defect unlinked")),
    Kind.DEFECT_MERGED: Known(_("Linked defect merged")),
    Kind.DEFECT_UPDATED: Known(_("Linked defect updated")),
    Kind.FIX_TO_CONFIRM: Known(_("Fix to confirm with the customer")),
    Kind.IMPROVEMENT_REQUESTED: Known(_("Improvement requested")),
    Kind.IMPROVEMENT_WITHDRAWN: Known(_("Improvement request withdrawn")),
    Kind.IMPROVEMENT_CHANGED: Known(_("Requested improvement changed")),
    Kind.HELP_REQUESTED: Known(_("Help requested from engineering")),
    Kind.HELP_ENDED: Known(_("Request for help ended")),
    Kind.HELP_WITHDRAWN: Known(_("Request for help withdrawn")),
    Kind.HELP_WARNED: Known(_("Answer to a request for help due soon")),
    Kind.HELP_OVERDUE: Known(_("Answer to a request for help overdue")),
    Kind.ATTENTION_ASKED: Known(_("Attention requested")),
    Kind.ATTENTION_DECIDED: Known(_("Request for attention decided")),
    Kind.ACCOUNT_ESCALATED: Known(_("Account escalated")),
    Kind.ACCOUNT_ESCALATION_ENDED: Known(_("Escalation of the account ended")),
    Kind.TROUBLESHOOTING_CHANGED: Known(_("Troubleshooting record changed")),
    Kind.SUMMARY_CHANGED: Known(_("Summary changed")),
    Kind.IMPACT_CHANGED: Known(_("Impact changed")),
    Kind.HANDOVER_UNCLAIMED: Known(_("Handover not claimed")),
    Kind.RULES_APPLIED: Known(_("Routing rules applied")),
    Kind.MACRO_APPLIED: Known(_("Macro applied")),
    Kind.TICKET_SNOOZED: Known(_("Ticket snoozed")),
    Kind.SNOOZE_ENDED: Known(_("Snooze ended")),
    Kind.TIME_LOGGED: Known(_("Time logged")),
    Kind.TIME_CHANGED: Known(_("Logged time changed")),
    Kind.TIME_REMOVED: Known(_("Logged time removed")),
    Kind.RECIPIENTS_ADDED: Known(_("Mailboxes added to a message")),
    Kind.LADDER_STEP: Known(_("Escalation step taken")),
    Kind.LADDER_ACKNOWLEDGED: Known(_("Escalation acknowledged")),
    Kind.LADDER_RESUMED: Known(_("Escalation resumed")),
    Kind.LADDER_ENDED: Known(_("Escalation ended")),
    Kind.PAGE_ANSWERED: Known(_("Page answered at the paging service")),
    Kind.TICKET_IMPORTED: Known(_("Ticket imported")),
    Kind.MAIL_RELEASED: Known(_("Quarantined email released")),
}


def is_internal(kind: str) -> bool:
    """Return True for a kind that only agents know of, and for one of another version."""
    known = CATALOG.get(kind)
    return known is None or known.facts is None


def is_internal_event(kind: str, data: Facts) -> bool:
    """Return True for an event that only agents know of: by its kind, or by what it is about."""
    known = CATALOG.get(kind)
    if known is None or known.facts is None:
        return True
    return known.is_public is not None and not known.is_public(data)


def list_public_kinds() -> list[str]:
    """Return the kinds that aren't internal."""
    return [str(kind) for kind in CATALOG if not is_internal(kind)]


def get_name(kind: str) -> str:
    """Return the name of a kind in the active language."""
    known = CATALOG.get(kind)
    return str(known.name) if known else kind


def pick_facts(kind: str, data: Facts, *, with_internal: bool) -> dict[str, Any]:
    """Return the facts of an event that may leave the desk."""
    if with_internal:
        return dict(data)
    if is_internal_event(kind, data):
        return {}
    names = set(CATALOG[kind].facts or ())
    if not data.get("named"):  # the customer may not see that ticket
        names.discard("duplicate_of")
    return {name: value for name, value in data.items() if name in names}
