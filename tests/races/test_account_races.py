"""Accounts changed concurrently: plan limits hold, and no CRM page is written twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError

from accounts.crm.pull import pull
from accounts.customers.entitlements import add_point_of_contact
from accounts.models import Account, Contact, CrmConnection, CrmPull, Plan
from accounts.tenancy import desk_scope
from tests.accounts.conftest import connect
from tests.accounts.test_crm_pull import fill
from tests.accounts.zoho_fake import ZohoFake, serve_zoho
from tests.cast import NOON, Cast
from tests.races.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 6


@pytest.fixture
def zoho() -> Iterator[ZohoFake]:
    with serve_zoho() as fake:
        yield fake


def test_points_of_contact_added_at_once_stay_within_the_plans_limit(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        Contact.objects.filter(role="point_of_contact").update(role="contact")
        Plan.objects.filter(pk=rocket.plan.pk).update(points_of_contact=2)
        people = [
            Contact.objects.create(
                desk=rocket.desk, email=f"p{n}@acme.example", account=rocket.account
            )
            for n in range(THREADS)
        ]
    answers = at_once(
        rocket,
        *[lambda c=c: add_point_of_contact(contact=c, by=rocket.admin, at=NOON) for c in people],
    )
    assert sum(isinstance(answer, ValidationError) for answer in answers) == THREADS - 2
    with desk_scope(rocket.desk):
        assert Contact.objects.filter(role="point_of_contact").count() == 2


def test_concurrent_pulls_are_one_pull_and_write_each_page_once(
    rocket: Cast, zoho: ZohoFake
) -> None:
    fill(zoho, 450)
    with desk_scope(rocket.desk):
        crm = connect(rocket, zoho)
    pages = 6  # three of accounts and three of people, and one more of each for single records
    runs = at_once(
        rocket,
        *[lambda: pull(connection=CrmConnection.objects.get(pk=crm.pk), at=NOON) for _ in range(3)],
    )
    with desk_scope(rocket.desk):
        run = CrmPull.objects.latest("id")
        while run.state == "running":
            run = pull(connection=CrmConnection.objects.get(pk=crm.pk), at=NOON)
        first = CrmPull.objects.earliest("id")
        assert (first.state, first.created, first.unchanged, first.pages) == (
            "done",
            900,
            0,
            pages + 2,
        )
        assert Account.objects.filter(name__startswith="Firm").count() == 450
    assert len(runs) == 3
