"""People whose session ends while they write."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client

from tests.cast import PASSWORD, Cast
from tickets.models import Ticket


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


@pytest.fixture
def browser() -> Client:
    """A browser that checks CSRF tokens, as real ones must have them."""
    return Client(enforce_csrf_checks=True)


def sign_in_by_form(browser: Client, email: str, *, next_page: str = "/rocket/") -> HttpResponse:
    page = browser.get("/rocket/login/")
    return browser.post(
        "/rocket/login/",
        {
            "login": email,
            "password": PASSWORD,
            "next": next_page,
            "csrfmiddlewaretoken": read_token(page),
        },
    )


def read_token(page: HttpResponse) -> str:
    return str(page.context["csrf_token"])


def end_sessions() -> None:
    """End everyone's sessions, as an expiry or an administrator does."""
    Session.objects.all().delete()


def next_page_of(response: HttpResponse) -> str:
    """Return where a redirect to the sign-in page leads afterwards."""
    assert response.status_code == 302
    assert response["Location"].startswith("/rocket/login/"), response["Location"]
    return parse_qs(urlsplit(response["Location"]).query)["next"][0]


PostForm = Callable[..., HttpResponse]


def post_form(browser: Client, page: HttpResponse, url: str, **fields: str) -> HttpResponse:
    """Post a form of a page as the browser does that shows it."""
    return browser.post(
        url,
        {**fields, "csrfmiddlewaretoken": read_token(page)},
        headers={"Referer": f"http://testserver{page.request['PATH_INFO']}"},
    )
