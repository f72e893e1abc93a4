"""Handles on the pages of tickets and contacts, and the page that joins one to a contact."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Contact, ContactHandle, HandleProof, Network
from tests.agent.conftest import SignIn, inside
from tests.cast import Cast
from tests.people.handles import Stranger, make_handle, write_by_handle
from tickets.models import Ticket

WHY = "Confirmed on the phone"


@pytest.fixture
def person(rocket: Cast) -> Stranger:
    with inside(rocket):
        return write_by_handle(rocket, make_handle(rocket))


@pytest.fixture
def analyst(rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(rocket.analyst.user)


def get_page(client: Client, path: str, desk: str = "rocket") -> str:
    response = client.get(f"/{desk}/agent/{path}")
    assert response.status_code == 200, (path, response.status_code)
    return " ".join(response.content.decode().split())


def test_the_ticket_shows_the_handle_and_that_there_is_no_address(
    person: Stranger, analyst: Client
) -> None:
    page = get_page(analyst, f"tickets/{person.ticket.number}/")
    assert "No email address" in page
    assert "Facebook: <bdi>Maria Jones</bdi>" in page
    assert ">Not verified</span>" in page
    assert f"/agent/handles/{person.handle.pk}/?ticket={person.ticket.number}" in page


def test_a_contacts_page_says_that_nothing_can_be_emailed(
    person: Stranger, analyst: Client
) -> None:
    page = get_page(analyst, f"customers/{person.contact.pk}/")
    assert "No email address. This person can't be emailed." in page
    assert "Not possible without an email address" in page


def test_people_without_an_address_are_a_list_of_their_own(
    rocket: Cast, person: Stranger, analyst: Client
) -> None:
    page = get_page(analyst, "customers/?kind=handles")
    assert "Maria Jones</a>" in page
    assert "Facebook" in page
    assert rocket.customer.email not in page
    assert "Maria Jones" not in get_page(analyst, "customers/?kind=people")
    assert "Maria Jones" in get_page(analyst, "customers/?q=maria")


def test_the_list_of_people_without_an_address_has_pages(
    rocket: Cast, analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.agent.views.customers.MAX_SHOWN", 2)
    with inside(rocket):
        ids = [make_handle(rocket, f"id-{n}", name=f"Nr. {n}").contact_id for n in range(3)]
    page = get_page(analyst, "customers/?kind=handles")
    assert "Nr. 2" in page
    assert "Nr. 0" not in page
    assert "Nr. 0" in get_page(analyst, f"customers/?kind=handles&after={ids[1]}")


def test_contacts_are_offered_while_typing(rocket: Cast, person: Stranger, analyst: Client) -> None:
    page = get_page(analyst, "customers/offers/?contact=custom")
    assert f'<option value="{rocket.customer.email}">' in page
    known_by_number = f'<option value="#{person.contact.pk}">Maria Jones</option>'
    assert known_by_number in get_page(analyst, "customers/offers/?contact=maria")


def test_an_agent_joins_a_handle_and_comes_back_to_the_ticket(
    rocket: Cast, person: Stranger, analyst: Client
) -> None:
    url = f"/rocket/agent/handles/{person.handle.pk}/?ticket={person.ticket.number}"
    assert "Facebook: Maria Jones belongs to the contact Maria Jones now." in get_page(
        analyst, url.removeprefix("/rocket/agent/")
    )
    response = analyst.post(url, {"contact": rocket.customer.email, "reason": WHY})
    assert (response.status_code, response["Location"]) == (
        303,
        f"/rocket/agent/tickets/{person.ticket.number}/",
    )
    page = get_page(analyst, f"tickets/{person.ticket.number}/")
    assert f"Confirmed by {rocket.analyst.name}" in page
    assert rocket.customer.email in page


def test_without_a_ticket_the_way_back_is_the_page_of_the_contact_it_is_now(
    rocket: Cast, person: Stranger, analyst: Client
) -> None:
    url = f"/rocket/agent/handles/{person.handle.pk}/"
    response = analyst.post(url, {"contact": rocket.customer.email, "reason": WHY}, follow=True)
    assert response.redirect_chain[-1][0] == f"/rocket/agent/customers/{rocket.customer.pk}/"
    assert "was linked to" in response.content.decode()


@pytest.mark.parametrize(
    ("contact", "reason", "error"),
    [
        ("customer@acme.example", "", "This field is required"),
        ("", WHY, "This field is required"),
        ("nobody@acme.example", WHY, "No contact matches"),
        ("#999999", WHY, "No contact matches"),
        ("Customer", WHY, "No contact matches"),
    ],
)
def test_a_form_that_says_too_little_changes_nothing(
    rocket: Cast, person: Stranger, analyst: Client, contact: str, reason: str, error: str
) -> None:
    url = f"/rocket/agent/handles/{person.handle.pk}/"
    response = analyst.post(url, {"contact": contact, "reason": reason})
    assert response.status_code == 422
    assert error in response.content.decode()
    with inside(rocket):
        assert ContactHandle.objects.get().contact == person.contact


def test_a_wrong_decision_is_taken_back(rocket: Cast, person: Stranger, analyst: Client) -> None:
    url = f"/rocket/agent/handles/{person.handle.pk}/"
    assert "Unlink" not in get_page(analyst, url.removeprefix("/rocket/agent/"))
    analyst.post(url, {"contact": rocket.customer.email, "reason": WHY})
    response = analyst.post(url, {"contact": "", "is_separate": "on", "reason": "Not Ann"})
    assert response.status_code == 303
    with inside(rocket):
        handle = ContactHandle.objects.get()
        assert (handle.proof, handle.contact.email) == (HandleProof.NONE, "")
        assert Ticket.objects.get().contact == handle.contact


def test_a_contact_without_an_address_is_chosen_by_number(
    rocket: Cast, person: Stranger, analyst: Client
) -> None:
    with inside(rocket):
        other = make_handle(rocket, "another-id", name="Her second account")
    response = analyst.post(
        f"/rocket/agent/handles/{other.pk}/",
        {"contact": f"#{person.contact.pk}", "reason": "Both wrote about order 12"},
    )
    assert response.status_code == 303
    with inside(rocket):
        assert Contact.objects.get(pk=person.contact.pk).handles.count() == 2


def test_a_phone_number_is_not_joined(rocket: Cast, analyst: Client) -> None:
    with inside(rocket):
        caller = make_handle(rocket, "+551155501234", network=Network.PHONE, name="")
    page = get_page(analyst, f"customers/{caller.contact_id}/")
    assert "Phone: <bdi>+551155501234</bdi>" in page
    assert "/agent/handles/" not in page
    assert analyst.get(f"/rocket/agent/handles/{caller.pk}/").status_code == 404


def test_observers_see_handles_and_join_none(
    rocket: Cast, person: Stranger, sign_in: SignIn
) -> None:
    observer = sign_in(rocket.observer.user)
    page = get_page(observer, f"customers/{person.contact.pk}/")
    assert "Facebook: <bdi>Maria Jones</bdi>" in page
    assert "/agent/handles/" not in page
    assert observer.get(f"/rocket/agent/handles/{person.handle.pk}/").status_code == 403


def test_another_desk_finds_no_handle_and_no_contact_of_this_one(
    matter: Cast, person: Stranger, rocket: Cast, sign_in: SignIn
) -> None:
    theirs = sign_in(matter.admin.user)
    handle = f"/matter/agent/handles/{person.handle.pk}/"
    assert theirs.get(handle).status_code == 404
    assert theirs.post(handle, {"contact": "x", "reason": WHY}).status_code == 404
    assert get_page(theirs, "customers/offers/?contact=maria", "matter") == ""
    with inside(matter):
        own = make_handle(matter)
    response = theirs.post(
        f"/matter/agent/handles/{own.pk}/", {"contact": rocket.customer.email, "reason": WHY}
    )
    assert response.status_code == 422


class TestApi:
    """The same by program."""

    def test_handles_of_a_ticket(self, person: Stranger, analyst: Client) -> None:
        response = analyst.get(f"/rocket/api/v1/tickets/{person.ticket.number}/handles/")
        [handle] = response.json()["results"]
        assert (handle["network"], handle["name"]) == ("facebook", "Maria Jones")
        assert handle["proof"] == ""
        assert (handle["contact"]["email"], handle["contact"]["name"]) == ("", "Maria Jones")

    def test_a_ticket_without_an_address_is_listed_and_shown(
        self, person: Stranger, analyst: Client
    ) -> None:
        shown = analyst.get(f"/rocket/api/v1/tickets/{person.ticket.number}/")
        listed = analyst.get("/rocket/api/v1/tickets/")
        assert (shown.status_code, listed.status_code) == (200, 200)
        assert shown.json()["contact"] == listed.json()["results"][0]["contact"]
        assert (shown.json()["contact"]["email"], shown.json()["contact"]["name"]) == (
            "", "Maria Jones",
        )  # fmt: skip

    def test_join_and_take_back(self, rocket: Cast, person: Stranger, analyst: Client) -> None:
        url = f"/rocket/api/v1/handles/{person.handle.pk}/join/"
        given = {"contact": rocket.customer.email, "reason": WHY}
        joined = analyst.post(url, given, content_type="application/json")
        assert (joined.status_code, joined.json()["proof"]) == (200, "agent")
        assert joined.json()["contact"]["id"] == rocket.customer.pk
        again = analyst.post(
            url, {"contact": None, "reason": "Not Ann"}, content_type="application/json"
        )
        assert (again.status_code, again.json()["contact"]["email"]) == (200, "")

    @pytest.mark.parametrize("contact", ["nobody@acme.example", "", "customer@globex.example"])
    def test_an_unknown_contact_is_refused(
        self, person: Stranger, matter: Cast, analyst: Client, contact: str
    ) -> None:
        response = analyst.post(
            f"/rocket/api/v1/handles/{person.handle.pk}/join/",
            {"contact": contact, "reason": WHY},
            content_type="application/json",
        )
        assert response.status_code == 400
        assert matter.customer.email == "customer@globex.example"

    def test_another_desks_handle_is_not_found(
        self, matter: Cast, person: Stranger, sign_in: SignIn
    ) -> None:
        response = sign_in(matter.admin.user).post(
            f"/matter/api/v1/handles/{person.handle.pk}/join/",
            {"contact": matter.customer.email, "reason": WHY},
            content_type="application/json",
        )
        assert response.status_code == 404
