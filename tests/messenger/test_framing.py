"""Only the websites that an admin names can show the messenger's page; no page shows any other."""

from __future__ import annotations

import pytest
from django.test import Client

from channels_intake.models import Connection
from tests.cast import Cast
from tests.messenger.conftest import VisitorClient, connect_messenger


def get_ancestors(response: object) -> str:
    policy: str = response["Content-Security-Policy"]  # type: ignore[index]  # a response
    return next(part for part in policy.split("; ") if part.startswith("frame-ancestors"))


def test_the_named_websites_can_show_it(visitor: VisitorClient) -> None:
    page = Client().get(visitor.url)
    assert get_ancestors(page) == "frame-ancestors www.acme.example *.shop.example"
    assert "X-Frame-Options" not in page
    assert "script-src 'self'" in page["Content-Security-Policy"]


@pytest.mark.parametrize("hosts", ["", "evil; script-src *", "*"])
def test_without_a_well_formed_host_nobody_can(rocket: Cast, hosts: str) -> None:
    page = Client().get(VisitorClient(connect_messenger(rocket, hosts=hosts)).url)
    assert get_ancestors(page) == "frame-ancestors 'none'"
    assert page["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/rocket/", "/rocket/portal/contact/", "/rocket/login/"])
def test_every_other_page_stays_out_of_frames(messenger: Connection, path: str) -> None:
    page = Client().get(path)
    assert get_ancestors(page) == "frame-ancestors 'none'"
    assert page["X-Frame-Options"] == "DENY"


def test_a_refusal_stays_out_of_frames(visitor: VisitorClient) -> None:
    page = Client().get(visitor.url.replace(visitor.connection.hook_token, "A" * 32))
    assert page.status_code == 404
    assert page["X-Frame-Options"] == "DENY"


def test_the_page_needs_and_sets_no_cookie(visitor: VisitorClient) -> None:
    assert not Client().get(visitor.url).cookies
    assert not Client().get(f"{visitor.url[:-1]}.js").cookies
