"""Services, the only writers of tickets.

Each takes the acting person and the time, and runs in one transaction with one Change
(tickets/changes.py).
"""

from tickets.services.common import NewMessage, Origin
from tickets.services.conversation import NotReopenableError, add_customer_message, add_note
from tickets.services.corrections import (
    change_account,
    change_subject,
    choose_requester,
    verify_by_hand,
)
from tickets.services.emergencies import EmergencyReport, decide_emergency, report_emergency
from tickets.services.escalation import Gathered, escalate, give_back
from tickets.services.holds import end_due_holds, end_hold, hold_ticket
from tickets.services.impact import change_impact
from tickets.services.lost_replies import note_sent_again, take_back_reply
from tickets.services.opening import NewTicket, open_ticket, open_with_message
from tickets.services.owed_replies import (
    mark_no_reply_needed,
    promise_callback,
    promise_update,
    withdraw_promise,
)
from tickets.services.properties import (
    add_participant,
    assign,
    change_department,
    change_priority,
    change_product,
    change_product_line,
    remove_participant,
    set_deadline,
)
from tickets.services.replying import reply
from tickets.services.requester import (
    Decision,
    add_recipients,
    change_requester,
    confirm_caller,
    give_to_known_person,
)
from tickets.services.silence import close_silent, remind_silent
from tickets.services.states import change_status, close, reopen
from tickets.services.summaries import save_summary
from tickets.services.tags import set_tags
from tickets.services.troubleshooting import save_record
from tickets.services.verification import verify_sender

__all__ = [
    "Decision",
    "EmergencyReport",
    "Gathered",
    "NewMessage",
    "NewTicket",
    "NotReopenableError",
    "Origin",
    "add_customer_message",
    "add_note",
    "add_participant",
    "add_recipients",
    "assign",
    "change_account",
    "change_department",
    "change_impact",
    "change_priority",
    "change_product",
    "change_product_line",
    "change_requester",
    "change_status",
    "change_subject",
    "choose_requester",
    "close",
    "close_silent",
    "confirm_caller",
    "decide_emergency",
    "end_due_holds",
    "end_hold",
    "escalate",
    "give_back",
    "give_to_known_person",
    "hold_ticket",
    "mark_no_reply_needed",
    "note_sent_again",
    "open_ticket",
    "open_with_message",
    "promise_callback",
    "promise_update",
    "remind_silent",
    "remove_participant",
    "reopen",
    "reply",
    "report_emergency",
    "save_record",
    "save_summary",
    "set_deadline",
    "set_tags",
    "take_back_reply",
    "verify_by_hand",
    "verify_sender",
    "withdraw_promise",
]
