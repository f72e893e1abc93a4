"""Forms and API requests that are sent twice do their work once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tickets.models import Message, Note, SubmittedForm, Ticket
from tickets.services import add_note
from tickets.submissions import KeyReusedError, request_once, submit_once


def submit(cast: Cast, token: str, work: Callable[[], Ticket] | None = None, **changes: Any) -> Any:
    given = {"desk": cast.desk, "contact": cast.customer, "token": token, "at": NOON} | changes
    return submit_once(**given, work=work or cast.open_ticket)


def test_a_form_that_is_sent_twice_opens_one_ticket(in_rocket: Cast) -> None:
    first, is_first = submit(in_rocket, "form1")
    again, is_first_again = submit(in_rocket, "form1")
    assert (first, is_first, is_first_again) == (again, True, False)
    assert Ticket.objects.count() == 1


def test_another_form_or_person_does_its_own_work(in_rocket: Cast) -> None:
    tickets = {
        submit(in_rocket, "form1")[0],
        submit(in_rocket, "form2")[0],
        submit(in_rocket, "form1", contact=in_rocket.manager)[0],
        submit(in_rocket, "form1", contact=None)[0],
    }
    assert len(tickets) == 4


def test_without_a_person_a_token_counts_once_too(in_rocket: Cast) -> None:
    first, _ = submit(in_rocket, "form1", contact=None)
    assert submit(in_rocket, "form1", contact=None) == (first, False)


def test_another_desk_has_tokens_of_its_own(in_rocket: Cast, matter: Cast) -> None:
    first, _ = submit(in_rocket, "form1", contact=None)
    with desk_scope(matter.desk):
        other, is_first = submit(matter, "form1", contact=None)
    assert is_first
    assert other != first


def test_work_that_fails_leaves_the_form_to_be_sent_again(in_rocket: Cast) -> None:
    def fail() -> Ticket:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        submit(in_rocket, "form1", fail)
    assert not SubmittedForm.objects.exists()
    assert submit(in_rocket, "form1")[1] is True


def request(cast: Cast, token: str, fingerprint: str, **changes: Any) -> Ticket:
    given: dict[str, Any] = {"work": cast.open_ticket, "visible": Ticket.objects.all()} | changes
    return request_once(desk=cast.desk, token=token, fingerprint=fingerprint, at=NOON, **given)


def test_a_request_that_is_sent_twice_returns_the_same_ticket_as_it_is_now(
    in_rocket: Cast,
) -> None:
    first = request(in_rocket, "key1", "abc")
    Ticket.objects.filter(pk=first.pk).update(subject="Changed since")
    again = request(in_rocket, "key1", "abc")
    assert (again.pk, again.subject) == (first.pk, "Changed since")


def test_a_key_of_another_request_is_refused(in_rocket: Cast) -> None:
    request(in_rocket, "key1", "abc")
    with pytest.raises(KeyReusedError, match="Use a new key"):
        request(in_rocket, "key1", "def")
    assert Ticket.objects.count() == 1


def test_what_is_hidden_by_now_is_not_returned(in_rocket: Cast) -> None:
    request(in_rocket, "key1", "abc")
    with pytest.raises(Ticket.DoesNotExist):
        request(in_rocket, "key1", "abc", visible=Ticket.objects.none())


def test_a_request_for_a_note_returns_the_note(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()

    def work() -> Note:
        return add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Odd", at=NOON)

    given = {"work": work, "visible": Note.objects.all()}
    first, again = (request(in_rocket, "key1", "abc", **given) for _ in range(2))
    assert first == again == Note.objects.get()
    assert SubmittedForm.objects.get().ticket == ticket
    assert Message.objects.count() == 1
