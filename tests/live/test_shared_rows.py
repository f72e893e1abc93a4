"""Rows are shared by readers who see the same, and never by others."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Agent
from accounts.tenancy import desk_scope
from helpdesk.agent.lists import shared_rows
from helpdesk.agent.views import queue
from helpdesk.live import hub
from tests.cast import Cast
from tests.departments import close_department
from tickets.models import Notification, Ticket

pytestmark = pytest.mark.django_db

VERSION = 1000


@pytest.fixture(autouse=True)
def _known_version(rocket: Cast, matter: Cast) -> Iterator[None]:
    """This process knows the version that pages send."""
    for cast in (rocket, matter):
        hub.hub._versions[cast.desk.pk] = VERSION + 5
    shared_rows._lists.clear()
    yield
    shared_rows._lists.clear()


@pytest.fixture
def renderings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The agents whose requests rendered rows."""
    found: list[int] = []
    render = queue._render_rows

    def note(request, parameters, at):  # type: ignore[no-untyped-def]  # passed on as it is
        found.append(request.agent.pk)
        return render(request, parameters, at)

    monkeypatch.setattr(queue, "_render_rows", note)
    return found


def reload(agent: Agent, query: str = "", version: int | str = VERSION, **headers: str) -> str:
    client = Client()
    client.force_login(agent.user)
    named = {"HX-Request": "true", "Live-Version": str(version), **headers}
    response = client.get(f"/{agent.desk.slug}/agent/{query}", headers=named)
    assert response.status_code == 200
    return response.content.decode()


def test_agents_with_the_same_permissions_share_one_rendering(
    rocket: Cast, ticket: Ticket, renderings: list[int]
) -> None:
    first, second = reload(rocket.colleague), reload(rocket.lead)
    assert first == second
    assert ticket.subject in first
    assert renderings == [rocket.colleague.pk]


@pytest.mark.parametrize("query", ["?view=mine", "?assignee=me", "?needs=unread"])
def test_a_personal_list_is_never_shared(
    rocket: Cast, ticket: Ticket, renderings: list[int], query: str
) -> None:
    reload(rocket.analyst, query)
    reload(rocket.colleague, query)
    assert renderings == [rocket.analyst.pk, rocket.colleague.pk]


def test_other_permissions_are_rendered_separately(
    rocket: Cast, ticket: Ticket, renderings: list[int]
) -> None:
    close_department(rocket, "paid", members=())
    with desk_scope(rocket.desk):
        Ticket.objects.filter(pk=ticket.pk).update(assignee=None)
    assert ticket.subject in reload(rocket.lead)
    assert ticket.subject not in reload(rocket.analyst)
    assert ticket.subject not in reload(rocket.colleague)
    assert len(renderings) == 3


def test_another_desk_has_its_own_rows(
    rocket: Cast, matter: Cast, ticket: Ticket, renderings: list[int]
) -> None:
    reload(rocket.lead)
    assert ticket.subject not in reload(matter.lead)
    assert len(renderings) == 2


def test_a_reader_in_another_language_has_rows_of_their_own(
    rocket: Cast, ticket: Ticket, renderings: list[int]
) -> None:
    rocket.colleague.user.language = "de"
    rocket.colleague.user.save()
    reload(rocket.lead)
    reload(rocket.colleague)
    assert len(renderings) == 2


def test_what_is_unread_by_one_is_not_marked_for_another(
    rocket: Cast, ticket: Ticket, renderings: list[int]
) -> None:
    with desk_scope(rocket.desk):
        Notification.objects.all().delete()
        Notification.objects.create(
            desk=rocket.desk,
            ticket=ticket,
            agent=rocket.colleague,
            event=ticket.events.first(),
            created_at=timezone.now(),
        )
    assert "data-unread" not in reload(rocket.lead)
    assert "data-unread" in reload(rocket.colleague)
    assert "data-unread" not in reload(rocket.admin)
    assert renderings == [rocket.lead.pk, rocket.colleague.pk]


def test_a_page_notified_of_a_later_change_gets_newer_rows(
    rocket: Cast, ticket: Ticket, renderings: list[int]
) -> None:
    reload(rocket.lead)
    with desk_scope(rocket.desk):
        Ticket.objects.filter(pk=ticket.pk).update(subject="Another subject")
    assert "Another subject" in reload(rocket.colleague, version=VERSION + 1)
    assert "Another subject" in reload(rocket.lead, version=VERSION)
    assert len(renderings) == 2


@pytest.mark.parametrize("version", ["", "x", 0, VERSION + 6])
def test_an_unknown_version_is_rendered_again(
    rocket: Cast, ticket: Ticket, renderings: list[int], version: int | str
) -> None:
    reload(rocket.lead, version=version)
    reload(rocket.colleague, version=version)
    assert len(renderings) == 2


def test_rows_are_kept_for_seconds_and_few_lists(
    rocket: Cast, ticket: Ticket, renderings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_rows, "MAX_LISTS", 2)
    for view in ("", "?view=all", "?view=unassigned"):
        reload(rocket.lead, view)
    assert len(shared_rows._lists) == 2
    monkeypatch.setattr(shared_rows, "MAX_AGE", 0.0)
    reload(rocket.lead, "?view=all")
    assert len(renderings) == 4


def test_many_threads_keep_lists_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two requests never drop the same oldest list: the second one failed with a KeyError."""
    interval = sys.getswitchinterval()
    monkeypatch.setattr(shared_rows, "MAX_LISTS", 1)

    def keep(place: int) -> None:
        for turn in range(2000):
            shared_rows._keep((place, turn), shared_rows._Rows(1, frozenset()))

    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(keep, range(4)))
    finally:
        sys.setswitchinterval(interval)
    assert len(shared_rows._lists) == 1
