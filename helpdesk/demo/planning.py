"""Plan the demo's tickets: who opens which one when, and how far it gets.

This writes nothing. Each case has random numbers of its own, so who asks what is the same at any
hour; only the times move with the hour. They are chosen so that some tickets are overdue, nearly
due, about to be closed for silence, and so on when the demo is filled.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.customers.entitlements import HIGHEST_RANK, get_portal_refusal
from accounts.models import AccountStatus, Contact
from helpdesk.demo.people import Cast
from helpdesk.demo.stories import Step, Story, cut, fits
from sla.calendar import add_working_time
from sla.models import Target
from sla.services import get_working_hours
from tickets.models import Priority

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MINUTES_OF_A_DAY = 720  # of a business day

# How many of about 130 tickets get how far.
ENDINGS = {
    "solved": 46, "late": 5, "silence": 13, "thanks": 6, "duplicate": 2, "spam": 2,
    "waiting": 14, "reminded": 4, "investigating": 8, "level_two": 5, "engineer": 3,
    "no_engineer": 1, "answered": 6, "reopened": 3, "overdue": 2, "nearly_due": 1, "fresh": 3,
    "unverified": 1,
}  # fmt: skip
# How many hours before now these endings happen.
HOURS_AGO = {
    "silence": (172, 560),
    "waiting": (4, 114),
    "reminded": (122, 163),
    "investigating": (1, 20),
    "level_two": (3, 70),
    "engineer": (60, 200),
    "no_engineer": (5, 40),
    "answered": (0.3, 14),
    "reopened": (2, 40),
    "fresh": (0.1, 1.5),
    "unverified": (2, 6),
}
STRANGER_CHANNELS = ("twitter", "facebook", "chat")
VERSIONS = {
    "rocketchat": ["6.5.2", "6.6.0", "6.10.4", "7.0.1", "7.2.0"],
    "mattermost": ["9.5.12", "9.11.8", "10.2.1", "10.5.2"],
}
USERS = ["40", "85", "120", "260", "400", "750", "1,200", "2,800", "6,500"]
HOSTS = ["chat-prod-01", "srv-chat2", "k8s-collab", "vm-msg-07", "app03.internal"]


@dataclass
class Case:
    """A planned ticket: who asks what through which channel, and what happens when."""

    story: Story
    ending: str
    subject: str
    contact: Contact
    channel: str
    priority: Priority
    start: datetime
    words: dict[str, str]
    steps: list[tuple[datetime, Step]] = field(default_factory=list)
    seed: float = 0.0
    lag: timedelta = timedelta()  # delay of the steps because no agent was on shift


class Planner:
    """Plan the tickets of one desk. Use this inside the desk's scope."""

    def __init__(self, cast: Cast, stories: Sequence[Story], *, now: datetime) -> None:
        self.cast, self.stories, self.now = cast, stories, now
        self.desk = cast.parts.desk
        self.random = random.Random()  # noqa: S311 (seeded for each case)
        self.uses: Counter[int] = Counter()

    def plan(self, size: float) -> list[Case]:
        """Return all cases, ordered by start. A ``size`` of 1 means about 130 cases."""
        cases = [
            self._plan_case(ending, index, count)
            for ending, full_count in ENDINGS.items()
            for count in [max(1, round(full_count * size))]
            for index in range(count)
        ]
        return sorted(cases, key=lambda case: case.start)

    def _plan_case(self, ending: str, index: int, count: int) -> Case:
        self.random.seed(f"{self.desk.slug} {ending} {index}")
        story = self._next_story(ending)
        contact = self._choose_contact(story, ending)
        channel = self._choose_channel(story, contact, ending)
        case = Case(
            story=story,
            ending=ending,
            subject=self.random.choice(story.subjects),
            contact=contact,
            channel=channel,
            priority=self._choose_priority(story, channel, ending),
            start=self.now,
            words=self._choose_words(contact),
            seed=self.random.random(),
        )
        self._schedule(case, index / count)
        return case

    def _next_story(self, ending: str) -> Story:
        """Return the least used story that fits, so that conversations rarely repeat."""
        fitting = [index for index, story in enumerate(self.stories) if fits(story, ending)]
        chosen = min(fitting, key=lambda index: (self.uses[index], self.random.random()))
        self.uses[chosen] += 1
        return self.stories[chosen]

    def _choose_contact(self, story: Story, ending: str) -> Contact:
        if ending in {"overdue", "nearly_due", "unverified"}:
            best = next(plan for plan in self.cast.parts.plans.values() if plan.has_success_manager)
            candidates = [
                c for c in self.cast.contacts if c.account and c.account.plan_id == best.pk
            ]
        else:
            candidates = [c for c in self.cast.contacts if get_audience(c) == story.audience]
        return self.random.choice(candidates)

    def _choose_channel(self, story: Story, contact: Contact, ending: str) -> str:
        if contact.email.endswith("@social.example"):
            return self.random.choice(STRANGER_CHANNELS)
        if ending in {"overdue", "nearly_due"}:
            return "phone" if self.desk.hotline else "web"
        turn = self.uses[self.stories.index(story)]  # so that no channel of a story is left out
        channel = story.channels[turn % len(story.channels)]
        plan = contact.account.plan if contact.account else None
        is_emergency = story.rank == HIGHEST_RANK
        if channel == "phone" and not (plan and plan.allows_hotline and is_emergency):
            channel = "web"
        if channel == "web" and get_portal_refusal(contact):
            return "email"
        return "web" if channel == "email" and plan and not plan.allows_mail else channel

    def _choose_priority(self, story: Story, channel: str, ending: str) -> Priority:
        priorities = self.cast.parts.priorities
        if ending in {"overdue", "nearly_due"}:
            return priorities[0]
        if channel in {"web", "phone", "agent"}:
            return priorities[story.rank - 1]
        return next(priority for priority in priorities if priority.is_mail_default)

    def _choose_words(self, contact: Contact) -> dict[str, str]:
        return {
            "version": self.random.choice(VERSIONS[self.desk.slug]),
            "users": self.random.choice(USERS),
            "host": self.random.choice(HOSTS),
            "company": contact.account.name if contact.account else "private",
        }

    def _schedule(self, case: Case, position: float) -> None:
        """Date the steps from the ticket's start, or backward from its last step.

        position: 0 to 1, the case's place among those with the same ending.
        """
        steps = cut(case.story, case.ending)
        target = self._find_target(case)
        waits = self._choose_waits(case, steps, target)
        if case.ending in {"overdue", "nearly_due"} and target:
            minutes = (
                count_minutes(target) * (1 + position) + 45
                if case.ending == "overdue"
                else count_minutes(target) - 60
            )
            case.start = self.now - minutes * MINUTE
        elif case.ending in HOURS_AGO:
            least, most = HOURS_AGO[case.ending]
            ago = least + (most - least) * (position + self.random.random() * 0.1)
            case.start = self.now - ago * HOUR - sum(waits, timedelta())
        else:
            # A late reply needs some days to be late, and then still be written.
            days = 6 if case.ending == "late" else 1
            day = self.now - days * DAY - (28 - days) * DAY * position
            case.start = self._choose_working_hour(day)
        if case.ending == "late" and target:
            waits = self._delay_first_reply(case, steps, waits, target)
        at = case.start
        for step, wait in zip(steps, waits, strict=True):
            at += wait
            case.steps.append((at, step))

    def _find_target(self, case: Case) -> Target | None:
        account = case.contact.account
        if account is None or account.plan_id is None:
            return None
        return self.cast.parts.targets.get((account.plan_id, case.priority.pk))

    def _choose_working_hour(self, day: datetime) -> datetime:
        """Return a likely time for a message on that day, or before its weekend."""
        if day.weekday() > 4 and self.random.random() < 0.7:
            day -= timedelta(days=day.weekday() - 4)
        at = day.replace(
            hour=self.random.choice([9, 10, 11, 12, 12, 13, 13, 14, 15, 16, 17, 18, 20, 22])
        )
        return at + timedelta(seconds=self.random.randrange(3600))

    def _choose_waits(
        self, case: Case, steps: Sequence[Step], target: Target | None
    ) -> list[timedelta]:
        """Return the delay before each step. The first reply meets the SLA target."""
        minutes = count_minutes(target) if target else 1400
        is_urgent = case.priority.rank == 1
        waits, has_reply = [], False
        for step in steps:
            least, most = _get_wait_range(step.kind, is_urgent)
            if not has_reply:
                share = 0.45 if step.kind in {"reply", "solve"} else 0.1
                least, most = 4, max(6, min(share * minutes, 600))
            has_reply = has_reply or step.kind in {"reply", "solve"}
            waits.append(timedelta(seconds=round(self.random.uniform(least, most) * 60)))
        return waits

    def _delay_first_reply(
        self, case: Case, steps: Sequence[Step], waits: list[timedelta], target: Target
    ) -> list[timedelta]:
        """Move the first reply to a time after the SLA target was missed."""
        first = next(index for index, step in enumerate(steps) if step.kind in {"reply", "solve"})
        hours = get_working_hours(target.required_calendar)
        due = add_working_time(hours, case.start, timedelta(minutes=count_minutes(target)))
        too_late = (
            due
            + self.random.uniform(15, 200) * MINUTE
            - case.start
            - sum(waits[:first], timedelta())
        )
        return [*waits[:first], too_late, *waits[first + 1 :]]


def get_audience(contact: Contact) -> str:
    """Return which stories fit a contact: paid, trials or community."""
    status = contact.account.status if contact.account else AccountStatus.COMMUNITY
    return {AccountStatus.CUSTOMER: "paid", AccountStatus.COMMUNITY: "community"}.get(
        AccountStatus(status), "trials"
    )


def _get_wait_range(kind: str, is_urgent: bool) -> tuple[float, float]:
    """Return the minimum and maximum minutes before a step of this kind."""
    if kind in {"customer", "thanks"}:
        return (6, 90) if is_urgent else (25, 1500)
    if kind in {"reply", "solve"}:
        return (8, 60) if is_urgent else (15, 420)
    return 5, 60


def count_minutes(target: Target) -> int:
    """Return the working minutes of a target, roughly for one in business days."""
    return target.amount * (MINUTES_OF_A_DAY if target.unit == "business_days" else 1)
