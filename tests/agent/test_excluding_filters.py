"""Filters that leave tickets out: "is not", in the list, in views, in a search and in bulk."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from helpdesk.agent.lists.filters import Sort, split_filters
from tests.agent.conftest import SignIn, inside
from tests.agent.test_adding_filters import add, offered
from tests.agent.test_queue import QUEUE, numbers
from tests.cast import Cast
from tickets.conditions.conditions import parse
from tickets.models import SavedView, Tag, Ticket, TicketTag
from tickets.saved_views.saving import ViewValues, save_view


@pytest.fixture
def tagged(rocket: Cast) -> Ticket:
    """A ticket with the tag "sso", and before it one without a tag."""
    with inside(rocket):
        rocket.open_ticket()
        ticket = rocket.open_ticket()
        tag = Tag.objects.create(desk=rocket.desk, name="sso")
        TicketTag.objects.create(desk=rocket.desk, ticket=ticket, tag=tag)
    return ticket


def test_a_filter_is_excluded_by_typing_not(rocket: Cast, client: Client, tagged: Ticket) -> None:
    with inside(rocket):
        tag_id = Tag.objects.get(name="sso").pk
    assert offered(client, "sso") == ["Tag: sso", "Tag is not: sso"]
    assert add(client, "sso") == f"{QUEUE}?tag={tag_id}", "the shorter text is meant"
    url = add(client, "not sso")
    assert url == f"{QUEUE}?not_tag={tag_id}"
    assert numbers(client, url) == [tagged.number - 1]
    page = client.get(url).content.decode()
    assert "Tag is not" in page
    assert numbers(client, f"{url}&tag={tag_id}") == []


def test_a_search_excludes_with_a_minus(client: Client, tagged: Ticket) -> None:
    for words, found in (
        ("-tag:sso", [tagged.number - 1]),
        ("-is:waiting tag:sso", [tagged.number]),
        ("-before:2026-11-01 tag:sso", [tagged.number]),
        ("-after:2026-11-01 tag:sso", []),
    ):
        answer = client.get(QUEUE, {"q": words})
        assert answer.status_code == 302, words
        assert numbers(client, answer["Location"]) == found, words


def test_me_is_each_reader_in_shared_rows(
    rocket: Cast, client: Client, sign_in: SignIn, tagged: Ticket
) -> None:
    with inside(rocket):
        Ticket.objects.filter(pk=tagged.pk).update(assignee=rocket.analyst)
        Ticket.objects.filter(number=tagged.number - 1).update(assignee=rocket.colleague)
    live = {"HX-Request": "true", "Live-Version": "0"}
    for reader, number in ((client, tagged.number - 1), (None, tagged.number)):
        own = reader or sign_in(rocket.colleague.user)
        text = own.get(f"{QUEUE}?not_assignee=me", headers=live).content.decode()
        assert f"-{number}<" in text
        assert text.count("ticket-number") == 1


def test_a_view_forgets_an_excluded_tag_that_is_deleted(
    rocket: Cast, client: Client, tagged: Ticket
) -> None:
    with inside(rocket):
        tag = Tag.objects.get(name="sso")
        values = ViewValues(name="No SSO", conditions={"not_tag": str(tag.pk)})
        view = save_view(values=values, by=rocket.analyst, at=tagged.created_at)
        assert SavedView.objects.get(pk=view.pk).conditions == {"not_tag": str(tag.pk)}
    url = f"{QUEUE}?view={view.slug}"
    assert numbers(client, url) == [tagged.number - 1]
    with inside(rocket):
        TicketTag.objects.all().delete()
        Tag.objects.all().delete()
    assert len(numbers(client, url)) == 2
    page = client.get(url).content.decode()
    assert "ignores filters that refer to something deleted: Tag is not." in page


def test_what_is_excluded_has_no_index_and_is_walked(rocket: Cast) -> None:
    filters = {"department": "3", "not_department": "4", "not_tag": "5"}
    indexed, walked = split_filters("", filters, Sort.DEADLINE)
    assert indexed == {"department": "3"}
    assert walked == {"not_department": "4", "not_tag": "5"}


def test_dates_have_no_opposite_and_views_keep_what_they_decide(
    rocket: Cast, client: Client, matter: Cast, tagged: Ticket
) -> None:
    with inside(matter):
        matter.open_ticket()
        foreign = Tag.objects.create(desk=matter.desk, name="sso")
    assert len(numbers(client, f"{QUEUE}?not_created_after=2026-11-30")) == 2, "no such filter"
    assert len(numbers(client, f"{QUEUE}?view=open&not_status=open")) == 2
    assert len(numbers(client, f"{QUEUE}?not_tag={foreign.pk}")) == 2, "only of this desk"
    with pytest.raises(ValidationError):
        parse({"not_status": "nonsense"})
