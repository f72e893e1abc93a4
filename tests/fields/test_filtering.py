"""Lists are filtered by the desk's own fields: in URLs, by typing, in saved views and in bulk."""

from __future__ import annotations

from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.agent.conftest import inside
from tests.agent.test_adding_filters import add, offered
from tests.agent.test_queue import QUEUE, numbers
from tests.cast import NOON, Cast
from tests.fields.conftest import AddField
from tickets.actors import Actor
from tickets.conditions.own_fields import MAX_WORDS, write_value
from tickets.fields.setting import set_field_values
from tickets.models import FormField, Ticket
from tickets.saved_views.saving import ViewValues, save_view

VALUES = {
    "number": ["2", "10"],
    "version": ["9.2", "9.11"],
    "date": ["2026-01-02", "2026-10-01"],
}


def open_with(cast: Cast, **values: str) -> int:
    ticket = cast.open_ticket()
    by = Actor.of(cast.analyst)
    set_field_values(ticket_id=ticket.pk, values=values, by=by, at=NOON)
    return ticket.number


def find(client: Client, **filters: str) -> list[int]:
    return sorted(numbers(client, f"{QUEUE}?{urlencode(filters)}"))


def test_typed_values_compare_by_their_type(
    rocket: Cast, client: Client, add_field: AddField
) -> None:
    for kind, (low, high) in VALUES.items():
        field = add_field(f"of_{kind}", kind)
        with inside(rocket):
            first = open_with(rocket, **{field.key: low})
            second = open_with(rocket, **{field.key: high})
            name = f"field_{field.pk}"
        assert find(client, **{name: high}) == [second]
        assert find(client, **{name: f"{low},{high}"}) == [first, second]
        assert find(client, **{name: "*"}) == [first, second]
        assert find(client, **{f"{name}_from": high}) == [second]
        assert find(client, **{f"{name}_to": high}) == [first, second]
        assert find(client, **{f"{name}_to": low}) == [first]
        without = find(client, **{f"not_{name}": high})
        assert first in without
        assert second not in without
        assert not {first, second} & {*find(client, **{f"not_{name}": "*"})}


def test_choices_checkboxes_and_words(rocket: Cast, client: Client, add_field: AddField) -> None:
    area = add_field("area", "select", choices=["Login, SSO", "Cluster"])
    urgent, cause = add_field("urgent", "checkbox"), add_field("cause")
    with inside(rocket):
        login = open_with(rocket, area="Login, SSO", urgent="yes", cause="Disk is full")
        other = open_with(rocket, area="Cluster", cause="The diskette")
    assert find(client, **{f"field_{area.pk}": write_value("Login, SSO")}) == [login]
    both = f"Cluster,{write_value('Login, SSO')}"
    assert find(client, **{f"field_{area.pk}": both}) == [login, other]
    assert find(client, **{f"field_{urgent.pk}": "yes"}) == [login]
    assert find(client, **{f"field_{urgent.pk}": "no"}) == [other]
    assert find(client, **{f"not_field_{urgent.pk}": "yes"}) == [other]
    assert find(client, **{f"field_{cause.pk}": "DISK"}) == [login], "whole words in any case"
    assert find(client, **{f"field_{cause.pk}": "full disk"}) == [login]
    assert find(client, **{f"not_field_{cause.pk}": "disk"}) == [other]
    assert find(client, **{f"field_{cause.pk}": "(((.*"}) == []
    page = unescape(client.get(f"{QUEUE}?field_{area.pk}=Login%252C SSO").text)
    assert "<bdi>Login, SSO</bdi>" in page


def test_filters_are_offered_and_typed(rocket: Cast, client: Client, add_field: AddField) -> None:
    area = add_field("area", "select", choices=["Login", "Cluster"])
    seats = add_field("seats", "number")
    add_field("notes", "long")
    retired = add_field("retired", "select", choices=["Login"], is_retired=True)
    assert offered(client, "login") == ["Area: Login", "Area is not: Login"]
    assert offered(client, "notes") == ["Notes: Any value", "Notes is not: Any value"]
    assert add(client, "area not login") == f"{QUEUE}?not_field_{area.pk}=Login"
    assert add(client, "Seats at least: 10") == f"{QUEUE}?field_{seats.pk}_from=10"
    page = client.get(f"{QUEUE}?field_{area.pk}=Cluster").text
    assert f'name="field_{seats.pk}_from"' in page
    assert f'name="field_{seats.pk}"' not in page, "the form has the bounds"
    assert f"field_{retired.pk}" not in page


@pytest.mark.parametrize(
    ("kind", "name", "value", "told"),
    [
        ("number", "field_{}", "many", "Size: Enter a number, such as 12 or 12.5."),
        ("date", "field_{}_from", "soon", "Size: Enter a date"),
        ("text", "field_{}_from", "a", "a filter that doesn't exist here"),
        ("long", "field_{}", "a", "a filter that doesn't exist here"),
        ("text", "field_{}", "x" * 300, "a filter that doesn't exist here"),
    ],
)
def test_what_a_field_cannot_have_is_said(
    client: Client, add_field: AddField, kind: str, name: str, value: str, told: str
) -> None:
    name = name.format(add_field("size", kind).pk)
    page = client.get(QUEUE, {name: value})
    assert page.status_code == 200
    assert told in unescape(page.text)


def test_a_saved_view_forgets_a_field_that_was_deleted(
    rocket: Cast, client: Client, add_field: AddField
) -> None:
    field = add_field("area", "select", choices=["Login"])
    with inside(rocket):
        login, other = open_with(rocket, area="Login"), rocket.open_ticket().number
        conditions = {f"field_{field.pk}": "Login"}
        values = ViewValues(name="Login", conditions=conditions)
        view = save_view(values=values, by=rocket.analyst, at=NOON)
    url = f"{QUEUE}?view={view.slug}"
    assert numbers(client, url) == [login]
    counts = client.get(f"{QUEUE}views/counts/").json()["counts"]
    assert counts[url] == "1"
    assert "Area: Login" in client.get(f"{QUEUE}views/{view.pk}/").text
    with inside(rocket):
        Ticket.objects.update(fields={})
        FormField.objects.all().delete()
    assert sorted(numbers(client, url)) == [login, other]
    told = "ignores filters that refer to something deleted: Ticket field."
    assert told in client.get(url).text
    given = {"scope": "all", "list": f"view={view.slug}"}
    refused = unescape(client.post(f"{QUEUE}bulk/new/", given).text)
    assert "A filter in this view no longer exists" in refused


def test_another_desks_field_is_none(
    rocket: Cast, matter: Cast, client: Client, add_field: AddField
) -> None:
    add_field("cause")
    with inside(matter):
        foreign = FormField.objects.create(desk=matter.desk, key="secret", label="Secret")
        open_with(matter, secret="Disk")
    page = client.get(QUEUE, {f"field_{foreign.pk}": "Disk"}).text
    assert "a filter that doesn't exist here" in unescape(page)
    assert "Secret" not in page


def test_a_text_of_countless_words_is_refused_instead_of_searched_for(
    rocket: Cast, client: Client, add_field: AddField
) -> None:
    field = add_field("place", "text")
    with inside(rocket):
        known = open_with(rocket, place=" ".join(f"w{n}" for n in range(MAX_WORDS + 1)))
    words = [f"w{n}" for n in range(MAX_WORDS)]
    assert find(client, **{f"field_{field.pk}": " ".join(words)}) == [known]
    answer = client.get(QUEUE, {f"field_{field.pk}": " ".join([*words, f"w{MAX_WORDS}"])})
    assert "can look for up to" in answer.content.decode()
