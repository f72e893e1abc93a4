"""Saved views in the ticket list, in the sidebar, and on their own pages."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

from django.test import Client

from accounts.models import Agent
from tests.agent.conftest import SignIn, count_statements, inside
from tests.agent.test_queue import QUEUE, numbers
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import SavedView, Tag, Ticket, TicketTag
from tickets.saved_views.saving import ViewValues, save_view
from tickets.services import assign

VIEWS = f"{QUEUE}views/"
FORM = {"shared_with": "me", "sort": "newest", "grouping": "", "columns": ["status", "due"]}


def save(cast: Cast, by: Agent | None = None, **values: object) -> SavedView:
    given = ViewValues(**{"name": "SSO", **values})  # type: ignore[arg-type]
    with inside(cast):
        return save_view(values=given, by=by or cast.analyst, at=NOON)


def tag(cast: Cast, ticket: Ticket) -> Tag:
    made = Tag.objects.create(desk=cast.desk, name="sso")
    TicketTag.objects.create(desk=cast.desk, ticket=ticket, tag=made)
    return made


def text_of(client: Client, url: str) -> str:
    return unescape(client.get(url).content.decode())


def test_filters_become_a_view_that_opens_from_the_sidebar(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        rocket.open_ticket(channel="phone")
    page = text_of(client, f"{QUEUE}?channel=email")
    (save_url,) = re.findall(r'href="(/rocket/agent/views/new/[^"]*)"', page)
    assert "Channel: Email" in text_of(client, save_url)
    query = "channel=email"
    saved = client.post(f"{VIEWS}new/", {**FORM, "name": "By email", "list": query})
    assert saved.status_code == 303
    assert numbers(client, saved.headers["Location"]) == [ticket.number]
    page = text_of(client, saved.headers["Location"])
    assert '<h1 class="page-title" dir="auto">By email</h1>' in page
    assert re.search(r'href="[^"]*view=s\d+"\s+aria-current="page"', page)
    assert 'data-hidden="requester assignee updated"' in page
    rows = client.get(saved.headers["Location"], headers={"HX-Request": "true"})
    assert f">RC-{ticket.number}<" in rows.content.decode()


def test_a_list_that_does_not_exist_is_not_saved(rocket: Cast, client: Client) -> None:
    for base in ("nonsense", "x" * 30):
        given = {**FORM, "name": "X", "list": f"view={base}"}
        assert client.post(f"{VIEWS}new/", given).status_code == 404
    with inside(rocket):
        assert not SavedView.objects.exists()


def test_an_unfiltered_list_offers_nothing_to_save(rocket: Cast, client: Client) -> None:
    assert "views/new/" not in text_of(client, QUEUE)


def test_what_a_link_adds_to_a_view_can_be_removed_and_kept(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    view = save(rocket, conditions={"channel": "email", "status": "open"})
    url = f"{QUEUE}?view={view.slug}"
    assert numbers(client, url) == [ticket.number]
    assert numbers(client, f"{url}&level=l2") == []
    page = text_of(client, f"{url}&channel=phone")
    assert numbers(client, f"{url}&channel=phone") == []
    assert f'href="{QUEUE}?view={view.slug}&channel="' in page  # without the filter of the view
    assert f'href="{QUEUE}?view={view.slug}"' in page  # as the view has it
    wanted = quote("status=open&channel=phone", safe="")
    assert f"{VIEWS}{view.pk}/?list={wanted}" in page
    assert numbers(client, f"{url}&status=&channel=") == [ticket.number]
    form = {**FORM, "name": "SSO", "list": "channel=phone"}
    assert client.post(f"{VIEWS}{view.pk}/", form).status_code == 303
    with inside(rocket):
        assert SavedView.objects.get().conditions == {"channel": "phone"}


def test_a_form_with_an_error_keeps_what_was_typed(rocket: Cast, client: Client) -> None:
    save(rocket)
    answer = client.post(f"{VIEWS}new/", {**FORM, "name": "sso", "list": "channel=phone"})
    text = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "A view with this name already exists." in text
    assert 'value="sso"' in text
    assert 'value="channel=phone"' in text


def test_a_view_that_names_a_deleted_tag_says_so_and_shows_the_rest(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        gone = tag(rocket, ticket)
    view = save(rocket, conditions={"tag": str(gone.pk), "channel": "email"})
    url = f"{QUEUE}?view={view.slug}"
    assert "no longer exists" not in text_of(client, url)
    with inside(rocket):
        gone.delete()
    assert "ignores filters that refer to something deleted: Tag." in text_of(client, url)
    assert numbers(client, url) == [ticket.number]


def test_rows_stand_in_groups(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        mine, nobodys = rocket.open_ticket(), rocket.open_ticket()
        by = Actor.of(rocket.lead)
        assign(ticket_id=mine.pk, agent=rocket.analyst, by=by, at=NOON)
        assign(ticket_id=nobodys.pk, agent=None, by=by, at=NOON)
    view = save(rocket, grouping="assignee", sort="newest")
    page = text_of(client, f"{QUEUE}?view={view.slug}")
    titles = re.findall(r'class="ticket-group-title" dir="auto">([^<]+)<', page)
    assert titles == [rocket.analyst.name, "Unassigned"]
    assert numbers(client, f"{QUEUE}?view={view.slug}") == [mine.number, nobodys.number]


def test_views_are_listed_moved_and_deleted(rocket: Cast, client: Client) -> None:
    save(rocket, name="First")
    second = save(rocket, name="Second")
    shared = save(rocket, rocket.lead, name="Shared", is_shared=True)
    page = text_of(client, VIEWS)
    assert re.findall(r'saved-view-name"[^>]*>(\w+)<', page) == ["Shared", "First", "Second"]
    assert f"{VIEWS}{shared.pk}/deletion/" not in page
    client.post(f"{VIEWS}{second.pk}/place/", {"to": "up"})
    assert re.findall(r'saved-view-name"[^>]*>(\w+)<', text_of(client, VIEWS)) == [
        "Shared",
        "Second",
        "First",
    ]
    for expected in (303, 404):  # the second click of a double click
        assert client.post(f"{VIEWS}{second.pk}/deletion/").status_code == expected
    assert "Second" not in text_of(client, VIEWS)


def test_views_that_are_not_seen_are_not_found(rocket: Cast, matter: Cast, client: Client) -> None:
    others = save(rocket, rocket.colleague)
    foreign = save(matter, matter.lead, is_shared=True)
    for view in (others, foreign):
        assert client.get(f"{QUEUE}?view={view.slug}").status_code == 404
        assert client.get(f"{VIEWS}{view.pk}/").status_code == 404
        assert client.post(f"{VIEWS}{view.pk}/deletion/").status_code == 404
        assert client.post(f"{VIEWS}{view.pk}/place/").status_code == 404
    assert client.get(f"{QUEUE}?view=s").status_code == 404


def test_an_analyst_shares_nothing_and_changes_no_shared_view(rocket: Cast, client: Client) -> None:
    shared = save(rocket, rocket.lead, is_shared=True)
    assert client.get(f"{VIEWS}{shared.pk}/").status_code == 403
    assert client.post(f"{VIEWS}{shared.pk}/deletion/").status_code == 403
    form = {**FORM, "name": "For all", "shared_with": "everyone", "list": ""}
    assert client.post(f"{VIEWS}new/", form).status_code == 422
    with inside(rocket):
        assert SavedView.objects.count() == 1


def test_an_observer_opens_shared_views_only(rocket: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    shared = save(rocket, rocket.lead, is_shared=True)
    observer = sign_in(rocket.observer.user)
    assert numbers(observer, f"{QUEUE}?view={shared.slug}") == [ticket.number]
    assert "Edit view" not in text_of(observer, f"{QUEUE}?view={shared.slug}")
    assert observer.get(f"{VIEWS}new/").status_code == 403


def test_a_department_of_a_view_is_not_named_to_those_who_do_not_see_it(
    rocket: Cast, client: Client
) -> None:
    department = rocket.departments["paid"]
    view = save(rocket, rocket.lead, is_shared=True, conditions={"department": str(department.pk)})
    with inside(rocket):
        type(department).objects.filter(pk=department.pk).update(
            name="Secret deals", visibility="members"
        )
        department.agentdepartment_set.all().delete()
    assert "Secret deals" not in text_of(client, f"{QUEUE}?view={view.slug}")


def test_a_sidebar_with_views_costs_no_statement_more(rocket: Cast, client: Client) -> None:
    plain = count_statements(client, QUEUE)
    for name in "abc":
        view = save(rocket, name=name, conditions={"channel": "email"})
    assert count_statements(client, QUEUE) == plain
    assert count_statements(client, f"{QUEUE}?view={view.slug}") == plain + 1
