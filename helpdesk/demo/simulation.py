"""Play planned tickets through the services in order of time, with the periodic jobs.

Ticket numbers, rotation, clocks, events and reminders are therefore what they would have been.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from django.utils.html import linebreaks

from accounts.matching import ContactFact, DomainFact, match_sender
from accounts.models import Agent, Contact, Level, Role
from helpdesk.demo.attachments import create_attachment
from helpdesk.demo.defects import plan_defects
from helpdesk.demo.emergencies import plan_emergencies
from helpdesk.demo.help import plan_questions
from helpdesk.demo.people import Cast
from helpdesk.demo.planning import Case
from helpdesk.demo.source import read_data
from helpdesk.demo.steps import ACTIONS, DueStep, close_as_step, compose_customer_text
from helpdesk.demo.stories import Step
from routing.availability import is_on_shift
from routing.candidates import list_staff
from routing.presence import set_away
from routing.services import assign_waiting_tickets, list_unassigned_tickets
from sla.sweeps import mark_breached, warn_of_due
from tickets.actors import Actor
from tickets.models import State, Ticket, TicketEvent
from tickets.services import NewMessage, NewTicket, Origin, close_silent, open_ticket, remind_silent

JOB_DELAY = timedelta(seconds=40)  # jobs run every minute, so some time after the due time
REPLIES = {"reply", "solve"}
CLOCK_STEPS = {"customer", "escalate"}  # start clocks that can come due before the next reply
CUSTOMER_STEPS = {"customer", "thanks"}
HALF_HOUR = timedelta(minutes=30)

Action = Callable[[datetime], None]


class Simulation:
    """Play the cases of one desk up to now. Use this inside the desk's scope."""

    def __init__(self, cast: Cast, *, now: datetime) -> None:
        self.cast, self.now = cast, now
        self.desk = cast.parts.desk
        self.writers = [agent for agent in cast.agents if agent.role != Role.OBSERVER]
        self.desk.refresh_from_db(fields=["config_version"])
        self.staff = {one.agent.pk: one.facts for one in list_staff(self.desk)}
        self.contacts = {
            c.email: ContactFact(c.pk, c.account_id, c.account.name if c.account else "")
            for c in cast.contacts
        }
        self.domains = {
            d.domain: DomainFact(d.account_id, d.account.name, d.include_subdomains)
            for d in cast.domains
        }
        self.agenda: list[tuple[datetime, int, Action]] = []
        self.at = datetime.min.replace(tzinfo=UTC)  # when the last action was taken
        self.sequence = itertools.count()
        self.has_unassigned = False
        self.present: set[int] = set()
        self.away: set[int] = set()

    def run(self, cases: list[Case]) -> None:
        """Open the tickets and take all steps that are due by now."""
        for case in cases:
            self._schedule(case.start, partial(self._open, case))
        for at, agent in self.cast.leaves:
            self._schedule(at, partial(self._set_away, agent))
        slug = self.desk.slug
        for at, action in (
            *plan_emergencies(self.desk, now=self.now),
            *plan_defects(self.cast, read_data(slug, "defects"), now=self.now),
            *plan_questions(self.cast, read_data(slug, "help"), now=self.now),
        ):
            self._schedule(at, partial(self._act_and_watch, action))
        while self.agenda:
            self.at, _, action = heapq.heappop(self.agenda)
            action(self.at)

    def _schedule(self, at: datetime, action: Action) -> None:
        if at <= self.now:
            heapq.heappush(self.agenda, (at, next(self.sequence), action))

    def _act_and_watch(self, action: Action, at: datetime) -> None:
        """Take a step that belongs to no case, and watch the clocks that it may have started."""
        action(at)
        changed = TicketEvent.objects.filter(desk=self.desk, at=at).order_by("ticket_id")
        for ticket_id in changed.values_list("ticket_id", flat=True).distinct():
            self._watch(ticket_id, until=self.now)

    def _set_away(self, agent: Agent, at: datetime) -> None:
        set_away(agent=agent, is_away=True, at=at)
        self.away.add(agent.pk)

    # --- Periodic jobs, at the times at which they would have found something ------------------

    def _run_job(self, job: Callable[..., int], at: datetime) -> None:
        job(desk_id=self.desk.pk, at=at)

    def _schedule_jobs(self, ticket: Ticket, before: datetime) -> None:
        """Schedule the jobs that find something on a ticket before that time.

        A new plan or priority can move a time into the past; the next job finds it.
        """
        due: list[tuple[datetime | None, Callable[..., int]]] = [
            (ticket.remind_at, remind_silent),
            (ticket.close_at, close_silent),
        ]
        for clock in ticket.clocks.filter(met_at=None, stopped_at=None, paused_at=None):
            due += [(time, warn_of_due) for time in clock.warn_times]
            due.append((clock.due_at, mark_breached))
        for at, job in due:
            if at is not None and at < before:
                self._schedule(max(at, self.at) + JOB_DELAY, partial(self._run_job, job))

    def _assign_waiting(self, at: datetime) -> None:
        """Assign waiting tickets once an agent comes on shift. Repeat while any is unassigned."""
        before, self.present = self.present, self._list_present(at) - self.away
        if self.present - before:
            assign_waiting_tickets(desk_id=self.desk.pk, at=at)
            self.has_unassigned = list_unassigned_tickets().filter(desk=self.desk).exists()
        if self.has_unassigned:
            self._schedule(at + HALF_HOUR, self._assign_waiting)

    def _list_present(self, at: datetime) -> set[int]:
        return {pk for pk, facts in self.staff.items() if is_on_shift(facts, at)}

    # --- The life of a ticket -------------------------------------------------------------------

    def _open(self, case: Case, at: datetime) -> None:
        text = compose_customer_text(case, case.story.text)
        message = NewMessage(
            text=text,
            html=linebreaks(text, autoescape=True) if case.channel == "email" else "",
            channel=case.channel,
            files=tuple(
                create_attachment(kind, subject=case.subject, at=at) for kind in case.story.files
            ),
        )
        new = NewTicket(
            subject=case.subject,
            message=message,
            origin=self._build_origin(case),
            priority=case.priority,
            participants=self._choose_followers(case),
            fields=self._fill_form(case),
        )
        opened_by = (
            self._pick_on_shift(Level.L1, at) if case.channel in {"phone", "agent"} else None
        )
        ticket = open_ticket(desk=self.desk, new=new, by=Actor.of(opened_by or case.contact), at=at)
        self._continue(case, ticket.pk, 0)

    def _continue(self, case: Case, ticket_id: int, index: int) -> None:
        """Schedule the next step, and the jobs that come due before it."""
        remaining = [(at + case.lag, step) for at, step in case.steps[index:]]
        if remaining:
            at, step = remaining[0]
            self._schedule(at, partial(self._take_step, case, ticket_id, index, step))
        is_last = not remaining or remaining[0][0] > self.now
        if index == 0 or is_last or case.steps[index - 1][1].kind in CLOCK_STEPS:
            replies = (at for at, step in remaining if step.kind in REPLIES and at <= self.now)
            self._watch(ticket_id, until=next(replies, self.now))

    def _watch(self, ticket_id: int, until: datetime) -> None:
        """Schedule the jobs before a ticket's next reply, and its assignment if it has no agent."""
        ticket = Ticket.objects.get(pk=ticket_id)
        self._schedule_jobs(ticket, until)
        needs_agent = ticket.assignee_id is None and ticket.status != State.CLOSED
        if needs_agent and not self.has_unassigned:
            self.has_unassigned, self.present = (
                True,
                self._list_present(ticket.updated_at),
            )
            self._schedule(max(ticket.updated_at, self.at) + HALF_HOUR, self._assign_waiting)

    def _take_step(self, case: Case, ticket_id: int, index: int, step: Step, at: datetime) -> None:
        ticket = Ticket.objects.select_related("assignee").get(pk=ticket_id)
        agent = self._choose_agent(ticket, at)
        if agent is None and step.kind not in CUSTOMER_STEPS:
            case.lag += HALF_HOUR
            self._schedule(at + HALF_HOUR, partial(self._take_step, case, ticket_id, index, step))
            return
        files = (create_attachment(step.file, subject=case.subject, at=at),) if step.file else ()
        action = ACTIONS.get(step.kind, close_as_step)
        action(DueStep(case, step, ticket, agent or self.writers[0], at, files))
        self._continue(case, ticket_id, index + 1)

    # --- People and form fields -----------------------------------------------------------------

    def _choose_agent(self, ticket: Ticket, at: datetime) -> Agent | None:
        """Return the assignee while on shift, or else a colleague of the same level who is."""
        assignee = ticket.assignee
        if assignee and is_on_shift(self.staff[assignee.pk], at):
            return assignee
        return self._pick_on_shift(ticket.level, at)

    def _pick_on_shift(self, level: str, at: datetime) -> Agent | None:
        """Return an agent of the level who is on shift, or None (nights, above Level 1)."""
        present = self._list_present(at) - self.away
        able = [agent for agent in self.writers if agent.level == level and agent.pk in present]
        return able[at.minute % len(able)] if able else None

    def _build_origin(self, case: Case) -> Origin:
        is_forged = case.ending == "unverified"
        match = match_sender(
            case.contact.email,
            "fail" if is_forged else "pass",
            contacts=self.contacts,
            domains=self.domains,
            match_unverified=True,
        )
        return Origin(
            case.contact,
            account_id=match.account_id,
            is_unverified=is_forged,
            reasons=match.reasons,
        )

    def _choose_followers(self, case: Case) -> list[Contact]:
        """Add a colleague as follower to one portal request in four (M87)."""
        if case.channel != "web" or case.seed > 0.25 or case.contact.account_id is None:
            return []
        return [c for c in self.cast.contacts if c.account_id == case.contact.account_id][:1]

    def _fill_form(self, case: Case) -> dict[str, str]:
        """Return the values of the desk's own request form fields."""
        if case.channel != "web" or not case.story.answers:
            return {}
        where = "Test or development" if case.priority.rank == 4 else "Production"
        mobile = {"mobile_version": "2.22.1"} if "mobile_device" in case.story.answers else {}
        versions = {"environment": where, "server_version": case.words["version"]}
        return {**case.story.answers, **versions, **mobile}
