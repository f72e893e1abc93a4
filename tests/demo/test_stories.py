"""Stories of the demo: what fits an ending, where it is cut, and the data files themselves."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from string import Template

import pytest
from PIL import Image

from helpdesk.demo.attachments import create_attachment
from helpdesk.demo.planning import ENDINGS
from helpdesk.demo.source import SLUGS, read_data
from helpdesk.demo.steps import ACTIONS
from helpdesk.demo.stories import Step, Story, cut, fill_in, fits, read_story
from tickets.models import Channel

WORDS = {"version": "1", "users": "40", "host": "h", "company": "c", "team": "t"}
STEPS = (Step("look"), Step("reply"), Step("customer"), Step("escalate"), Step("solve"))
STORY = Story(
    subjects=("Down",), rank=1, channels=("email",), text="Help", steps=STEPS, again="Down again"
)


def list_stories() -> list[tuple[str, Story]]:
    return [
        (slug, read_story(data))
        for slug in SLUGS
        for data in read_data(slug, "conversations")["story"]
    ]


STORIES = list_stories()


@pytest.mark.parametrize(
    ("ending", "kinds"),
    [
        ("fresh", []),
        ("overdue", []),
        ("waiting", ["look", "reply"]),
        ("thanks", ["look", "reply", "thanks"]),
        ("answered", ["look", "reply", "customer"]),
        ("investigating", ["look", "reply", "customer", "look"]),
        ("level_two", ["look", "reply", "customer", "escalate"]),
        ("engineer", ["look", "reply", "customer", "escalate", "look", "escalate"]),
        ("solved", ["look", "reply", "customer", "escalate", "solve"]),
        ("reopened", ["look", "reply", "customer", "escalate", "solve", "customer"]),
        ("spam", ["spam"]),
        ("duplicate", ["duplicate"]),
    ],
)
def test_a_story_is_cut_at_its_ending(ending: str, kinds: list[str]) -> None:
    assert [step.kind for step in cut(STORY, ending)] == kinds


def test_a_reopened_story_ends_with_the_customers_new_message() -> None:
    assert cut(STORY, "reopened")[-1].text == "Down again"


@pytest.mark.parametrize(
    ("changes", "ending", "expected"),
    [
        ({}, "solved", True),
        ({}, "reopened", True),
        ({"again": ""}, "reopened", False),
        ({}, "level_two", True),
        ({"audience": "community"}, "level_two", False),
        ({"audience": "community"}, "no_engineer", True),
        ({"steps": STEPS[:2]}, "no_engineer", False),
        ({"audience": "community"}, "overdue", False),
        ({"audience": "trials"}, "waiting", True),
        ({"only": "spam"}, "spam", True),
        ({"only": "spam"}, "solved", False),
        ({}, "unverified", False),
    ],
)
def test_only_fitting_stories_get_an_ending(
    changes: dict[str, object], ending: str, expected: bool
) -> None:
    values = {name: getattr(STORY, name) for name in Story.__slots__}
    assert fits(Story(**values | changes), ending) is expected


@pytest.mark.parametrize("slug", SLUGS)
def test_every_ending_has_a_story(slug: str) -> None:
    stories = [story for owner, story in STORIES if owner == slug]
    assert [ending for ending in ENDINGS if not any(fits(s, ending) for s in stories)] == []


@pytest.mark.parametrize(("slug", "story"), STORIES, ids=[s.subjects[0] for _, s in STORIES])
def test_a_story_of_the_data_files_is_valid(slug: str, story: Story) -> None:
    priorities = len(read_data(slug, "desk")["priority"])
    assert 1 <= story.rank <= priorities
    assert set(story.channels) <= set(Channel.values)
    assert {step.kind for step in story.steps} <= ACTIONS.keys()
    assert {step.file for step in story.steps} | {*story.files} <= {"", "log", "packet", "picture"}
    for text in [story.text, story.again, *(step.text for step in story.steps)]:
        assert fill_in(text, WORDS) == Template(text).substitute(WORDS)


def test_an_unknown_word_in_a_text_is_an_error() -> None:
    with pytest.raises(KeyError, match="planet"):
        fill_in("Hello $planet", WORDS)


def test_attachments_show_the_subject() -> None:
    at = datetime(2026, 11, 18, 13, tzinfo=UTC)
    log = create_attachment("log", subject="Server down", at=at)
    assert (log.name, log.content_type) == ("server.log", "text/plain")
    lines = log.content.decode().splitlines()
    assert any(line.endswith("ERROR Server down") for line in lines)
    assert lines[0].startswith("2026-11-18T12:51:00")
    picture = create_attachment("picture", subject="Server down", at=at)
    assert Image.open(io.BytesIO(picture.content)).size == (760, 420)
