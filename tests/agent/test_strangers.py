"""Every agent page, requested without access. New URLs are included automatically."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import URLPattern

from helpdesk.agent.urls import urlpatterns
from sla.models import ClockKind
from tests.agent.conftest import SignIn, inside
from tests.cast import Cast
from tickets.models import Ticket

PAGES = [
    pattern
    for pattern in urlpatterns
    if isinstance(pattern, URLPattern) and pattern.name not in ("stream", "service_worker")
]
WRITES = {
    "presence",
    "presence_details",
    "absence",
    "absence_cancellation",
    "extra_shift",
    "extra_shift_cancellation",
    "agent_shifts",
    "team_shifts",
    "swap",
    "swap_decision",
    "read_notifications",
    "notification_settings",
    "application_withdrawal",
    "new_token",
    "token_rotation",
    "token_revocation",
    "notification_devices",
    "notification_device_removal",
    "notification_device_test",
    "notification_device_renewal",
    "notification",
    "new_ticket",
    "acceptance",
    "answers",
    "preview",
    "draft_files",
    "draft_file_removal",
    "signature",
    "undo_reply",
    "send_reply_now",
    "approve_reply",
    "edit_reply",
    "return_reply",
    "email_again",
    "reply_again",
    "reply_by_email",
    "assignee",
    "status",
    "priority",
    "decision",
    "department",
    "escalation",
    "no_reply",
    "promise",
    "promise_withdrawal",
    "hold",
    "hold_end",
    "give_back",
    "troubleshooting",
    "emergency",
    "new_emergency",
    "closure",
    "link",
    "unlink_ticket",
    "follow_up",
    "split",
    "spam",
    "merge",
    "merge_undo",
    "reopening",
    "watching",
    "ticket_read",
    "note_reaction",
    "note_pin",
    "side_new",
    "side",
    "side_done",
    "side_again",
    "side_reply",
    "side_people",
    "side_person",
    "account_note",
    "participants",
    "participant_removal",
    "drafts",
    "new_view",
    "view",
    "view_place",
    "view_deletion",
    "product",
    "ticket_requester",
    "subject",
    "requester_change",
    "redaction",
    "file_removal",
    "ticket_account",
    "verification",
    "summary",
    "impact",
    "snooze",
    "snooze_end",
    "clock_deadline",
    "clock_deadline_removal",
    "time",
    "time_entry",
    "ticket_fields",
    "ticket_field",
    "typing",
    "call",
    "call_caller",
    "call_ticket",
    "ask_help",
    "new_macro",
    "new_bulk_change",
    "bulk_merge",
    "bulk_undo",
    "macro",
    "macro_deletion",
    "ticket_macro",
    "help_answer",
    "help_withdrawal",
    "attention_decision",
    "ask_attention",
    "ask_account_attention",
    "account_escalation",
    "escalation_update",
    "escalation_end",
    "feedback_entry",
    "feedback_merge",
    "ticket_feedback",
    "feedback_withdrawal",
    "new_defect",
    "defect_edit",
    "defect_stage",
    "defect_release",
    "defect_merge",
    "defect_publication",
    "defect_note",
    "defect_followers",
    "defect_follower_removal",
    "defect_unlink",
    "defect_tickets",
    "ticket_defects",
    "report_defect",
    "product_line",
    "handle",
    "contact_merge",
    "acknowledgement",
    "defect_code_unlink",
    "defect_issue",
    "defect_code_link",
    "shortcuts",
}
# An observer has one, too.
OWN_INBOX = {
    "application_withdrawal",
    "new_token",
    "token_rotation",
    "token_revocation",
    "read_notifications",
    "notification",
    "notification_settings",
    "notification_devices",
    "notification_device_removal",
    "notification_device_test",
    "notification_device_renewal",
}
# Executives read along as observers: they follow defects and ask for attention.
FOR_OBSERVERS = {
    "watching",
    "ticket_read",
    "ask_attention",
    "ask_account_attention",
    "defect_followers",
    "defect_follower_removal",
    "shortcuts",
}
ONLY_WRITERS = WRITES - OWN_INBOX - FOR_OBSERVERS


# What a browser says of a request that comes from a page of ours (Fetch Metadata).
FROM_OUR_PAGES = {"Sec-Fetch-Site": "same-origin"}


def address(pattern: URLPattern, desk: str, number: int) -> str:
    route = str(pattern.pattern)
    route = re.sub(r"<int:\w+>", str(number), route)
    route = route.replace("<slug:clock_kind>", ClockKind.FIRST_RESPONSE)
    assert "<" not in route, route
    return f"/{desk}/agent/{route}"


@pytest.mark.parametrize("pattern", PAGES, ids=lambda pattern: pattern.name)
def test_strangers_find_nothing(
    rocket: Cast, matter: Cast, ticket: Ticket, sign_in: SignIn, pattern: URLPattern
) -> None:
    url = address(pattern, "rocket", ticket.number)
    for user in (matter.admin.user, rocket.customer.user, rocket.stranger.user):
        person = sign_in(user)
        wanted = {404} if pattern.name not in WRITES else {404, 405}
        assert person.get(url).status_code in wanted
        assert person.post(url, headers=FROM_OUR_PAGES).status_code in {404, 405}
    assert Client().get(url).status_code in {302, 405}


@pytest.mark.parametrize(
    "pattern", [p for p in PAGES if "number" in str(p.pattern)], ids=lambda p: p.name
)
def test_a_ticket_is_not_there_under_another_desks_path(
    rocket: Cast, matter: Cast, ticket: Ticket, sign_in: SignIn, pattern: URLPattern
) -> None:
    url = address(pattern, "matter", ticket.number)
    person = sign_in(matter.admin.user)
    assert person.get(url).status_code in {404, 405}
    assert person.post(url).status_code in {404, 405}
    with inside(rocket):
        assert Ticket.objects.get(pk=ticket.pk).updated_at == ticket.updated_at


@pytest.mark.parametrize(
    "pattern",
    [p for p in PAGES if p.name in ONLY_WRITERS],
    ids=lambda p: p.name,
)
def test_an_observer_changes_nothing(
    rocket: Cast, ticket: Ticket, sign_in: SignIn, pattern: URLPattern
) -> None:
    url = address(pattern, "rocket", ticket.number)
    assert sign_in(rocket.observer.user).post(url).status_code == 403


@pytest.mark.parametrize(
    "pattern", [p for p in PAGES if p.name not in WRITES], ids=lambda p: p.name
)
def test_pages_that_only_show_take_no_post(
    rocket: Cast, client: Client, ticket: Ticket, pattern: URLPattern
) -> None:
    assert client.post(address(pattern, "rocket", ticket.number)).status_code == 405
