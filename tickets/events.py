"""Event kinds, and the registry of the followers that react to them.

Followers are listed in settings by a short, stable key. NOW_FOLLOWERS run in the transaction of
the change (tickets/changes.py). LATER_FOLLOWERS get an EventDelivery row each, which stores the
key, and run after the commit (tickets/deliveries/making.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.module_loading import import_string

from tickets.models import TicketEvent

if TYPE_CHECKING:
    from tickets.changes import Change


class EventKind(StrEnum):
    """Kinds of ticket events. The comment names what ``data`` of the event holds.

    status, level, assignee, names, priority, product and department are pairs [before, after]. A
    reason is {"code": ..., parameters} as in tickets/sentences/reasons.py; ``why`` is text that a
    person typed. uncovered: since this event the plan doesn't cover the ticket, and why
    (accounts/customers/refusals.py).
    """

    # message, subject, priority, unverified, follow_up_of, uncovered
    TICKET_OPENED = "ticket.opened"
    # source, number: as it was there, is_update; starts_clocks: True if SLA clocks start now
    TICKET_IMPORTED = "ticket.imported"
    CUSTOMER_RESPONDED = "customer.responded"  # message, status, uncovered
    MACHINE_RESPONDED = (
        "machine.responded"  # message: an out-of-office reply or another automatic one
    )
    # message, status, is_first; and into a conversation of a channel: conversation: its id, way,
    # reached: the contact who gets no email of it
    AGENT_REPLIED = "agent.replied"
    REPLY_SCHEDULED = "reply.scheduled"  # send_at
    REPLY_WITHDRAWN = "reply.withdrawn"  # send_at if it had a time, author: its agent's id
    APPROVAL_ASKED = "reply.approval_asked"  # author: its agent's id
    REPLY_APPROVED = "reply.approved"  # author, is_edited: True if the approver did
    REPLY_RETURNED = "reply.returned"  # author, why
    REPLY_HELD = "reply.held"  # why_held: a HeldReason, author: its agent's id
    # outside of Plumbline, by the company; message: without an author
    ANSWERED_OUTSIDE = "answered.outside"
    MESSAGE_EDITED = "message.edited"  # message: by its author, at the vendor
    MESSAGE_DELETED = "message.deleted"  # message: the same
    CONVERSATION_ENDED = "conversation.ended"  # message: with the transcript, if there is one
    SIGNAL_RAISED = "signal.raised"  # signal: a Signal, and its parameters
    NOTE_ADDED = "note.added"  # note, mentions: IDs of the agents that it mentions, if any
    NOTE_PINNED = "note.pinned"  # note
    NOTE_UNPINNED = "note.unpinned"  # note
    NOTE_REACTED = "note.reacted"  # note, reaction: a ReactionKind, is_added: False if withdrawn
    # side, side_message: ids; to: addresses; subject
    SIDE_STARTED = "side.started"
    SIDE_SENT = "side.sent"  # side, side_message, to
    SIDE_SENT_AGAIN = "side.sent_again"  # the same, to: those it had failed for
    SIDE_ANSWERED = "side.answered"  # side, side_message, sender, unverified
    SIDE_MACHINE_ANSWERED = "side.machine_answered"  # side, side_message, sender
    SIDE_DONE = "side.done"  # side
    SIDE_PEOPLE_ADDED = "side.people_added"  # side, to: addresses
    SIDE_PERSON_REMOVED = "side.person_removed"  # side, to: the address
    WATCHING_STARTED = "watching.started"  # nothing more: by whom says who watches
    WATCHING_STOPPED = "watching.stopped"  # nothing more
    STATUS_CHANGED = "status.changed"  # status, move: the transition's name
    # status, reason: a CloseReason; own: name of the desk's own reason, duplicate_of: number,
    # named: True if the customer may see that one
    TICKET_CLOSED = "ticket.closed"
    TICKETS_LINKED = "tickets.linked"  # kind: a LinkKind, is_source, other: number
    TICKETS_UNLINKED = "tickets.unlinked"  # the same
    # status, uncovered; lost: message that never arrived, so that its silence closed nothing
    TICKET_REOPENED = "ticket.reopened"
    # into: number, status, tells: the message to the customer, before: its fields until then
    TICKET_MERGED = "ticket.merged"
    # merged: number of the other ticket; status, and unanswered_since: set by it, if they changed
    MERGED_IN = "ticket.merged_in"
    MERGE_UNDONE = "merge.undone"  # into: number, status, at: of the merge
    MERGED_TAKEN_OUT = "merge.taken_out"  # merged: number; was_unanswered: True if no longer
    # status, level, why, cause: an EscalationCause or "", held_by: the assignee's id until then,
    # record: version of the troubleshooting record, missing: fields of it, incomplete: why
    ESCALATED = "ticket.escalated"
    GIVEN_BACK = "ticket.given_back"  # level, why, held_by: who had it at that level; status
    DEFECT_LINKED = "defect.linked"  # defect: its id, key
    DEFECT_UNLINKED = "defect.unlinked"  # defect, key, why
    DEFECT_MERGED = "defect.merged"  # defect, key: of the one that it is linked to now; was
    # defect, key, stage, stage_name: the desk's own or "", text: for the customer, "" if none;
    # contacts: IDs of those to email; released_for: lines, if the own one of the ticket waits
    DEFECT_UPDATED = "defect.updated"
    FIX_TO_CONFIRM = "defect.to_confirm"  # defect, key
    # improvement: its id, list: an ImprovementKind
    IMPROVEMENT_REQUESTED = "improvement.requested"
    IMPROVEMENT_WITHDRAWN = "improvement.withdrawn"  # the same
    # the same, and status: pair, is_renamed, or merged: id of the entry merged into it
    IMPROVEMENT_CHANGED = "improvement.changed"
    HELP_REQUESTED = "help.requested"  # help_request: its id, group: its name, due_at
    # help_request, group, outcome: a HelpState; note: the answer's id; key: of the defect, url
    HELP_ENDED = "help.ended"
    HELP_WITHDRAWN = "help.withdrawn"  # help_request, group, why
    HELP_WARNED = "help.warned"  # help_request, group, due_at
    HELP_OVERDUE = "help.overdue"  # help_request, group, due_at
    ATTENTION_ASKED = "attention.asked"  # attention: its id, urgency, why
    ATTENTION_DECIDED = "attention.decided"  # attention, is_accepted, why
    ACCOUNT_ESCALATED = "account.escalated"  # escalation: its id, why
    ACCOUNT_ESCALATION_ENDED = "account.escalation_ended"  # escalation, why
    TROUBLESHOOTING_CHANGED = "troubleshooting.changed"  # version, fields: those that changed
    SUMMARY_CHANGED = "summary.changed"  # version, fields: those that changed
    IMPACT_CHANGED = "impact.changed"  # impact: values of Impact before and after, "" for unknown
    # emergency: its id, refusal: why the plan doesn't cover it; by_agent: True if an agent did
    EMERGENCY_REPORTED = "emergency.reported"
    EMERGENCY_DECIDED = "emergency.decided"  # emergency, outcome: an EmergencyState
    # assignee, names, why or reason; owner: pair of the agents who get it back, by ID
    ASSIGNED = "ticket.assigned"
    ACCEPTED = "ticket.accepted"  # nothing more
    HANDOVER_UNCLAIMED = "handover.unclaimed"  # sender, receiver: names; since
    LEFT_UNASSIGNED = "ticket.left_unassigned"  # reason
    PRIORITY_CHANGED = "priority.changed"  # priority, uncovered
    PRODUCT_CHANGED = "product.changed"  # product, uncovered
    PRODUCT_LINE_CHANGED = "product_line.changed"  # line: names, "" for the account's own
    DEPARTMENT_CHANGED = "department.changed"  # department, why or reason
    # version: number of the rule set; rules: names of those that fired; and what they set besides
    # department and tags: level, priority: as above, skills: names
    RULES_APPLIED = "rules.applied"
    TAGS_CHANGED = "tags.changed"  # added, removed: names
    MACRO_APPLIED = "macro.applied"  # macro: its id, name; the events of its changes follow
    TERMS_CHANGED = "terms.changed"  # terms: {account, plan, status}, uncovered
    TICKET_SNOOZED = "ticket.snoozed"  # by the acting agent, for themselves; until: "" for a reply
    SNOOZE_ENDED = "snooze.ended"  # nothing more
    TIME_LOGGED = "time.logged"  # entry: its id, minutes, billable
    TIME_CHANGED = "time.changed"  # entry, minutes: pair, billable
    TIME_REMOVED = "time.removed"  # entry, minutes
    # fields: of each its key, label, kind, before and after, cut to 200 characters
    FIELDS_CHANGED = "fields.changed"
    SUBJECT_CHANGED = "subject.changed"  # subject, was_subject
    # why; messages, notes: ids of those that held the text, never the text; files: names, removed
    TEXT_REDACTED = "text.redacted"
    # why, name, attachment: its id, message: of a file of a public one; days after closing
    FILE_REMOVED = "file.removed"
    ACCOUNT_CHANGED = "account.changed"  # account: pair of names, "" for none; uncovered
    # proof, account: its name or "", uncovered; by an agent: contact, name, why
    SENDER_VERIFIED = "sender.verified"
    PARTICIPANT_ADDED = "participant.added"  # contact, name
    PARTICIPANT_REMOVED = "participant.removed"  # contact, name
    # contact: until then; requester: from now on; name; account: its name or "" if an agent checked
    # that the request is theirs; of a handle that is this person's also
    # handle, person: pair of their contacts, proof: a HandleProof, account: its name or "", why
    REQUESTER_CHANGED = "requester.changed"
    # contact: number of the contact who was merged, requester: of the one who stayed; was and name:
    # what they were called, why
    CONTACT_MERGED = "contact.merged"
    REQUESTER_LEFT = "requester.left"  # the account; contact, requester, name as above
    RECIPIENTS_ADDED = "recipients.added"  # message, addresses: of the desk's mailboxes
    CUSTOMER_REMINDED = "customer.reminded"  # closes_at
    NO_REPLY_NEEDED = "reply.not_needed"  # since: of the messages without a reply; status
    UPDATE_PROMISED = "update.promised"  # due_at, why; was_due_at, is_automatic if so
    PROMISE_WITHDRAWN = "promise.withdrawn"  # due_at
    HOLD_STARTED = "hold.started"  # until, why; was_until if it was on hold already
    HOLD_ENDED = "hold.ended"  # until, cause: a HoldEnd
    SLA_STARTED = "sla.started"  # due_at, minutes, plan, priority, calendar, version
    SLA_REPLANNED = "sla.replanned"  # the same, and was_due_at
    SLA_OVERRIDDEN = "sla.overridden"  # by a lead: clock, due_at, was_due_at, why
    SLA_OVERRIDE_REMOVED = "sla.override_removed"  # clock
    SLA_STOPPED = "sla.stopped"  # was_due_at: nothing is promised anymore
    SLA_WARNED = "sla.warned"  # due_at
    SLA_BREACHED = "sla.breached"  # due_at
    SLA_MET = "sla.met"  # due_at, in_time
    # ladder: its name, step and round: from 1, steps, action, clock, due_at, to: IDs of agents,
    # names: theirs, held_by: the assignee's ID, fallback: True if the leads stand in for nobody
    LADDER_STEP = "ladder.step"
    # ladder, step: the next one, resumes_at, name: of who isn't known as an agent
    LADDER_ACKNOWLEDGED = "ladder.acknowledged"
    # at a paging service: service: its name, act: "acknowledge" or "resolve", name: as above
    PAGE_ANSWERED = "page.answered"
    LADDER_RESUMED = "ladder.resumed"  # ladder, step: the next one, since: the acknowledgement
    LADDER_ENDED = "ladder.ended"  # after at least one step: ladder, clock, why: a LadderEnding
    MAIL_RELEASED = "mail.released"  # verified: True if the sender was accepted as verified
    MAIL_SENT = "mail.sent"  # mail, to, mail_kind, without_files: True if it links to them
    MAIL_DELIVERED = "mail.delivered"  # mail, to, mail_kind; older ones have no kind
    MAIL_DELAYED = "mail.delayed"  # the same, and why, reporter: From of the delivery report
    MAIL_FAILED = "mail.failed"  # the same, why or reason, and reporter if there was a report
    # message, to; answers: True if the requester has an answer by it again, is_first, status: pair
    REPLY_SENT_AGAIN = "reply.sent_again"
    RESPONSE_LOST = "response.lost"  # message: the first response, whose email never arrived
    # conversation, to: the name there, state: a PartState; message, or notice: a MailKind
    CHANNEL_SENT = "channel.sent"
    CHANNEL_FAILED = "channel.failed"  # the same, and why


Follower = Callable[[TicketEvent], None]
Followers = Mapping[str, Follower]


class ForDesksWith(dict[str, Follower]):
    """LATER followers for desks with rows in a table, such as the rules of an integration.

    Events of other desks get no delivery for them.
    """

    def __init__(self, table: str, followers: Followers) -> None:
        super().__init__(followers)
        self.table = table


class Together:
    """A LATER follower that handles many events in one call, for example to write rows in bulk.

    It gets events of several kinds if it is registered for several. If it fails, it is called again
    with each event alone.
    """

    def __init__(self, follow: Callable[[Sequence[TicketEvent]], None]) -> None:
        self.follow = follow

    def __call__(self, event: TicketEvent) -> None:
        self.follow([event])


NowFollower = Callable[["Change", TicketEvent], None]
NowFollowers = Mapping[str, NowFollower]


class FollowerLoopError(RuntimeError):
    """A follower caused an event of a kind that it listens to."""


def list_now_followers(kind: str) -> list[tuple[str, NowFollower]]:
    """Return the keys and functions of the NOW followers of a kind, in the order of settings."""
    found: Iterable[tuple[str, NowFollowers]] = (
        (key, _load(path)) for key, path in settings.NOW_FOLLOWERS.items()
    )
    return [(key, followers[kind]) for key, followers in found if kind in followers]


def list_later_followers(kind: str) -> list[str]:
    """Return the keys of the LATER followers of a kind, in the order of settings."""
    return [key for key, path in settings.LATER_FOLLOWERS.items() if kind in _load(path)]


def list_needed_tables(keys: Iterable[str]) -> dict[str, str]:
    """Return the table in which a desk needs rows, by the key of each LATER follower with one."""
    found = ((key, _load(settings.LATER_FOLLOWERS[key])) for key in keys)
    return {key: each.table for key, each in found if isinstance(each, ForDesksWith)}


def get_later_follower(key: str, kind: str) -> Follower:
    """Return the function that a LATER follower has for a kind. Raises LookupError for none."""
    followers: Followers = _load(settings.LATER_FOLLOWERS[key])
    return followers[kind]


@cache
def _load(path: str) -> Any:
    return import_string(path)
