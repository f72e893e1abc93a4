"""The hosts to which the key of a Freshcaller account goes."""

from __future__ import annotations

import pytest

from channels_intake.calls.errors import CallRefusedError
from channels_intake.connectors.hotline.client import get_base_url
from channels_intake.models import Connection


def test_an_account_is_the_first_part_of_its_address() -> None:
    assert get_base_url(Connection(external_id="acme-2")) == "https://acme-2.freshcaller.com"


@pytest.mark.parametrize("account", ["", "evil.example/", "evil.example#", "me@evil", "a.b", "-a"])
def test_no_account_leads_the_key_to_another_host(account: str) -> None:
    with pytest.raises(CallRefusedError):
        get_base_url(Connection(external_id=account))
