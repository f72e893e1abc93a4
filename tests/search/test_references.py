"""References as people paste them: from subjects, sentences and links."""

from __future__ import annotations

import pytest

from accounts.models import Desk
from tests.cast import Cast
from tickets.search.find import search_for_contact, search_tickets
from tickets.search.references import find_numbers, read_number

DESK = Desk(slug="rocket", ticket_prefix="RC", domain="help.rocket.example")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("RC-1276", [1276]),
        ("rc 1276", [1276]),
        ("rc1276", [1276]),
        ("[RC-1276]", [1276]),
        ("(RC–1276).", [1276]),
        ("“RC‑1276”", [1276]),
        ("ＲＣ－１２７６", [1276]),
        ("#1276", [1276]),
        ("1276", [1276]),
        ("Ticket RC-1276", [1276]),
        ("ticket 1276", [1276]),
        ("Ticket no. 1276", [1276]),
        ("Request #1276", [1276]),
        ("please look at RC-1276 and RC-1300, thanks", [1276, 1300]),
        ("AW: Re: Badge reader [RC-1276]", [1276]),
        ("[RC-1276] We received your request: Badge reader", [1276]),
        ("https://desk.example/rocket/agent/tickets/1276/", [1276]),
        ("<https://desk.example/rocket/portal/requests/1276/?x=1#m5>", [1276]),
        ("http://help.rocket.example/portal/requests/1276", [1276]),
        ("/agent/tickets/1276/", [1276]),
        ("See https://desk.example:8443/rocket/agent/tickets/1276/history/.", [1276]),
        ("https://desk.example/matter/agent/tickets/1276/", []),
        ("https://help.matter.example/agent/tickets/1276/", []),
        ("MM-1276", []),
        ("SRC-1276", []),
        ("RC-1276-B", [1276]),
        ("RC-12x", []),
        ("error 1276", []),
        ("C#12", []),
        ("", []),
    ],
)
def test_numbers_are_read_in_any_dress(text: str, numbers: list[int]) -> None:
    assert find_numbers(DESK, text) == numbers


def test_only_a_number_by_itself_is_the_beginning_of_others() -> None:
    assert read_number(DESK, " [rc-70] ") == 70
    assert read_number(DESK, "70") == 70
    assert read_number(DESK, "Ticket 70") is None
    assert read_number(DESK, "") is None


def test_a_pasted_subject_or_link_finds_its_ticket_first(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket(subject="Badge reader offline")
    other = in_rocket.open_ticket(subject=f"Badge reader offline, see RC-{ticket.number}")
    for pasted in (
        f"[RC-{ticket.number}]",
        f"Re: Badge reader offline [RC-{ticket.number}]",
        f"Ticket RC-{ticket.number}",
        f"http://localhost/rocket/agent/tickets/{ticket.number}/",
        f"http://localhost/rocket/portal/requests/{ticket.number}/",
        "Fwd: " + "a very long subject " * 12 + f"[RC-{ticket.number}]",
    ):
        assert search_tickets(desk=in_rocket.desk, words=pasted)[0] == ticket.pk
        assert ticket.pk in search_for_contact(in_rocket.customer, pasted)
    found = search_tickets(desk=in_rocket.desk, words="AW: Badge reader offline")
    assert set(found) == {ticket.pk, other.pk}
