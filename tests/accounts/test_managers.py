"""An account's Account Manager (M70) and Customer Success Manager (M71) are shown to both sides."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.customers.managers import find_managers
from accounts.models import Account, Agent, Plan
from accounts.tenancy import desk_scope
from tests.cast import Cast

BOTH = ["Account Manager", "Customer Success Manager"]


@pytest.fixture
def managed(rocket: Cast) -> Cast:
    """The observer is the account's manager, the lead its success manager; the plan has both."""
    with desk_scope(rocket.desk):
        Plan.objects.filter(pk=rocket.plan.pk).update(has_success_manager=True)
        Account.objects.filter(pk=rocket.account.pk).update(
            account_manager=rocket.observer, success_manager=rocket.lead
        )
    return rocket


def titles(cast: Cast) -> list[str]:
    with desk_scope(cast.desk):
        account = Account.objects.select_related("plan").get(pk=cast.account.pk)
        return [manager.title for manager in find_managers(account)]


def test_a_success_manager_is_shown_only_where_the_plan_has_one(managed: Cast) -> None:
    assert titles(managed) == BOTH
    with desk_scope(managed.desk):
        Plan.objects.filter(pk=managed.plan.pk).update(has_success_manager=False)
    assert titles(managed) == BOTH[:1]


def test_who_left_looks_after_nobody(managed: Cast) -> None:
    with desk_scope(managed.desk):
        Agent.objects.filter(pk=managed.observer.pk).update(is_active=False)
    assert titles(managed) == BOTH[1:]


def test_agents_see_both_beside_a_ticket(managed: Cast, sign_in: Any) -> None:
    with desk_scope(managed.desk):
        ticket = managed.open_ticket()
        other = managed.open_ticket(contact=managed.elsewhere)
    analyst = sign_in(managed.analyst.user)
    page = analyst.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
    for title, manager in zip(BOTH, (managed.observer, managed.lead), strict=True):
        assert f"<dt>{title}</dt>" in page
        assert f'<a href="mailto:{manager.user.email}" dir="auto">{manager.name}</a>' in page
    panel = analyst.get(f"/rocket/agent/tickets/{ticket.number}/panel/").content.decode()
    assert f"mailto:{managed.lead.user.email}" in panel
    assert (
        "Account Manager"
        not in analyst.get(f"/rocket/agent/tickets/{other.number}/").content.decode()
    )


def test_customers_see_both_on_their_first_page(managed: Cast, sign_in: Any) -> None:
    page = sign_in(managed.customer.user).get("/rocket/").content.decode()
    assert f'<a href="mailto:{managed.observer.user.email}">' in page
    assert "managers-title" in page
    assert f'<a href="mailto:{managed.lead.user.email}">' in page
    for person in (managed.elsewhere, managed.stranger):
        page = sign_in(person.user).get("/rocket/").content.decode()
        for manager in (managed.observer, managed.lead):
            assert f"mailto:{manager.user.email}" not in page
        assert "managers-title" not in page


def test_the_admin_site_refuses_a_success_manager_where_the_plan_has_none(
    rocket: Cast, sign_in: Any
) -> None:
    prefixes = ("accountproduct_set", "contacts", "domains")
    totals = {f"{prefix}-{which}_FORMS": 0 for prefix in prefixes
              for which in ("TOTAL", "INITIAL")}  # fmt: skip
    fields = {"name": rocket.account.name, "status": "customer", "plan": rocket.plan.pk,
              "success_manager": rocket.lead.pk}  # fmt: skip
    admin = sign_in(rocket.admin.user)
    address = f"/rocket/admin/accounts/account/{rocket.account.pk}/change/"
    answer = admin.post(address, totals | fields)
    assert "include a Customer Success Manager" in str(
        answer.context["adminform"].form.errors["success_manager"]
    )
    with desk_scope(rocket.desk):
        Plan.objects.filter(pk=rocket.plan.pk).update(has_success_manager=True)
    assert admin.post(address, totals | fields).status_code == 302
