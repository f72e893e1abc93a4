"""A desk's CRM: a local fake that speaks Zoho's protocol, and a connection to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from accounts.models import CrmConnection
from accounts.tenancy import desk_scope
from tests.accounts.zoho_fake import CLIENT, ZohoFake, serve_zoho
from tests.cast import Cast

MAPPING = {
    "Accounts": {
        "name": "Account_Name",
        "domains": "Website",
        "status": "Account_Type",
        "plan": "Support_Plan",
        "account_manager": "Owner.email",
    },
    "Contacts": {
        "email": "Email",
        "name": ["First_Name", "Last_Name"],
        "account": "Account_Name.id",
    },
    "values": {"status": {"Customer": "customer", "Trial": "trial"}},
}


@pytest.fixture
def zoho() -> Iterator[ZohoFake]:
    with serve_zoho() as fake:
        yield fake


def connect(cast: Cast, fake: ZohoFake) -> CrmConnection:
    """A connection of a desk to the fake; made inside the desk."""
    connection = CrmConnection(
        desk=cast.desk,
        accounts_url=fake.url,
        api_url=fake.url,
        client_id=CLIENT["client_id"],
        mapping=MAPPING,
    )
    connection.enter_secrets(
        client_secret=CLIENT["client_secret"], refresh_token=CLIENT["refresh_token"]
    )
    connection.save()
    return connection


@pytest.fixture
def crm(rocket: Cast, zoho: ZohoFake) -> Iterator[CrmConnection]:
    """The first desk's connection, inside the desk."""
    with desk_scope(rocket.desk):
        yield connect(rocket, zoho)
