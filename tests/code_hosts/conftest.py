"""Repositories of the first desk at fakes of GitHub and GitLab."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from accounts.tenancy import desk_scope
from channels_intake.code_hosts.rules import add_default_rules
from channels_intake.models import CodeHost, CodeTrigger
from tests.cast import Cast
from tests.code_hosts.hosts_fake import REPOSITORY, TOKEN, HostFake, serve_host
from tickets.models import Stage

GITHUB_SECRET = "It's a Secret to Everybody"  # of the vendor's own example
GITLAB_SECRET = "whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q="


@pytest.fixture
def fake() -> Iterator[HostFake]:
    with serve_host() as served:
        yield served


@pytest.fixture
def gitlab_fake() -> Iterator[HostFake]:
    with serve_host(is_gitlab=True) as served:
        yield served


@pytest.fixture
def at_desk(rocket: Cast) -> Iterator[Cast]:
    with desk_scope(rocket.desk):
        yield rocket


@pytest.fixture
def github(rocket: Cast, fake: HostFake) -> CodeHost:
    return connect(rocket, "github", fake.url, GITHUB_SECRET)


@pytest.fixture
def gitlab(rocket: Cast, gitlab_fake: HostFake) -> CodeHost:
    return connect(rocket, "gitlab", gitlab_fake.url, GITLAB_SECRET)


def connect(cast: Cast, kind: str, url: str, secret: str) -> CodeHost:
    """Connect a repository with the usual rules, where a fix is tested before it is merged."""
    with desk_scope(cast.desk):
        host = CodeHost(desk=cast.desk, kind=kind, api_url=url, repository=REPOSITORY)
        host.enter_secrets(token=TOKEN, webhook_secret=secret)
        host.save()
        add_default_rules(host)
        host.rules.filter(trigger=CodeTrigger.PULL_MERGED).update(stage=Stage.TESTED)
    return host
