"""The CRM sets only what an admin could, and only mapped fields; other records are skipped."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.crm import accounts as crm_accounts
from accounts.crm.accounts import apply_accounts
from accounts.crm.mapping import CrmAccount
from accounts.crm.outcomes import Outcome
from accounts.crm.reasons import describe_reason
from accounts.models import Account, CrmConnection, Plan
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.races.threads import at_once, wait_until_blocking


def record(cast: Cast, *, name: str = "", **values: Any) -> CrmAccount:
    return CrmAccount("1", name or cast.account.name, named=frozenset({"name", *values}), **values)


def take(cast: Cast, given: CrmAccount) -> Outcome:
    crm, _ = CrmConnection.objects.get_or_create(desk=cast.desk, client_id="x")
    with transaction.atomic():
        [outcome] = apply_accounts(crm, [given])
    return outcome


def test_a_retired_plan_is_not_sold_and_is_kept_by_who_has_it(in_rocket: Cast) -> None:
    Plan.objects.create(desk=in_rocket.desk, name="Legacy", is_retired=True)
    outcome = take(in_rocket, record(in_rocket, name="Fresh Co", plan="Legacy"))
    assert (outcome.what, outcome.detail) == ("skipped", "")
    assert describe_reason(*outcome.reason) == "Legacy is a legacy plan. Choose another one."
    assert not Account.objects.filter(name="Fresh Co").exists()
    in_rocket.plan.is_retired = True
    in_rocket.plan.save()
    assert (
        take(in_rocket, record(in_rocket, plan="Standard", status="trial")).detail == "status, link"
    )


def test_a_success_manager_needs_a_plan_that_has_one(in_rocket: Cast) -> None:
    email = in_rocket.lead.user.email
    outcome = take(in_rocket, record(in_rocket, success_manager=email))
    assert (outcome.what, outcome.may_heal) == ("skipped", True)
    why = describe_reason(*outcome.reason)
    assert why == "This plan doesn't include a Customer Success Manager."
    in_rocket.plan.has_success_manager = True
    in_rocket.plan.save()
    assert take(in_rocket, record(in_rocket, success_manager=email)).what == "changed"
    assert Account.objects.get(pk=in_rocket.account.pk).success_manager == in_rocket.lead


def test_two_refusals_are_both_given_in_the_readers_language(in_rocket: Cast) -> None:
    Plan.objects.create(desk=in_rocket.desk, name="100% Legacy", is_retired=True)
    wanted = {"plan": "100% Legacy", "success_manager": in_rocket.lead.user.email}
    with translation.override("de"):
        outcome = take(in_rocket, record(in_rocket, **wanted))
    legacy, second = (
        "100% Legacy is a legacy plan. Choose another one.",
        "Customer Success Manager.",
    )
    assert describe_reason(*outcome.reason) == f"{legacy} This plan doesn't include a {second}"
    with translation.override("de"):
        assert "100% Legacy ist ein" in describe_reason(*outcome.reason)


def test_a_plan_without_a_success_manager_is_not_put_under_one(in_rocket: Cast) -> None:
    best = Plan.objects.create(desk=in_rocket.desk, name="Best", has_success_manager=True)
    Account.objects.filter(pk=in_rocket.account.pk).update(
        plan=best, success_manager=in_rocket.lead
    )
    assert take(in_rocket, record(in_rocket, plan="Standard")).what == "skipped"
    assert Account.objects.get(pk=in_rocket.account.pk).plan == best


@pytest.mark.django_db(transaction=True)
def test_what_an_admin_changes_while_a_page_is_taken_stays(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk_scope(rocket.desk):
        plus = Plan.objects.create(desk=rocket.desk, name="Plus")
    is_read, write = Event(), crm_accounts.AccountPage.write

    def write_slowly(page: crm_accounts.AccountPage) -> None:
        is_read.set()
        wait_until_blocking()
        write(page)

    def admin() -> None:
        assert is_read.wait(10)
        Account.objects.filter(pk=rocket.account.pk).update(plan=plus)

    monkeypatch.setattr(crm_accounts.AccountPage, "write", write_slowly)
    at_once(rocket, lambda: take(rocket, record(rocket, status="trial")), admin)
    with desk_scope(rocket.desk):
        account = Account.objects.get(pk=rocket.account.pk)
    assert (account.status, account.plan_id) == ("trial", plus.pk)


def test_columns_that_no_record_names_are_not_written(in_rocket: Cast) -> None:
    take(in_rocket, record(in_rocket, status="trial"))
    with CaptureQueriesContext(connection) as asked:
        take(in_rocket, record(in_rocket, status="customer"))
    [update] = [q["sql"] for q in asked if q["sql"].startswith('UPDATE "accounts_account"')]
    assert '"status"' in update
    assert '"plan_id"' not in update
