"""Which ticket begins when, with whom, and how far it got: planned ahead, the same for the same hour.

Nothing is written here. Times are laid so that some tickets are overdue, nearly due, about to be closed for
silence, and so on at the moment of filling.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.models import AccountStatus, Contact, ContactRole
from helpdesk.demo.people import Cast
from helpdesk.demo.stories import Step, Story, cut, fits
from sla.calendar import add_working_time
from sla.models import Target
from sla.services import get_working_hours
from tickets.models import Priority

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# How many tickets of each hundred and twenty end how. Those with hours end that long before now.
ENDS = {
    "solved": 46, "late": 5, "silence": 13, "thanks": 6, "duplicate": 2, "spam": 2, "waiting": 14, "reminded": 4,
    "investigating": 8, "level_two": 5, "engineer": 3, "no_engineer": 1, "answered": 6, "reopened": 3,
    "overdue": 2, "nearly_due": 1, "fresh": 3, "unverified": 1,
}  # fmt: skip
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
WAYS_OF_STRANGERS = ("twitter", "facebook", "chat")
VERSIONS = {
    "rocketchat": ["6.5.2", "6.6.0", "6.10.4", "7.0.1", "7.2.0"],
    "mattermost": ["9.5.12", "9.11.8", "10.2.1", "10.5.2"],
}
USERS = ["40", "85", "120", "260", "400", "750", "1,200", "2,800", "6,500"]
HOSTS = ["chat-prod-01", "srv-chat2", "k8s-collab", "vm-msg-07", "app03.internal"]


@dataclass
class Case:
    """A ticket to be: who asks what in which way, and what happens when."""

    story: Story
    end: str
    subject: str
    contact: Contact
    way: str
    priority: Priority
    start: datetime
    words: dict[str, str]
    steps: list[tuple[datetime, Step]] = field(default_factory=list)
    seed: float = 0.0
    lag: timedelta = timedelta()  # by which steps come later than planned: nobody was on shift


class Planner:
    """Plans the tickets of one desk. Runs inside the desk's scope."""

    def __init__(self, cast: Cast, stories: Sequence[Story], *, now: datetime) -> None:
        self.cast, self.stories, self.now = cast, stories, now
        self.desk = cast.parts.desk
        self.random = random.Random(f"demo of {self.desk.slug}")  # noqa: S311 (must be the same each time)
        self.turn: dict[str, int] = {}

    def plan(self, size: float) -> list[Case]:
        """All cases, in order of their start; ``size`` 1 gives some 120."""
        cases = [
            self._plan_case(end, place / amount)
            for end, whole in ENDS.items()
            for amount in [max(1, round(whole * size))]
            for place in range(amount)
        ]
        return sorted(cases, key=lambda case: case.start)

    def _plan_case(self, end: str, place: float) -> Case:
        story = self._next_story(end)
        contact = self._choose_contact(story, end)
        way = self._choose_way(story, contact, end)
        case = Case(
            story=story,
            end=end,
            subject=self.random.choice(story.subjects),
            contact=contact,
            way=way,
            priority=self._choose_priority(story, way, end),
            start=self.now,
            words=self._choose_words(contact),
            seed=self.random.random(),
        )
        self._lay_times(case, place)
        return case

    def _next_story(self, end: str) -> Story:
        """By turns, so that the same conversation comes up as rarely as can be."""
        fitting = [place for place, story in enumerate(self.stories) if fits(story, end)]
        chosen = min(
            fitting, key=lambda place: (self.turn.get(str(place), 0), self.random.random())
        )
        self.turn[str(chosen)] = self.turn.get(str(chosen), 0) + 1
        return self.stories[chosen]

    def _choose_contact(self, story: Story, end: str) -> Contact:
        if end in {"overdue", "nearly_due", "unverified"}:
            best = next(plan for plan in self.cast.parts.plans.values() if plan.has_success_manager)
            among = [c for c in self.cast.contacts if c.account and c.account.plan_id == best.pk]
        else:
            among = [c for c in self.cast.contacts if audience_of(c) == story.audience]
        return self.random.choice(among)

    def _choose_way(self, story: Story, contact: Contact, end: str) -> str:
        if contact.email.endswith("@social.example"):
            return self.random.choice(WAYS_OF_STRANGERS)
        if end in {"overdue", "nearly_due"}:
            return "phone" if self.desk.hotline else "web"
        way = self.random.choice(story.ways)
        plan = contact.account.plan if contact.account else None
        if way == "phone" and not (plan and plan.allows_hotline):
            way = "web"
        is_named = not self.desk.only_points_of_contact or contact.role != ContactRole.CONTACT
        if way == "web" and contact.account and not is_named:
            return "email"
        return "web" if way == "email" and plan and not plan.allows_mail else way

    def _choose_priority(self, story: Story, way: str, end: str) -> Priority:
        priorities = self.cast.parts.priorities
        if end in {"overdue", "nearly_due"}:
            return priorities[0]
        if way in {"web", "phone", "agent"}:
            return priorities[story.rank - 1]
        return next(priority for priority in priorities if priority.is_mail_default)

    def _choose_words(self, contact: Contact) -> dict[str, str]:
        return {
            "version": self.random.choice(VERSIONS[self.desk.slug]),
            "users": self.random.choice(USERS),
            "host": self.random.choice(HOSTS),
            "company": contact.account.name if contact.account else "private",
        }

    def _lay_times(self, case: Case, place: float) -> None:
        """Either from the start on, or back from the moment at which the ticket's story ends for now."""
        steps = cut(case.story, case.end)
        target = self._target(case)
        waits = self._waits(case, steps, target)
        if case.end in {"overdue", "nearly_due"} and target:
            minutes = (
                target.minutes * (1 + place) + 45 if case.end == "overdue" else target.minutes - 60
            )
            case.start = self.now - minutes * MINUTE
        elif case.end in HOURS_AGO:
            least, most = HOURS_AGO[case.end]
            ago = least + (most - least) * (place + self.random.random() * 0.1)
            case.start = self.now - ago * HOUR - sum(waits, timedelta())
        else:
            case.start = self._office_hour(self.now - DAY - 27 * DAY * place)
        if case.end == "late" and target:
            waits = self._be_late(case, steps, waits, target)
        at = case.start
        for step, wait in zip(steps, waits, strict=True):
            at += wait
            case.steps.append((at, step))

    def _target(self, case: Case) -> Target | None:
        account = case.contact.account
        if account is None or account.plan_id is None:
            return None
        return self.cast.parts.targets.get((account.plan_id, case.priority.pk))

    def _office_hour(self, day: datetime) -> datetime:
        """A time of that day at which people write; rarely on a weekend."""
        if day.weekday() > 4 and self.random.random() < 0.7:
            day -= timedelta(days=day.weekday() - 4)
        at = day.replace(
            hour=self.random.choice([9, 10, 11, 12, 12, 13, 13, 14, 15, 16, 17, 18, 20, 22])
        )
        return at + timedelta(seconds=self.random.randrange(3600))

    def _waits(self, case: Case, steps: Sequence[Step], target: Target | None) -> list[timedelta]:
        """How long each step comes after the one before. The first answer keeps the promise."""
        promised = target.minutes if target else 1400
        is_urgent = case.priority.rank == 1
        waits, is_answered = [], False
        for step in steps:
            least, most = _span(step.kind, is_urgent)
            if not is_answered:
                share = 0.45 if step.kind in {"reply", "solve"} else 0.1
                least, most = 4, max(6, min(share * promised, 600))
            is_answered = is_answered or step.kind in {"reply", "solve"}
            waits.append(timedelta(seconds=round(self.random.uniform(least, most) * 60)))
        return waits

    def _be_late(
        self, case: Case, steps: Sequence[Step], waits: list[timedelta], target: Target
    ) -> list[timedelta]:
        """Let the first answer come after the promised time has passed."""
        first = next(place for place, step in enumerate(steps) if step.kind in {"reply", "solve"})
        due = add_working_time(get_working_hours(target.calendar), case.start, target.amount)
        too_late = (
            due
            + self.random.uniform(15, 200) * MINUTE
            - case.start
            - sum(waits[:first], timedelta())
        )
        return [*waits[:first], too_late, *waits[first + 1 :]]


def audience_of(contact: Contact) -> str:
    """Which stories a contact tells: paid, trials or community."""
    status = contact.account.status if contact.account else AccountStatus.COMMUNITY
    return {AccountStatus.CUSTOMER: "paid", AccountStatus.COMMUNITY: "community"}.get(
        AccountStatus(status), "trials"
    )


def _span(kind: str, is_urgent: bool) -> tuple[float, float]:
    """Least and most minutes before a step of this kind."""
    if kind in {"customer", "thanks"}:
        return (6, 90) if is_urgent else (25, 1500)
    if kind in {"reply", "solve"}:
        return (8, 60) if is_urgent else (15, 420)
    return 5, 60
