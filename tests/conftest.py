"""Fixtures that every test may use: the standing cast of two desks, and signed-in clients."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, expect, sync_playwright

from accounts.models import User
from accounts.tenancy import desk_scope
from tests.cast import Cast, make_cast
from tests.stack import Stack

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


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
    """The desk of the second company: four priorities; the same kinds of people, and strangers to the first."""
    return make_cast(
        "matter",
        prefix="MM",
        domain="globex.example",
        priorities=["Urgent", "High", "Normal", "Low"],
        mail_default="Normal",
    )


@pytest.fixture
def vacuumed(db: None) -> None:
    """No dead rows of earlier tests, and true statistics: for tests that read a plan or count blocks."""
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as line:
        line.execute("VACUUM (ANALYZE)")


@pytest.fixture
def in_rocket(rocket: Cast) -> Iterator[Cast]:
    """The first desk, entered: for tests that call services and look at rows."""
    with desk_scope(rocket.desk):
        yield rocket


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A client signed in as a user; pages are under the desk's path, such as /rocket/agent/."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def stack(transactional_db: None, tmp_path: Path) -> Iterator[Stack]:
    """Web and worker on the test's database, started by the test that needs them; an empty queue."""
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    running = Stack(tmp_path)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser that CHROMIUM names, or the machine's; tests that take it carry the mark ``browser``.

    They are left out by ``-m "not browser"``, never skipped: without a browser they fail.
    """
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop on this thread, by which Django would refuse plain database calls.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(
            timeout=20_000
        )  # ms; another worker may be starting a whole demo meanwhile
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()
