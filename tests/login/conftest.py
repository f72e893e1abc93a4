"""Fixtures of the log-in tests: what mail went out, and a desk entered."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.mail import EmailMessage


def link_in(message: EmailMessage) -> str:
    """The one address in a mail, without scheme and host."""
    found = re.findall(r"https?://testserver(/\S+)", str(message.body))
    assert len(found) == 1, message.body
    return str(found[0])


@pytest.fixture
def new_person() -> dict[str, str]:
    """What somebody new fills in to set up an account."""
    return {"name": "Nova Person", "email": "nova@acme.example", "password1": "a long enough passphrase"}


@pytest.fixture(autouse=True)
def empty_outbox() -> None:
    mail.outbox = []
