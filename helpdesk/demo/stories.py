"""Stories: conversations from the data files, cut where a ticket should be today. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from string import Template
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One step: reply, solve, note, look, customer, escalate, thanks, spam or duplicate."""

    kind: str
    text: str = ""
    file: str = ""  # log or picture


@dataclass(frozen=True, slots=True)
class Story:
    """A conversation that can happen to many customers."""

    subjects: tuple[str, ...]
    rank: int
    channels: tuple[str, ...]
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
    """Build a story from an entry of conversations.toml."""
    return Story(
        subjects=tuple(data["subjects"]),
        rank=data["rank"],
        channels=tuple(data["channels"]),
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


def fits(story: Story, ending: str) -> bool:
    """Return True if a story can be cut to that ending."""
    if story.only or ending in {"unverified", "spam"}:
        return story.only == ending
    if ending in {"level_two", "engineer"}:
        return story.escalates and story.audience == "paid"
    if ending == "no_engineer":
        return story.escalates
    if ending == "reopened":
        return bool(story.again)
    need_target = {"late", "overdue", "nearly_due", "investigating"}
    return ending not in need_target or story.audience == "paid"


def cut(story: Story, ending: str) -> tuple[Step, ...]:
    """Return the steps of a story up to the point that the ending names."""
    if ending in {"solved", "late"}:
        return story.steps
    if ending == "reopened":
        return (*story.steps, Step("customer", story.again))
    if ending in {"silence", "waiting", "reminded"}:
        return _cut_after(story.steps, "reply")
    if ending == "thanks":
        return (*_cut_after(story.steps, "reply"), Step("thanks"))
    if ending == "answered":
        return _cut_after(story.steps, "customer")
    if ending == "investigating":
        return (*_cut_after(story.steps, "customer"), Step("look"))
    if ending == "level_two":
        return _cut_after(story.steps, "escalate")
    if ending in {"engineer", "no_engineer"}:
        return (*_cut_after(story.steps, "escalate"), *LOOK_AND_ESCALATE)
    if ending in {"spam", "duplicate"}:
        return (Step(ending),)
    return ()


def _cut_after(steps: Sequence[Step], kind: str) -> tuple[Step, ...]:
    first = next(index for index, step in enumerate(steps) if step.kind == kind)
    return tuple(steps[: first + 1])


def fill_in(text: str, words: dict[str, str]) -> str:
    """Return a text with its $words filled in."""
    return Template(text).substitute(words)
