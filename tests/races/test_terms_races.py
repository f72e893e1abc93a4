"""Account terms that change while a ticket is opened: the new terms apply, in either order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from accounts.followers import notify_terms_changed
from accounts.import_export.tables import import_csv
from accounts.models import Account, Contact, Plan
from accounts.tenancy import desk_scope
from sla.models import Clock, Target
from tests.cast import NOON, Cast
from tests.races.threads import meanwhile
from tickets.tasks import sweep_new_terms

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plus(rocket: Cast) -> Plan:
    with desk_scope(rocket.desk):
        plan = Plan.objects.create(desk=rocket.desk, name="Plus")
        Target.objects.bulk_create(
            Target(
                desk=rocket.desk, plan=plan, priority=priority, amount=60, calendar=rocket.calendar
            )
            for priority in rocket.priorities.values()
        )
    return plan


def change_terms(cast: Cast, plan: Plan) -> None:
    """Change terms as the admin site does: it locks the account's row first."""
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).get(pk=cast.account.pk)
        Account.objects.filter(pk=cast.account.pk).update(plan=plan)
        notify_terms_changed(cast.desk.pk, [cast.account.pk], NOON)


def change_by_csv(cast: Cast, plan: Plan) -> None:
    lines = f"name,plan\n{cast.account.name},{plan.name}"
    import_csv(desk=cast.desk, kind="accounts", data=lines.encode(), by=cast.admin.user, at=NOON)


def list_plans(cast: Cast) -> list[str]:
    sweep_new_terms()
    with desk_scope(cast.desk):
        return list(Clock.objects.values_list("target__plan__name", flat=True))


@pytest.mark.parametrize("change", [change_terms, change_by_csv])
def test_a_ticket_being_opened_follows_the_new_terms(
    rocket: Cast, plus: Plan, change: Callable[[Cast, Plan], None]
) -> None:
    meanwhile(rocket, rocket.open_ticket, lambda: change(rocket, plus))
    assert list_plans(rocket) == ["Plus"]


def test_a_ticket_opened_during_the_change_waits_and_has_the_new_terms(
    rocket: Cast, plus: Plan
) -> None:
    with desk_scope(rocket.desk):
        contact = Contact.objects.select_related("account__plan").get(pk=rocket.customer.pk)
    meanwhile(
        rocket, lambda: change_terms(rocket, plus), lambda: rocket.open_ticket(contact=contact)
    )
    assert list_plans(rocket) == ["Plus"]
