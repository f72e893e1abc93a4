"""Fixtures of the tests of pages about defects."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.agent.conftest import SignIn
from tests.cast import Cast
from tests.defects.helpers import report
from tickets.models import Defect, Ticket


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(in_rocket.analyst.user)


@pytest.fixture
def as_observer(in_rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(in_rocket.observer.user)


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


@pytest.fixture
def defect(in_rocket: Cast, ticket: Ticket) -> Defect:
    """A defect that was reported from the ticket."""
    return report(in_rocket, ticket, problem="Uploads stop half way.", severity="major")
