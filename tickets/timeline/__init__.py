"""The history of a ticket in sentences, in the reader's language (M29). No query, no clock.

Events hold codes and parameters; each kind has a function in one of the modules beside this one
that returns whole sentences. The words for states, priorities and departments are the desk's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import Desk
from tickets.events import EventKind
from tickets.models import TicketEvent
from tickets.sentences.signals import describe_signal
from tickets.timeline import (
    actions,
    clocks,
    defects,
    emails,
    fields,
    help_requests,
    improvements,
    ladders,
    levels,
    owed,
    redactions,
    relations,
    replies,
    side_conversations,
    work,
)
from tickets.timeline.parts import Facts


def describe_event(
    event: TicketEvent, desk: Desk, *, priority_names: Mapping[str, str] | None = None
) -> str:
    """Return what happened in sentences, with the actor, in the active language and time zone.

    priority_names: in the active language, by the desk's own names, which events keep
    (selectors.get_priority_names). A kind that this version does not know is returned unchanged:
    during an upgrade a newer worker may have stored it.
    """
    describe = SENTENCES.get(event.kind)
    if describe is None:
        return event.kind
    actor = event.actor_name or str(event.get_actor_kind_display())
    facts = _localize_priority(event.data, priority_names) if priority_names else event.data
    return describe(actor, facts, desk)


def _localize_priority(facts: Facts, names: Mapping[str, str]) -> Facts:
    own = facts.get("priority")
    if isinstance(own, str):
        return {**facts, "priority": names.get(own, own)}
    return {**facts, "priority": [names.get(name, name) for name in own]} if own else facts


def _fill(sentence: str | Promise) -> Callable[[str, Facts, Desk], str]:
    """Return the description of a kind that has one sentence, with its facts as placeholders."""
    return lambda actor, facts, desk: str(sentence) % {**facts, "actor": actor}


SENTENCES: dict[str, Callable[[str, Facts, Desk], str]] = {
    EventKind.TICKET_OPENED: actions.describe_opened,
    EventKind.TICKET_IMPORTED: actions.describe_imported,
    EventKind.CUSTOMER_RESPONDED: actions.describe_customer_responded,
    EventKind.MACHINE_RESPONDED: _fill(
        gettext_lazy("An automatic reply from %(actor)s arrived. It doesn't change the status.")
    ),
    EventKind.AGENT_REPLIED: actions.describe_agent_replied,
    EventKind.REPLY_SCHEDULED: replies.describe_reply_scheduled,
    EventKind.REPLY_WITHDRAWN: replies.describe_reply_withdrawn,
    EventKind.APPROVAL_ASKED: _fill(
        gettext_lazy("%(actor)s wrote a reply that waits for approval.")
    ),
    EventKind.REPLY_APPROVED: replies.describe_reply_approved,
    EventKind.REPLY_RETURNED: replies.describe_reply_returned,
    EventKind.REPLY_HELD: replies.describe_reply_held,
    EventKind.ANSWERED_OUTSIDE: _fill(
        gettext_lazy("The company replied outside of Plumbline. The status stays the same.")
    ),
    EventKind.MESSAGE_EDITED: _fill(
        gettext_lazy("%(actor)s edited a message. The original text is kept.")
    ),
    EventKind.MESSAGE_DELETED: _fill(
        gettext_lazy("%(actor)s deleted a message on the channel. A copy is kept here.")
    ),
    EventKind.CONVERSATION_ENDED: _fill(gettext_lazy("The conversation has ended.")),
    EventKind.SIGNAL_RAISED: lambda actor, facts, desk: describe_signal(facts),
    EventKind.NOTE_ADDED: _fill(gettext_lazy("%(actor)s added an internal note.")),
    EventKind.NOTE_PINNED: _fill(gettext_lazy("%(actor)s pinned an internal note.")),
    EventKind.NOTE_UNPINNED: _fill(gettext_lazy("%(actor)s unpinned an internal note.")),
    EventKind.NOTE_REACTED: actions.describe_reaction,
    EventKind.SIDE_STARTED: _fill(
        gettext_lazy("%(actor)s started a side conversation with %(to)s: %(subject)s")
    ),
    EventKind.SIDE_SENT: _fill(gettext_lazy("%(actor)s wrote to %(to)s in a side conversation.")),
    EventKind.SIDE_SENT_AGAIN: _fill(
        gettext_lazy("%(actor)s sent a message of a side conversation to %(to)s again.")
    ),
    EventKind.SIDE_ANSWERED: side_conversations.describe_answered,
    EventKind.SIDE_MACHINE_ANSWERED: _fill(
        gettext_lazy("An automatic reply from %(sender)s arrived in a side conversation.")
    ),
    EventKind.SIDE_DONE: _fill(gettext_lazy("%(actor)s marked a side conversation as done.")),
    EventKind.SIDE_PEOPLE_ADDED: _fill(
        gettext_lazy("%(actor)s added %(to)s to a side conversation.")
    ),
    EventKind.SIDE_PERSON_REMOVED: _fill(
        gettext_lazy("%(actor)s removed %(to)s from a side conversation.")
    ),
    EventKind.WATCHING_STARTED: _fill(gettext_lazy("%(actor)s started watching the ticket.")),
    EventKind.WATCHING_STOPPED: _fill(gettext_lazy("%(actor)s stopped watching the ticket.")),
    EventKind.STATUS_CHANGED: actions.describe_status_changed,
    EventKind.TICKET_CLOSED: actions.describe_closed,
    EventKind.TICKET_REOPENED: actions.describe_reopened,
    EventKind.TICKET_MERGED: relations.describe_merged,
    EventKind.MERGED_IN: relations.describe_merged_in,
    EventKind.MERGE_UNDONE: relations.describe_merge_undone,
    EventKind.MERGED_TAKEN_OUT: relations.describe_taken_out,
    EventKind.TICKETS_LINKED: relations.describe_linked,
    EventKind.TICKETS_UNLINKED: relations.describe_unlinked,
    EventKind.ESCALATED: levels.describe_escalated,
    EventKind.GIVEN_BACK: levels.describe_given_back,
    EventKind.DEFECT_LINKED: _fill(gettext_lazy("%(actor)s linked the ticket to defect %(key)s.")),
    EventKind.DEFECT_UNLINKED: defects.describe_unlinked,
    EventKind.DEFECT_MERGED: _fill(
        gettext_lazy("%(actor)s merged defect %(was)s into %(key)s, which the ticket is linked to.")
    ),
    EventKind.DEFECT_UPDATED: defects.describe_updated,
    EventKind.FIX_TO_CONFIRM: _fill(
        gettext_lazy(
            "The fix of defect %(key)s is released. Confirm with the customer that it works."
        )
    ),
    EventKind.IMPROVEMENT_REQUESTED: improvements.describe_requested,
    EventKind.IMPROVEMENT_WITHDRAWN: improvements.describe_withdrawn,
    EventKind.IMPROVEMENT_CHANGED: improvements.describe_changed,
    EventKind.HELP_REQUESTED: help_requests.describe_help_requested,
    EventKind.HELP_ENDED: help_requests.describe_help_ended,
    EventKind.HELP_WITHDRAWN: help_requests.describe_help_withdrawn,
    EventKind.HELP_WARNED: _fill(gettext_lazy("An answer from %(group)s is due soon.")),
    EventKind.HELP_OVERDUE: _fill(gettext_lazy("An answer from %(group)s is overdue.")),
    EventKind.ATTENTION_ASKED: help_requests.describe_attention_asked,
    EventKind.ATTENTION_DECIDED: help_requests.describe_attention_decided,
    EventKind.ACCOUNT_ESCALATED: help_requests.describe_account_escalated,
    EventKind.ACCOUNT_ESCALATION_ENDED: help_requests.describe_escalation_ended,
    EventKind.TROUBLESHOOTING_CHANGED: levels.describe_troubleshooting,
    EventKind.SUMMARY_CHANGED: levels.describe_summary,
    EventKind.IMPACT_CHANGED: levels.describe_impact,
    EventKind.EMERGENCY_REPORTED: levels.describe_emergency_reported,
    EventKind.EMERGENCY_DECIDED: levels.describe_emergency_decided,
    EventKind.ASSIGNED: actions.describe_assigned,
    EventKind.LEFT_UNASSIGNED: actions.describe_left_unassigned,
    EventKind.ACCEPTED: _fill(gettext_lazy("%(actor)s accepted the ticket.")),
    EventKind.HANDOVER_UNCLAIMED: _fill(
        gettext_lazy(
            "%(sender)s handed the ticket over to %(receiver)s, who hasn't claimed it for a whole "
            "shift."
        )
    ),
    EventKind.PRIORITY_CHANGED: actions.describe_priority_changed,
    EventKind.PRODUCT_CHANGED: actions.describe_product_changed,
    EventKind.PRODUCT_LINE_CHANGED: actions.describe_line_changed,
    EventKind.RULES_APPLIED: actions.describe_rules_applied,
    EventKind.TAGS_CHANGED: actions.describe_tags_changed,
    EventKind.MACRO_APPLIED: _fill(gettext_lazy("%(actor)s applied the macro %(name)s.")),
    EventKind.TERMS_CHANGED: actions.describe_terms_changed,
    EventKind.DEPARTMENT_CHANGED: actions.describe_department_changed,
    EventKind.TICKET_SNOOZED: work.describe_snoozed,
    EventKind.SNOOZE_ENDED: _fill(gettext_lazy("%(actor)s ended their snooze.")),
    EventKind.TIME_LOGGED: work.describe_time_logged,
    EventKind.TIME_CHANGED: work.describe_time_changed,
    EventKind.TIME_REMOVED: work.describe_time_removed,
    EventKind.FIELDS_CHANGED: fields.describe_fields_changed,
    EventKind.SUBJECT_CHANGED: _fill(
        gettext_lazy("%(actor)s changed the subject from “%(was_subject)s” to “%(subject)s”.")
    ),
    EventKind.TEXT_REDACTED: redactions.describe_text_redacted,
    EventKind.FILE_REMOVED: redactions.describe_file_removed,
    EventKind.ACCOUNT_CHANGED: actions.describe_account_changed,
    EventKind.SENDER_VERIFIED: actions.describe_sender_verified,
    EventKind.PARTICIPANT_ADDED: _fill(
        gettext_lazy("%(actor)s added %(name)s as a follower (CC).")
    ),
    EventKind.PARTICIPANT_REMOVED: _fill(
        gettext_lazy("%(actor)s removed the follower (CC) %(name)s.")
    ),
    EventKind.REQUESTER_CHANGED: actions.describe_requester_changed,
    EventKind.CONTACT_MERGED: actions.describe_contact_merged,
    EventKind.REQUESTER_LEFT: _fill(
        gettext_lazy("The requester left the account. %(name)s is the requester now.")
    ),
    EventKind.RECIPIENTS_ADDED: _fill(
        gettext_lazy("The email was sent to several mailboxes: %(addresses)s")
    ),
    EventKind.NO_REPLY_NEEDED: owed.describe_no_reply_needed,
    EventKind.UPDATE_PROMISED: owed.describe_update_promised,
    EventKind.PROMISE_WITHDRAWN: _fill(
        gettext_lazy("%(actor)s withdrew the promise of an update.")
    ),
    EventKind.HOLD_STARTED: owed.describe_hold_started,
    EventKind.HOLD_ENDED: owed.describe_hold_ended,
    EventKind.CUSTOMER_REMINDED: actions.describe_reminded,
    EventKind.SLA_STARTED: clocks.describe_sla_started,
    EventKind.SLA_REPLANNED: clocks.describe_sla_replanned,
    EventKind.SLA_OVERRIDDEN: clocks.describe_sla_overridden,
    EventKind.SLA_OVERRIDE_REMOVED: clocks.describe_override_removed,
    EventKind.SLA_STOPPED: clocks.describe_sla_stopped,
    EventKind.SLA_WARNED: clocks.describe_sla_warned,
    EventKind.SLA_BREACHED: clocks.describe_sla_breached,
    EventKind.SLA_MET: clocks.describe_sla_met,
    EventKind.LADDER_STEP: ladders.describe_step,
    EventKind.LADDER_ACKNOWLEDGED: ladders.describe_acknowledged,
    EventKind.PAGE_ANSWERED: ladders.describe_page_answered,
    EventKind.LADDER_RESUMED: ladders.describe_resumed,
    EventKind.LADDER_ENDED: ladders.describe_ended,
    EventKind.MAIL_RELEASED: emails.describe_mail_released,
    EventKind.MAIL_SENT: emails.describe_mail_sent,
    EventKind.MAIL_DELIVERED: _fill(gettext_lazy("The email to %(to)s was delivered.")),
    EventKind.MAIL_DELAYED: emails.describe_mail_delayed,
    EventKind.MAIL_FAILED: emails.describe_mail_failed,
    EventKind.RESPONSE_LOST: _fill(
        gettext_lazy("The first response never arrived, so it doesn't count.")
    ),
    EventKind.REPLY_SENT_AGAIN: _fill(gettext_lazy("%(actor)s sent the message to %(to)s again.")),
    EventKind.CHANNEL_SENT: emails.describe_channel_sent,
    EventKind.CHANNEL_FAILED: emails.describe_channel_failed,
}
