"""A form without its CSRF token changes nothing and gets our own error page."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast
from tests.portal.conftest import user_of
from tickets.models import State, Ticket


@pytest.mark.parametrize("path", ["closure", "answers"])
def test_a_form_from_another_site_changes_nothing(in_rocket: Cast, path: str) -> None:
    ticket = in_rocket.open_ticket()
    client = Client(enforce_csrf_checks=True)
    client.force_login(user_of(in_rocket.customer))
    answer = client.post(
        f"/rocket/portal/requests/{ticket.number}/{path}/", {"form_token": "t", "body": "x"}
    )
    assert answer.status_code == 403
    assert "This form has expired" in answer.content.decode()
    assert "style=" not in answer.content.decode()
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.status, ticket.messages.count()) == (State.OPEN, 1)


def test_a_sign_in_form_from_another_site_signs_nobody_in(in_rocket: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/rocket/login/", {"login": in_rocket.customer.email, "password": "x"})
    assert answer.status_code == 403
