"""A plan in use cannot be deleted; its page names the way out instead of its accounts."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Account, Plan
from accounts.tenancy import desk_scope
from tests.cast import Cast


def page_of(plan: Plan) -> str:
    return f"/rocket/admin/accounts/plan/{plan.pk}/"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_plan_in_use_stays_and_the_way_out_is_named(
    rocket: Cast, at_rocket: Client, method: str
) -> None:
    with desk_scope(rocket.desk):
        for number in range(3):
            Account.objects.create(desk=rocket.desk, name=f"Canary {number}", plan=rocket.plan)
    ask = getattr(at_rocket, method)
    response = ask(f"{page_of(rocket.plan)}delete/", {"post": "yes"}, follow=True)
    assert response.redirect_chain == [(f"{page_of(rocket.plan)}change/", 302)]
    told = response.content.decode()
    assert "be deleted because 5 accounts have it. Mark it as a legacy plan instead" in told
    assert "Canary" not in told
    with desk_scope(rocket.desk):
        assert Plan.objects.filter(pk=rocket.plan.pk).exists()


def test_an_unused_plan_is_deleted(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        unused = Plan.objects.create(desk=rocket.desk, name="Unused")
    assert at_rocket.get(f"{page_of(unused)}delete/").status_code == 200
    at_rocket.post(f"{page_of(unused)}delete/", {"post": "yes"})
    with desk_scope(rocket.desk):
        assert not Plan.objects.filter(pk=unused.pk).exists()
        assert Plan.objects.filter(pk=rocket.plan.pk).exists()


def test_a_plan_of_another_desk_is_not_found(rocket: Cast, matter: Cast, at_rocket: Client) -> None:
    response = at_rocket.post(f"{page_of(matter.plan)}delete/", {"post": "yes"}, follow=True)
    assert "legacy plan instead" not in response.content.decode()
    with desk_scope(matter.desk):
        assert Plan.objects.filter(pk=matter.plan.pk).exists()
