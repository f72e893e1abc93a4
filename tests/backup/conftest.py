"""Two desks with a file, and an empty installation to restore them to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from pytest_django.fixtures import Settings

from accounts.models import Desk
from accounts.tenancy import system_scope
from tests.cast import Cast
from tickets.attachments.storage import store_file

EMPTY = "plumbline_restored"
LOGO = b"a logo"


@pytest.fixture
def logo(rocket: Cast, matter: Cast, settings: Settings, tmp_path: Path) -> str:
    """Two desks, of which one has a file."""
    settings.MEDIA_ROOT = settings.DATA_DIR = tmp_path / "before"
    name = store_file(LOGO, desk_id=rocket.desk.pk)
    with system_scope("test"):
        Desk.objects.filter(pk=rocket.desk.pk).update(logo=name)
    return name


@pytest.fixture
def other(logo: str, settings: Settings, tmp_path: Path) -> Iterator[Any]:
    """Switch to an empty database and an empty storage when it is called."""
    execute(f"DROP DATABASE IF EXISTS {EMPTY}", f"CREATE DATABASE {EMPTY}")
    with pytest.MonkeyPatch.context() as patch:

        def switch() -> None:
            settings.MEDIA_ROOT = settings.DATA_DIR = tmp_path / "after"
            patch.setitem(connection.settings_dict, "NAME", EMPTY)

        yield switch
    execute(f"DROP DATABASE {EMPTY}")


def execute(*statements: str) -> None:
    params = connection.get_connection_params() | {"dbname": "postgres"}
    with psycopg.connect(**params, autocommit=True) as server:
        for statement in statements:
            server.execute(sql.SQL(statement))
