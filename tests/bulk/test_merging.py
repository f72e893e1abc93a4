"""Selected tickets are merged into one of them, with a preview, a summary and an undo."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from tests.agent.conftest import SignIn, inside
from tests.agent.test_queue import QUEUE
from tests.bulk.test_pages import client, select
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.bulk.merging import BulkMerge, start_bulk_merge
from tickets.bulk.running import run_bulk_jobs
from tickets.errors import InvalidValueError, NotAllowedError
from tickets.models import BulkJob, Message, State, Ticket
from tickets.relations.merging import merge_ticket, undo_merge
from tickets.services import close

__all__ = ["client"]
FORM = "/rocket/agent/bulk/merge/"


@pytest.fixture
def tickets(rocket: Cast) -> list[Ticket]:
    """Three tickets of one customer, and one of another account."""
    with inside(rocket):
        own = [rocket.open_ticket() for _ in range(3)]
        return [*own, rocket.open_ticket(contact=rocket.elsewhere)]


def merged(cast: Cast) -> dict[int, int | None]:
    with inside(cast):
        return dict(Ticket.objects.order_by("pk").values_list("pk", "merged_into"))


def test_the_others_are_merged_into_the_one_that_stays(
    rocket: Cast, client: Client, tickets: list[Ticket]
) -> None:
    first, second, third, _other = tickets
    assert "Merge…" in client.get(QUEUE).text
    form = client.post(FORM, select(tickets[:3])).text
    assert f'value="{first.pk}"' in form
    assert "Merge 2 tickets" in form
    assert "across_accounts" not in form
    with inside(rocket):
        before = Message.objects.count()
    given = select(tickets[:3], apply="1", into=str(second.pk), form_token="one")
    places = {client.post(FORM, given)["Location"] for _ in range(2)}
    [place] = places
    page = client.get(place).text
    assert "Bulk merge" in page
    assert "2 tickets merged." in page
    found = merged(rocket)
    assert [found[one.pk] for one in (first, second, third)] == [second.pk, None, second.pk]
    with inside(rocket):
        assert BulkJob.objects.count() == 1
        assert Message.objects.count() == before, "customers are told nothing"
        assert Ticket.objects.get(pk=first.pk).status == State.CLOSED
    undone = client.post(f"{place}undo/", follow=True).text
    assert "2 tickets restored." in undone
    assert not any(merged(rocket).values())
    with inside(rocket):
        assert Ticket.objects.get(pk=first.pk).status == State.OPEN


def test_the_preview_says_what_cannot_be_merged_and_why(
    rocket: Cast, client: Client, tickets: list[Ticket]
) -> None:
    first, second, third, other = tickets
    with inside(rocket):
        given = {"agent": rocket.lead, "at": NOON}
        merge_ticket(ticket_id=third.pk, into_id=second.pk, **given)
    form = unescape(client.post(FORM, select(tickets)).text)
    assert form.count("Can't be merged") == 2
    assert f"{third.reference} was merged into another ticket." in form
    assert "The tickets belong to different accounts." in form
    assert "Merge 1 ticket" in form
    shown = unescape(client.post(FORM, select(tickets, preview="1", into=str(other.pk))).text)
    assert shown.count("Can't be merged") == 3
    assert "Merge 1 ticket" not in shown
    across = {"into": str(first.pk), "across_accounts": "on"}
    assert "Merge 2 tickets" in client.post(FORM, select(tickets, preview="1", **across)).text
    page = client.post(FORM, select(tickets, apply="1", **across), follow=True)
    text = unescape(page.text)
    assert "2 tickets merged." in text
    assert f"{third.reference} was merged into another ticket." in text
    found = merged(rocket)
    assert (found[second.pk], found[other.pk]) == (first.pk, first.pk)
    assert found[third.pk] == second.pk


def test_another_choice_is_previewed_before_it_is_merged(
    rocket: Cast, client: Client, tickets: list[Ticket]
) -> None:
    first, second = tickets[:2]
    shown = f"{first.pk}:0"
    assert f'name="shown" value="{shown}"' in client.post(FORM, select(tickets[:2])).text
    given = select(tickets[:2], apply="1", into=str(second.pk))
    asked = client.post(FORM, given | {"shown": shown})
    assert asked.status_code == 422
    assert "Check the preview, then merge." in asked.text
    assert f'name="shown" value="{second.pk}:0"' in asked.text
    assert not any(merged(rocket).values())
    assert client.post(FORM, given | {"shown": f"{second.pk}:0"}).status_code == 303


def test_an_undo_leaves_what_was_merged_elsewhere_since(
    rocket: Cast, client: Client, tickets: list[Ticket]
) -> None:
    first, second, third, _other = tickets
    given = select(tickets[:3], apply="1", into=str(first.pk))
    place = client.post(FORM, given)["Location"]
    with inside(rocket):
        by = {"agent": rocket.lead, "at": NOON}
        undo_merge(ticket_id=second.pk, **by)
        merge_ticket(ticket_id=second.pk, into_id=rocket.open_ticket().pk, **by)
    text = client.post(f"{place}undo/", follow=True).text
    assert "1 ticket restored." in text
    assert "The ticket was changed after the bulk change." in text
    assert merged(rocket)[third.pk] is None
    assert merged(rocket)[second.pk]


def test_a_selection_must_be_of_two_to_twenty_tickets(
    rocket: Cast, client: Client, tickets: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = client.post(FORM, select(tickets[:1]))
    assert (one.status_code, "Select at least two tickets" in one.text) == (422, True)
    assert "Select tickets in a list first." in client.get(FORM).text
    monkeypatch.setattr("tickets.bulk.merging.MAX_MERGED", 2)
    many = client.post(FORM, select(tickets, apply="1", into=str(tickets[0].pk)))
    assert (many.status_code, "up to 2 tickets at a time" in many.text) == (422, True)
    wrong = client.post(FORM, select(tickets[:2], apply="1", into=str(tickets[3].pk)))
    assert wrong.status_code == 422, "not one of the selected"
    assert not any(merged(rocket).values())


def test_a_closed_ticket_stays_only_for_closed_ones(
    rocket: Cast, client: Client, tickets: list[Ticket]
) -> None:
    with inside(rocket):
        close(ticket_id=tickets[0].pk, by=Actor.of(rocket.analyst), at=NOON)
    form = client.post(FORM, select(tickets[:2])).text
    [offered] = re.findall(r'name="into" value="(\d+)"[^>]* checked', form)
    assert int(offered) == tickets[1].pk
    given = select(tickets[:2], preview="1", into=str(tickets[0].pk))
    assert (
        "is closed. Reopen it first, or merge the other way around."
        in client.post(FORM, given).text
    )


def test_others_rights_count_at_the_time_of_the_work(
    rocket: Cast, matter: Cast, tickets: list[Ticket], sign_in: SignIn
) -> None:
    with inside(matter):
        foreign = matter.open_ticket()
    assert sign_in(rocket.observer.user).post(FORM, select(tickets)).status_code == 403
    assert sign_in(matter.admin.user).post(FORM, select(tickets)).status_code == 404
    with inside(rocket):
        given = {"ticket_ids": [tickets[0].pk, tickets[1].pk], "at": NOON}
        with pytest.raises(NotAllowedError):
            start_bulk_merge(agent=rocket.observer, merge=BulkMerge(tickets[0].pk), **given)
        with pytest.raises(InvalidValueError):
            start_bulk_merge(agent=rocket.analyst, merge=BulkMerge(foreign.pk), **given)
        start_bulk_merge(agent=rocket.colleague, merge=BulkMerge(tickets[0].pk), **given)
        rocket.colleague.is_active = False
        rocket.colleague.save()
        while run_bulk_jobs(desk_id=rocket.desk.pk, at=NOON):
            pass
    assert not any(merged(rocket).values())
