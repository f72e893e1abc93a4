"""A person who is erased leaves no number behind, also if an agent confirmed the call as theirs."""

from __future__ import annotations

import json

from django.utils import timezone

from accounts.models import Contact, ContactHandle
from accounts.tenancy import desk_scope
from channels_intake.models import Connection, Conversation
from channels_intake.telephone.notes import confirm_contact
from helpdesk.privacy.erasure import erase_person
from tests.agent.conftest import SignIn
from tests.cast import Cast
from tests.connectors.hotline.calls import NUMBER, Vendor, get_call, process
from tickets.models import Message, Note, Ticket


def count_traces() -> int:
    rows = [
        *Conversation.objects.values_list("data", flat=True),
        *Ticket.objects.values_list("subject", flat=True),
        *Message.objects.values_list("body_text", flat=True),
        *Note.objects.values_list("body_text", flat=True),
        *ContactHandle.objects.values_list("external_id", flat=True),
        *Contact.objects.values_list("name", flat=True),
    ]
    return sum(NUMBER in json.dumps(row) for row in rows)


def test_the_confirmed_caller_and_the_number_are_erased(
    rocket: Cast, vendor: Vendor, hotline: Connection, sign_in: SignIn
) -> None:
    vendor.play("call", {"number": NUMBER})
    process(rocket, hotline)
    with desk_scope(rocket.desk):
        call = get_call(rocket).pk
        confirm_contact(
            call_id=call, contact=rocket.customer, agent=rocket.analyst, at=timezone.now()
        )
        assert count_traces() > 2
        erase_person(desk=rocket.desk, contact=rocket.customer, by=rocket.admin, at=timezone.now())
        assert count_traces() == 0
    admin = sign_in(rocket.admin.user)
    assert admin.get("/rocket/agent/calls/").status_code == 200
    assert admin.get(f"/rocket/agent/calls/{call}/").status_code == 404


def test_the_caller_s_own_contact_is_erased(
    rocket: Cast, vendor: Vendor, hotline: Connection
) -> None:
    vendor.play("call", {"number": NUMBER})
    process(rocket, hotline)
    with desk_scope(rocket.desk):
        handle = ContactHandle.objects.get()
        erase_person(desk=rocket.desk, contact=handle.contact, by=rocket.admin, at=timezone.now())
        assert count_traces() == 0
