"""Pages of bulk changes: the form for the selection, progress, summary, undo."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.agent.conftest import SignIn, inside
from tests.cast import NOON, Cast
from tests.macros.helpers import make_macro
from tickets.models import BulkJob, SavedView, State, Ticket

FORM = "/rocket/agent/bulk/new/"


@pytest.fixture
def client(rocket: Cast, sign_in: SignIn) -> Client:
    """The first desk's analyst, signed in."""
    return sign_in(rocket.analyst.user)


@pytest.fixture
def tickets(rocket: Cast) -> list[Ticket]:
    """Two tickets of the first desk."""
    with inside(rocket):
        return [rocket.open_ticket() for _ in range(2)]


def select(tickets: list[Ticket], **more: str) -> dict[str, object]:
    return {"ticket": [str(ticket.number) for ticket in tickets], **more}


def test_the_selection_is_shown_then_changed_at_once(
    rocket: Cast, client: Client, tickets: list[Ticket]
) -> None:
    asked = client.post(FORM, select(tickets)).content.decode()
    assert "Change 2 tickets" in asked
    assert f'name="ticket" value="{tickets[0].number}"' in asked
    with inside(rocket):
        assert not BulkJob.objects.exists()
    answer = client.post(FORM, select(tickets, apply="1", status="closed", form_token="one"))
    assert answer.status_code == 303
    page = client.get(answer["Location"]).content.decode()
    assert "Finished." in page
    assert "2 tickets changed." in page
    assert "hx-trigger" not in page.split('id="bulk-progress"')[1].split(">")[0]
    with inside(rocket):
        assert set(Ticket.objects.values_list("status", flat=True)) == {State.CLOSED}
    undone = client.post(f"{answer['Location']}undo/", follow=True).content.decode()
    assert "2 tickets restored." in undone
    with inside(rocket):
        assert set(Ticket.objects.values_list("status", flat=True)) == {State.OPEN}


def test_a_double_click_starts_one_bulk_change(
    rocket: Cast, client: Client, tickets: list[Ticket]
) -> None:
    given = select(tickets, apply="1", add_tags="a", form_token="one")
    places = {client.post(FORM, given)["Location"] for _ in range(2)}
    assert len(places) == 1
    with inside(rocket):
        assert BulkJob.objects.count() == 1


