"""Managers choose a self-service plan in the portal; other plans come from sales (M66, M67)."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.customers.self_service import choose_plan
from accounts.models import Account, AuditEntry, Contact, CrmConnection, CrmLink, Plan
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tickets.models import NewTerms

PLANS = "/rocket/portal/plans/"
BUTTON = "Choose this plan"


@pytest.fixture
def free(in_rocket: Cast) -> Plan:
    """A self-service plan; the customer's account has no plan."""
    Account.objects.filter(pk=in_rocket.account.pk).update(plan=None)
    return Plan.objects.create(desk=in_rocket.desk, name="Free", is_self_service=True)


def choose(client: Client, plan: Plan) -> str:
    response = client.post(f"{PLANS}{plan.pk}/choice/")
    assert response.status_code == 303, response.status_code
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def plan_of(cast: Cast) -> Plan | None:
    return Account.objects.select_related("plan").get(pk=cast.account.pk).plan


def test_a_manager_chooses_a_self_service_plan_and_tickets_follow(
    in_rocket: Cast, as_manager: Client, free: Plan
) -> None:
    in_rocket.open_ticket()
    page = as_manager.get(PLANS).content.decode()
    assert page.count(BUTTON) == 1
    assert "Only available through our sales team." in page
    assert choose(as_manager, free) == "acme.example Inc. now has the Free plan."
    assert plan_of(in_rocket) == free
    assert NewTerms.objects.get().account == in_rocket.account
    assert AuditEntry.objects.get().detail["changes"] == {"plan": ["", "Free"]}
    assert BUTTON not in as_manager.get(PLANS).content.decode()


def test_the_same_plan_again_changes_nothing(
    in_rocket: Cast, as_manager: Client, free: Plan
) -> None:
    choose(as_manager, free)
    choose(as_manager, free)
    assert AuditEntry.objects.count() == 1


def test_plans_are_chosen_a_few_times_a_day_only(
    in_rocket: Cast, as_manager: Client, free: Plan
) -> None:
    """Each choice changes the SLA targets of all the account's open tickets."""
    other = Plan.objects.create(desk=in_rocket.desk, name="Other", is_self_service=True)
    for plan in [free, other] * 5:
        choose(as_manager, plan)
    assert as_manager.post(f"{PLANS}{free.pk}/choice/").status_code == 429
    assert plan_of(in_rocket) == other


@pytest.mark.parametrize("field", ["is_self_service", "is_retired"])
def test_a_plan_that_sales_sell_or_that_is_legacy_is_not_chosen(
    in_rocket: Cast, as_manager: Client, free: Plan, field: str
) -> None:
    Plan.objects.filter(pk=free.pk).update(**{field: field == "is_retired"})
    assert BUTTON not in as_manager.get(PLANS).content.decode()
    assert "This plan is only available through our sales team" in choose(as_manager, free)
    assert plan_of(in_rocket) is None


def test_a_plan_that_was_sold_is_not_replaced(
    in_rocket: Cast, as_manager: Client, free: Plan
) -> None:
    Account.objects.filter(pk=in_rocket.account.pk).update(plan=in_rocket.plan)
    assert BUTTON not in as_manager.get(PLANS).content.decode()
    assert "Contact us to change it" in choose(as_manager, free)
    assert plan_of(in_rocket) == in_rocket.plan


def test_an_account_of_the_crm_keeps_what_the_crm_says(
    in_rocket: Cast, as_manager: Client, free: Plan
) -> None:
    desk = in_rocket.desk
    crm = CrmConnection.objects.create(desk=desk)
    CrmLink.objects.create(
        desk=desk, connection=crm, module="Accounts", record_id="1", account=in_rocket.account
    )
    assert "Contact us to change it" in choose(as_manager, free)
    assert plan_of(in_rocket) is None


def test_others_of_the_account_and_visitors_cannot_choose(
    in_rocket: Cast, as_customer: Client, client: Client, free: Plan
) -> None:
    for visitor in (as_customer, client):
        page = visitor.get(PLANS).content.decode()
        assert BUTTON not in page
        assert "Managers of an account can choose this plan themselves." in page
    assert as_customer.post(f"{PLANS}{free.pk}/choice/").status_code == 404
    assert plan_of(in_rocket) is None
    with pytest.raises(PermissionDenied):
        choose_plan(plan=free, by=Contact.objects.get(pk=in_rocket.customer.pk), at=NOON)


def test_another_desks_plan_does_not_exist(
    as_manager: Client, in_rocket: Cast, matter: Cast, free: Plan
) -> None:
    with desk_scope(matter.desk):
        theirs = Plan.objects.create(desk=matter.desk, name="Theirs", is_self_service=True)
    assert as_manager.post(f"{PLANS}{theirs.pk}/choice/").status_code == 404
    with pytest.raises(PermissionDenied):
        choose_plan(plan=theirs, by=in_rocket.manager, at=NOON)
