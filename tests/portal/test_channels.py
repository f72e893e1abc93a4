"""The hotline's number and the support addresses, for customers whose plan has them (M74-M76)."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Account, Plan
from channels_intake.models import Mailbox
from tests.cast import NOON, Cast
from tests.portal.conftest import SignIn, user_of

HOTLINE = "+55 11 5555-0100"
PAGES = ["/rocket/", "/rocket/portal/plans/"]


@pytest.fixture
def with_hotline(in_rocket: Cast) -> Cast:
    in_rocket.desk.hotline = HOTLINE
    in_rocket.desk.save()
    return in_rocket


def set_plan(cast: Cast, **channels: bool) -> None:
    Plan.objects.filter(pk=cast.plan.pk).update(**channels)


@pytest.mark.parametrize("page", PAGES)
def test_a_plan_with_hotline_and_email_shows_both(
    with_hotline: Cast, as_customer: Client, page: str
) -> None:
    set_plan(with_hotline, allows_hotline=True)
    text = as_customer.get(page).content.decode()
    assert f'<a href="tel:+551155550100" dir="ltr">{HOTLINE}</a>' in text
    assert "For emergencies with the priority High only." in text
    assert '<a href="mailto:support@rocket.example">support@rocket.example</a>' in text


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("channels", "has_hotline", "has_mail"),
    [
        ({"allows_hotline": False, "allows_mail": True}, False, True),
        ({"allows_hotline": True, "allows_mail": False}, True, False),
        ({"allows_hotline": False, "allows_mail": False}, False, False),
    ],
)
def test_a_channel_that_the_plan_lacks_is_not_shown(
    with_hotline: Cast,
    as_customer: Client,
    page: str,
    channels: dict[str, bool],
    has_hotline: bool,
    has_mail: bool,
) -> None:
    set_plan(with_hotline, **channels)
    text = as_customer.get(page).content.decode()
    assert (HOTLINE in text) is has_hotline
    assert ("mailto:support@rocket.example" in text) is has_mail
    assert ('<h2 id="channels-title">Contact us</h2>' in text) is (has_hotline or has_mail)


@pytest.mark.parametrize("page", PAGES)
def test_visitors_and_people_without_a_plan_see_neither(
    with_hotline: Cast, client: Client, sign_in: SignIn, page: str
) -> None:
    set_plan(with_hotline, allows_hotline=True)
    without_account = sign_in(user_of(with_hotline.stranger))
    Account.objects.filter(pk=with_hotline.other_account.pk).update(plan=None)
    without_plan = sign_in(user_of(with_hotline.elsewhere))
    for visitor in (client, without_account, without_plan):
        text = visitor.get(page).content.decode()
        assert HOTLINE not in text
        assert "mailto:support@rocket.example" not in text


def test_only_addresses_that_receive_email_are_shown(
    with_hotline: Cast, matter: Cast, as_customer: Client
) -> None:
    desk = with_hotline.desk
    Mailbox.objects.create(desk=desk, address="sales@rocket.example", verified_at=NOON)
    Mailbox.objects.create(desk=desk, address="new@rocket.example")
    Mailbox.objects.create(
        desk=desk, address="old@rocket.example", verified_at=NOON, is_active=False
    )
    text = as_customer.get("/rocket/").content.decode()
    assert text.index("support@rocket.example") < text.index("sales@rocket.example")
    for hidden in ("new@rocket.example", "old@rocket.example", "support@matter.example"):
        assert hidden not in text


def test_a_desk_without_a_hotline_shows_none(in_rocket: Cast, as_customer: Client) -> None:
    set_plan(in_rocket, allows_hotline=True)
    text = as_customer.get("/rocket/").content.decode()
    assert "tel:" not in text
    assert "mailto:support@rocket.example" in text
