"""Erasing a person also deletes the block of their address."""

from __future__ import annotations

from accounts.tenancy import desk_scope
from channels_intake.models import BlockedSender
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, Cast


def test_the_block_of_an_erased_address_goes_and_others_stay(rocket: Cast, matter: Cast) -> None:
    address = rocket.customer.email
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            for value in (address, "spam@spam.example"):
                BlockedSender.objects.create(desk=cast.desk, value=value, blocked_at=NOON)
    with desk_scope(rocket.desk):
        erase_person(desk=rocket.desk, contact=rocket.customer, by=rocket.admin, at=NOON)
    left = {cast.desk.slug: sorted(_read(cast)) for cast in (rocket, matter)}
    assert left == {
        "rocket": ["spam@spam.example"],
        "matter": sorted([address, "spam@spam.example"]),
    }


def _read(cast: Cast) -> list[str]:
    with desk_scope(cast.desk):
        return list(BlockedSender.objects.values_list("value", flat=True))
