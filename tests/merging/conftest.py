"""A person with a second contact: the same customer, who also wrote from home."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Agent, Contact
from channels_intake.connections.merging import merge_contacts
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import _trusted_server, take_in

__all__ = ["_trusted_server", "take_in"]  # fixtures

HOME = "home@elsewhere.example"
WHY = "Confirmed on the phone"


@pytest.fixture
def home(in_rocket: Cast) -> Contact:
    """A contact without an account or a sign-in."""
    return Contact.objects.create(desk=in_rocket.desk, email=HOME, name="Cy at home")


def merge(cast: Cast, contact: Contact, **changes: Any) -> Contact:
    by: Agent = changes.pop("agent", cast.lead)
    given = {"into": cast.customer, "reason": WHY, "at": NOON} | changes
    return merge_contacts(contact=contact, agent=by, **given)
