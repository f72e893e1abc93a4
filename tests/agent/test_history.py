"""The History tab (M29): every kind of event is a sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Desk
from helpdesk.agent.views.tickets.history import ICONS
from helpdesk.templatetags.ui import draw_icon
from tests.agent.conftest import count_statements, inside
from tests.cast import NOON, Cast
from tickets.events import EventKind
from tickets.models import Ticket, TicketEvent
from tickets.services import reply
from tickets.timeline import describe_event

DUE = "2026-11-18T21:00:00+00:00"
FACTS: dict[EventKind, tuple[dict[str, Any], str]] = {
    EventKind.TICKET_OPENED: (
        {"priority": "High", "follow_up_of": 1003, "unverified": True},
        "Ana opened the ticket with priority High, following up on RC-1003."
        " The sender is unverified.",
    ),
    EventKind.TICKET_IMPORTED: (
        {"source": "Zendesk", "number": "4711", "is_update": False},
        "Ana imported the ticket from Zendesk, where it was number 4711.",
    ),
    EventKind.CUSTOMER_RESPONDED: (
        {"status": ["waiting", "open"]},
        "Ana replied. The ticket is now Open.",
    ),
    EventKind.MACHINE_RESPONDED: (
        {},
        "An automatic reply from Ana arrived. It doesn't change the status.",
    ),
    EventKind.AGENT_REPLIED: (
        {"is_first": True, "status": ["open", "waiting"]},
        "Ana sent the first response. The ticket is now Pending.",
    ),
    EventKind.REPLY_SCHEDULED: (
        {"send_at": DUE},
        "Ana scheduled a reply for Wed, Nov 18, 6:00 PM.",
    ),
    EventKind.REPLY_WITHDRAWN: (
        {"send_at": DUE},
        "Ana canceled the reply scheduled for Wed, Nov 18, 6:00 PM.",
    ),
    EventKind.APPROVAL_ASKED: (
        {"author": 1},
        "Ana wrote a reply that waits for approval.",
    ),
    EventKind.REPLY_APPROVED: (
        {"author": 1, "is_edited": True},
        "Ana edited and approved a trainee's reply.",
    ),
    EventKind.REPLY_RETURNED: (
        {"author": 1, "why": "Too short."},
        "Ana sent a reply back to its author. Too short.",
    ),
    EventKind.REPLY_HELD: (
        {"why_held": "closed"},
        "A reply wasn't sent. The ticket was closed in the meantime.",
    ),
    EventKind.SIGNAL_RAISED: (
        {"signal": "critical_words", "words": "crash"},
        "Critical keywords in a review: crash. Link a suggested defect, or report a new one.",
    ),
    EventKind.ANSWERED_OUTSIDE: (
        {"message": 1},
        "The company replied outside of Plumbline. The status stays the same.",
    ),
    EventKind.MESSAGE_EDITED: ({"message": 1}, "Ana edited a message. The original text is kept."),
    EventKind.MESSAGE_DELETED: (
        {"message": 1},
        "Ana deleted a message on the channel. A copy is kept here.",
    ),
    EventKind.CONVERSATION_ENDED: ({}, "The conversation has ended."),
    EventKind.NOTE_ADDED: ({"note": 1}, "Ana added an internal note."),
    EventKind.NOTE_PINNED: ({"note": 1}, "Ana pinned an internal note."),
    EventKind.NOTE_UNPINNED: ({"note": 1}, "Ana unpinned an internal note."),
    EventKind.NOTE_REACTED: (
        {"note": 1, "reaction": "looking", "is_added": True},
        "Ana reacted to a note: Looking into it.",
    ),
    EventKind.SIDE_STARTED: (
        {"side": 1, "side_message": 1, "to": "ops@vendor.example", "subject": "Router"},
        "Ana started a side conversation with ops@vendor.example: Router",
    ),
    EventKind.SIDE_SENT: (
        {"side": 1, "side_message": 1, "to": "ops@vendor.example"},
        "Ana wrote to ops@vendor.example in a side conversation.",
    ),
    EventKind.SIDE_SENT_AGAIN: (
        {"side": 1, "side_message": 1, "to": "ops@vendor.example"},
        "Ana sent a message of a side conversation to ops@vendor.example again.",
    ),
    EventKind.SIDE_ANSWERED: (
        {"side": 1, "side_message": 1, "sender": "ops@vendor.example", "unverified": False},
        "ops@vendor.example replied in a side conversation.",
    ),
    EventKind.SIDE_MACHINE_ANSWERED: (
        {"side": 1, "side_message": 1, "sender": "ops@vendor.example"},
        "An automatic reply from ops@vendor.example arrived in a side conversation.",
    ),
    EventKind.SIDE_DONE: ({"side": 1}, "Ana marked a side conversation as done."),
    EventKind.SIDE_PEOPLE_ADDED: (
        {"side": 1, "to": "dev@vendor.example"},
        "Ana added dev@vendor.example to a side conversation.",
    ),
    EventKind.SIDE_PERSON_REMOVED: (
        {"side": 1, "to": "dev@vendor.example"},
        "Ana removed dev@vendor.example from a side conversation.",
    ),
    EventKind.WATCHING_STARTED: ({}, "Ana started watching the ticket."),
    EventKind.WATCHING_STOPPED: ({}, "Ana stopped watching the ticket."),
    EventKind.STATUS_CHANGED: (
        {"status": ["open", "waiting"], "move": "wait_for_customer"},
        "Ana changed the status from Open to Pending.",
    ),
    EventKind.TICKET_CLOSED: (
        {"reason": "silence", "status": ["waiting", "closed"]},
        "Ana closed the ticket because the customer didn't reply.",
    ),
    EventKind.TICKETS_LINKED: (
        {"kind": "parent", "is_source": True, "other": 1002},
        "Ana added this ticket to the problem RC-1002.",
    ),
    EventKind.TICKETS_UNLINKED: (
        {"kind": "related", "is_source": False, "other": 1002},
        "Ana removed the link to RC-1002.",
    ),
    EventKind.TICKET_MERGED: (
        {"into": 1001, "tells": 1, "status": ["open", "closed"]},
        "Ana merged this ticket into RC-1001. The customer was notified.",
    ),
    EventKind.MERGED_IN: (
        {"merged": 1002, "status": ["waiting", "investigating"]},
        "Ana merged RC-1002 into this ticket. The ticket is now At Investigation.",
    ),
    EventKind.MERGE_UNDONE: (
        {"into": 1001, "status": ["closed", "open"]},
        "Ana undid the merge into RC-1001. The ticket is now Open.",
    ),
    EventKind.MERGED_TAKEN_OUT: (
        {"merged": 1002},
        "Ana undid the merge of RC-1002 into this ticket.",
    ),
    EventKind.TICKET_REOPENED: ({"status": ["closed", "open"]}, "Ana reopened the ticket."),
    EventKind.GIVEN_BACK: (
        {"level": ["l2", "l1"], "why": "A setting"},
        "Ana gave the ticket back from Level 2 to Level 1. Reason: A setting",
    ),
    EventKind.TROUBLESHOOTING_CHANGED: (
        {"version": 2, "fields": ["since", "steps"]},
        "Ana changed the troubleshooting record: since when, steps to reproduce.",
    ),
    EventKind.SUMMARY_CHANGED: (
        {"version": 2, "fields": ["tried", "next_step"]},
        "Ana changed the summary: tried so far, next step.",
    ),
    EventKind.IMPACT_CHANGED: (
        {"impact": ["minor", "stopped"]},
        "Ana changed the business impact from “Minor inconvenience” to “Work is stopped”.",
    ),
    EventKind.HELP_REQUESTED: (
        {"group": "SET", "due_at": DUE, "help_request": 1},
        "Ana asked SET for help. An answer is due by Wed, Nov 18, 6:00 PM.",
    ),
    EventKind.HELP_ENDED: (
        {"group": "SET", "outcome": "defect", "key": "RC-D3", "url": ""},
        "Ana linked the ticket to defect RC-D3 after the question to SET.",
    ),
    EventKind.HELP_WITHDRAWN: (
        {"group": "SET", "why": "Found it"},
        "Ana withdrew the question to SET. Reason: Found it",
    ),
    EventKind.HELP_WARNED: ({"group": "SET"}, "An answer from SET is due soon."),
    EventKind.HELP_OVERDUE: ({"group": "SET"}, "An answer from SET is overdue."),
    EventKind.ATTENTION_ASKED: (
        {"urgency": "now", "why": "The board asks"},
        "Ana asked for attention (Now). Reason: The board asks",
    ),
    EventKind.ATTENTION_DECIDED: (
        {"is_accepted": False, "why": "They are fine"},
        "Ana declined the request for attention. Reason: They are fine",
    ),
    EventKind.ACCOUNT_ESCALATED: (
        {"escalation": 1, "why": "Renewal at risk"},
        "Ana escalated the account. Reason: Renewal at risk",
    ),
    EventKind.ACCOUNT_ESCALATION_ENDED: (
        {"escalation": 1, "why": "Calm"},
        "Ana ended the escalation of the account. Reason: Calm",
    ),
    EventKind.EMERGENCY_REPORTED: (
        {"emergency": 1, "refusal": {"code": "emergencies_not_in_plan", "plan": "Standard"}},
        "Ana reported an emergency. Emergencies aren't included in Standard.",
    ),
    EventKind.EMERGENCY_DECIDED: (
        {"emergency": 1, "outcome": "courtesy"},
        "Ana accepted the emergency as a courtesy exception.",
    ),
    EventKind.ESCALATED: (
        {"level": ["l2", "rnd"], "why": "A defect."},
        "Ana escalated the ticket from Level 2 to R&D. Reason: A defect.",
    ),
    EventKind.ASSIGNED: (
        {
            "names": ["", "Bo"],
            "reason": {"code": "next_in_rotation", "agent": "Bo", "level": "l1"},
        },
        "Assigned to Bo (on shift, Level 1, next in rotation).",
    ),
    EventKind.LEFT_UNASSIGNED: (
        {"reason": {"code": "no_agent_on_shift", "level": "l1"}},
        "The ticket is waiting for an agent. No agent at Level 1 in this department is on shift.",
    ),
    EventKind.ACCEPTED: ({}, "Ana accepted the ticket."),
    EventKind.HANDOVER_UNCLAIMED: (
        {"sender": "Ben", "receiver": "Cleo", "since": "2026-11-26T08:45:00+00:00"},
        "Ben handed the ticket over to Cleo, who hasn't claimed it for a whole shift.",
    ),
    EventKind.RULES_APPLIED: (
        {
            "version": 3,
            "rules": ["Security", "Clusters"],
            "level": ["l1", "l2"],
            "priority": ["High", "Low"],
            "skills": ["Kubernetes"],
        },
        "The routing rules “Security”, “Clusters” apply. Level: Level 2. Priority: Low instead of "
        "High. Required skills: Kubernetes.",
    ),
    EventKind.TAGS_CHANGED: (
        {"added": ["billing", "vip"], "removed": ["spam"]},
        "Ana added the tags: billing, vip; and removed: spam.",
    ),
    EventKind.TERMS_CHANGED: (
        {"terms": {"account": "Acme", "plan": "Plus", "status": "customer"}},
        "Acme now has the status Customer and the Plus plan.",
    ),
    EventKind.PRIORITY_CHANGED: (
        {"priority": ["Low", "High"]},
        "Ana changed the priority from Low to High.",
    ),
    EventKind.DEPARTMENT_CHANGED: (
        {
            "department": ["", "Paid Support"],
            "reason": {"code": "account_with_plan", "account": "Acme", "plan": "Plus"},
        },
        "Ana routed the ticket to Paid Support. Acme is a customer with the Plus plan.",
    ),
    EventKind.PARTICIPANT_ADDED: ({"name": "Bo"}, "Ana added Bo as a follower (CC)."),
    EventKind.PARTICIPANT_REMOVED: ({"name": "Bo"}, "Ana removed the follower (CC) Bo."),
    EventKind.REQUESTER_CHANGED: (
        {"name": "Jan Muster"},
        "Ana made Jan Muster the requester. The address is not verified.",
    ),
    EventKind.RECIPIENTS_ADDED: (
        {"addresses": "support@rocket.example, sales@rocket.example"},
        "The email was sent to several mailboxes: support@rocket.example, sales@rocket.example",
    ),
    EventKind.CUSTOMER_REMINDED: (
        {"closes_at": DUE},
        "The customer was reminded. If the customer doesn't reply, the ticket closes on Wed, Nov "
        "18, 6:00 PM.",
    ),
    EventKind.SLA_STARTED: (
        {"due_at": DUE, "plan": "Standard", "priority": "High", "calendar": "12x5"},
        "First response due Wed, Nov 18, 6:00 PM (Standard, High, 12x5).",
    ),
    EventKind.SLA_REPLANNED: (
        {"due_at": DUE, "was_due_at": DUE},
        "First response now due Wed, Nov 18, 6:00 PM. It was previously due Wed, Nov 18, 6:00 PM.",
    ),
    EventKind.SLA_OVERRIDDEN: (
        {"clock": "first_response", "due_at": DUE, "was_due_at": DUE, "why": "Agreed by phone"},
        "Ana changed a deadline by hand. First response now due Wed, Nov 18, 6:00 PM. "
        "It was previously due Wed, Nov 18, 6:00 PM. Reason: Agreed by phone",
    ),
    EventKind.SLA_OVERRIDE_REMOVED: (
        {"clock": "first_response"},
        "Ana removed the deadline set by hand (First response).",
    ),
    EventKind.SLA_STOPPED: (
        {"was_due_at": DUE},
        "No first response is promised anymore. It was due Wed, Nov 18, 6:00 PM.",
    ),
    EventKind.SLA_WARNED: (
        {"due_at": DUE},
        "First response due soon, on Wed, Nov 18, 6:00 PM.",
    ),
    EventKind.NO_REPLY_NEEDED: (
        {"since": DUE, "status": ["open", "waiting"]},
        "Ana marked the customer's messages as needing no reply. The ticket is now Pending.",
    ),
    EventKind.UPDATE_PROMISED: (
        {"due_at": DUE, "why": "Waiting for the vendor"},
        "Ana promised the customer an update by Wed, Nov 18, 6:00 PM."
        " Reason: Waiting for the vendor",
    ),
    EventKind.PROMISE_WITHDRAWN: ({"due_at": DUE}, "Ana withdrew the promise of an update."),
    EventKind.HOLD_STARTED: (
        {"until": DUE, "why": "On vacation"},
        "Ana put the ticket on hold until Wed, Nov 18, 6:00 PM. Reason: On vacation",
    ),
    EventKind.MACRO_APPLIED: (
        {"macro": 4, "name": "Ask for logs"},
        "Ana applied the macro Ask for logs.",
    ),
    EventKind.HOLD_ENDED: (
        {"until": DUE, "cause": "customer_responded"},
        "The hold ended because the customer wrote.",
    ),
    EventKind.SLA_BREACHED: (
        {"due_at": DUE},
        "First response overdue. It was due Wed, Nov 18, 6:00 PM.",
    ),
    EventKind.LADDER_STEP: (
        {
            "ladder": "Nights",
            "step": 2,
            "steps": 4,
            "action": "page",
            "names": ["Bo", "Cy"],
            "fallback": True,
        },
        "Nights, step 2 of 4: Page the agents on call. Nobody was available, so the leads were "
        "alerted: Bo, Cy.",
    ),
    EventKind.LADDER_ACKNOWLEDGED: (
        {"ladder": "Nights", "step": 3, "resumes_at": DUE},
        "Ana acknowledged the escalation (Nights). It continues Wed, Nov 18, 6:00 PM if nothing "
        "happens on the ticket until then.",
    ),
    EventKind.PAGE_ANSWERED: (
        {"service": "PagerDuty", "act": "acknowledge"},
        "Ana acknowledged the alert in PagerDuty.",
    ),
    EventKind.LADDER_RESUMED: (
        {"ladder": "Nights", "step": 3, "since": DUE},
        "Nights continues: nothing has happened on the ticket since the acknowledgement "
        "Wed, Nov 18, 6:00 PM.",
    ),
    EventKind.LADDER_ENDED: (
        {"clock": "first_response"},
        "The escalation ended with its clock: First response.",
    ),
    EventKind.SLA_MET: (
        {"due_at": DUE, "in_time": True},
        "First response on time. It was due Wed, Nov 18, 6:00 PM.",
    ),
    EventKind.DEFECT_LINKED: (
        {"defect": 1, "key": "RC-D1"},
        "Ana linked the ticket to defect RC-D1.",
    ),
    EventKind.DEFECT_UNLINKED: (
        {"defect": 1, "key": "RC-D1", "why": "Another cause"},
        "Ana removed the link to defect RC-D1. Reason: Another cause",
    ),
    EventKind.DEFECT_MERGED: (
        {"defect": 1, "key": "RC-D1", "was": "RC-D2"},
        "Ana merged defect RC-D2 into RC-D1, which the ticket is linked to.",
    ),
    EventKind.DEFECT_UPDATED: (
        {"key": "RC-D1", "stage": "planned", "stage_name": "At SET", "text": "Soon."},
        'Defect RC-D1 moved to "At SET". The customer got an update.',
    ),
    EventKind.FIX_TO_CONFIRM: (
        {"defect": 1, "key": "RC-D1"},
        "The fix of defect RC-D1 is released. Confirm with the customer that it works.",
    ),
    EventKind.PRODUCT_LINE_CHANGED: (
        {"line": ["", "Server ESR"]},
        "Ana set the product line to Server ESR.",
    ),
    EventKind.PRODUCT_CHANGED: (
        {
            "product": ["", "Mobile"],
            "uncovered": {"code": "product_not_in_plan", "plan": "Plus", "product": "Mobile"},
        },
        "Ana set the product to Mobile. Plus doesn't cover Mobile; no SLA target.",
    ),
    EventKind.TICKET_SNOOZED: (
        {"until": DUE},
        "Ana snoozed the ticket for themselves until Wed, Nov 18, 6:00 PM.",
    ),
    EventKind.SNOOZE_ENDED: ({}, "Ana ended their snooze."),
    EventKind.IMPROVEMENT_REQUESTED: (
        {"improvement": 1, "list": "documentation"},
        "Ana noted that documentation is missing.",
    ),
    EventKind.IMPROVEMENT_WITHDRAWN: (
        {"improvement": 1, "list": "feature"},
        "Ana took the ticket off a feature request.",
    ),
    EventKind.IMPROVEMENT_CHANGED: (
        {"improvement": 1, "list": "feature", "status": ["open", "done"]},
        "Ana set this ticket's product feedback to “Done”.",
    ),
    EventKind.TIME_LOGGED: (
        {"entry": 1, "minutes": 30, "billable": True},
        "Ana logged 30 billable minutes.",
    ),
    EventKind.TIME_CHANGED: (
        {"entry": 1, "minutes": [30, 1]},
        "Ana changed a time entry from 30 to 1 minute.",
    ),
    EventKind.TIME_REMOVED: (
        {"entry": 1, "minutes": 5},
        "Ana removed a time entry of 5 minutes.",
    ),
    EventKind.FIELDS_CHANGED: (
        {
            "fields": [
                {"label": "Cause", "kind": "text", "before": "", "after": "Disk full"},
                {"label": "Solved on", "kind": "date", "before": "2026-11-18", "after": ""},
            ]
        },
        "Ana set Cause to “Disk full”. Ana cleared Solved on, which was “Nov 18, 2026”.",
    ),
    EventKind.SUBJECT_CHANGED: (
        {"subject": "Cluster down", "was_subject": "Help"},
        "Ana changed the subject from “Help” to “Cluster down”.",
    ),
    EventKind.TEXT_REDACTED: (
        {"why": "A password", "messages": [1, 2], "notes": [3], "files": ["trace.log"]},
        "Ana redacted text in 2 messages and 1 note. Files removed with it: trace.log."
        " Reason: A password",
    ),
    EventKind.FILE_REMOVED: (
        {"why": "Wrong customer", "name": "dump.zip", "attachment": 7},
        "Ana removed the file “dump.zip”. Reason: Wrong customer",
    ),
    EventKind.ACCOUNT_CHANGED: (
        {"account": ["Acme", "Umbrella"]},
        "Ana moved the ticket from the account Acme to Umbrella.",
    ),
    EventKind.SENDER_VERIFIED: (
        {"proof": "mailed_link", "account": "Acme"},
        "Ana is now a verified sender. The sender opened a link that was emailed to this address."
        " The ticket now belongs to Acme.",
    ),
    EventKind.CONTACT_MERGED: (
        {"contact": 7, "requester": 8, "was": "Cy (private)", "name": "Cy", "why": "Asked"},
        "Ana merged the contact Cy (private) into Cy. Reason: Asked",
    ),
    EventKind.REQUESTER_LEFT: (
        {"contact": 7, "requester": 8, "name": "Cy"},
        "The requester left the account. Cy is the requester now.",
    ),
    EventKind.MAIL_RELEASED: (
        {"verified": True},
        "Ana released the message from quarantine and verified its sender.",
    ),
    EventKind.MAIL_SENT: (
        {"to": "bo@x.example", "mail_kind": "receipt"},
        "The confirmation was emailed to bo@x.example.",
    ),
    EventKind.MAIL_DELIVERED: ({"to": "bo@x.example"}, "The email to bo@x.example was delivered."),
    EventKind.MAIL_DELAYED: (
        {"to": "bo@x.example", "why": "Mailbox full", "reporter": "daemon@x.example"},
        "The email to bo@x.example is delayed. The mail server is still trying."
        " Reason: Mailbox full Automatic report from daemon@x.example.",
    ),
    EventKind.MAIL_FAILED: (
        {"to": "bo@x.example", "why": "No such mailbox"},
        "The email to bo@x.example couldn't be delivered. The recipient's mail server says that the"
        " address doesn't exist. It said: “No such mailbox”",
    ),
    EventKind.REPLY_SENT_AGAIN: (
        {"message": 7, "to": "bo@x.example", "answers": True, "is_first": True},
        "Ana sent the message to bo@x.example again.",
    ),
    EventKind.RESPONSE_LOST: (
        {"message": 7},
        "The first response never arrived, so it doesn't count.",
    ),
    EventKind.CHANNEL_SENT: (
        {"message": 7, "to": "Bo", "state": "read"},
        "Bo has read the reply.",
    ),
    EventKind.CHANNEL_FAILED: (
        {"message": 7, "to": "Bo", "state": "failed", "why": "Blocked"},
        "The reply to Bo couldn't be sent. Reason: Blocked",
    ),
}


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_of_event_is_a_sentence_with_a_sign(
    kind: EventKind, settings: pytest.FixtureRequest
) -> None:
    settings.TIME_ZONE = "America/Sao_Paulo"
    desk = Desk(ticket_prefix="RC", state_words={"waiting": "Pending"})
    facts, sentence = FACTS[kind]
    assert describe_event(TicketEvent(kind=kind, actor_name="Ana", data=facts), desk) == sentence
    icon, _ = ICONS[kind]
    assert draw_icon(icon, 16, "", "icon")


def test_a_customer_who_reports_an_emergency_promises_nothing() -> None:
    facts = {"due_at": DUE, "why": "", "is_automatic": True}
    event = TicketEvent(kind=EventKind.UPDATE_PROMISED, actor_name="Ana", data=facts)
    assert describe_event(event, Desk()) == (
        "The customer was promised an update by Wed, Nov 18, 9:00 PM."
    )


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["", "Ana"], "Ana took the ticket."),
        (["Bo", "Ana"], "Ana took over the ticket from Bo."),
        (["Ana", "Bo"], "Ana reassigned the ticket from Ana to Bo."),
        (["Bo", ""], "Ana unassigned Bo."),
    ],
)
def test_handing_over_in_words(names: list[str], sentence: str) -> None:
    event = TicketEvent(kind=EventKind.ASSIGNED, actor_name="Ana", data={"names": names, "why": ""})
    assert describe_event(event, Desk()) == sentence


def test_the_tab_tells_channel_actor_and_time(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket(channel="web")
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Hello.", at=NOON)
    text = client.get(f"/rocket/agent/tickets/{ticket.number}/history/").content.decode()
    assert "Customer opened the ticket with priority Medium." in text
    assert re.search(r"<dt>Channel:</dt>\s*<dd>Web</dd>", text)
    assert "<dd><bdi>Analyst</bdi></dd>" in text
    assert "Analyst sent the first response." in text
    assert ">10:00 AM</time>" in text
    assert "Wednesday, November 18, 2026" in text


def test_a_long_history_is_read_in_pages(rocket: Cast, client: Client, ticket: Ticket) -> None:
    page = f"/rocket/agent/tickets/{ticket.number}/history/"
    few = count_statements(client, page)
    with inside(rocket):
        TicketEvent.objects.bulk_create(
            TicketEvent(
                desk=rocket.desk,
                ticket=ticket,
                kind=EventKind.PRIORITY_CHANGED if i == 100 else EventKind.NOTE_ADDED,
                at=NOON,
                actor_kind="agent",
                actor_name=f"A{i}",
                data={"priority": ["High", "Low"]} if i == 100 else {},
            )
            for i in range(150)
        )
        oldest_shown = TicketEvent.objects.filter(ticket=ticket).order_by("-id")[99].pk
    assert count_statements(client, page) == few
    text = client.get(page).content.decode()
    assert "A149 added" in text
    assert "A3 added" not in text
    assert f'href="{page}?before={oldest_shown}"' in text
    assert "A3 added" in client.get(f"{page}?before={oldest_shown}").content.decode()


def test_htmx_gets_the_history_alone(client: Client, ticket: Ticket) -> None:
    url = f"/rocket/agent/tickets/{ticket.number}/history/"
    text = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "opened the ticket" in text
    assert "<html" not in text


def test_a_kind_of_a_newer_version_never_fails_the_page(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        TicketEvent.objects.create(
            desk=rocket.desk, ticket=ticket, kind="of.tomorrow", at=NOON, actor_kind="system"
        )
    page = client.get(f"/rocket/agent/tickets/{ticket.number}/history/")
    assert page.status_code == 200
    assert "of.tomorrow" in page.content.decode()
