"""Plays planned tickets through the services in the order of time, with the timetable's sweeps where they are due.

So numbers, turns, clocks, events and reminders are what they would have been.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.utils.html import linebreaks

from accounts.matching import ContactFact, DomainFact, match_sender
from accounts.models import Agent, Contact, Level, Role
from helpdesk.demo.acting import ACTS, Moment, close_for_reason, write_as_customer
from helpdesk.demo.files import make_file
from helpdesk.demo.people import Cast
from helpdesk.demo.planning import Case
from helpdesk.demo.stories import Step
from routing.assignment import make_shift_facts
from routing.services import assign_waiting_tickets, list_unassigned_tickets, set_away
from routing.shifts import is_on_shift
from sla.sweeps import mark_breached, warn_of_due
from tickets.actors import Actor
from tickets.models import State, Ticket
from tickets.services import NewMessage, NewTicket, Origin, close_silent, open_ticket, remind_silent

BEAT = timedelta(seconds=40)  # a sweep runs every minute: on average so long after the due time
GREETINGS = ["Hello,", "Hi team,", "Good morning,", "Dear support team,", "Hi there,"]
CLOSINGS = ["Kind regards", "Thanks", "Best", "Thank you in advance", "Regards"]

ANSWERS = {"reply", "solve"}
BY_CUSTOMER = {"customer", "thanks"}
HALF_HOUR = timedelta(minutes=30)

Action = Callable[[datetime], None]


class Player:
    """Plays the cases of one desk up to now. Runs inside the desk's scope."""

    def __init__(self, cast: Cast, *, now: datetime) -> None:
        self.cast, self.now = cast, now
        self.desk = cast.parts.desk
        self.writers = [agent for agent in cast.agents if agent.role != Role.OBSERVER]
        self.shifts = {
            a.pk: [make_shift_facts(shift) for shift in a.shifts.all()] for a in self.writers
        }
        self.contacts = {
            c.email: ContactFact(c.pk, c.account_id, c.account.name if c.account else "")
            for c in cast.contacts
        }
        self.domains = {
            d.domain: DomainFact(d.account_id, d.account.name, d.include_subdomains)
            for d in cast.domains
        }
        self.agenda: list[tuple[datetime, int, Action]] = []
        self.count = itertools.count()
        self.is_looking_for_somebody = False
        self.present: set[int] = set()
        self.away: set[int] = set()

    def play(self, cases: list[Case]) -> None:
        for case in cases:
            self._book(case.start, partial(self._open, case))
        for at, agent in self.cast.leaves:
            self._book(at, partial(self._go_away, agent))
        while self.agenda:
            at, _, act = heapq.heappop(self.agenda)
            act(at)

    def _book(self, at: datetime, act: Action) -> None:
        if at <= self.now:
            heapq.heappush(self.agenda, (at, next(self.count), act))

    def _go_away(self, agent: Agent, at: datetime) -> None:
        set_away(agent=agent, is_away=True, at=at)
        self.away.add(agent.pk)

    # --- Sweeps, at the times at which the timetable would have found something ------------------------------

    def _sweep(self, work: Callable[..., int], at: datetime) -> None:
        work(desk_id=self.desk.pk, at=at)

    def _book_sweeps(self, ticket: Ticket, before: datetime) -> None:
        """Book what comes due on a ticket before that time."""
        due: list[tuple[datetime | None, Callable[..., int]]] = [
            (ticket.remind_at, remind_silent),
            (ticket.close_at, close_silent),
        ]
        if ticket.first_responded_at is None and (clock := getattr(ticket, "clock", None)):
            due += [(clock.warn_at, warn_of_due), (clock.due_at, mark_breached)]
        for at, work in due:
            if at is not None and at < before:
                self._book(at + BEAT, partial(self._sweep, work))

    def _look_for_somebody(self, at: datetime) -> None:
        """Each half hour while a ticket waits unassigned: has anybody come on shift since the last look?"""
        before, self.present = self.present, self._who_is_present(at) - self.away
        if self.present - before:
            assign_waiting_tickets(desk_id=self.desk.pk, at=at)
            self.is_looking_for_somebody = list_unassigned_tickets().filter(desk=self.desk).exists()
        if self.is_looking_for_somebody:
            self._book(at + HALF_HOUR, self._look_for_somebody)

    def _who_is_present(self, at: datetime) -> set[int]:
        return {pk for pk, shifts in self.shifts.items() if is_on_shift(shifts, at)}

    # --- A ticket's life ------------------------------------------------------------------------------------

    def _open(self, case: Case, at: datetime) -> None:
        text = write_as_customer(case, case.story.text)
        message = NewMessage(
            text=text,
            html=linebreaks(text, autoescape=True) if case.way == "email" else "",
            channel=case.way,
            files=tuple(make_file(kind, subject=case.subject, at=at) for kind in case.story.files),
        )
        new = NewTicket(
            subject=case.subject,
            message=message,
            origin=self._origin(case),
            priority=case.priority,
            participants=self._copies(case),
            fields=self._answers(case),
        )
        takes_down = self._on_shift(Level.L1, at) if case.way in {"phone", "agent"} else None
        ticket = open_ticket(
            desk=self.desk, new=new, by=Actor.of(takes_down or case.contact), at=at
        )
        self._go_on(case, ticket.pk, 0)

    def _go_on(self, case: Case, ticket_id: int, place: int) -> None:
        """Book the next step, and what may come due before it."""
        left = [(at + case.lag, step) for at, step in case.steps[place:]]
        if left:
            at, step = left[0]
            self._book(at, partial(self._take_step, case, ticket_id, place, step))
        is_last = not left or left[0][0] > self.now
        if place == 0 or is_last or case.steps[place - 1][1].kind == "escalate":
            answers = (at for at, step in left if step.kind in ANSWERS and at <= self.now)
            self._watch(ticket_id, until=next(answers, self.now))

    def _watch(self, ticket_id: int, until: datetime) -> None:
        """Book the sweeps that find something on a ticket before its next answer, and the search for somebody."""
        ticket = Ticket.objects.select_related("clock").get(pk=ticket_id)
        self._book_sweeps(ticket, until)
        needs_somebody = ticket.assignee_id is None and ticket.status != State.CLOSED
        if needs_somebody and not self.is_looking_for_somebody:
            self.is_looking_for_somebody, self.present = (
                True,
                self._who_is_present(ticket.updated_at),
            )
            self._book(ticket.updated_at + HALF_HOUR, self._look_for_somebody)

    def _take_step(self, case: Case, ticket_id: int, place: int, step: Step, at: datetime) -> None:
        ticket = Ticket.objects.select_related("assignee").get(pk=ticket_id)
        agent = self._who_acts(ticket, at)
        if agent is None and step.kind not in BY_CUSTOMER:
            case.lag += HALF_HOUR
            self._book(at + HALF_HOUR, partial(self._take_step, case, ticket_id, place, step))
            return
        files = (make_file(step.file, subject=case.subject, at=at),) if step.file else ()
        act = ACTS.get(step.kind, close_for_reason)
        act(Moment(case, step, ticket, agent or self.writers[0], at, files))
        self._go_on(case, ticket_id, place + 1)

    # --- Who and what ---------------------------------------------------------------------------------------

    def _who_acts(self, ticket: Ticket, at: datetime) -> Agent | None:
        """The assignee while on shift; else a colleague of the same level who is, as the sun moves on."""
        assignee = ticket.assignee
        if assignee and is_on_shift(self.shifts[assignee.pk], at):
            return assignee
        return self._on_shift(ticket.level, at)

    def _on_shift(self, level: str, at: datetime) -> Agent | None:
        """Somebody of the level who is there; nobody at night and on weekends, above Level 1."""
        present = self._who_is_present(at) - self.away
        able = [agent for agent in self.writers if agent.level == level and agent.pk in present]
        return able[at.minute % len(able)] if able else None

    def _origin(self, case: Case) -> Origin:
        is_forged = case.end == "unverified"
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

    def _copies(self, case: Case) -> list[Contact]:
        """One request in four of the portal names a colleague to be told as well (M87)."""
        if case.way != "web" or case.seed > 0.25 or case.contact.account_id is None:
            return []
        return [c for c in self.cast.contacts if c.account_id == case.contact.account_id][:1]

    def _answers(self, case: Case) -> dict[str, str]:
        """What the desk's own request form asked, if it asks anything."""
        if case.way != "web" or not case.story.answers:
            return {}
        where = "Test or development" if case.priority.rank == 4 else "Production"
        mobile = {"mobile_version": "2.22.1"} if "mobile_device" in case.story.answers else {}
        versions = {"environment": where, "server_version": case.words["version"]}
        return {**case.story.answers, **versions, **mobile}
