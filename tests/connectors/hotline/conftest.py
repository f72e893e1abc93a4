"""The hotline of the first desk, at a fake of Freshcaller."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from accounts.tenancy import desk_scope
from channels_intake.models import Connection
from helpdesk.demo.vendors.serving import serve
from tests.cast import Cast
from tests.connectors.hotline.calls import Vendor, connect, poll


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    fake = Vendor()
    with serve(fake):
        yield fake


@pytest.fixture
def hotline(rocket: Cast, vendor: Vendor) -> Connection:
    """A hotline whose only user is the analyst."""
    connection = connect(rocket, vendor)
    with desk_scope(rocket.desk):
        address = rocket.analyst.user.email
    vendor.add_user(vendor.account, address)
    poll(rocket, connection, at=vendor.time)
    return connection
