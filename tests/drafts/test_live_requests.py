"""Scripts of an open page get a 401 once its user is signed out; no page is swapped into it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from tests.cast import Cast
from tests.drafts.conftest import end_sessions, sign_in_by_form
from tickets.models import Ticket

SignIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    "headers", [HTMX, {"Sec-Fetch-Dest": "empty"}, {"Accept": "text/event-stream"}]
)
@pytest.mark.parametrize("part", ["", "panel/", "history/"])
def test_a_live_part_of_a_page_gets_401_and_no_page(
    rocket: Cast, ticket: Ticket, part: str, headers: dict[str, str]
) -> None:
    refused = Client().get(f"/rocket/agent/tickets/{ticket.number}/{part}", headers=headers)
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"].startswith("Session")
    assert b"<" not in refused.content
    assert len(refused.content) < 100


@pytest.mark.parametrize("path", ["agent/", "agent/drafts/", "portal/drafts/", "admin/"])
def test_so_does_every_interface(rocket: Cast, path: str) -> None:
    assert Client().post(f"/rocket/{path}", headers=HTMX).status_code in {401, 405}
    if "drafts" in path:
        assert Client().post(f"/rocket/{path}", headers=HTMX).status_code == 401


def test_the_stream_says_401_to_the_signed_out_and_404_to_others(
    rocket: Cast, sign_in: SignIn
) -> None:
    assert Client().get("/rocket/agent/stream/").status_code == 401
    assert sign_in(rocket.customer.user).get("/rocket/agent/stream/").status_code == 404


def test_a_page_still_leads_to_the_sign_in(rocket: Cast) -> None:
    refused = Client().get("/rocket/agent/?view=mine")
    assert refused.status_code == 302
    assert refused["Location"] == "/rocket/login/?next=/rocket/agent/%3Fview%3Dmine"


def test_a_page_learns_who_is_signed_in_and_gets_a_token_for_its_forms(
    rocket: Cast, ticket: Ticket
) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.get("/rocket/login/session/").json()["reader"] is None
    sign_in_by_form(browser, rocket.analyst.user.email)
    end_sessions()
    assert browser.get("/rocket/login/session/").json()["reader"] is None
    sign_in_by_form(browser, rocket.analyst.user.email)
    session = browser.get("/rocket/login/session/").json()
    assert session["reader"] == str(rocket.analyst.user.pk)
    sent = browser.post(
        f"/rocket/agent/tickets/{ticket.number}/answers/",
        {
            "kind": "note",
            "body": "From the old page",
            "form_token": "t" * 20,
            "csrfmiddlewaretoken": session["csrf_token"],
        },
    )
    assert sent.status_code == 303
