"""The composer: public reply and internal note."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from tests.agent.conftest import SignIn, inside
from tests.cast import Cast
from tickets.models import Message, Note, Notification, State, Ticket, TicketEvent
from tickets.services import NewMessage, add_customer_message, reply


def answers_of(ticket: Ticket) -> str:
    return f"/rocket/agent/tickets/{ticket.number}/answers/"


def form(ticket: Ticket, **changes: object) -> dict[str, object]:
    last = Message.objects.filter(ticket=ticket).latest("id").pk
    filled = {
        "kind": "reply",
        "body": "Please restart it.",
        "next": "waiting",
        "last_seen": last,
        "form_token": "t1",
    }
    return filled | changes


def test_a_reply_goes_out_with_its_file_and_the_ticket_waits(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    file = SimpleUploadedFile("../log<1>.txt", b"lines", "text/plain")
    with inside(rocket):
        response = client.post(answers_of(ticket), form(ticket, files=file))
        assert response.status_code == 303
        assert response["Location"].startswith(f"/rocket/agent/tickets/{ticket.number}/")
        message = Message.objects.get(ticket=ticket, agent=rocket.analyst)
        ticket.refresh_from_db()
        assert message.body_text == "Please restart it."
        assert message.attachments.get().name == "log1.txt"
        assert ticket.status == State.WAITING
    assert "Please restart it." in client.get(response["Location"]).content.decode()


@pytest.mark.parametrize(
    ("then", "status"), [("investigating", "investigating"), ("closed", "closed"), ("", "open")]
)
def test_a_reply_leaves_the_ticket_as_chosen(
    rocket: Cast, client: Client, ticket: Ticket, then: str, status: str
) -> None:
    with inside(rocket):
        assert client.post(answers_of(ticket), form(ticket, next=then)).status_code == 303
        assert Ticket.objects.get(pk=ticket.pk).status == status


def test_a_note_is_kept_and_moves_nothing(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        client.post(answers_of(ticket), form(ticket, kind="note", body="Ask the team."))
        assert Note.objects.get(ticket=ticket).body_text == "Ask the team."
        assert not Message.objects.filter(ticket=ticket, agent__isnull=False).exists()
        assert Ticket.objects.get(pk=ticket.pk).status == State.OPEN


def test_an_empty_answer_comes_back_with_the_fault(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        response = client.post(answers_of(ticket), form(ticket, body="  \r\n", next="closed"))
    assert response.status_code == 422
    text = response.content.decode()
    assert "Write a message or attach a file first." in text
    assert '<input type="hidden" name="next" value="closed">' in text


def test_a_file_alone_is_an_answer(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        file = SimpleUploadedFile("a.txt", b"x")
        assert client.post(answers_of(ticket), form(ticket, body="", files=file)).status_code == 303


def test_an_answer_that_crosses_a_new_message_comes_back_with_its_text(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        sent = form(ticket, body="It is <fixed>.", kind="reply")
        new = NewMessage(text="Wait, it works again!", channel="email")
        newer = add_customer_message(
            ticket_id=ticket.pk, contact=rocket.customer, new=new, at=timezone.now()
        )
        response = client.post(answers_of(ticket), sent)
        assert response.status_code == 409
        text = response.content.decode()
        assert "A new message arrived while you were writing" in text
        assert "Send anyway" in text
        assert "It is &lt;fixed&gt;." in text
        assert "Wait, it works again!" in text
        assert f'value="{newer.pk}"' in text
        assert not Message.objects.filter(ticket=ticket, agent__isnull=False).exists()
        assert client.post(answers_of(ticket), sent | {"last_seen": newer.pk}).status_code == 303
        assert Message.objects.filter(ticket=ticket, agent__isnull=False).count() == 1


def test_a_reply_asks_again_only_for_what_is_newer_still(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        sent = form(ticket, body="It is fixed.")
        for words in ["It works again!", "No, it doesn't."]:
            new = NewMessage(text=words, channel="email")
            add_customer_message(
                ticket_id=ticket.pk, contact=rocket.customer, new=new, at=timezone.now()
            )
            response = client.post(answers_of(ticket), sent)
            assert response.status_code == 409
            composer = response.context["composer"]
            assert [message.text for message in composer.newer] == [escape(words)]
            sent |= {"last_seen": composer.last_seen}
        assert client.post(answers_of(ticket), sent).status_code == 303


def test_a_colleagues_reply_is_a_new_message_and_a_machines_is_not(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        sent = form(ticket)
        away = NewMessage(text="I am away.", channel="email", is_automatic=True)
        add_customer_message(
            ticket_id=ticket.pk, contact=rocket.customer, new=away, at=timezone.now()
        )
        reply(ticket_id=ticket.pk, agent=rocket.colleague, text="Try this.", at=timezone.now())
        composer = client.post(answers_of(ticket), sent).context["composer"]
    assert [(m.author, m.text) for m in composer.newer] == [("Colleague", "Try this.")]


def test_a_note_crosses_nothing(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        sent = form(ticket, kind="note")
        reply(ticket_id=ticket.pk, agent=rocket.colleague, text="Try this.", at=timezone.now())
        assert client.post(answers_of(ticket), sent).status_code == 303


def test_another_error_does_not_hide_newer_messages(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        sent = form(ticket)
        reply(ticket_id=ticket.pk, agent=rocket.colleague, text="Try this.", at=timezone.now())
        shown = client.post(answers_of(ticket), sent | {"body": ""})
        assert shown.status_code == 422
        assert shown.context["composer"].last_seen == sent["last_seen"]
        assert client.post(answers_of(ticket), sent).status_code == 409


def test_files_that_come_back_are_named(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        sent = form(ticket, files=SimpleUploadedFile("trace.log", b"x"))
        reply(ticket_id=ticket.pk, agent=rocket.colleague, text="Try this.", at=timezone.now())
        text = client.post(answers_of(ticket), sent).content.decode()
    assert "Attach these files again: trace.log" in text


def test_a_double_click_says_it_once(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        for kind in ["reply", "note"]:
            sent = form(ticket, kind=kind, form_token=f"token-{kind}")
            first, second = (
                client.post(answers_of(ticket), sent),
                client.post(answers_of(ticket), sent),
            )
            assert first.status_code == second.status_code == 303
            assert first["Location"] == second["Location"]
        assert Message.objects.filter(ticket=ticket, agent=rocket.analyst).count() == 1
        assert Note.objects.filter(ticket=ticket).count() == 1


def test_each_rendered_form_has_a_token_of_its_own(client: Client, ticket: Ticket) -> None:
    page = f"/rocket/agent/tickets/{ticket.number}/"
    tokens = {client.get(page).context["composer"].form["form_token"].value() for _ in range(2)}
    assert len(tokens) == 2


def test_an_illegal_move_is_refused_with_the_text_kept(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        client.post(f"/rocket/agent/tickets/{ticket.number}/closure/", {"reason": "solved"})
        response = client.post(
            answers_of(ticket), form(ticket, body="One more thing.", next="waiting")
        )
        assert response.status_code == 422
        assert "One more thing." in response.content.decode()
        assert Message.objects.filter(ticket=ticket).count() == 1


def test_too_large_files_are_named_and_the_text_is_kept(
    rocket: Cast, client: Client, ticket: Ticket, settings: pytest.FixtureRequest
) -> None:
    settings.MAX_ATTACHMENT_BYTES = 10
    with inside(rocket):
        file = SimpleUploadedFile("huge.bin", b"x" * 11)
        response = client.post(answers_of(ticket), form(ticket, body="With the log.", files=file))
    assert response.status_code == 422
    assert "huge.bin" in response.content.decode()
    assert "With the log." in response.content.decode()


def test_answering_reads_the_agents_lines_about_the_ticket(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        event = TicketEvent.objects.filter(ticket=ticket).first()
        facts = {"desk": rocket.desk, "agent": rocket.analyst, "event": event, "ticket": ticket}
        Notification.objects.create(**facts, created_at=timezone.now())
        client.post(answers_of(ticket), form(ticket))
        assert Notification.objects.get(agent=rocket.analyst, event=event).read_at is not None


def test_an_observer_may_not_answer(rocket: Cast, ticket: Ticket, sign_in: SignIn) -> None:
    with inside(rocket):
        sent = form(ticket)
        assert sign_in(rocket.observer.user).post(answers_of(ticket), sent).status_code == 403
        assert Message.objects.filter(ticket=ticket).count() == 1


def test_a_form_without_its_secret_is_refused(rocket: Cast, ticket: Ticket) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(rocket.analyst.user)
    with inside(rocket):
        assert strict.post(answers_of(ticket), form(ticket)).status_code == 403
        assert Message.objects.filter(ticket=ticket).count() == 1


def test_reading_changes_nothing(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        before = Ticket.objects.values().get(pk=ticket.pk), TicketEvent.objects.count()
        for part in ["", "panel/", "history/", "escalation/", "closure/", "participants/"]:
            assert client.get(f"/rocket/agent/tickets/{ticket.number}/{part}").status_code == 200
        assert client.get(answers_of(ticket)).status_code == 405
        assert before == (Ticket.objects.values().get(pk=ticket.pk), TicketEvent.objects.count())