def test_a_big_selection_is_left_to_the_workers(
    rocket: Cast, client: Client, tickets: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.agent.views.macros.bulk.AT_ONCE", 1)
    place = client.post(FORM, select(tickets, apply="1", add_tags="a"))["Location"]
    page = client.get(place).content.decode()
    assert "Processed 0 of 2 tickets." in page
    part = page.split('id="bulk-progress"')[1].split(">")[0]
    assert f'hx-get="{place}"' in part
    again = client.get(place, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in again
    assert "<progress" in again
    assert client.post(f"{place}undo/", follow=True).content.decode().count("still running") == 1


def test_the_whole_list_with_its_filters_is_changed_as_it_was_shown(
    rocket: Cast, client: Client, tickets: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    with inside(rocket):
        Ticket.objects.filter(pk=tickets[0].pk).update(assignee=rocket.analyst)
        Ticket.objects.filter(pk=tickets[1].pk).update(assignee=None)
    given = {"scope": "all", "list": "view=mine"}
    asked = client.post(FORM, given).content.decode()
    assert "Change 1 ticket<" in asked
    assert f'name="ticket" value="{tickets[0].number}"' in asked
    assert 'name="scope" value=""' in asked
    monkeypatch.setattr("helpdesk.agent.views.macros.bulk.MAX_PINNED", 0)
    long = client.post(FORM, given).content.decode()
    assert 'name="ticket"' not in long
    assert 'name="scope" value="all"' in long
    client.post(FORM, given | {"apply": "1", "add_tags": "mine"})
    with inside(rocket):
        tagged = Ticket.objects.filter(ticket_tags__tag__name="mine")
        assert list(tagged) == [tickets[0]]


def test_a_saved_view_is_changed_by_its_own_filters(
    rocket: Cast, client: Client, tickets: list[Ticket]
) -> None:
    high, low = rocket.priorities["High"], rocket.priorities["Low"]
    with inside(rocket):
        Ticket.objects.filter(pk=tickets[0].pk).update(priority=high)
        view = SavedView.objects.create(
            desk=rocket.desk,
            agent=rocket.analyst,
            name="High",
            base="",
            conditions={"priority": str(high.pk)},
            updated_at=NOON,
        )
        Ticket.objects.filter(pk=tickets[1].pk).update(priority=low)
    given = {"scope": "all", "list": f"view={view.slug}", "apply": "1", "add_tags": "high"}
    assert client.post(FORM, given).status_code == 303
    with inside(rocket):
        assert list(Ticket.objects.filter(ticket_tags__tag__name="high")) == [tickets[0]]
        SavedView.objects.filter(pk=view.pk).update(conditions={"priority": "999999"})
    refused = client.post(FORM, given)
    assert "A filter in this view no longer exists." in refused.content.decode()
    with inside(rocket):
        SavedView.objects.all().delete()
    assert "This list doesn&#x27;t exist." in client.post(FORM, given).content.decode()


def test_a_button_of_the_list_changes_the_selection_in_one_click(
    rocket: Cast, client: Client, tickets: list[Ticket]
) -> None:
    page = client.get("/rocket/agent/").content.decode()
    assert f'formaction="{FORM}" name="quick" value="assignee=me"' in page
    answer = client.post(FORM, select(tickets, quick="assignee=me"), follow=True)
    assert "Finished." in answer.content.decode()
    with inside(rocket):
        assert set(Ticket.objects.values_list("assignee", flat=True)) == {rocket.analyst.pk}
    nonsense = client.post(FORM, select(tickets, quick="status=nonsense"))
    assert nonsense.status_code == 422


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("view=nonsense", "This list doesn&#x27;t exist."),
        ("q=crash", "You can&#x27;t change all search results at once."),
        ("view=closed", "Select at least one ticket."),
    ],
)
def test_a_list_that_cannot_be_changed_is_said(
    client: Client, tickets: list[Ticket], query: str, text: str
) -> None:
    answer = client.post(FORM, {"scope": "all", "list": query, "apply": "1", "add_tags": "a"})
    assert answer.status_code == 422
    assert text in answer.content.decode()


def test_a_refused_form_keeps_what_was_typed(client: Client, tickets: list[Ticket]) -> None:
    given = select(tickets, apply="1", hold_days="3", note="Keep me")
    answer = client.post(FORM, given)
    page = answer.content.decode()
    assert (answer.status_code, "Keep me" in page) == (422, True)
    assert "Enter why the ticket is on hold." in page
    assert f'name="ticket" value="{tickets[1].number}"' in page
    nothing = client.post(FORM, select(tickets, apply="1"))
    assert (nothing.status_code, "Choose what to change." in nothing.content.decode()) == (
        422,
        True,
    )


def test_a_macro_with_nothing_but_a_reply_is_refused(
    rocket: Cast, client: Client, tickets: list[Ticket]
) -> None:
    with inside(rocket):
        closing = make_macro(rocket, text="Solved.", status="closed")
        tagging = make_macro(rocket, name="Tag", text="Hi", add_tags=("a",))
    refused = client.post(FORM, select(tickets, apply="1", macro=str(closing.pk)))
    assert refused.status_code == 422
    assert "Apply it to one ticket at a time." in refused.content.decode()
    both = client.post(FORM, select(tickets, apply="1", macro=str(tagging.pk), note="x"))
    assert "not both" in both.content.decode()
    answer = client.post(FORM, select(tickets, apply="1", macro=str(tagging.pk)), follow=True)
    assert "Bulk macro: Tag" in answer.content.decode()


def test_tickets_of_another_desk_are_not_selected(
    rocket: Cast, matter: Cast, client: Client, tickets: list[Ticket], sign_in: SignIn
) -> None:
    foreign = sign_in(matter.analyst.user)
    assert foreign.post(FORM, select(tickets, apply="1", add_tags="a")).status_code == 404
    own = foreign.post("/matter/agent/bulk/new/", select(tickets, apply="1", add_tags="a"))
    assert (own.status_code, "Select at least one" in own.content.decode()) == (422, True)
    observer = sign_in(rocket.observer.user)
    assert observer.post(FORM, select(tickets, apply="1", add_tags="a")).status_code == 403


def test_the_summary_is_for_the_agent_alone(
    rocket: Cast, client: Client, tickets: list[Ticket], sign_in: SignIn
) -> None:
    place = client.post(FORM, select(tickets, apply="1", add_tags="a"))["Location"]
    assert re.fullmatch(r"/rocket/agent/bulk/\d+/", place)
    lead = sign_in(rocket.lead.user)
    assert (lead.get(place).status_code, lead.post(f"{place}undo/").status_code) == (404, 404)
