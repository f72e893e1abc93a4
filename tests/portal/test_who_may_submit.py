"""Permission to submit requests in the portal (M72, M73)."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Account, Contact, ContactRole, Plan
from tests.cast import Cast
from tests.portal.conftest import user_of
from tickets.models import Ticket

URL = "/rocket/portal/requests/new/"


@pytest.fixture
def restricted(in_rocket: Cast) -> Cast:
    """The first desk, whose plan lets only points of contact submit requests."""
    in_rocket.plan.only_points_of_contact = True
    in_rocket.plan.save()
    return in_rocket


def test_only_points_of_contact_if_the_plan_says_so(
    restricted: Cast, as_customer: Client, request_form, sign_in
) -> None:
    restricted.customer.role = ContactRole.CONTACT
    restricted.customer.save()
    page = as_customer.get(URL)
    assert page.status_code == 403
    assert "Your points of contact submit requests" in page.content.decode()
    assert restricted.manager.email in page.content.decode()
    assert restricted.elsewhere.email not in page.content.decode()
    assert as_customer.post(URL, request_form()).status_code == 403
    assert not Ticket.objects.exists()
    for who in (restricted.customer_colleague, restricted.manager):
        assert sign_in(user_of(who)).post(URL, request_form()).status_code == 303


@pytest.mark.parametrize("path", ["/rocket/", "/rocket/portal/requests/"])
def test_pages_offer_the_form_only_to_people_who_can_use_it(
    restricted: Cast, as_customer: Client, path: str
) -> None:
    assert "Submit a request" in as_customer.get(path).content.decode()
    restricted.customer.role = ContactRole.CONTACT
    restricted.customer.save()
    page = as_customer.get(path).content.decode()
    assert "Submit a request" not in page
    assert "Who can submit requests" in page


def test_people_without_an_account_can_always_submit(
    restricted: Cast, request_form, sign_in
) -> None:
    assert sign_in(user_of(restricted.stranger)).post(URL, request_form()).status_code == 303


def test_the_community_can_always_submit(restricted: Cast, request_form, sign_in) -> None:
    restricted.account.plan, restricted.account.status = None, "community"
    restricted.account.save()
    Contact.objects.filter(pk=restricted.customer.pk).update(role=ContactRole.CONTACT)
    page = sign_in(user_of(restricted.customer)).post(URL, request_form())
    assert page.status_code == 303
    assert Ticket.objects.get().account == restricted.account


def test_a_plan_of_another_account_restricts_nobody_else(
    restricted: Cast, request_form, sign_in
) -> None:
    free = Plan.objects.create(desk=restricted.desk, name="Free")
    Account.objects.filter(pk=restricted.other_account.pk).update(plan=free)
    Contact.objects.filter(pk=restricted.elsewhere.pk).update(role=ContactRole.CONTACT)
    sent = sign_in(user_of(restricted.elsewhere)).post(URL, request_form())
    assert sent.status_code == 303


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
