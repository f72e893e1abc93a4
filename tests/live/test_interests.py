"""Pages are notified only of changes that affect them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict

from accounts.models import Agent, Role
from helpdesk.agent.lists.list_parameters import ListParameters
from helpdesk.agent.lists.live_interests import build_stream_url, read_interest
from helpdesk.live.messages import Change, list_facts
from tests.cast import Cast
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import State, Ticket, TicketEvent
from tickets.services import assign, change_department, change_priority, close

ME, OTHER = 5, 6
NOW = 1_800_000_000  # fixed, so that no deadline passes while the tests run
SOON_AT = NOW + 600
LATER_AT = NOW + 86_400


def change(number: int = 1001, **facts: Any) -> Change:
    """A change whose facts are those of an unassigned open ticket, or the given ones."""
    usual: dict[str, set[Any]] = {
        "status": {"open"},
        "assignee": {0},
        "department": {1},
        "priority": {2},
        "account": {3},
        "channel": {"email"},
        "due": {LATER_AT},
    }
    known = {name: frozenset(values) for name, values in (usual | facts).items() if values}
    return Change(number, facts=known)


CHANGES = {
    "open": change(),
    "mine": change(assignee={ME}),
    "taken": change(assignee={0, OTHER}),
    "given away": change(assignee={ME, OTHER}),
    "waiting": change(status={"open", "waiting"}),
    "closed": change(status={"open", "closed"}),
    "after closing": change(status={"closed"}),
    "elsewhere": change(department={4}),
    "moved": change(department=set()),
    "late": change(due={SOON_AT - 3600}),
    "soon": change(due={SOON_AT}),
    "by phone": change(channel={"phone"}),
    "urgent": change(priority={9}),
    "another account": change(account={8}),
}
CASES = {
    "view=": set(CHANGES) - {"after closing"},
    "view=all": set(CHANGES),
    "view=mine": {"mine", "given away"},
    "view=unassigned": set(CHANGES) - {"after closing", "mine", "given away"},
    "view=closed": {"closed", "after closing"},
    "view=waiting": {"waiting"},
    "view=4": {"elsewhere", "moved"},
    "view=overdue": {"late"},
    "view=&due=soon": {"late", "soon"},
    "view=&channel=phone": {"by phone"},
    "view=&priority=9": {"urgent"},
    "view=&account=8": {"another account"},
    "view=&assignee=me": {"mine", "given away"},
    "view=&assignee=6": {"taken", "given away"},
    "view=4&assignee=nobody": {"elsewhere", "moved"},
    "view=mine&status=waiting": set(),
}


@pytest.fixture
def agent() -> Agent:
    return Agent(pk=ME, desk_id=1, user_id=1, role=Role.ANALYST)


@pytest.mark.parametrize("query", CASES)
def test_a_list_is_notified_of_tickets_that_enter_change_or_leave(agent: Agent, query: str) -> None:
    interest = read_interest(QueryDict(f"shows=list&{query}"), agent)
    touched = {name for name, one in CHANGES.items() if interest.is_touched_by(one, now=NOW)}
    assert touched == CASES[query]


def test_a_ticket_page_and_search_results_are_notified_of_their_tickets_only(agent: Agent) -> None:
    ticket = read_interest(QueryDict("ticket=1001"), agent)
    found = read_interest(QueryDict("shows=found&numbers=1001,1003,x,"), agent)
    assert [ticket.is_touched_by(Change(number), now=NOW) for number in (1001, 1002)] == [1, 0]
    assert found.numbers == {1001, 1003}


def test_pages_and_changes_without_details_miss_nothing(
    agent: Agent,
) -> None:
    everything = read_interest(QueryDict(""), agent)
    mine = read_interest(QueryDict("shows=list&view=mine&due=passed"), agent)
    assert all(everything.is_touched_by(one, now=0) for one in CHANGES.values())
    assert mine.is_touched_by(Change(1001), now=0)


@pytest.mark.parametrize("query", ["view=mine&priority=2", "view=", "q=printer"])
def test_a_list_names_itself_in_the_address_of_its_stream(agent: Agent, query: str) -> None:
    parameters = ListParameters.parse(QueryDict(query))
    url = build_stream_url(parameters, [1001, 1002])
    interest = read_interest(QueryDict(url.partition("?")[2]), agent)
    if parameters.words:
        assert interest.numbers == {1001, 1002}
    else:
        assert interest == read_interest(QueryDict(f"shows=list&{query}"), agent)
        assert interest.needs


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Change]:
    """The changes that services publish, as another process parses them."""
    found: list[Change] = []

    def keep(lines: dict[int, list[str]]) -> None:
        for text in next(iter(lines.values())):
            parsed = Change.parse(text)
            assert parsed is not None
            found.append(parsed)

    monkeypatch.setattr("helpdesk.live.pubsub.publish_lines", keep)
    return found


@pytest.mark.django_db
def test_each_change_has_the_facts_before_and_after(
    in_rocket: Cast, told: list[Change], django_capture_on_commit_callbacks: Any
) -> None:
    by, at = Actor.of(in_rocket.lead), datetime.now(UTC)
    with django_capture_on_commit_callbacks(execute=True):
        ticket = in_rocket.open_ticket()
    opened = told[-1].facts
    assert opened["status"] == {State.OPEN}
    assert opened["department"] == {ticket.department_id}
    assert opened["account"] == {in_rocket.account.pk}
    before = ticket.assignee_id
    with django_capture_on_commit_callbacks(execute=True):
        assign(ticket_id=ticket.pk, agent=in_rocket.colleague, by=by, at=at)
    assert told[-1].facts["assignee"] == {before or 0, in_rocket.colleague.pk}
    with django_capture_on_commit_callbacks(execute=True):
        other = in_rocket.departments["community"]
        change_department(ticket_id=ticket.pk, department=other, by=by, at=at)
    assert "department" not in told[-1].facts
    with django_capture_on_commit_callbacks(execute=True):
        urgent = in_rocket.priorities["High"]
        change_priority(ticket_id=ticket.pk, priority=urgent, by=by, at=at)
    assert "priority" not in told[-1].facts
    with django_capture_on_commit_callbacks(execute=True):
        close(ticket_id=ticket.pk, by=by, at=at + timedelta(minutes=1))
    assert told[-1].facts["status"] >= {State.CLOSED}
    assert len(told[-1].facts["status"]) == 2


def test_a_deadline_that_was_met_is_known_too() -> None:
    """A list of overdue tickets is notified of those that leave it."""
    was_due = datetime(2026, 11, 18, 13, 0, tzinfo=UTC)
    met = TicketEvent(kind=EventKind.SLA_MET, data={"due_at": was_due.isoformat()})
    assert list_facts(Ticket(number=1), [met])["due"] == {int(was_due.timestamp())}
