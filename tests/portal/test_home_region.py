"""Managers choose the region whose agents take the account's requests first."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.customers.home_region import choose_home_region
from accounts.models import AuditEntry, Region
from accounts.tenancy import desk_scope
from tests.cast import Cast

PAGE = "/rocket/portal/people/"


@pytest.fixture
def regions(in_rocket: Cast) -> list[Region]:
    return [Region.objects.create(desk=in_rocket.desk, name=name) for name in ("EMEA", "APAC")]


def test_a_desk_with_fewer_than_two_regions_offers_no_choice(
    in_rocket: Cast, as_manager: Client
) -> None:
    Region.objects.create(desk=in_rocket.desk, name="EMEA")
    assert "Home region" not in as_manager.get(PAGE).content.decode()


def test_a_manager_chooses_a_region_and_removes_it(
    in_rocket: Cast, as_manager: Client, regions: list[Region]
) -> None:
    page = as_manager.post(f"{PAGE}region/", {"region": regions[0].pk}, follow=True)
    assert "Your home region was changed." in page.content.decode()
    in_rocket.account.refresh_from_db()
    assert in_rocket.account.home_region == regions[0]
    assert f'<option value="{regions[0].pk}" selected>EMEA</option>' in page.content.decode()
    entry = AuditEntry.objects.latest("pk")
    assert entry.detail["changes"] == {"home_region": ["", "EMEA"]}
    as_manager.post(f"{PAGE}region/", {"region": ""})
    in_rocket.account.refresh_from_db()
    assert in_rocket.account.home_region is None


@pytest.mark.parametrize("region", ["999999999", "x", "-1"])
def test_a_region_that_does_not_exist_changes_nothing(
    in_rocket: Cast, as_manager: Client, regions: list[Region], region: str
) -> None:
    page = as_manager.post(f"{PAGE}region/", {"region": region}, follow=True)
    assert "Choose another one." in page.content.decode()
    in_rocket.account.refresh_from_db()
    assert in_rocket.account.home_region is None


def test_another_desks_region_cannot_be_chosen(
    in_rocket: Cast, matter: Cast, as_manager: Client, regions: list[Region]
) -> None:
    with desk_scope(matter.desk):
        theirs = Region.objects.create(desk=matter.desk, name="Elsewhere")
    as_manager.post(f"{PAGE}region/", {"region": theirs.pk})
    in_rocket.account.refresh_from_db()
    assert in_rocket.account.home_region is None
    with pytest.raises(PermissionDenied):
        choose_home_region(region=theirs, by=in_rocket.manager)


def test_only_a_manager_chooses(in_rocket: Cast, regions: list[Region]) -> None:
    with pytest.raises(PermissionDenied):
        choose_home_region(region=regions[0], by=in_rocket.customer)
