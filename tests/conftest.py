"""Fixtures for all tests: the standing cast of two desks, signed-in clients, a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase
from playwright.sync_api import Browser, expect, sync_playwright

from accounts.models import User
from accounts.tenancy import desk_scope
from tests.cast import Cast, make_cast
from tests.databases import create_template, empty_tables, vacuum
from tests.full_disk import SmallDisk, mount_small_disk
from tests.stack import Stack
from tests.statistics import forget_statistics

TransactionTestCase._fixture_teardown = empty_tables
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
LONGEST = ("tests/access/test_policy.py", "tests/worker/")
LONGEST_WITHOUT_DATABASE = ("tests/deploy/test_by_hand.py", "tests/start_up/test_supervisor.py")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first, and mark those that read rows of a module's fixture.

    pytest-django creates the database only if a test asks for it, not if a fixture does.
    """
    start_with_the_longest(items)
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        is_seen = names & DATABASE_FIXTURES or item.get_closest_marker("django_db")
        if "django_db_setup" in names and not is_seen:
            item.add_marker(pytest.mark.django_db)


def start_with_the_longest(items: list[pytest.Item]) -> None:
    """Sort tests so that no worker of pytest-xdist is still busy when all others end.

    The second of two workers begins in the middle. It needs no database while the first creates it.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
    apart = [item for item in items if item.nodeid.startswith(LONGEST_WITHOUT_DATABASE)]
    others = [item for item in items if not item.nodeid.startswith(LONGEST_WITHOUT_DATABASE)]
    middle = len(items) // 2
    items[:] = others[:middle] + apart + others[middle:]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    """Copy the database of each worker of pytest-xdist from one that is migrated once."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = create_template()


@pytest.fixture
def rocket(db: None) -> Cast:
    """The desk of the first company: three priorities."""
    return make_cast(
        "rocket",
        prefix="RC",
        domain="acme.example",
        priorities=["High", "Medium", "Low"],
        mail_default="Medium",
    )


@pytest.fixture
def matter(db: None) -> Cast:
    """The desk of the second company: four priorities, and no person in common with the first."""
    return make_cast(
        "matter",
        prefix="MM",
        domain="globex.example",
        priorities=["Urgent", "High", "Normal", "Low"],
        mail_default="Normal",
    )


@pytest.fixture
def vacuumed(db: None) -> None:
    """Vacuum and analyze, for tests that read a query plan or count blocks."""
    vacuum()


@pytest.fixture
def unmeasured(db: None) -> None:
    """Forget the sizes and values of all tables until the test ends, for tests of query plans.

    Autovacuum may have found a table empty, where every index costs the same, or full of another
    test's rows. The planner takes a table without a known size for ten pages.
    """
    forget_statistics()


@pytest.fixture
def in_rocket(rocket: Cast) -> Iterator[Cast]:
    """The first desk with its scope entered, for tests that call services and read rows."""
    with desk_scope(rocket.desk):
        yield rocket


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """Return a client signed in as a user. Pages are below the desk's path: /rocket/agent/."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture(autouse=True)
def no_pending_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    """Queue every task at once: no worker runs here to clear the flags of pending ones."""
    monkeypatch.setattr("tickets.queueing._set_pending", lambda flag: True)
    monkeypatch.setattr("tickets.queueing._take_turn", lambda waiting, own: 1)


@pytest.fixture
def stack(transactional_db: None, tmp_path: Path) -> Iterator[Stack]:
    """Web server and worker on the test's database with an empty queue. The test starts them."""
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    running = Stack(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A file system of 4 MiB, to fill."""
    with mount_small_disk(tmp_path / "small-disk") as disk:
        yield disk


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser named in CHROMIUM or found in the PATH. Mark its tests with ``browser``.

    ``-m "not browser"`` leaves them out. They are never skipped: without a browser they fail.
    """
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright runs an event loop on this thread, where Django refuses synchronous queries.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=20_000)  # ms; another test may be starting a whole demo
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        # No half-faded messages, whose contrast would be too low.
        for name in ("new_context", "new_page"):
            opener = partial(getattr(browser, name), reduced_motion="reduce")
            patch.setattr(browser, name, opener)
        yield browser
        browser.close()
