"""Priorities and departments that the file brings itself are kept, unless an admin maps them."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import Department
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.exchange.helpers import write_lines
from tests.imports.test_pages import get_run, start, upload, work
from tickets.models import ImportState, Priority, Ticket

LINES = write_lines(
    {"kind": "priority", "id": 1, "name": "Whenever"},
    {"kind": "priority", "id": 2, "name": "High"},
    {"kind": "department", "id": 1, "name": "Night watch"},
    {"kind": "ticket", "id": 1, "subject": "Slow", "priority": 1, "department": 1},
    {"kind": "ticket", "id": 2, "subject": "Fire", "priority": "2", "department": "night watch"},
    {"kind": "ticket", "id": 3, "subject": "Plain"},
    {"kind": "ticket", "id": 4, "subject": "Foreign", "priority": "p9"},
)


def prepare(cast: Cast, client: Client) -> str:
    url: str = upload(client, LINES, "records.ndjson", "neutral")["Location"]
    work(cast)
    return url


def list_choices(form: Any, name: str) -> dict[str, str]:
    """Return what is selected for each word, by what the page calls it."""
    found = {}
    for section in form.list_sections():
        for line in section.lines if section.key == name else ():
            choices = {str(key): str(label) for key, label in line.field.field.choices}
            found[line.word] = choices[str(line.field.value())]
    return found


def test_they_are_named_and_added_and_tickets_without_one_show_the_default(
    rocket: Cast, at_rocket: Client
) -> None:
    url = prepare(rocket, at_rocket)
    page = at_rocket.get(url)
    form, default = page.context["form"], rocket.default_priority.name
    assert list_choices(form, "priorities") == {
        "Whenever": "As in the file", "High": "As in the file", "p9": default,
    }  # fmt: skip
    assert list_choices(form, "departments") == {"Night watch": "As in the file"}
    shown = [(each.subject, each.priority) for each in page.context["first_tickets"]]
    assert shown == [
        ("Slow", "Whenever"), ("Fire", "High"), ("Plain", default), ("Foreign", default),
    ]  # fmt: skip
    start(at_rocket, url)
    work(rocket)
    assert get_run(rocket, url).state == ImportState.DONE
    with desk_scope(rocket.desk):
        tickets = Ticket.objects.filter(subject__in=dict(shown))
        assert {each.subject: str(each.priority) for each in tickets} == dict(shown)
        assert Priority.objects.filter(name="High").count() == 1
        [added] = Department.objects.filter(name="Night watch")
        assert tickets.filter(department=added).count() == 2


def test_a_second_import_changes_nothing_and_a_new_word_only_its_own_tickets(
    rocket: Cast, at_rocket: Client
) -> None:
    lines = (
        LINES
        + b"\n"
        + write_lines(
            {"kind": "field", "id": "f1", "key": "Color", "label": "Color"},
            {"kind": "ticket", "id": 5, "subject": "Red", "fields": {"Color": "red"}},
        )
    )
    new = {"kind": "ticket", "id": 6, "subject": "New", "state": "odd", "priority": "p8"}
    for content, counts in (
        (lines, {"created": 5}), (lines, {"unchanged": 5}),
        (lines + b"\n" + write_lines(new), {"unchanged": 5, "created": 1}),
    ):  # fmt: skip
        url = upload(at_rocket, content, "records.ndjson", "neutral")["Location"]
        work(rocket)
        start(at_rocket, url)
        work(rocket)
        assert get_run(rocket, url).counts["ticket"] == counts


def test_a_choice_of_none_is_remembered_for_the_next_file(rocket: Cast, at_rocket: Client) -> None:
    url = prepare(rocket, at_rocket)
    start(at_rocket, url, **{"departments-0": "0", "departments-1": "0"})
    work(rocket)
    form = at_rocket.get(prepare(rocket, at_rocket)).context["form"]
    assert (form["departments-0"].value(), form["departments-1"].value()) == (0, 0)
    with desk_scope(rocket.desk):
        assert not Ticket.objects.filter(department__name="Night watch").exists()
