"""Priorities are put in order in their list, and retired instead of deleted."""

from __future__ import annotations

from typing import Any

import lxml.html
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from playwright.sync_api import expect

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope
from channels_intake.incoming.senders import read_sender
from sla.matrix import read_matrix
from sla.models import Target
from tests.admin.posting import post_priority
from tests.admin.test_browser_policy import Visit, visit  # noqa: F401 (a fixture)
from tests.cast import NOON, Cast
from tickets import selectors
from tickets.actors import Actor
from tickets.models import Priority
from tickets.services import change_priority

LIST = "/rocket/admin/tickets/priority/"
# While its rows still move, the list ignores the pointer.
ROWS_AT_REST = """() => new Promise((done) => {
  const rows = [...document.querySelectorAll("tbody")];
  const look = () => (rows.some((row) => row.animated) ? requestAnimationFrame(look) : done());
  look();
})"""


def names_in_order(cast: Cast) -> list[str]:
    with desk_scope(cast.desk):
        rows = Priority.objects.filter(desk=cast.desk)
        assert [row.rank for row in rows] == list(range(1, len(rows) + 1))
        return [row.name for row in rows]


def save_order(client: Client, cast: Cast, **ranks: Any) -> Any:
    """Post the list as a browser does, with the ranks of these priorities changed."""
    with desk_scope(cast.desk):
        rows = list(Priority.objects.filter(desk=cast.desk))
    fields = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "Save"}
    for number, row in enumerate(rows):
        rank = ranks.get(row.name, row.rank)
        fields |= {f"form-{number}-id": row.pk, f"form-{number}-rank": rank}
    return client.post(LIST, fields)


def retire(client: Client, cast: Cast, name: str) -> Any:
    kept = {"is_mail_default": "on"} if cast.priorities[name].is_mail_default else {}
    return post_priority(client, cast, name, is_retired="on", **kept)


def test_a_dragged_order_is_saved(rocket: Cast, at_rocket: Client) -> None:
    """The list's script numbers the rows from 0 in their new order."""
    before = names_in_order(rocket)
    moved = [before[-1], *before[:-1]]
    answer = save_order(at_rocket, rocket, **{name: n for n, name in enumerate(moved)})
    assert answer.status_code == 302
    assert names_in_order(rocket) == moved


def test_a_rank_of_one_makes_a_priority_the_highest(rocket: Cast, at_rocket: Client) -> None:
    before = names_in_order(rocket)
    assert save_order(at_rocket, rocket, Low=1).status_code == 302
    assert names_in_order(rocket) == ["Low", *(name for name in before if name != "Low")]
    with desk_scope(rocket.desk):
        assert "Low" in {entry.target for entry in AuditEntry.objects.filter(action="changed")}


def test_a_rank_that_is_not_a_number_changes_nothing(rocket: Cast, at_rocket: Client) -> None:
    before = names_in_order(rocket)
    assert save_order(at_rocket, rocket, Low="first").status_code == 200
    assert names_in_order(rocket) == before


def test_the_order_of_another_desk_is_not_changed(
    rocket: Cast, matter: Cast, at_rocket: Client
) -> None:
    before = names_in_order(matter)
    row = matter.priorities["Low"]
    fields = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "_save": "Save"}
    at_rocket.post(LIST, fields | {"form-0-id": row.pk, "form-0-rank": 1})
    assert names_in_order(matter) == before


def test_a_retired_priority_goes_last_and_is_not_offered(rocket: Cast, at_rocket: Client) -> None:
    assert retire(at_rocket, rocket, "High").status_code == 302
    assert names_in_order(rocket)[-1] == "High"
    with desk_scope(rocket.desk):
        offered = [row.name for row in Priority.objects.offered(desk=rocket.desk)]
        assert "High" not in offered
        assert offered[0] == names_in_order(rocket)[0]
        ticket = rocket.open_ticket()
    form = at_rocket.get("/rocket/agent/tickets/new/").content.decode()
    assert ">Medium</option>" in form
    assert ">High</option>" not in form
    page = at_rocket.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
    assert list_choices(page) == ["Medium", "Low"]
    high = rocket.priorities["High"].pk
    answer = at_rocket.post(
        f"/rocket/agent/tickets/{ticket.number}/priority/", {"priority": high}, follow=True
    )
    assert "priority doesn&#x27;t exist at this desk" in answer.content.decode()


def list_choices(page: str) -> list[str]:
    """Return the priorities that a ticket's panel offers."""
    buttons = lxml.html.fromstring(page).xpath('//button[@name="priority"]')
    return [button.text_content().strip() for button in buttons]


