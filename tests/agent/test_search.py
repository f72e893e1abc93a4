"""Search on the Tickets page: words of subject, messages and notes, and numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.agent.conftest import inside
from tests.agent.test_queue import QUEUE, numbers
from tests.cast import NOON, Cast
from tickets.services import add_note, reply


def test_a_word_is_found_in_subject_message_and_note(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        by_subject = rocket.open_ticket(subject="The flux is broken", text="Nothing else.")
        by_message = rocket.open_ticket(text="Our flux stands still.")
        by_note, by_reply, other = rocket.open_ticket(), rocket.open_ticket(), rocket.open_ticket()
        add_note(ticket_id=by_note.pk, agent=rocket.analyst, text="Perhaps the flux?", at=NOON)
        reply(ticket_id=by_reply.pk, agent=rocket.analyst, text="Look at the flux.", at=NOON)
    found = numbers(client, f"{QUEUE}?q=flux")
    assert set(found) == {by_subject.number, by_message.number, by_note.number, by_reply.number}
    assert other.number not in found


@pytest.mark.parametrize("written", ["{}", "#{}", "RC-{}", "rc-{}", " RC-{} "])
def test_a_number_or_reference_finds_its_ticket_first(rocket: Cast, client: Client, written: str) -> None:
    with inside(rocket):
        named = rocket.open_ticket()
        rocket.open_ticket(text=f"It is like {named.number} and RC-{named.number}.")
    assert numbers(client, f"{QUEUE}?q={written.format(named.number).replace('#', '%23')}")[0] == named.number


@pytest.mark.parametrize("written", [str.lower, str.upper, " {} ".format])
def test_a_customers_address_finds_their_tickets(
    rocket: Cast, client: Client, written: Callable[[str], str]
) -> None:
    with inside(rocket):
        older, newer = rocket.open_ticket(), rocket.open_ticket(at=NOON + timedelta(minutes=1))
        rocket.open_ticket(contact=rocket.customer_colleague)
    found = numbers(client, f"{QUEUE}?q={written(rocket.customer.email)}")
    assert found == [newer.number, older.number]


def test_a_customer_of_another_desk_is_not_found_here(rocket: Cast, matter: Cast, client: Client) -> None:
    with inside(matter):
        matter.open_ticket()
    assert numbers(client, f"{QUEUE}?q={matter.customer.email}") == []


def test_another_desks_reference_finds_nothing_here(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket()
    assert numbers(client, f"{QUEUE}?q=MM-{ticket.number}") == []


@pytest.mark.parametrize("words", ["%00", "'", '"', "(", "a or", "-", "%F0%9F%92%A9", "x" * 900, "9" * 15])
def test_strange_words_are_no_error(client: Client, words: str) -> None:
    page = client.get(f"{QUEUE}?q={words}")
    assert page.status_code == 200
    assert "Nothing found" in page.content.decode()


def test_hits_beyond_a_page_are_on_the_next(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        opened = {rocket.open_ticket(subject=f"Flux {i}").number for i in range(53)}
    first = numbers(client, f"{QUEUE}?q=flux")
    second = numbers(client, f"{QUEUE}?q=flux&from=50")
    assert (len(first), len(second)) == (50, 3)
    assert set(first + second) == opened


def test_the_words_stay_in_the_search_field(client: Client) -> None:
    page = client.get(f"{QUEUE}?q=<b>flux").content.decode()
    assert 'value="&lt;b&gt;flux"' in page
    assert "<b>flux" not in page


def test_a_very_long_search_is_cut(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        found = rocket.open_ticket(subject="The flux is broken")
    assert numbers(client, f"{QUEUE}?q=flux{'%20' * 300}{'nonsense%20' * 600}") == [found.number]
