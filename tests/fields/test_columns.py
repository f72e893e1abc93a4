"""The desk's own fields as columns of saved views."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from tests.agent.conftest import SignIn, count_statements, inside
from tests.agent.test_queue import QUEUE
from tests.cast import NOON, Cast
from tests.fields.conftest import AddField
from tests.fields.test_filtering import open_with
from tickets.errors import InvalidValueError
from tickets.models import FormField, SavedView
from tickets.saved_views.saving import ViewValues, save_view

VIEWS = f"{QUEUE}views/"
FORM = {"name": "Sizes", "shared_with": "me", "sort": "newest", "list": "channel=email"}
CELL = re.compile(r'ticket-own-label">([^<]*)</span> <bdi>([^<]*)</bdi>')


def save(cast: Cast, *columns: str) -> SavedView:
    with inside(cast):
        given = ViewValues(name="Sizes", columns=columns)
        return save_view(values=given, by=cast.analyst, at=NOON)


def read_cells(client: Client, view: SavedView, **headers: str) -> list[tuple[str, str]]:
    page = client.get(f"{QUEUE}?view={view.slug}", headers=headers)
    return CELL.findall(unescape(page.text))


def test_a_view_shows_values_as_people_read_them(
    rocket: Cast, client: Client, add_field: AddField
) -> None:
    seats, urgent = add_field("seats", "number"), add_field("urgent", "checkbox")
    add_field("notes", "long")
    with inside(rocket):
        open_with(rocket, seats="12000", urgent="yes")
        rocket.open_ticket()
    form = client.get(f"{VIEWS}new/?list=channel%3Demail").text
    assert f'value="field_{seats.pk}"' in form
    assert "Notes" not in form, "a long text is no column"
    chosen = {**FORM, "columns": ["status", f"field_{urgent.pk}", f"field_{seats.pk}"]}
    assert client.post(f"{VIEWS}new/", chosen).status_code == 303
    with inside(rocket):
        view = SavedView.objects.get()
    assert view.columns == ["status", f"field_{urgent.pk}", f"field_{seats.pk}"]
    expected = [("", ""), ("", ""), ("Urgent", "Yes"), ("Seats", "12,000")]
    assert read_cells(client, view) == expected
    assert read_cells(client, view, hx_request="true") == expected
    assert 'data-own="2"' in client.get(f"{QUEUE}?view={view.slug}").text
    assert f'value="field_{urgent.pk}"' in client.get(f"{VIEWS}{view.pk}/").text


def test_columns_cost_no_statement(rocket: Cast, client: Client, add_field: AddField) -> None:
    fields = [add_field(f"cause_{i}") for i in range(3)]
    with inside(rocket):
        for i in range(9):
            open_with(rocket, cause_1=f"Cause {i}", cause_2="x" * 200)
    view = save(rocket, "status")
    plain = count_statements(client, f"{QUEUE}?view={view.slug}")
    with inside(rocket):
        SavedView.objects.update(columns=[f"field_{field.pk}" for field in fields])
    assert count_statements(client, f"{QUEUE}?view={view.slug}") == plain
    assert len(read_cells(client, view)) == 27


def test_hostile_values_stay_text(rocket: Cast, client: Client, add_field: AddField) -> None:
    field = add_field("cause", label='<img src=x onerror="alert(1)">')
    with inside(rocket):
        open_with(rocket, cause="<script>alert(1)</script>")
    page = client.get(f"{QUEUE}?view={save(rocket, f'field_{field.pk}').slug}").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_columns_that_cannot_be_are_refused(
    rocket: Cast, matter: Cast, client: Client, add_field: AddField
) -> None:
    own = [f"field_{add_field(f'cause_{i}').pk}" for i in range(4)]
    with inside(matter):
        foreign = FormField.objects.create(desk=matter.desk, key="secret", label="Secret").pk
    for columns in (own, [f"field_{foreign}"], ["field_0"], ["field_x"], [own[0] + "_from"]):
        with pytest.raises(InvalidValueError) as refused:
            save(rocket, *columns)
        assert refused.value.field == "columns"
    answer = client.post(f"{VIEWS}new/", {**FORM, "columns": own})
    assert answer.status_code == 422
    assert "Choose up to 3 ticket fields as columns." in answer.text
    assert answer.text.count("checked") == 4, "what was chosen stays"
    with inside(rocket):
        assert not SavedView.objects.exists()


def test_a_deleted_field_leaves_its_column(
    rocket: Cast, client: Client, add_field: AddField, sign_in: SignIn
) -> None:
    kept, gone = add_field("kept"), add_field("gone")
    view = save(rocket, f"field_{gone.pk}", f"field_{kept.pk}")
    with inside(rocket):
        number = open_with(rocket, kept="Here")
        gone.delete()
        rocket.desk.refresh_from_db()
    assert read_cells(client, view) == [("Kept", "Here")]
    assert number
    assert sign_in(rocket.colleague.user).get(f"{QUEUE}?view={view.slug}").status_code == 404
