"""Entitlements of plans (M68, M71-M76, M79), and their limits on points of contact."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.customers.entitlements import (
    add_point_of_contact,
    check_entitlement,
    is_product_covered,
    remove_point_of_contact,
    validate_account_terms,
)
from accounts.customers.refusals import (
    RefusalCode,
    describe_refusal,
    describe_refusal_for_customer,
    make_refusal,
)
from accounts.models import Account, AuditEntry, Contact, Plan
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast


@dataclass
class PlanStub:
    name: str = "Plus"
    allows_portal: bool = True
    allows_mail: bool = True
    allows_hotline: bool = False


STANDARD = PlanStub("Standard", allows_mail=False)
PLUS = PlanStub()
CRITICAL = PlanStub("Mission Critical", allows_hotline=True)


@pytest.mark.parametrize(
    ("plan", "channel", "rank", "code"),
    [
        (STANDARD, "web", 3, ""),
        (STANDARD, "email", 1, "email_not_in_plan"),
        (STANDARD, "phone", 1, "hotline_not_in_plan"),
        (STANDARD, "chat", 3, ""),
        (STANDARD, "api", 3, ""),
        (PLUS, "email", 3, ""),
        (PLUS, "phone", 1, "hotline_not_in_plan"),
        (CRITICAL, "phone", 1, ""),
        (CRITICAL, "phone", 2, "not_an_emergency"),
        (PlanStub(allows_portal=False), "web", 1, "portal_not_in_plan"),
        (None, "web", 2, ""),
        (None, "email", 2, "email_without_plan"),
        (None, "phone", 1, "hotline_without_plan"),
        (None, "agent", 3, ""),
    ],
)
def test_a_plan_covers_its_channels(
    plan: PlanStub | None, channel: str, rank: int, code: str
) -> None:
    assert check_entitlement(plan, channel, rank).get("code", "") == code


OF_EMERGENCIES = {
    RefusalCode.EMERGENCIES_NOT_IN_PLAN,
    RefusalCode.EMERGENCIES_WITHOUT_PLAN,
    RefusalCode.TOO_LOW_FOR_EMERGENCY,
}


@pytest.mark.parametrize("code", sorted(OF_EMERGENCIES))
def test_a_refused_emergency_promises_nothing_less(code: RefusalCode) -> None:
    """The request itself stays covered, so nothing is said about response times."""
    reason = make_refusal(code, plan="Basic", priority="Low")
    for_agents, for_customer = describe_refusal(reason), describe_refusal_for_customer(reason)
    assert "mergenc" in for_agents
    assert "mergency" in for_customer
    assert "%(" not in for_agents + for_customer
    assert code.value not in for_agents + for_customer


@pytest.mark.parametrize("code", sorted(set(RefusalCode) - OF_EMERGENCIES))
def test_a_reason_says_it_to_agents_and_to_customers(code: RefusalCode) -> None:
    reason = make_refusal(code, plan="Basic", product="Calls")
    for_agents, for_customer = describe_refusal(reason), describe_refusal_for_customer(reason)
    assert for_agents.endswith("no SLA target.")
    assert "we can't promise a response time for this request." in for_customer
    assert "%(" not in for_agents + for_customer
    assert code.value not in for_agents + for_customer


def test_reasons_name_the_plan() -> None:
    reason = check_entitlement(STANDARD, "email", 2)
    assert describe_refusal(reason) == "Email isn't included in Standard; no SLA target."
    assert describe_refusal({}) == describe_refusal_for_customer({}) == ""
    assert describe_refusal({"code": "of_a_newer_version"}) == "of_a_newer_version"
    assert describe_refusal({"code": "email_not_in_plan"}) == "email_not_in_plan"


def test_a_plan_without_products_applies_to_all_and_else_to_its_own() -> None:
    assert is_product_covered(set(), 7)
    assert is_product_covered({7}, 7)
    assert is_product_covered({7}, None)
    assert not is_product_covered({8}, 7)
    reason = check_entitlement(PLUS, "web", 1, product="Calls", covers_product=False)
    assert describe_refusal(reason) == "Plus doesn't cover Calls; no SLA target."


@pytest.fixture
def plain(in_rocket: Cast) -> Cast:
    """The first desk, entered, without a point of contact."""
    Contact.objects.filter(role="point_of_contact").update(role="contact")
    return in_rocket


def allow(cast: Cast, number: int) -> None:
    Plan.objects.filter(pk=cast.plan.pk).update(points_of_contact=number)


def test_a_manager_names_a_point_of_contact_and_takes_it_back(plain: Cast) -> None:
    named = add_point_of_contact(contact=plain.customer, by=plain.manager, at=NOON)
    assert named.role == "point_of_contact"
    add_point_of_contact(contact=plain.customer, by=plain.lead, at=NOON)
    assert AuditEntry.objects.filter(action="role_changed").count() == 1
    assert remove_point_of_contact(contact=named, by=plain.manager, at=NOON).role == "contact"


def test_points_beyond_the_plans_number_are_refused_beside_their_field(plain: Cast) -> None:
    allow(plain, 1)
    add_point_of_contact(contact=plain.customer, by=plain.manager, at=NOON)
    with pytest.raises(ValidationError) as refused:
        add_point_of_contact(contact=plain.customer_colleague, by=plain.manager, at=NOON)
    assert refused.value.message_dict == {
        "role": ["Standard includes 1 point of contact. This one would make 2."]
    }
    assert Contact.objects.get(pk=plain.customer_colleague.pk).role == "contact"


def test_a_contact_of_no_account_cannot_be_a_point_of_contact(plain: Cast) -> None:
    with pytest.raises(ValidationError, match="must belong to an account"):
        add_point_of_contact(contact=plain.stranger, by=plain.admin, at=NOON)


@pytest.mark.parametrize("who", ["customer", "elsewhere", "analyst", "observer"])
def test_nobody_else_may_name_points_of_contact(in_rocket: Cast, who: str) -> None:
    with pytest.raises(PermissionDenied):
        add_point_of_contact(
            contact=in_rocket.customer_colleague, by=getattr(in_rocket, who), at=NOON
        )


def test_a_manager_of_another_account_or_desk_may_not(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        rocket.elsewhere.role = "manager"
        for stranger in (rocket.elsewhere, matter.manager, matter.admin):
            with pytest.raises(PermissionDenied):
                add_point_of_contact(contact=rocket.customer, by=stranger, at=NOON)


def test_a_retired_plan_is_kept_but_not_taken_anew(in_rocket: Cast) -> None:
    Plan.objects.filter(pk=in_rocket.plan.pk).update(is_retired=True)
    account = Account.objects.select_related("plan").get(pk=in_rocket.account.pk)
    validate_account_terms(account, before=account)
    with pytest.raises(ValidationError, match="legacy plan"):
        validate_account_terms(Account(desk=in_rocket.desk, name="New", plan=account.plan))


def test_a_success_manager_needs_a_plan_that_has_one(in_rocket: Cast) -> None:
    account = in_rocket.account
    account.success_manager = in_rocket.lead
    with pytest.raises(ValidationError) as refused:
        validate_account_terms(account, before=account)
    assert set(refused.value.message_dict) == {"success_manager"}
    account.plan.has_success_manager = True
    validate_account_terms(account, before=account)
