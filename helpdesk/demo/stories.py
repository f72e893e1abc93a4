"""What is said in the demo: stories read from the data files, cut short where a ticket is to stand today. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from string import Template
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens: reply, solve, note, look, customer, escalate, thanks, spam, duplicate."""

    kind: str
    text: str = ""
    file: str = ""  # log or picture


@dataclass(frozen=True, slots=True)
class Story:
    """One conversation that can happen to many customers."""

    subjects: tuple[str, ...]
    rank: int
    ways: tuple[str, ...]
    text: str
    steps: tuple[Step, ...]
    files: tuple[str, ...] = ()
    again: str = ""
    audience: str = "paid"
    only: str = ""
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def escalates(self) -> bool:
        return any(step.kind == "escalate" for step in self.steps)


ANSWERS = {"category": "category", "device": "mobile_device"}
LOOK_AND_ESCALATE = (
    Step("look"),
    Step("escalate", "Confirmed as a defect of the product; it needs a change in the code."),
)


def read_story(data: dict[str, Any]) -> Story:
    return Story(
        subjects=tuple(data["subjects"]),
        rank=data["rank"],
        ways=tuple(data["ways"]),
        text=data["text"].strip(),
        steps=tuple(_read_step(*step) for step in data["steps"]),
        files=tuple(data.get("files", [])),
        again=data.get("again", ""),
        audience=data.get("audience", "paid"),
        only=data.get("only", ""),
        answers={key: data[name] for name, key in ANSWERS.items() if name in data},
    )


def _read_step(kind: str, text: str) -> Step:
    kind, _, file = kind.partition("+")
    return Step(kind, text, file)


def fits(story: Story, end: str) -> bool:
    """Whether a story can be cut to that end."""
    if story.only or end in {"unverified", "spam"}:
        return story.only == end
    if end in {"level_two", "engineer"}:
        return story.escalates and story.audience == "paid"
    if end == "no_engineer":
        return story.escalates
    if end == "reopened":
        return bool(story.again)
    return end not in {"overdue", "nearly_due", "investigating"} or story.audience == "paid"


def cut(story: Story, end: str) -> tuple[Step, ...]:
    """The steps of a story up to the point that an end names."""
    if end in {"solved", "late"}:
        return story.steps
    if end == "reopened":
        return (*story.steps, Step("customer", story.again))
    if end in {"silence", "waiting", "reminded"}:
        return _until(story.steps, "reply")
    if end == "thanks":
        return (*_until(story.steps, "reply"), Step("thanks"))
    if end == "answered":
        return _until(story.steps, "customer")
    if end == "investigating":
        return (*_until(story.steps, "customer"), Step("look"))
    if end == "level_two":
        return _until(story.steps, "escalate")
    if end in {"engineer", "no_engineer"}:
        return (*_until(story.steps, "escalate"), *LOOK_AND_ESCALATE)
    if end in {"spam", "duplicate"}:
        return (Step(end),)
    return ()


def _until(steps: Sequence[Step], kind: str) -> tuple[Step, ...]:
    first = next(place for place, step in enumerate(steps) if step.kind == kind)
    return tuple(steps[: first + 1])


def fill_in(text: str, words: dict[str, str]) -> str:
    """A text with its $words filled in."""
    return Template(text).substitute(words)
