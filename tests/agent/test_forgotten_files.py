"""A reply that mentions an attachment and has none is questioned once, also without script."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from helpdesk.agent.ticket_page.composing.attachment_words import mentions_attachment
from tests.agent.conftest import inside
from tests.agent.test_answers import answers_of, form
from tests.cast import Cast
from tickets.models import Message, Note, Ticket

TEXT = "I've attached the log."


def count_replies(cast: Cast) -> int:
    return Message.objects.filter(agent=cast.analyst).count()


def test_it_is_asked_once_and_the_text_stays(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        asked = client.post(answers_of(ticket), form(ticket, body=TEXT, next="closed"))
        assert asked.status_code == 422
        page = asked.content.decode()
        assert "You mentioned an attachment, but no file is attached." in page
        assert "Send anyway" in page
        assert asked.context["composer"].form["body"].value() == TEXT
        assert asked.context["composer"].chosen.value == "closed"
        assert 'name="without_files" value="1"' in page
        assert count_replies(rocket) == 0
        anyway = form(ticket, body=TEXT, without_files="1")
        assert client.post(answers_of(ticket), anyway).status_code == 303
        assert count_replies(rocket) == 1


def test_a_file_or_a_note_is_not_questioned(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        file = SimpleUploadedFile("log.txt", b"lines", "text/plain")
        sent = client.post(answers_of(ticket), form(ticket, body=TEXT, files=file))
        assert sent.status_code == 303
        assert count_replies(rocket) == 1
        note = form(ticket, body=TEXT, kind="note", form_token="t2")
        assert client.post(answers_of(ticket), note).status_code == 303
        assert Note.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("See the attachment.", True),
        ("Segue em anexo o arquivo.", True),
        ("Anbei die Logdatei.", True),
        ("> I've attached the log.\nThanks, I'll read it.", False),
        ("The detachment works.", False),
    ],
)
def test_words_that_announce_a_file(text: str, is_so: bool) -> None:
    assert mentions_attachment(text) is is_so


def test_a_second_click_on_a_reply_of_files_alone_gets_the_response_of_the_first(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        for kind, token in (("reply", "t1"), ("note", "t2")):
            file = SimpleUploadedFile("log.txt", b"lines", "text/plain")
            url = f"/rocket/agent/tickets/{ticket.number}/files/"
            kept = client.post(url, {"file": file, "kind": kind}).context["file"].id
            sent = form(ticket, kind=kind, body="", kept=kept, form_token=token)
            first, second = (client.post(answers_of(ticket), sent) for _ in range(2))
            assert (first.status_code, second.status_code) == (303, 303)
            assert first["Location"] == second["Location"]
        assert (count_replies(rocket), Note.objects.count()) == (1, 1)
        never_sent = form(ticket, body="", form_token="t3")
        assert client.post(answers_of(ticket), never_sent).status_code == 422
