"""Automatic email of older versions counts too: the migration fills in its canonical address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import timezone

from accounts.matching import canonicalize_address
from accounts.models import Contact
from accounts.tenancy import desk_scope, owner_scope
from channels_intake.models import InboundMessage, OutgoingEmail
from channels_intake.outgoing.automatic_mail import MAX_UNVERIFIED_MAILS
from tests.cast import Cast
from tests.channels_intake.conftest import make_mail

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]

SPELLINGS = [
    "victim@some.example",
    "Victim+a+b@Some.example",
    "+x@some.example",
    "v.ic.tim+a@googlemail.com",
]


def upgrade() -> None:
    """Apply the migration that fills the column, alone."""
    migration = MigrationLoader(None).get_migration("channels_intake", "0005_canonical_addresses")
    with owner_scope(), connection.schema_editor() as editor:
        migration.apply(ProjectState(), editor)


def write_to(cast: Cast, run_mail: RunMail, *addresses: str, days_ago: int = 0) -> None:
    """Send receipts to these addresses, and leave the rows as a version without the column did."""
    at = timezone.now() - timedelta(days=days_ago)
    with desk_scope(cast.desk):
        for address in addresses:
            contact = Contact.objects.create(desk=cast.desk, email=address)
            cast.open_ticket(contact=contact, is_unverified=True, at=at)
    run_mail(cast.desk, at=at)
    with desk_scope(cast.desk):
        assert OutgoingEmail.objects.update(to_canonical="") >= len(addresses)


def test_each_desks_recent_mail_gets_the_address_that_it_reached(
    rocket: Cast, matter: Cast, run_mail: RunMail
) -> None:
    for cast in (rocket, matter):
        write_to(cast, run_mail, *SPELLINGS)
    upgrade()
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            filled = dict(OutgoingEmail.objects.values_list("to_address", "to_canonical"))
        assert {address.lower() for address in filled} == {address.lower() for address in SPELLINGS}
        assert filled == {address: canonicalize_address(address) for address in filled}


@pytest.mark.parametrize(("address", "days_ago"), [("[erased]", 0), ("victim@some.example", 3)])
def test_what_was_erased_or_is_old_is_left(
    rocket: Cast, run_mail: RunMail, address: str, days_ago: int
) -> None:
    write_to(rocket, run_mail, "victim@some.example", days_ago=days_ago)
    with desk_scope(rocket.desk):
        OutgoingEmail.objects.update(to_address=address)
    upgrade()
    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.get().to_canonical == ""


def test_on_the_day_of_the_upgrade_nobody_gets_more_than_on_another(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    write_to(rocket, run_mail, *(f"victim+{n}@some.example" for n in range(MAX_UNVERIFIED_MAILS)))
    assert len(mail.outbox) == MAX_UNVERIFIED_MAILS
    upgrade()
    at = timezone.now()
    take_in(make_mail("victim+more@some.example", authentication="none"), at=at)
    run_mail(rocket.desk, at=at)
    assert len(mail.outbox) == MAX_UNVERIFIED_MAILS
