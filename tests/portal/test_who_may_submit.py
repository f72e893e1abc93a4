"""Permission to submit requests in the portal (M72, M73)."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import ContactRole
from tests.cast import Cast
from tests.portal.conftest import user_of
from tickets.models import Ticket

URL = "/rocket/portal/requests/new/"


def test_only_points_of_contact_if_the_desk_requires_it(
    in_rocket: Cast, as_customer: Client, request_form, sign_in
) -> None:
    in_rocket.desk.only_points_of_contact = True
    in_rocket.desk.save()
    in_rocket.customer.role = ContactRole.CONTACT
    in_rocket.customer.save()
    page = as_customer.get(URL)
    assert page.status_code == 403
    assert "Your points of contact submit requests" in page.content.decode()
    assert in_rocket.manager.email in page.content.decode()
    assert in_rocket.elsewhere.email not in page.content.decode()
    assert as_customer.post(URL, request_form()).status_code == 403
    assert not Ticket.objects.exists()
    for who in (in_rocket.customer_colleague, in_rocket.manager):
        assert sign_in(user_of(who)).post(URL, request_form()).status_code == 303


def test_a_contact_without_an_account_is_no_point_of_contact(in_rocket: Cast, sign_in) -> None:
    in_rocket.desk.only_points_of_contact = True
    in_rocket.desk.save()
    page = sign_in(user_of(in_rocket.stranger)).get(URL)
    assert page.status_code == 403
    assert (
        'href="/rocket/portal/contact/"'
        in page.content.decode().split("<main")[1].split("</main>")[0]
    )


def test_every_contact_can_submit_by_default(in_rocket: Cast, request_form, sign_in) -> None:
    assert sign_in(user_of(in_rocket.stranger)).post(URL, request_form()).status_code == 303


def test_a_plan_without_the_portal_allows_no_requests(
    in_rocket: Cast, as_customer: Client, request_form
) -> None:
    in_rocket.plan.allows_portal = False
    in_rocket.plan.save()
    assert "Your plan doesn't include portal requests" in as_customer.get(URL).content.decode()
    assert as_customer.post(URL, request_form()).status_code == 403


@pytest.mark.parametrize("path", ["portal/requests/", "portal/requests/new/"])
def test_visitors_sign_in_strangers_get_an_explanation_agents_go_to_the_queue(
    in_rocket: Cast, matter: Cast, client: Client, sign_in, path: str
) -> None:
    assert client.get(f"/rocket/{path}")["Location"] == f"/rocket/login/?next=/rocket/{path}"
    stranger = sign_in(user_of(matter.customer)).get(f"/rocket/{path}")
    assert stranger.status_code == 403
    assert "You're not a contact of Rocket yet" in stranger.content.decode()
    assert sign_in(in_rocket.analyst.user).get(f"/rocket/{path}")["Location"] == "/rocket/"


def test_requests_are_limited(in_rocket: Cast, as_customer: Client, request_form) -> None:
    sent = [as_customer.post(URL, request_form(subject="")).status_code for _ in range(31)]
    assert sent == [422] * 30 + [429]
    assert as_customer.get(URL).status_code == 200
