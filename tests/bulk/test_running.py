"""Bulk changes: each ticket once, with the agent's rights at the time of the work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from accounts.models import Agent, AgentDepartment, Role, User, Visibility
from accounts.tokens.service_accounts import create_service_account
from tests.cast import NOON, Cast
from tests.macros.helpers import make_macro
from tickets.actors import Actor
from tickets.bulk import running
from tickets.bulk.running import KEPT, delete_old_jobs, run_bulk_jobs
from tickets.bulk.starting import start_bulk_change, undo_bulk_change
from tickets.bulk.summary import summarize
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.macros.acts import Acts
from tickets.models import BulkItem, BulkJob, ItemState, Note, State, Ticket, TicketEvent
from tickets.services import change_priority, close
from tickets.services.tags import list_tags

LATER = NOON + timedelta(hours=1)


def begin(cast: Cast, tickets: list[Ticket], *, agent: Agent | None = None, **acts: Any) -> BulkJob:
    ids = [ticket.pk for ticket in tickets]
    return start_bulk_change(
        agent=agent or cast.analyst, ticket_ids=ids, acts=Acts(**acts), at=LATER
    )


def finish(cast: Cast, at: Any = LATER) -> int:
    """Run everything that is due. Return the number of turns."""
    turns = 0
    while run_bulk_jobs(desk_id=cast.desk.pk, at=at):
        turns += 1
        assert turns < 100
    return turns


def list_states(job: BulkJob) -> list[str]:
    return list(BulkItem.objects.filter(job=job).order_by("pk").values_list("state", flat=True))


def open_tickets(cast: Cast, count: int) -> list[Ticket]:
    return [cast.open_ticket() for _ in range(count)]


def test_all_tickets_are_changed_in_slices(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SLICE", 2)
    tickets = open_tickets(in_rocket, 5)
    job = begin(in_rocket, tickets, add_tags=("outage",), assignee="me")
    assert finish(in_rocket) == 4  # three slices, and the end
    for ticket in tickets:
        ticket.refresh_from_db()
        assert ticket.assignee == in_rocket.analyst
        assert [tag.name for tag in list_tags(ticket)] == ["outage"]
    job.refresh_from_db()
    assert job.finished_at == LATER
    found = summarize(job)
    assert (found.total, found.due, found.done, found.unchanged) == (5, 0, 5, 0)


def test_a_second_worker_and_a_second_run_change_nothing_twice(in_rocket: Cast) -> None:
    [ticket] = open_tickets(in_rocket, 1)
    begin(in_rocket, [ticket, ticket], note="Once.")
    finish(in_rocket)
    finish(in_rocket)
    assert Note.objects.count() == 1


def test_a_killed_worker_leaves_the_rest_due(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = open_tickets(in_rocket, 3)
    job = begin(in_rocket, tickets, note="Once.")
    handled: list[int] = []
    handle = running._handle

    def die_at_second(work: Any, item_id: int) -> None:
        if handled:
            raise SystemExit
        handled.append(item_id)
        handle(work, item_id)

    with monkeypatch.context() as patch:
        patch.setattr(running, "_handle", die_at_second)
        with pytest.raises(SystemExit):
            run_bulk_jobs(desk_id=in_rocket.desk.pk, at=LATER)
    assert list_states(job) == ["done", "due", "due"]
    finish(in_rocket)
    assert list_states(job) == ["done"] * 3
    assert Note.objects.count() == 3


def test_an_error_refuses_one_ticket_and_the_others_are_changed(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = open_tickets(in_rocket, 2)
    job = begin(in_rocket, tickets, note="Hi")
    lock = running.lock_ticket

    def fail_on_first(ticket_id: int, agent: Agent) -> Ticket:
        if ticket_id == tickets[0].pk:
            raise ZeroDivisionError
        return lock(ticket_id, agent)

    monkeypatch.setattr(running, "lock_ticket", fail_on_first)
    finish(in_rocket)
    assert list_states(job) == [ItemState.REFUSED, ItemState.DONE]


def test_a_job_that_fails_is_ended_and_later_ones_go_on(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = begin(in_rocket, open_tickets(in_rocket, 2), note="Hi")
    good = begin(in_rocket, open_tickets(in_rocket, 1), note="Hi")
    prepare = running._prepare

    def fail_on_first(job: BulkJob, *, at: Any) -> Any:
        if job.pk == broken.pk:
            raise ZeroDivisionError
        return prepare(job, at=at)

    monkeypatch.setattr(running, "_prepare", fail_on_first)
    finish(in_rocket)
    assert list_states(good) == [ItemState.DONE]
    assert list_states(broken) == [ItemState.REFUSED] * 2
    broken.refresh_from_db()
    assert broken.finished_at == LATER
    [refusal] = summarize(broken).refusals
    assert refusal.reason.startswith("Something went wrong, so this bulk change stopped.")


def test_a_task_that_runs_out_of_time_ends_no_job(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begin(in_rocket, open_tickets(in_rocket, 1), note="Hi")

    def stop(*_given: Any, **_named: Any) -> None:
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patch:
        patch.setattr(running, "_prepare", stop)
        with pytest.raises(SoftTimeLimitExceeded):
            run_bulk_jobs(desk_id=in_rocket.desk.pk, at=LATER)
    job.refresh_from_db()
    assert job.finished_at is None
    assert list_states(job) == [ItemState.DUE]


def test_refusals_are_grouped_by_their_reason(in_rocket: Cast) -> None:
    tickets = open_tickets(in_rocket, 4)
    for ticket in tickets[:2]:
        close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    job = begin(in_rocket, tickets, status="waiting", note="Only with the status.")
    finish(in_rocket)
    found = summarize(job)
    assert (found.done, len(found.refusals)) == (2, 1)
    assert found.refusals[0].count == 2
    assert found.refusals[0].numbers == (tickets[0].number, tickets[1].number)
    assert found.refusals[0].reason.startswith("You can't do that while the ticket is")
    assert Note.objects.count() == 2  # a refused ticket got nothing


def test_what_is_so_already_is_counted_apart(in_rocket: Cast) -> None:
    tickets = open_tickets(in_rocket, 2)
    high = in_rocket.priorities["High"]
    by = Actor.of(in_rocket.analyst)
    change_priority(ticket_id=tickets[0].pk, priority=high, by=by, at=NOON)
    job = begin(in_rocket, tickets, priority=high.pk)
    finish(in_rocket)
    assert list_states(job) == [ItemState.UNCHANGED, ItemState.DONE]


def test_rights_count_at_the_time_of_the_work(in_rocket: Cast) -> None:
    cast, tickets = in_rocket, open_tickets(in_rocket, 2)
    job = begin(cast, tickets, agent=cast.colleague, add_tags=("a",))
    department = cast.departments["paid"]
    department.visibility = Visibility.MEMBERS
    department.save()
    AgentDepartment.objects.filter(agent=cast.colleague).delete()
    Ticket.objects.filter(pk=tickets[0].pk).update(department=department, assignee=None)
    Ticket.objects.filter(pk=tickets[1].pk).update(department=None, assignee=None)
    finish(cast)
    assert list_states(job) == [ItemState.REFUSED, ItemState.DONE]
    assert summarize(job).refusals[0].reason == "You can no longer see this ticket."


def test_an_agent_who_was_deactivated_changes_nothing(in_rocket: Cast) -> None:
    tickets = open_tickets(in_rocket, 2)
    job = begin(in_rocket, tickets, add_tags=("a",))
    Agent.objects.filter(pk=in_rocket.analyst.pk).update(is_active=False)
    finish(in_rocket)
    assert list_states(job) == [ItemState.REFUSED] * 2
    assert not TicketEvent.objects.filter(kind="tags.changed").exists()


def test_a_person_who_was_switched_off_changes_nothing_and_a_program_does(in_rocket: Cast) -> None:
    tickets = open_tickets(in_rocket, 1)
    job = begin(in_rocket, tickets, add_tags=("a",))
    User.objects.filter(pk=in_rocket.analyst.user_id).update(is_active=False)
    program = create_service_account(
        desk=in_rocket.desk, name="Nightly", role=Role.ANALYST, departments=[],
        by=in_rocket.admin.user,
    )  # fmt: skip
    allowed = begin(in_rocket, tickets, agent=program, add_tags=("b",))
    finish(in_rocket)
    assert list_states(job) == [ItemState.REFUSED]
    assert "deactivated" in summarize(job).refusals[0].reason
    assert list_states(allowed) == [ItemState.DONE]
    assert [tag.name for tag in list_tags(tickets[0])] == ["b"]


def test_bad_changes_are_refused_at_once(in_rocket: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = open_tickets(in_rocket, 1)
    with pytest.raises(NotAllowedError):
        begin(in_rocket, tickets, agent=in_rocket.observer, add_tags=("a",))
    with pytest.raises(InvalidValueError, match="what to change"):
        begin(in_rocket, tickets)
    with pytest.raises(InvalidValueError, match="at least one"):
        begin(in_rocket, [], add_tags=("a",))
    monkeypatch.setattr("tickets.bulk.starting.MAX_TICKETS", 1)
    with pytest.raises(InvalidValueError, match="up to 1 ticket at a time"):
        begin(in_rocket, open_tickets(in_rocket, 2), add_tags=("a",))


def test_an_agent_has_a_few_bulk_changes_at_a_time(in_rocket: Cast) -> None:
    tickets = open_tickets(in_rocket, 1)
    for number in range(5):
        begin(in_rocket, tickets, add_tags=(f"t{number}",))
    with pytest.raises(ConflictError, match="bulk changes running"):
        begin(in_rocket, tickets, add_tags=("more",))
    finish(in_rocket)
    begin(in_rocket, tickets, add_tags=("more",))


def test_a_macro_names_itself_on_each_ticket(in_rocket: Cast) -> None:
    macro = make_macro(in_rocket, is_shared=True, add_tags=("a",))
    ids = [ticket.pk for ticket in open_tickets(in_rocket, 2)]
    acts = Acts.from_json(macro.acts)
    start_bulk_change(agent=in_rocket.analyst, ticket_ids=ids, acts=acts, at=LATER, macro=macro)
    finish(in_rocket)
    assert TicketEvent.objects.filter(kind="macro.applied").count() == 2
    macro.refresh_from_db()
    assert macro.uses == 1


def test_undo_restores_what_nobody_has_changed_since(in_rocket: Cast) -> None:
    cast, tickets = in_rocket, open_tickets(in_rocket, 3)
    high, low = cast.priorities["High"], cast.priorities["Low"]
    job = begin(cast, tickets, priority=high.pk, add_tags=("a",), status="closed")
    finish(cast)
    change_priority(ticket_id=tickets[0].pk, priority=low, by=Actor.of(cast.lead), at=LATER)
    undo = undo_bulk_change(job_id=job.pk, agent=cast.analyst, at=LATER)
    finish(cast)
    assert list_states(undo) == [ItemState.REFUSED, ItemState.DONE, ItemState.DONE]
    assert summarize(undo).refusals[0].reason == "The ticket was changed after the bulk change."
    tickets[0].refresh_from_db()
    assert (tickets[0].priority, tickets[0].status) == (low, State.CLOSED)
    for ticket in tickets[1:]:
        ticket.refresh_from_db()
        assert (ticket.priority, ticket.status) == (cast.default_priority, State.OPEN)
        assert list_tags(ticket) == []


def test_undo_says_which_status_cannot_come_back(in_rocket: Cast) -> None:
    [ticket] = open_tickets(in_rocket, 1)
    job = begin(in_rocket, [ticket], status="waiting", add_tags=("a",))
    finish(in_rocket)
    undo = undo_bulk_change(job_id=job.pk, agent=in_rocket.analyst, at=LATER)
    finish(in_rocket)
    assert summarize(undo).refusals[0].reason.startswith("The status can't be changed back to")
    assert [tag.name for tag in list_tags(ticket)] == ["a"]


def test_only_the_agent_undoes_it_and_once(in_rocket: Cast) -> None:
    job = begin(in_rocket, open_tickets(in_rocket, 1), add_tags=("a",))
    with pytest.raises(ConflictError, match="still running"):
        undo_bulk_change(job_id=job.pk, agent=in_rocket.analyst, at=LATER)
    finish(in_rocket)
    with pytest.raises(NotAllowedError):
        undo_bulk_change(job_id=job.pk, agent=in_rocket.lead, at=LATER)
    undo = undo_bulk_change(job_id=job.pk, agent=in_rocket.analyst, at=LATER)
    for again in (job, undo):
        with pytest.raises(ConflictError):
            undo_bulk_change(job_id=again.pk, agent=in_rocket.analyst, at=LATER)


def test_old_bulk_changes_are_deleted_with_their_tickets(in_rocket: Cast) -> None:
    begin(in_rocket, open_tickets(in_rocket, 1), add_tags=("a",))
    finish(in_rocket)
    assert delete_old_jobs(desk_id=in_rocket.desk.pk, at=LATER + KEPT) == 0
    assert delete_old_jobs(desk_id=in_rocket.desk.pk, at=LATER + KEPT + timedelta(days=1)) == 2
    assert not BulkJob.objects.exists()
    assert Ticket.objects.count() == 1


def test_each_desk_runs_its_own(in_rocket: Cast, matter: Cast) -> None:
    job = begin(in_rocket, open_tickets(in_rocket, 1), add_tags=("a",))
    assert run_bulk_jobs(desk_id=matter.desk.pk, at=LATER) == 0
    assert list_states(job) == [ItemState.DUE]
