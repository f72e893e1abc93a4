"""The fakes of vendors that the demo runs, and requests to them from the playground's page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.network.client import GuardedSession
from helpdesk.demo.playground.address import HOST, read_address
from helpdesk.demo.vendors.appfollow import AppFollow
from helpdesk.demo.vendors.contract import FakeVendor
from helpdesk.demo.vendors.freshcaller import Freshcaller
from helpdesk.demo.vendors.meta import FakeMeta, FakeWhatsApp
from helpdesk.demo.vendors.phone_system import PhoneSystem
from helpdesk.demo.vendors.rocketchat_livechat import RocketChatLivechat
from helpdesk.demo.vendors.telegram import TelegramFake
from helpdesk.demo.vendors.website import Website
from helpdesk.demo.vendors.x import XFake

FAKES: tuple[type[FakeVendor], ...] = (
    XFake,
    AppFollow,
    Freshcaller,
    RocketChatLivechat,
    FakeMeta,
    Website,
    FakeWhatsApp,
    TelegramFake,
    PhoneSystem,
)
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a fake's log, as LogLine."""

    direction: str
    what: str
    status: int
    detail: str


def find_fake(kind: str) -> type[FakeVendor] | None:
    """Return the fake that a kind of connection talks to, or None for those without a vendor."""
    return next((fake for fake in FAKES if kind in fake.kinds), None)


def make_prefix(slug: str, fake: type[FakeVendor]) -> str:
    """Return the first part of the path at which a desk's fake listens."""
    return f"{slug}.{fake.name}"


def make_site_url(slug: str, fake: type[FakeVendor]) -> str:
    """Return the URL of a fake's page for people, or "" if it has none."""
    return f"{read_address()}/{make_prefix(slug, fake)}{fake.site}" if fake.site else ""


def play(slug: str, fake: type[FakeVendor], action: str, data: Mapping[str, Any]) -> Any:
    """Let a desk's fake act as somebody at the vendor. Raises UnreachableError."""
    url = f"{read_address()}/{make_prefix(slug, fake)}/_play/{action}"
    with GuardedSession([HOST], seconds=SECONDS) as out:
        return json.loads(out.request("POST", url, json=dict(data)).body)


def read_log(slug: str, fake: type[FakeVendor]) -> list[Line]:
    """Return what a desk's fake has sent and received, the latest first."""
    return [Line(**line) for line in reversed(play(slug, fake, "log", {}))]
