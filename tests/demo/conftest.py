"""The demo, filled once for all tests in this folder, since that takes some seconds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.test.utils import override_settings

from accounts.models import Desk
from accounts.tenancy import desk_scope
from tests.statistics import forget_statistics


class Demo:
    """The result of fill_demo: its facts, its output and the number of emails it sent."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = self.fill()
        self.emails_sent = len(mail.outbox)

    def fill(self, *options: str) -> str:
        out = StringIO()
        call_command("fill_demo", *options, stdout=out)
        return out.getvalue()

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads((self.folder / "demo.json").read_text())
        return facts


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """The filled demo, in a transaction that is rolled back at the end of the module."""
    folder = tmp_path_factory.mktemp("demo")
    settings = {"DATA_DIR": folder, "MEDIA_ROOT": folder / "files"}
    with django_db_blocker.unblock(), override_settings(**settings), transaction.atomic():
        mail.outbox = []
        forget_statistics()
        yield Demo(folder)
        transaction.set_rollback(True)


@pytest.fixture(params=["rocketchat", "mattermost"])
def desk_of_demo(request: pytest.FixtureRequest, demo: Demo) -> Iterator[Desk]:
    """Each demo desk in turn, entered."""
    desk = Desk.objects.get(slug=request.param)
    with desk_scope(desk):
        yield desk
