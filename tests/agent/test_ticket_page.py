"""One ticket's page."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client

from channels_intake.mime.sanitize import sanitize_html
from channels_intake.models import InboundMessage, InboundState
from sla.durations import format_duration
from sla.models import Target
from tests.agent.conftest import SignIn, count_cost, inside
from tests.cast import NOON, Cast
from tests.previews import make_previews
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.models import FormField, Message, Note, Ticket
from tickets.sentences.remarks import RemarkCode, make_remark
from tickets.services import (
    NewMessage,
    add_customer_message,
    add_note,
    add_participant,
    change_priority,
    close,
    escalate,
    reply,
)


def page_of(ticket: Ticket) -> str:
    return f"/rocket/agent/tickets/{ticket.number}/"


def test_all_that_was_said_and_done_stands_in_the_order_of_time(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        at = [NOON + timedelta(minutes=i) for i in range(5)]
        add_note(ticket_id=ticket.pk, agent=rocket.analyst, text="I know this one.", at=at[1])
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Please restart it.", at=at[2])
        new = NewMessage(text="That helped.", channel="email")
        add_customer_message(ticket_id=ticket.pk, contact=rocket.customer, new=new, at=at[3])
        escalate(ticket_id=ticket.pk, by=Actor.of(rocket.analyst), at=at[4], why="It comes back.")
    text = client.get(page_of(ticket)).content.decode()
    said = [
        "Since this morning nothing works.",
        "I know this one.",
        "Please restart it.",
        "That helped.",
        "escalated the ticket from Level 1 to Level 2. Reason: It comes back.",
    ]
    places = [text.index(words) for words in said]
    assert places == sorted(places)


def test_html_of_a_mail_is_shown_with_its_plain_text_beside_it(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        new = NewMessage(
            text="Bold plain",
            html='<p><b>Bold</b> <img data-cid="a&amp;b" alt="x"></p>',
            channel="email",
            quoted="> old",
            remarks=(make_remark(RemarkCode.PART_DAMAGED, number=2),),
        )
        message = add_customer_message(
            ticket_id=ticket.pk, contact=rocket.customer, new=new, at=NOON
        )
        InboundMessage.objects.create(
            desk=rocket.desk,
            provider="raw",
            content_type="message/rfc822",
            raw=b"Subject: x\r\n\r\nBold plain",
            received_at=NOON,
            next_try_at=NOON,
            state=InboundState.PROCESSED,
            ticket=ticket,
            message=message,
        )
        source = InboundMessage.objects.get(message=message).pk
    text = client.get(page_of(ticket)).content.decode()
    assert "<p><b>Bold</b>" in text
    assert "Bold plain" in text
    assert "&gt; old" in text
    assert "Part 2 of the email is damaged." in text
    assert f"/rocket/agent/mails/received/{source}/" in text


def test_an_inline_image_is_shown_from_our_own_copy(
    rocket: Cast, client: Client, ticket: Ticket, png: bytes
) -> None:
    with inside(rocket):
        new = NewMessage(
            text="See",
            html='<p><img data-cid="pic@1" alt="Shot"><img data-cid="other" alt="No"></p>',
            channel="email",
            files=(NewFile("shot.png", "image/png", png, content_id="pic@1"),),
        )
        message = add_customer_message(
            ticket_id=ticket.pk, contact=rocket.customer, new=new, at=NOON
        )
        file = message.attachments.get()
        make_previews()
    text = client.get(page_of(ticket)).content.decode()
    assert f'<img src="/rocket/agent/files/{file.pk}/?preview=1"' in text
    assert '<img data-cid="other"' in text


def test_an_image_whose_preview_is_not_made_yet_has_its_place(
    rocket: Cast, client: Client, ticket: Ticket, png: bytes
) -> None:
    file = NewFile("shot.png", "image/png", png, content_id="pic@1")
    with inside(rocket):
        new = NewMessage(
            text="See",
            html='<p><img data-cid="pic@1" alt="Shot"></p>',
            channel="email",
            files=(file,),
        )
        message = add_customer_message(
            ticket_id=ticket.pk, contact=rocket.customer, new=new, at=NOON
        )
        link = f"/rocket/agent/files/{message.attachments.get().pk}/"
    text = client.get(page_of(ticket)).content.decode()
    assert f'<img src="{link}?preview=1"' in text
    assert client.get(f"{link}?preview=1")["Content-Type"] == "image/svg+xml"

    with inside(rocket):
        make_previews()
    text = client.get(page_of(ticket)).content.decode()
    assert f'<img src="{link}?preview=1"' in text
    assert client.get(f"{link}?preview=1")["Content-Type"] == "image/png"


def test_a_wide_block_of_an_email_can_be_scrolled_by_keyboard(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        html = sanitize_html("<pre class=x>log line &lt;pre&gt;</pre>")
        new = NewMessage(text="log line", html=html, channel="email")
        add_customer_message(ticket_id=ticket.pk, contact=rocket.customer, new=new, at=NOON)
    shown = '<pre tabindex="0">log line &lt;pre&gt;</pre>'
    assert shown in client.get(page_of(ticket)).content.decode()
    assert rocket.customer.user is not None
    customer = sign_in(rocket.customer.user)
    portal = customer.get(f"/rocket/portal/requests/{ticket.number}/").content.decode()
    assert shown in portal


def test_the_panel_shows_target_account_and_followers(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        add_participant(
            ticket_id=ticket.pk,
            contact=rocket.customer_colleague,
            by=Actor.of(rocket.analyst),
            at=NOON,
        )
    text = client.get(page_of(ticket)).content.decode()
    assert "First response" in text
    assert f"Standard, Medium: {format_duration(480)} (12x5)" in text
    assert rocket.account.name in text
    assert rocket.customer.email in text
    assert rocket.customer_colleague.email in text


def test_the_panel_shows_no_target_that_is_not_promised_anymore(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    low, by = rocket.priorities["Low"], Actor.of(rocket.analyst)
    with inside(rocket):
        Target.objects.filter(priority=low).delete()
        change_priority(ticket_id=ticket.pk, priority=low, by=by, at=NOON)
    text = client.get(page_of(ticket)).content.decode()
    assert "Standard, Medium" not in text
    with inside(rocket):
        close(ticket_id=ticket.pk, by=by, at=NOON + timedelta(days=9))
    text = client.get(page_of(ticket)).content.decode()
    assert "Standard, Medium" not in text


def test_answers_stand_under_the_questions_of_the_form(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        FormField.objects.create(
            desk=rocket.desk, key="server_version", label="Version of the server"
        )
        ticket.fields = {"gone": "Kept too", "server_version": "9.11.8"}
        ticket.save()
    text = client.get(page_of(ticket)).content.decode()
    pairs = re.findall(r'<dt dir="auto">([^<]+)</dt>\s*<dd dir="auto">([^<]+)</dd>', text)
    assert pairs == [("Gone", "Kept too")]
    fields = re.findall(r'<span class="prop-label" dir="auto">([^<]+)</span>', text)
    assert fields == ["Version of the server"]
    assert ">9.11.8<" in text
    assert ">server_version" not in text


def test_an_address_in_a_plain_text_is_a_link(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket(text="See https://acme.example/log?a=1&b=2 <b>now</b>")
    text = client.get(page_of(ticket)).content.decode()
    link = "https://acme.example/log?a=1&amp;b=2"
    assert f'See <a href="{link}" rel="nofollow">{link}</a> &lt;b&gt;now&lt;/b&gt;' in text


def test_a_script_behind_an_address_is_no_link(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket(
            text='javascript:alert(1) and https://x.example/"onclick=alert(1)'
        )
    text = client.get(page_of(ticket)).content.decode()
    assert 'href="javascript:' not in text
    assert '"onclick=' not in text


def test_every_agent_may_change_the_own_password(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    assert 'href="/rocket/login/password/change/"' in client.get(page_of(ticket)).content.decode()


def test_a_met_target_stays_that_of_its_priority(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    high = rocket.priorities["High"]
    with inside(rocket):
        Target.objects.filter(priority=high).update(amount=240)
        by = Actor.of(rocket.analyst)
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Yes.", at=NOON)
        change_priority(ticket_id=ticket.pk, priority=high, by=by, at=NOON + timedelta(minutes=1))
    text = client.get(page_of(ticket)).content.decode()
    assert f"Standard, Medium: {format_duration(480)} (12x5)" in text
    assert "Standard, High" not in text


def test_only_what_is_possible_now_is_offered(rocket: Cast, client: Client, ticket: Ticket) -> None:
    text = client.get(page_of(ticket)).content.decode()
    assert f"{page_of(ticket)}escalation/" in text
    assert f"{page_of(ticket)}closure/" in text
    assert f"{page_of(ticket)}reopening/" not in text
    assert "dict_keys" not in text
    client.post(f"{page_of(ticket)}closure/", {"reason": "solved"})
    text = client.get(page_of(ticket)).content.decode()
    assert f"{page_of(ticket)}escalation/" not in text
    assert f"{page_of(ticket)}closure/" not in text
    assert f"{page_of(ticket)}reopening/" in text
    assert "Closed" in text
    assert "Solved" in text


def test_an_observer_sees_the_ticket_and_no_form(
    rocket: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    text = sign_in(rocket.observer.user).get(page_of(ticket)).content.decode()
    assert "Since this morning nothing works." in text
    assert "<textarea" not in text
    own = f'action="{page_of(ticket)}watching/"'  # what an observer wants to hear of
    assert f'action="{page_of(ticket)}' not in text.replace(own, "")
    assert "tickets/new/" not in text


def test_the_page_takes_no_more_statements_for_many_messages(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    say(rocket, ticket, 4)
    few = count_cost(client, page_of(ticket))
    say(rocket, ticket, 195)
    many = count_cost(client, page_of(ticket))
    assert few == many
    assert few.round_trips <= 10  # P3
    assert few.statements <= 12


def say(cast: Cast, ticket: Ticket, amount: int) -> None:
    with inside(cast):
        Message.objects.bulk_create(
            Message(
                desk=cast.desk,
                ticket=ticket,
                contact=cast.customer,
                channel="email",
                body_text=f"Message {i}.",
                created_at=NOON + timedelta(seconds=i),
            )
            for i in range(amount)
        )
        Note.objects.create(
            desk=cast.desk, ticket=ticket, agent=cast.lead, body_text="A note.", created_at=NOON
        )


def test_a_long_conversation_begins_with_its_end_and_is_whole_on_demand(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    say(rocket, ticket, 150)
    text = client.get(page_of(ticket)).content.decode()
    assert "Message 149." in text
    assert "Message 3." not in text
    assert f'href="{page_of(ticket)}?all=1"' in text
    whole = client.get(f"{page_of(ticket)}?all=1").content.decode()
    assert "Message 3." in whole
    assert "Message 149." in whole


def test_htmx_gets_the_conversation_alone_and_leaves_the_composer_as_it_is(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    response = client.get(page_of(ticket), headers={"HX-Request": "true"})
    text = response.content.decode()
    with inside(rocket):
        last = Message.objects.get(ticket=ticket).pk
    assert "Since this morning" in text
    assert "<textarea" not in text
    assert f'data-last-message="{last}"' in text
    assert "last_seen" not in text
    panel = client.get(f"{page_of(ticket)}panel/").content.decode()
    assert "First response" in panel
    assert "<html" not in panel


def test_an_unverified_sender_is_marked(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket(contact=rocket.stranger, is_unverified=True)
    assert "Unverified sender" in client.get(page_of(ticket)).content.decode()


def test_what_people_write_is_never_markup(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket(
            subject="<script>alert(1)</script>", text="<img src=x onerror=alert(1)>"
        )
        add_note(ticket_id=ticket.pk, agent=rocket.analyst, text="<b onclick=x>", at=NOON)
    text = client.get(page_of(ticket)).content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "<b onclick" not in text


def test_an_automatic_message_is_named_so_with_its_true_sender(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        new = NewMessage(text="I am away.", channel="email", is_automatic=True)
        add_customer_message(ticket_id=ticket.pk, contact=rocket.customer, new=new, at=NOON)
    text = client.get(page_of(ticket)).content.decode()
    assert f'aria-label="Automatic message from {rocket.customer}"' in text
    head = text[: text.index("<span>Automatic message</span>")].rpartition("<header")[2]
    assert rocket.customer.email in head
