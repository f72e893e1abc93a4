"""Notes on the ticket's page: mentions, reactions, pins, watching, and the account's note."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.customers.notes import get_account_note, set_account_note
from accounts.models import Agent
from tests.agent.conftest import SignIn, inside
from tests.cast import NOON, Cast
from tests.departments import close_department
from tickets.deliveries import deliver_due
from tickets.models import Note, NoteReaction, Notification, PinnedNote, Ticket, Watcher
from tickets.services import add_note


@pytest.fixture
def note(rocket: Cast, ticket: Ticket) -> Note:
    with inside(rocket):
        Agent.objects.filter(pk=rocket.lead.pk).update(name="Ana <Souza>")
        return add_note(
            ticket_id=ticket.pk, agent=rocket.colleague, text="Ask @Ana <Souza>, please", at=NOON
        )


def read(client: Client, ticket: Ticket) -> str:
    return client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()


def post(client: Client, ticket: Ticket, place: str, **data: str) -> int:
    url = f"/rocket/agent/tickets/{ticket.number}/{place}"
    return client.post(url, data).status_code


def test_a_mention_is_highlighted_and_escaped(client: Client, ticket: Ticket, note: Note) -> None:
    assert '<span class="mention">@Ana &lt;Souza&gt;</span>, please' in read(client, ticket)


def test_a_refused_mention_keeps_what_was_typed(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    close_department(rocket, "paid", members=(rocket.analyst,))
    text = f"@{rocket.colleague.name}: I wrote a lot."
    url = f"/rocket/agent/tickets/{ticket.number}/answers/"
    response = client.post(url, {"kind": "note", "body": text, "form_token": "t" * 20})
    assert response.status_code == 422
    said = response.content.decode()
    assert "can&#x27;t see this ticket" in said
    assert "I wrote a lot." in said


def test_the_same_words_in_a_reply_mention_nobody(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    text = f"@{rocket.colleague.name} will call you."
    url = f"/rocket/agent/tickets/{ticket.number}/answers/"
    sent = {"kind": "reply", "body": text, "next": "waiting", "form_token": "t" * 20}
    assert client.post(url, sent).status_code == 303
    with inside(rocket):
        assert not Watcher.objects.exists()


def test_names_are_offered_by_how_they_begin(rocket: Cast, client: Client, ticket: Ticket) -> None:
    url = f"/rocket/agent/tickets/{ticket.number}/mentions/"
    assert 'data-mention="Colleague"' in client.get(url, {"q": "coll"}).content.decode()
    assert "data-mention" not in client.get(url, {"q": "nobody"}).content.decode()
    assert "data-mention" not in client.get(url, {"q": "%"}).content.decode()


def test_reacting_and_withdrawing(rocket: Cast, client: Client, ticket: Ticket, note: Note) -> None:
    place = f"notes/{note.pk}/reactions/"
    for _ in range(2):  # a double click
        assert post(client, ticket, place, kind="looking", is_wanted="1") == 303
    assert 'aria-label="Looking into it: Analyst"' in read(client, ticket)
    assert post(client, ticket, place, kind="looking") == 303
    assert post(client, ticket, place, kind="heart", is_wanted="1") == 303
    with inside(rocket):
        assert not NoteReaction.objects.exists()


def test_a_pinned_note_is_shown_above_even_if_it_is_old(
    rocket: Cast, client: Client, ticket: Ticket, note: Note
) -> None:
    assert 'class="pinned"' not in read(client, ticket)
    assert post(client, ticket, f"notes/{note.pk}/pin/", is_wanted="1") == 303
    page = read(client, ticket)
    assert page.index('class="pinned"') < page.index('id="conversation"')
    assert post(client, ticket, f"notes/{note.pk}/pin/") == 303
    with inside(rocket):
        assert not PinnedNote.objects.exists()


def test_a_note_of_another_ticket_is_not_there(
    rocket: Cast, client: Client, ticket: Ticket, note: Note
) -> None:
    with inside(rocket):
        other = rocket.open_ticket()
    assert post(client, other, f"notes/{note.pk}/pin/", is_wanted="1") == 404
    assert post(client, other, f"notes/{note.pk}/reactions/", kind="agree", is_wanted="1") == 404


def test_watching_and_no_longer(rocket: Cast, client: Client, ticket: Ticket) -> None:
    assert "Watch ticket" in read(client, ticket)
    assert post(client, ticket, "watching/", is_wanted="1") == 303
    assert "Stop watching" in read(client, ticket)
    assert post(client, ticket, "watching/") == 303
    with inside(rocket):
        assert not Watcher.objects.exists()


def test_an_observer_watches_but_neither_reacts_nor_pins(
    rocket: Cast, ticket: Ticket, note: Note, sign_in: SignIn
) -> None:
    reader = sign_in(rocket.observer.user)
    assert post(reader, ticket, "watching/", is_wanted="1") == 303
    assert post(reader, ticket, f"notes/{note.pk}/pin/", is_wanted="1") == 403
    page = read(reader, ticket)
    assert "Pin note" not in page
    assert "Add a reaction" not in page


def test_the_note_about_the_account_is_on_its_tickets_and_its_page(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    url = f"/rocket/agent/accounts/{rocket.account.pk}/"
    assert client.post(f"{url}note/", {"text": "Call <first>."}).status_code == 303
    for page in (read(client, ticket), client.get(url).content.decode()):
        assert "Call &lt;first&gt;." in page
        assert "Edited by Analyst" in page


def test_two_agents_edit_the_note_at_once(rocket: Cast, client: Client) -> None:
    url = f"/rocket/agent/accounts/{rocket.account.pk}/note/"
    assert "Agents see it" in client.get(url).content.decode()
    with inside(rocket):
        set_account_note(
            account=rocket.account, text="First.", expected="", by=rocket.lead, at=NOON
        )
    response = client.post(url, {"text": "Second.", "expected": ""})
    assert response.status_code == 422
    said = response.content.decode()
    assert "Lead changed the note while you were writing. It now says: “First.”" in said
    assert "Second." in said
    assert 'value="First."' in said
    assert client.post(url, {"text": "Second.", "expected": "First."}).status_code == 303
    with inside(rocket):
        assert get_account_note(rocket.account) == "Second."


def test_a_note_that_is_too_long_is_refused_with_its_text(rocket: Cast, client: Client) -> None:
    url = f"/rocket/agent/accounts/{rocket.account.pk}/note/"
    response = client.post(url, {"text": "x" * 4001})
    assert response.status_code == 422
    assert "x" * 4001 in response.content.decode()


def test_mentioned_lists_the_tickets_that_mention_the_reader(
    rocket: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        rocket.open_ticket(subject="Another one")
        text = f"@{rocket.colleague.name}"
        add_note(ticket_id=ticket.pk, agent=rocket.analyst, text=text, at=NOON)
    colleague = sign_in(rocket.colleague.user)
    page = colleague.get("/rocket/agent/?view=mentioned").content.decode()
    assert "RC-1001" in page
    assert "RC-1002" not in page
    close_department(rocket, "paid", members=(rocket.analyst,))
    assert "RC-1001" not in colleague.get("/rocket/agent/?view=mentioned").content.decode()


def test_a_ticket_in_view_is_marked_as_read_by_a_post_only(
    rocket: Cast, client: Client, ticket: Ticket, note: Note
) -> None:
    with inside(rocket):
        deliver_due(desk_id=rocket.desk.pk, at=NOON)
        unread = Notification.objects.filter(agent=rocket.analyst, read_at__isnull=True)
        assert unread.exists()
    mark = f'data-read="/rocket/agent/tickets/{ticket.number}/read/"'
    assert mark in read(client, ticket)
    assert mark in read(client, ticket)
    assert post(client, ticket, "read/") == 204
    assert mark not in read(client, ticket)
    with inside(rocket):
        assert not unread.exists()
        assert Notification.objects.filter(agent=rocket.lead, read_at__isnull=True).exists()
