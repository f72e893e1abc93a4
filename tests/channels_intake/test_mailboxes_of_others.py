"""Plus addresses belong to the desk that owns the base address, even if another desk lists one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, Mailbox
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail

TakeIn = Callable[..., InboundMessage]


@pytest.mark.parametrize("named_by", ["the mail server", "the header"])
def test_another_desk_gets_no_mail_by_a_plus(
    rocket: Cast, matter: Cast, take_in: TakeIn, named_by: str
) -> None:
    address = "support+sales@rocket.example"
    with desk_scope(matter.desk):
        Mailbox.objects.create(desk=matter.desk, address=address, name="Sales", verified_at=NOON)

    came = take_in(
        make_mail(to=address), recipient=address if named_by == "the mail server" else ""
    )

    assert (came.desk_id, came.mailbox_id) == (rocket.desk.pk, rocket.mailbox.pk)
    assert came.ticket is not None


def test_a_desks_own_mailbox_with_a_plus_gets_its_mail(rocket: Cast, take_in: TakeIn) -> None:
    address = "support+sales@rocket.example"
    with desk_scope(rocket.desk):
        sales = Mailbox.objects.create(
            desk=rocket.desk, address=address, name="Sales", verified_at=NOON
        )

    assert take_in(make_mail(to=address)).mailbox_id == sales.pk
