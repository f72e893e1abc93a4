"""A request knows its product where the plan names products (M68)."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import PlanProduct, Product
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.portal.conftest import user_of
from tickets.models import NO_DEADLINE, Ticket

URL = "/rocket/portal/requests/new/"
FIELD = 'name="product"'


@pytest.fixture
def products(in_rocket: Cast) -> dict[str, Product]:
    names = ("Mobile", "Server")
    return {name: Product.objects.create(desk=in_rocket.desk, name=name) for name in names}


@pytest.fixture
def only_server(in_rocket: Cast, products: dict[str, Product]) -> dict[str, Product]:
    """The customer's plan covers the product Server only."""
    PlanProduct.objects.create(desk=in_rocket.desk, plan=in_rocket.plan, product=products["Server"])
    return products


def test_a_desk_without_products_asks_for_none(as_customer: Client, request_form) -> None:
    assert FIELD not in as_customer.get(URL).content.decode()
    assert as_customer.post(URL, request_form(product="1")).status_code == 303
    assert Ticket.objects.get().product is None


def test_a_plan_that_covers_all_products_leaves_the_choice_open(
    as_customer: Client, request_form, products: dict[str, Product]
) -> None:
    page = as_customer.get(URL).content.decode()
    assert FIELD in page
    assert "Not sure" in page
    assert "not covered" not in page
    as_customer.post(URL, request_form())
    as_customer.post(URL, request_form(product=products["Mobile"].pk, form_token="two"))
    assert list(Ticket.objects.order_by("pk").values_list("product__name", flat=True)) == [
        None,
        "Mobile",
    ]
    assert not Ticket.objects.filter(due_at=NO_DEADLINE).exists()


def test_a_plan_that_names_products_asks_which_one(
    as_customer: Client, request_form, only_server: dict[str, Product]
) -> None:
    page = as_customer.get(URL).content.decode()
    assert "Mobile (not covered by your plan)" in page
    assert "Server (not" not in page
    assert as_customer.post(URL, request_form()).status_code == 422
    as_customer.post(URL, request_form(product=only_server["Server"].pk))
    assert Ticket.objects.get().uncovered == {}


def test_a_product_outside_the_plan_is_a_ticket_without_a_promise_and_says_so(
    as_customer: Client, request_form, only_server: dict[str, Product]
) -> None:
    sent = as_customer.post(URL, request_form(product=only_server["Mobile"].pk))
    ticket = Ticket.objects.get()
    assert (ticket.uncovered["code"], ticket.due_at) == ("product_not_in_plan", NO_DEADLINE)
    page = as_customer.get(sent["Location"]).content.decode()
    assert "Your support plan Standard doesn&#x27;t cover Mobile" in page
    assert "You'll get a first response by" not in page


def test_a_follower_of_another_company_reads_nothing_about_the_plan(
    in_rocket: Cast, as_customer: Client, request_form, only_server: dict[str, Product], sign_in
) -> None:
    form = request_form(product=only_server["Mobile"].pk, cc=in_rocket.elsewhere.email)
    sent = as_customer.post(URL, form)
    page = sign_in(user_of(in_rocket.elsewhere)).get(sent["Location"])
    assert page.status_code == 200
    assert "support plan Standard" not in page.content.decode()


def test_another_desks_product_is_not_offered(
    as_customer: Client, request_form, products: dict[str, Product], matter: Cast
) -> None:
    with desk_scope(matter.desk):
        theirs = Product.objects.create(desk=matter.desk, name="Secret product")
    assert as_customer.post(URL, request_form(product=theirs.pk)).status_code == 422
    assert "Secret product" not in as_customer.get(URL).content.decode()
