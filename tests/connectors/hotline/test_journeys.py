"""From a call to its ticket, the agent who took it, the callback, and the recording."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from accounts.models import ContactHandle, Network
from accounts.tenancy import desk_scope
from channels_intake.connections.registry import get_connector
from channels_intake.models import ChannelEvent, ChannelMessage, Connection, Conversation
from sla.models import Clock, ClockKind
from tests.cast import NOON, Cast
from tests.connectors.hotline.calls import (
    NUMBER,
    Vendor,
    connect,
    get_call,
    poll,
    post,
    process,
)
from tests.races.threads import at_once
from tickets.events import EventKind
from tickets.models import Attachment, Message, Note, Ticket, TicketEvent


def ring(vendor: Vendor, number: str = NUMBER, **more: object) -> int:
    return int(vendor.play("call", {"number": number, "name": "Ines Duarte", **more})["id"])


def test_a_call_is_a_ticket_of_an_unproven_caller(
    rocket: Cast, vendor: Vendor, hotline: Connection
) -> None:
    call_id = ring(vendor, "030 / 12 34 56")
    process(rocket, hotline)
    with desk_scope(rocket.desk):
        call = get_call(rocket)
        assert call.ticket is not None
        assert (call.ticket.channel, call.ticket.subject) == ("phone", "Call from Ines Duarte")
        assert call.ticket.account is None
        assert call.ticket.uncovered["code"] == "hotline_without_plan"
        assert call.external_id == f"call:{call_id}"
        handle = ContactHandle.objects.get()
        assert (handle.network, handle.external_id) == (Network.PHONE, NUMBER)
        assert (handle.contact.email, handle.contact.name) == ("", "Ines Duarte")
        assert Message.objects.get().body_text == "Call to +12133701559."


@pytest.mark.parametrize("is_assigned", [False, True])
def test_the_agent_who_takes_it_is_assigned(
    rocket: Cast, vendor: Vendor, hotline: Connection, is_assigned: bool
) -> None:
    ring(vendor)
    process(rocket, hotline)
    with desk_scope(rocket.desk):
        Ticket.objects.update(assignee=rocket.colleague if is_assigned else None)
        address = rocket.analyst.user.email
    vendor.pass_minutes(1)
    vendor.play("take", {"agent": address})
    process(rocket, hotline)
    with desk_scope(rocket.desk):
        call = get_call(rocket)
        assert call.ticket is not None
        assert call.ticket.assignee == rocket.analyst
        assert call.data["shown_to"] == rocket.analyst.pk
        assert call.data["state"] == "answered"


def test_the_ticket_is_given_to_them_once(
    rocket: Cast, vendor: Vendor, hotline: Connection
) -> None:
    ring(vendor)
    process(rocket, hotline)
    with desk_scope(rocket.desk):
        address = rocket.analyst.user.email
    vendor.pass_minutes(1)
    vendor.play("take", {"agent": address})
    process(rocket, hotline)
    with desk_scope(rocket.desk):
        assert Ticket.objects.get().assignee == rocket.analyst
        Ticket.objects.update(assignee=rocket.colleague)
    vendor.pass_minutes(1)
    vendor.play("end", {"seconds": 60})
    process(rocket, hotline)
    with desk_scope(rocket.desk):
        assert get_call(rocket).data["state"] == "ended"
        assert Ticket.objects.get().assignee == rocket.colleague


def test_a_new_user_of_the_phone_system_is_known_within_minutes(
    rocket: Cast, vendor: Vendor, hotline: Connection
) -> None:
    with desk_scope(rocket.desk):
        address = rocket.colleague.user.email
    user = str(vendor.add_user(vendor.account, address))
    poll(rocket, hotline, at=vendor.time + timedelta(minutes=1))
    assert user not in hotline.cursor["users"]
    poll(rocket, hotline, at=vendor.time + timedelta(minutes=5))
    assert hotline.cursor["users"][user] == address


def test_a_mapped_address_leads_to_the_agent(rocket: Cast, vendor: Vendor) -> None:
    with desk_scope(rocket.desk):
        address = rocket.colleague.user.email
    connection = connect(rocket, vendor, agents=f"phone-2@rocket.example = {address}")
    vendor.add_user(vendor.account, "phone-2@rocket.example")
    poll(rocket, connection, at=vendor.time)
    ring(vendor, agent="phone-2@rocket.example")
    process(rocket, connection)
    with desk_scope(rocket.desk):
        assert get_call(rocket).data["shown_to"] == rocket.colleague.pk


@pytest.mark.parametrize("action", ["miss", "voicemail"])
def test_a_call_that_nobody_took_is_owed_a_callback(
    rocket: Cast, vendor: Vendor, hotline: Connection, action: str
) -> None:
    ring(vendor)
    vendor.pass_minutes(1)
    vendor.play(action, {})
    at = process(rocket, hotline)
    process(rocket, hotline)
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        promise = TicketEvent.objects.get(kind=EventKind.UPDATE_PROMISED)
        assert promise.data["why"] == "Missed call. Call back."
        clock = Clock.objects.get(ticket=ticket, kind=ClockKind.PROMISED_UPDATE)
        assert abs(clock.due_at - at - timedelta(minutes=30)) < timedelta(seconds=2)
        assert ticket.unanswered_since is not None
        voicemails = Message.objects.filter(body_text="Voicemail.")
        assert voicemails.count() == (action == "voicemail")
        names = Attachment.objects.values_list("name", flat=True)
        assert list(names) == ([f"voicemail-{135}.mp3"] if action == "voicemail" else [])


def test_a_recording_is_a_note_of_the_agent(
    rocket: Cast, vendor: Vendor, hotline: Connection
) -> None:
    ring(vendor)
    with desk_scope(rocket.desk):
        address = rocket.analyst.user.email
    vendor.pass_minutes(1)
    vendor.play("take", {"agent": address})
    vendor.pass_minutes(3)
    vendor.play("end", {"seconds": 180})
    process(rocket, hotline)
    vendor.play("end", {"seconds": 180})
    process(rocket, hotline)
    with desk_scope(rocket.desk):
        note = Note.objects.get()
        assert (note.agent, note.body_text) == (
            rocket.analyst,
            "Call recording.",
        )
        assert Attachment.objects.get(note=note).size == len(vendor.audio)
        assert get_call(rocket).data["seconds"] == 180


def test_a_recording_beyond_the_limit_is_left_out(
    rocket: Cast, vendor: Vendor, hotline: Connection, settings: Any
) -> None:
    settings.MAX_ATTACHMENT_BYTES = 1000
    vendor.audio = b"\x00" * 1001
    ring(vendor)
    vendor.play("voicemail", {})
    process(rocket, hotline)
    with desk_scope(rocket.desk):
        voicemail = Message.objects.get(body_text="Voicemail.")
        assert [remark["code"] for remark in voicemail.remark_data] == ["file_too_large"]
        assert not Attachment.objects.exists()


def test_a_payload_twice_and_out_of_order_is_one_message(
    rocket: Cast, vendor: Vendor, hotline: Connection
) -> None:
    hook, vendor.account.hook = vendor.account.hook, ""
    ring(vendor)
    call = dict(vendor.account.calls[135])
    created = json.dumps(vendor.make_event(vendor.account, "onCallCreate", call)).encode()
    vendor.pass_minutes(1)
    vendor.play("miss", {})
    missed = vendor.account.calls[135]
    updated = json.dumps(vendor.make_event(vendor.account, "onCallUpdate", missed)).encode()
    bearer = {"Authorization": f"Bearer {vendor.account.secret}"}
    path = hook.removeprefix("http://testserver")
    for body in (updated, created, updated, created):
        assert post(path, body, bearer) in (200, 202)
        process(rocket, hotline)
    poll(rocket, hotline, at=vendor.time)
    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == Message.objects.count() == 1
        assert ChannelMessage.objects.count() == Conversation.objects.count() == 1
        assert get_call(rocket).data["state"] == "missed"
        assert TicketEvent.objects.filter(kind=EventKind.UPDATE_PROMISED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_of_the_same_at_once_are_one_message(
    rocket: Cast, vendor: Vendor, hotline: Connection
) -> None:
    ring(vendor)
    url, body, headers = vendor.sent[-1]

    def send(number: int) -> None:
        own = json.loads(body) | {"timestamp": int(NOON.timestamp()) + number}
        post(url.removeprefix("http://testserver"), json.dumps(own).encode(), headers)
        process(rocket, hotline)

    at_once(rocket, *[partial(send, number) for number in range(10)])
    process(rocket, hotline)
    with desk_scope(rocket.desk):
        assert ChannelEvent.objects.count() == 10
        assert Ticket.objects.count() == Message.objects.count() == 1


def test_the_poll_finds_what_the_app_did_not_send(
    rocket: Cast, vendor: Vendor, hotline: Connection
) -> None:
    vendor.sends_events = False
    vendor.pass_minutes(1)
    for number in range(130):
        ring(vendor, f"+49301234{number:03}")
    vendor.pass_minutes(1)
    poll(rocket, hotline, at=vendor.time)
    with desk_scope(rocket.desk):
        assert Conversation.objects.count() == ChannelEvent.objects.count() == 130
    poll(rocket, hotline, at=vendor.time)
    with desk_scope(rocket.desk):
        assert ChannelEvent.objects.count() == 130


def test_calls_from_before_the_connection_are_not_fetched(rocket: Cast, vendor: Vendor) -> None:
    connection = connect(rocket, vendor)
    vendor.sends_events = False
    ring(vendor)
    vendor.pass_minutes(90)
    poll(rocket, connection, at=vendor.time)
    with desk_scope(rocket.desk):
        assert not ChannelEvent.objects.exists()


def test_an_outage_and_a_rate_limit_lose_nothing(
    rocket: Cast, vendor: Vendor, hotline: Connection
) -> None:
    vendor.sends_events, vendor.is_down = False, True
    ring(vendor)
    vendor.pass_minutes(1)
    poll(rocket, hotline, at=vendor.time)
    vendor.pass_minutes(60)
    poll(rocket, hotline, at=vendor.time)
    vendor.is_down = False
    vendor.fail_next(429, {"message": "Too many requests"}, Retry_After="120")
    poll(rocket, hotline, at=vendor.time)
    with desk_scope(rocket.desk):
        assert not ChannelEvent.objects.exists()
        hotline.refresh_from_db()
        assert hotline.next_poll_at == vendor.time + timedelta(seconds=120)
    vendor.pass_minutes(2)
    poll(rocket, hotline, at=vendor.time)
    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == 1


def test_an_expired_key_is_noted_and_calls_come_later(
    rocket: Cast, vendor: Vendor, hotline: Connection
) -> None:
    vendor.sends_events, vendor.account.api_key = False, "another one"
    ring(vendor)
    vendor.pass_minutes(1)
    poll(rocket, hotline, at=vendor.time)
    with desk_scope(rocket.desk):
        hotline.refresh_from_db()
        assert "401" in hotline.problem
    vendor.account.api_key = "key-of-the-hotline"
    vendor.pass_minutes(20)
    poll(rocket, hotline, at=vendor.time)
    with desk_scope(rocket.desk):
        hotline.refresh_from_db()
        assert (hotline.problem, Ticket.objects.count()) == ("", 1)


def test_the_test_button_says_whether_the_key_works(
    rocket: Cast, vendor: Vendor, hotline: Connection
) -> None:
    connector = get_connector(hotline.kind)
    with desk_scope(rocket.desk):
        assert connector.check(hotline, at=NOON) == ""
        vendor.account.api_key = "another one"
        assert "doesn't accept the API key" in connector.check(hotline, at=NOON)
        vendor.is_down = True
        assert "didn't answer" in connector.check(hotline, at=NOON)


@pytest.mark.parametrize("secret", ["", "Bearer wrong", "Bearer sécret"])
def test_a_wrong_secret_stores_nothing(
    rocket: Cast, vendor: Vendor, hotline: Connection, secret: str
) -> None:
    path = f"/rocket/channels/{hotline.hook_token}/"
    headers = {"Authorization": secret} if secret else {}
    assert post(path, b"{}", headers) == 401
    with desk_scope(rocket.desk):
        assert not ChannelEvent.objects.exists()


def test_the_url_of_another_desk_is_unknown(
    rocket: Cast, matter: Cast, vendor: Vendor, hotline: Connection
) -> None:
    bearer = {"Authorization": f"Bearer {vendor.account.secret}"}
    assert post(f"/matter/channels/{hotline.hook_token}/", b"{}", bearer) == 404
    with desk_scope(matter.desk):
        assert not ChannelEvent.objects.exists()


def test_a_genuine_broken_body_is_set_aside(
    rocket: Cast, vendor: Vendor, hotline: Connection
) -> None:
    bearer = {"Authorization": f"Bearer {vendor.account.secret}"}
    post(f"/rocket/channels/{hotline.hook_token}/", b'{"event": "onCallCreate"', bearer)
    process(rocket, hotline)
    with desk_scope(rocket.desk):
        event = ChannelEvent.objects.get()
        assert (event.state, event.reason) == ("set_aside", "unreadable")
        assert not Ticket.objects.exists()


def test_a_call_that_an_agent_made_opens_no_ticket(
    rocket: Cast, vendor: Vendor, hotline: Connection
) -> None:
    ring(vendor, direction="outgoing")
    process(rocket, hotline)
    with desk_scope(rocket.desk):
        assert get_call(rocket).ticket is None
        assert ChannelEvent.objects.get().state == "processed"
        assert not Ticket.objects.exists()


def test_an_emoji_for_a_name_is_a_name(rocket: Cast, vendor: Vendor, hotline: Connection) -> None:
    vendor.play("call", {"number": NUMBER, "name": "📞\x00‮"})
    process(rocket, hotline)
    with desk_scope(rocket.desk):
        assert Ticket.objects.get().contact.name.startswith("📞")