def test_a_ticket_keeps_its_retired_priority(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(priority=rocket.priorities["High"])
        retire(at_rocket, rocket, "High")
    page = at_rocket.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
    assert "High" in list_choices(page)
    with desk_scope(rocket.desk):
        ticket.refresh_from_db()
        assert ticket.priority.name == "High"
        change_priority(
            ticket_id=ticket.pk, priority=ticket.priority, by=Actor.of(rocket.analyst), at=NOON
        )


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_priority_in_use_stays_and_the_way_out_is_named(
    rocket: Cast, at_rocket: Client, method: str
) -> None:
    high = rocket.priorities["High"]
    with desk_scope(rocket.desk):
        for _number in range(2):
            rocket.open_ticket(priority=high, subject="Canary")
    page = f"{LIST}{high.pk}/"
    ask = getattr(at_rocket, method)
    response = ask(f"{page}delete/", {"post": "yes"}, follow=True)
    assert response.redirect_chain == [(f"{page}change/", 302)]
    told = response.content.decode()
    assert "High can&#x27;t be deleted because 2 tickets have it. Retire it instead" in told
    assert "Canary" not in told
    with desk_scope(rocket.desk):
        assert Priority.objects.filter(pk=high.pk).exists()


def test_tickets_of_a_priority_are_counted_up_to_a_limit(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "MAX_COUNTED", 1)
    for _ in range(3):
        in_rocket.open_ticket()
    told = selectors.get_priority_deletion_error(in_rocket.default_priority)
    assert "because more than 1 tickets have it" in str(told)


def test_an_unused_priority_is_deleted(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        unused = Priority.objects.create(desk=rocket.desk, name="Unused", rank=9)
    at_rocket.post(f"{LIST}{unused.pk}/delete/", {"post": "yes"})
    with desk_scope(rocket.desk):
        assert not Priority.objects.filter(pk=unused.pk).exists()


def test_the_matrix_shows_a_retired_priority_last_while_it_has_targets(
    rocket: Cast, at_rocket: Client
) -> None:
    retire(at_rocket, rocket, "High")
    with desk_scope(rocket.desk):
        columns = [(p.name, p.is_retired) for p in read_matrix(rocket.desk).priorities]
        assert columns[-1] == ("High", True)
        assert "Retired" in at_rocket.get("/rocket/admin/sla/matrix/").content.decode()
        Target.objects.filter(priority=rocket.priorities["High"]).delete()
        assert "High" not in [p.name for p in read_matrix(rocket.desk).priorities]


def test_the_default_for_email_cannot_be_retired(rocket: Cast, at_rocket: Client) -> None:
    default = rocket.default_priority
    answer = retire(at_rocket, rocket, default.name)
    assert answer.status_code == 200
    assert "The default for email can&#x27;t be retired." in answer.content.decode()
    with desk_scope(rocket.desk), pytest.raises(IntegrityError), transaction.atomic():
        Priority.objects.filter(pk=default.pk).update(is_retired=True)


def test_a_desk_without_a_default_never_falls_back_to_a_retired_priority(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        Priority.objects.filter(desk=rocket.desk).update(is_mail_default=False)
        lowest = Priority.objects.filter(desk=rocket.desk).order_by("-rank").first()
        assert read_sender(rocket.desk, "nobody@else.example").default_priority == lowest
        Priority.objects.filter(pk=lowest.pk).update(is_retired=True)
        found = read_sender(rocket.desk, "nobody@else.example").default_priority
        assert found is not None
        assert found != lowest


@pytest.mark.browser
def test_rows_are_dragged_in_a_browser(visit: Visit, rocket: Cast) -> None:  # noqa: F811 (the fixture)
    before = names_in_order(rocket)
    visit.open("tickets/priority/")
    page = visit.page
    handles = page.locator("[x-sort\\:handle]")
    expect(handles).to_have_count(len(before))
    rows = page.locator("tbody[x-sort\\:item]")
    places = [handles.nth(number).bounding_box() for number in range(len(before))]
    page.mouse.move(places[-1]["x"] + 10, places[-1]["y"] + 10)
    page.mouse.down()
    for number in reversed(range(len(before) - 1)):  # up, one row after another
        page.mouse.move(places[number]["x"] + 10, places[number]["y"] + 8, steps=10)
        expect(rows.nth(number)).to_contain_text(before[-1])
        page.evaluate(ROWS_AT_REST)
    page.mouse.up()
    expect(page.locator("input[name$=-rank]").first).to_have_value("0")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_load_state()
    assert names_in_order(rocket) == [before[-1], *before[:-1]]
