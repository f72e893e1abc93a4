"""The ticket page shows the desk's own fields and edits them; the portal shows what it asks."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from accounts.models import Department
from tests.agent.conftest import SignIn, count_cost, inside
from tests.cast import Cast
from tests.fields.conftest import AddField
from tickets.models import Ticket


def page_of(ticket: Ticket, act: str = "") -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{act}"


def read_fields(cast: Cast, ticket: Ticket) -> dict[str, str]:
    with inside(cast):
        return Ticket.objects.get(pk=ticket.pk).fields


def test_a_desk_without_fields_shows_no_section(client: Client, ticket: Ticket) -> None:
    assert "panel-fields" not in client.get(page_of(ticket)).text
    text = client.get(page_of(ticket, "fields/"), follow=True).text
    assert "no custom fields" in text


def test_the_panel_shows_fields_and_the_form_saves_them(
    rocket: Cast, client: Client, ticket: Ticket, add_field: AddField
) -> None:
    add_field("cause", label="Root cause")
    add_field("logs", "link")
    text = client.get(page_of(ticket)).text
    assert "Root cause" in text
    assert "Not set" in text
    form = client.get(page_of(ticket, "fields/")).text
    assert 'name="own_cause"' in form
    given = {"own_cause": "Disk full", "seen_cause": "", "own_logs": "x.example", "seen_logs": ""}
    text = unescape(client.post(page_of(ticket, "fields/"), given, follow=True).text)
    assert "Fields saved." in text
    assert "set Root cause to “Disk full”." in text
    assert 'href="https://x.example"' in text
    assert read_fields(rocket, ticket) == {"cause": "Disk full", "logs": "https://x.example"}


def test_an_impossible_value_is_refused_and_kept_in_the_form(
    rocket: Cast, client: Client, ticket: Ticket, add_field: AddField
) -> None:
    add_field("size", "number")
    add_field("cause")
    given = {"own_size": "a lot", "own_cause": "Disk full"}
    response = client.post(page_of(ticket, "fields/"), given)
    assert response.status_code == 422
    assert "Enter a number" in response.text
    assert 'value="a lot"' in response.text
    assert read_fields(rocket, ticket) == {}


def test_the_second_of_two_agents_is_told_and_can_overwrite(
    rocket: Cast, client: Client, ticket: Ticket, add_field: AddField
) -> None:
    add_field("cause")
    url = page_of(ticket, "fields/")
    client.post(url, {"own_cause": "Disk", "seen_cause": ""})
    response = client.post(url, {"own_cause": "Network", "seen_cause": ""})
    assert response.status_code == 422
    assert "was changed to “Disk” while you were editing" in unescape(response.text)
    assert 'name="seen_cause" value="Disk"' in response.text
    client.post(url, {"own_cause": "Network", "seen_cause": "Disk"})
    assert read_fields(rocket, ticket) == {"cause": "Network"}


def test_a_choice_and_a_checkbox_change_in_place(
    rocket: Cast, client: Client, ticket: Ticket, add_field: AddField
) -> None:
    area = add_field("area", "select", choices=["Cluster", "Login"])
    known = add_field("known", "checkbox")
    url = page_of(ticket, f"fields/{area.pk}/")
    assert f'action="{url}"' in client.get(page_of(ticket)).text
    text = client.post(url, {f"field-{area.pk}": "Login", "expected": ""}, follow=True).text
    assert "Area changed." in text
    text = client.post(url, {f"field-{area.pk}": "Cluster", "expected": ""}, follow=True).text
    assert "while you were editing" in text
    client.post(page_of(ticket, f"fields/{known.pk}/"), {f"field-{known.pk}": "yes"})
    assert read_fields(rocket, ticket) == {"area": "Login", "known": "yes"}
    assert client.post(page_of(ticket, "fields/999999/")).status_code == 404


def test_closing_names_the_missing_field(
    rocket: Cast, client: Client, ticket: Ticket, add_field: AddField
) -> None:
    add_field("cause", label="Root cause", required_for="closed")
    response = client.post(page_of(ticket, "closure/"), {"reason": "solved"})
    assert response.status_code == 422
    assert "Fill in this field first: Root cause." in response.text


@pytest.mark.parametrize("act", ["fields/", "fields/1/"])
def test_observers_and_outsiders_edit_nothing(
    rocket: Cast, matter: Cast, ticket: Ticket, sign_in: SignIn, act: str
) -> None:
    people = {rocket.observer: 403, matter.admin: 404, rocket.customer: 404}
    for person, status in people.items():
        assert sign_in(person.user).post(page_of(ticket, act)).status_code == status


def test_customers_see_only_the_fields_that_they_are_asked(
    rocket: Cast, ticket: Ticket, sign_in: SignIn, add_field: AddField
) -> None:
    asked = add_field("asked", label="Operating system", is_asked=True)
    add_field("hidden", label="Internal cause")
    add_field("retired", label="Old question", is_asked=True, is_retired=True)
    add_field("conditional", label="Internal risk", is_asked=True, shown_if=asked, shown_value="x")
    with inside(rocket):
        fields = {"asked": "Linux", "hidden": "Our own fault", "conditional": "They may leave"}
        Ticket.objects.filter(pk=ticket.pk).update(fields=fields)
    customer = sign_in(rocket.customer.user)
    text = customer.get(f"/rocket/portal/requests/{ticket.number}/").text
    assert "Operating system" in text
    assert "Our own fault" not in text
    assert "Internal cause" not in text
    assert "They may leave" not in text
    form = customer.get("/rocket/portal/requests/new/").text
    assert "own_asked" in form
    assert "own_hidden" not in form
    assert "own_retired" not in form


def test_customers_do_not_see_fields_with_a_condition(
    rocket: Cast, ticket: Ticket, sign_in: SignIn, add_field: AddField
) -> None:
    asked = add_field("asked", label="Operating system", is_asked=True)
    with inside(rocket):
        department = Department.objects.filter(desk=rocket.desk).first()
    add_field("theirs", label="Line", is_asked=True, department=department)
    add_field("hinted", label="Hint", is_asked=True, shown_if=asked, shown_value="Linux")
    with inside(rocket):
        fields = {"asked": "Linux", "theirs": "Our own fault", "hinted": "Bad build"}
        Ticket.objects.filter(pk=ticket.pk).update(fields=fields)
    text = sign_in(rocket.customer.user).get(f"/rocket/portal/requests/{ticket.number}/").text
    assert "Operating system" in text
    assert "Our own fault" not in text
    assert "Bad build" not in text


def test_more_fields_cost_the_page_no_statement(
    client: Client, ticket: Ticket, add_field: AddField
) -> None:
    before = count_cost(client, page_of(ticket))
    for number in range(5):
        add_field(f"field{number}")
    assert count_cost(client, page_of(ticket)) == before


def test_the_api_reads_and_sets_fields(
    rocket: Cast, client: Client, ticket: Ticket, add_field: AddField
) -> None:
    add_field("size", "number")
    url = f"/rocket/api/v1/tickets/{ticket.number}/fields/"
    sent = {"content_type": "application/json"}
    assert client.patch(url, {"fields": {"size": "12,5"}}, **sent).json() == {
        "fields": {"size": "12.5"}
    }
    assert client.get(url).json() == {"fields": {"size": "12.5"}}
    response = client.patch(url, {"fields": {"size": "many"}}, **sent)
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "fields.size"


def test_a_nul_in_a_value_is_left_out(
    rocket: Cast, client: Client, ticket: Ticket, add_field: AddField
) -> None:
    cause = add_field("cause")
    client.post(page_of(ticket, f"fields/{cause.pk}/"), {f"field-{cause.pk}": "Disk\0 full"})
    assert read_fields(rocket, ticket) == {"cause": "Disk full"}
