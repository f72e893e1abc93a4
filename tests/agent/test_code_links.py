"""The issues and pull requests of a defect: forms on its page, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from accounts.tenancy import desk_scope
from channels_intake.calls.sending import send_due_calls
from channels_intake.code_hosts.links import add_link
from channels_intake.models import CodeHost, CodeLink, LinkKind
from tests.cast import NOON, Cast
from tests.code_hosts.conftest import GITHUB_SECRET, connect
from tests.code_hosts.hosts_fake import HostFake, serve_host
from tests.defects.helpers import move, report
from tickets.actors import SYSTEM
from tickets.defects.merging import merge_defect
from tickets.defects.moving import Source
from tickets.models import Defect


@pytest.fixture
def fake() -> Iterator[HostFake]:
    with serve_host() as served:
        yield served


@pytest.fixture
def github(rocket: Cast, fake: HostFake) -> CodeHost:
    return connect(rocket, "github", fake.url, GITHUB_SECRET)


@pytest.fixture
def defect(rocket: Cast) -> Defect:
    with desk_scope(rocket.desk):
        return report(rocket)


@pytest.fixture
def page(defect: Defect) -> str:
    return f"/rocket/agent/defects/{defect.number}/"


@pytest.fixture
def agent(rocket: Cast, sign_in: Any) -> Client:
    client: Client = sign_in(rocket.level_two.user)
    return client


def read_links(cast: Cast) -> list[CodeLink]:
    with desk_scope(cast.desk):
        return list(CodeLink.objects.select_related("host"))


def test_an_issue_is_created_and_then_shown(
    rocket: Cast, agent: Client, page: str, github: CodeHost, fake: HostFake
) -> None:
    assert "Create issue" in agent.get(page).content.decode()
    answer = agent.post(f"{page}code/issue/", {"host": github.pk}, follow=True)
    text = answer.content.decode()
    assert "The issue is being created." in text
    assert "Being created" in text
    assert "Create issue" not in text  # one issue for each repository
    with desk_scope(rocket.desk):
        at = timezone.now() + timedelta(seconds=1)
        send_due_calls(desk_id=rocket.desk.pk, at=at, is_urgent=False)
    text = agent.get(page).content.decode()
    assert f"{fake.url}/acme/server/issues/1" in text
    assert "acme/server#1" in text


def test_an_issue_is_linked_by_its_url_and_unlinked(
    rocket: Cast, agent: Client, page: str, github: CodeHost, fake: HostFake
) -> None:
    url = f"{fake.url}/acme/server/issues/5"
    assert "Linked." in agent.post(f"{page}code/", {"url": url}, follow=True).content.decode()
    [link] = read_links(rocket)
    assert link.number == 5
    text = agent.post(f"{page}code/{link.pk}/removal/", follow=True).content.decode()
    assert "Link removed." in text
    assert read_links(rocket) == []
    refused = agent.post(f"{page}code/", {"url": "https://example.org/1"}, follow=True)
    assert "of a connected repository" in refused.content.decode()


def test_a_second_click_creates_no_second_issue(
    rocket: Cast, agent: Client, page: str, github: CodeHost, fake: HostFake
) -> None:
    agent.post(f"{page}code/issue/", {"host": github.pk})
    text = agent.post(f"{page}code/issue/", {"host": github.pk}, follow=True).content.decode()
    assert "has an issue in this repository." in text
    assert len(read_links(rocket)) == 1


def test_unlinking_while_the_issue_is_created_says_where_it_will_be_named(
    rocket: Cast, agent: Client, page: str, github: CodeHost, fake: HostFake
) -> None:
    agent.post(f"{page}code/issue/", {"host": github.pk})
    fake.loses_answers = True
    at = timezone.now() + timedelta(seconds=1)
    with desk_scope(rocket.desk):
        send_due_calls(desk_id=rocket.desk.pk, at=at, is_urgent=False)
    fake.loses_answers = False
    [link] = read_links(rocket)
    text = agent.post(f"{page}code/{link.pk}/removal/", follow=True).content.decode()
    assert "If the issue was created anyway, the history says so." in text
    with desk_scope(rocket.desk):
        at += timedelta(minutes=1)
        send_due_calls(desk_id=rocket.desk.pk, at=at, is_urgent=False)
    issue = f'<a href="{fake.url}/acme/server/issues/1" rel="noopener noreferrer">acme/server#1</a>'
    assert (
        f"{issue} was created after its link had been removed." in agent.get(page).content.decode()
    )


def test_the_history_links_what_moved_the_stage(
    rocket: Cast, agent: Client, page: str, defect: Defect
) -> None:
    url = "https://github.com/acme/server/pull/12?a=1&b=2"
    with desk_scope(rocket.desk):
        source = Source("acme/server#12", url)
        moved = {"by": SYSTEM, "cause": "pull_request.opened", "source": source}
        move(rocket, defect, "in_progress", **moved)
        move(rocket, defect, "tested", **(moved | {"source": Source("<b>", "javascript:x")}))
    text = agent.get(page).content.decode()
    link = f'<a href="{escape(url)}" rel="noopener noreferrer">acme/server#12</a>'
    assert f"because pull request {link} was opened." in text
    assert "because pull request &lt;b&gt; was opened." in text


def test_an_issue_for_a_paused_repository_waits_and_says_so(
    rocket: Cast, agent: Client, page: str, github: CodeHost, fake: HostFake
) -> None:
    waits = "The issue is created as soon as the repository is no longer paused."
    assert waits not in agent.get(page).content.decode()
    with desk_scope(rocket.desk):
        CodeHost.objects.update(is_paused=True)
    text = agent.get(page).content.decode()
    for shown in ("Create issue", "Link by URL", "acme/server (paused)", waits):
        assert shown in text, shown
    text = agent.post(f"{page}code/issue/", {"host": github.pk}, follow=True).content.decode()
    assert waits in text
    assert "The repository is paused." in text
    assert fake.asked == []


def test_an_issue_that_is_not_created_says_why(
    rocket: Cast, agent: Client, page: str, github: CodeHost, fake: HostFake
) -> None:
    agent.post(f"{page}code/issue/", {"host": github.pk})
    with desk_scope(rocket.desk):
        CodeHost.objects.update(is_paused=True)
    assert "The repository is paused." in agent.get(page).content.decode()
    with desk_scope(rocket.desk):
        CodeHost.objects.update(is_paused=False, problem="503: Maintenance")
    assert "503: Maintenance" in agent.get(page).content.decode()
    fake.fail_next(410, message="Issues are disabled for this repo")
    at = timezone.now() + timedelta(seconds=1)
    with desk_scope(rocket.desk):
        send_due_calls(desk_id=rocket.desk.pk, at=at, is_urgent=False)
        CodeHost.objects.update(problem="")
    text = agent.get(page).content.decode()
    assert "Not created" in text
    assert "410: Issues are disabled for this repo" in text


def test_what_two_merged_defects_share_is_listed_once(
    rocket: Cast, agent: Client, defect: Defect, page: str, github: CodeHost, fake: HostFake
) -> None:
    with desk_scope(rocket.desk):
        duplicate = report(rocket)
        for one in (duplicate, defect):
            add_link(one, github, kind=LinkKind.ISSUE, number=5, by=SYSTEM, at=NOON)
        add_link(duplicate, github, kind=LinkKind.PULL, number=5, by=SYSTEM, at=NOON)
        given = {"agent": rocket.level_two, "at": NOON}
        merge_defect(defect_id=duplicate.pk, into_id=defect.pk, **given)
    text = agent.get(page).content.decode()
    assert text.count("acme/server#5</bdi>") == 2  # the issue and the pull request
    assert len(re.findall(r"code/\d+/removal/", text)) == 1  # the defect's own


def test_observers_see_the_links_but_no_forms(
    rocket: Cast, agent: Client, page: str, github: CodeHost, fake: HostFake, sign_in: Any
) -> None:
    agent.post(f"{page}code/", {"url": f"{fake.url}/acme/server/issues/5"})
    observer = sign_in(rocket.observer.user)
    text = observer.get(page).content.decode()
    assert "acme/server#5" in text
    assert "Create issue" not in text
    assert observer.post(f"{page}code/issue/", {"host": github.pk}).status_code == 403


def test_without_a_repository_nothing_is_shown(agent: Client, page: str) -> None:
    assert "Issues and pull requests" not in agent.get(page).content.decode()


def test_repositories_and_links_of_others_are_not_found(
    rocket: Cast, matter: Cast, agent: Client, page: str, github: CodeHost, fake: HostFake
) -> None:
    foreign = connect(matter, "github", fake.url, GITHUB_SECRET)
    assert agent.post(f"{page}code/issue/", {"host": foreign.pk}).status_code == 404
    assert agent.post(f"{page}code/issue/", {"host": "x"}).status_code == 404
    assert agent.post(f"{page}code/999999/removal/").status_code == 404
    assert agent.post("/rocket/agent/defects/999/code/", {"url": "x"}).status_code == 404
