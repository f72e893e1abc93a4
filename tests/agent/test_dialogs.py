"""Forms in a dialog over the ticket: the same pages, without their frame."""

from __future__ import annotations

from django.test import Client

from accounts.tenancy import desk_scope
from tests.agent.conftest import SignIn, count_cost
from tests.cast import Cast
from tickets.models import Participant, Ticket

DIALOG = {"Dialog": "form"}
NEW_FOLLOWER = {"email": "mia@fabrikam.example", "name": "Mia Chen"}
FORMS = ("closure", "escalation", "participants", "emergency/new", "promise", "hold", "help/new")


def url_of(ticket: Ticket, act: str) -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{act}/"


def test_every_form_of_a_ticket_is_rendered_without_the_frame(
    client: Client, ticket: Ticket
) -> None:
    for act in FORMS:
        url = url_of(ticket, act)
        whole, part = client.get(url), client.get(url, headers=DIALOG)
        assert whole.status_code == part.status_code == 200, act
        assert "<html" in whole.text
        assert 'class="sidebar"' in whole.text
        assert "<html" not in part.text
        assert 'class="sidebar"' not in part.text
        assert "data-dialog-part" in part.text
        assert f'action="{url}"' in part.text


def test_a_change_names_the_page_that_comes_next_instead_of_redirecting(
    client: Client, ticket: Ticket
) -> None:
    response = client.post(url_of(ticket, "participants"), NEW_FOLLOWER, headers=DIALOG)

    assert response.status_code == 204
    assert response["Dialog-Location"] == f"/rocket/agent/tickets/{ticket.number}/"
    assert "Location" not in response
    with desk_scope(ticket.desk):
        assert Participant.objects.filter(ticket=ticket).count() == 1
    assert "Mia Chen now follows this ticket." in client.get(response["Dialog-Location"]).text


def test_a_refused_form_comes_back_without_the_frame_and_keeps_its_text(
    client: Client, ticket: Ticket
) -> None:
    given = {"email": "not an address", "name": "Mia Chen"}
    response = client.post(url_of(ticket, "participants"), given, headers=DIALOG)

    assert response.status_code == 422
    assert "data-dialog-part" in response.text
    assert "Mia Chen" in response.text
    assert "not an address" in response.text


def test_an_ordinary_post_is_redirected(client: Client, ticket: Ticket) -> None:
    response = client.post(url_of(ticket, "participants"), NEW_FOLLOWER)

    assert response.status_code == 303
    assert "Dialog-Location" not in response


def test_a_dialog_reads_no_sidebar(client: Client, ticket: Ticket) -> None:
    url = url_of(ticket, "closure")
    whole = count_cost(client, url).statements
    client.defaults["HTTP_DIALOG"] = "form"
    assert count_cost(client, url).statements < whole


def test_outsiders_get_no_form(rocket: Cast, matter: Cast, ticket: Ticket, sign_in: SignIn) -> None:
    url = url_of(ticket, "closure")

    assert sign_in(matter.analyst.user).get(url, headers=DIALOG).status_code == 404
    assert sign_in(rocket.observer.user).get(url, headers=DIALOG).status_code == 403
    signed_out = Client().get(url, headers=DIALOG)
    assert signed_out.status_code == 204
    assert signed_out["Dialog-Location"].startswith("/rocket/login/")
