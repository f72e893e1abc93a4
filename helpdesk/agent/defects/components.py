"""Typed contexts of the pages about defects (templates/agent/defects)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from helpdesk.agent.components.lists import Deadline
from helpdesk.shared.components import Component
from tickets.search.snippets import Segment

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RankCard(Component):
    """The reasons for a defect's rank. counts: of what it affects. formula: the factors in words.

    value: the rank, "" until it is computed. plans: accounts by plan, such as "Premium: 2".
    due: the earliest deadline of its tickets; deadline: the same as a sentence, "" for none.
    """

    value: str
    is_major: bool
    major_text: str
    counts: tuple[str, ...]
    plans: tuple[str, ...]
    formula: str
    due: Deadline
    deadline: str


@dataclass(frozen=True, slots=True)
class StageBadge(Component):
    """A stage by the desk's name, with the tone of its color."""

    name: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectRow(Component):
    """A defect in the R&D queue. waiting: who waits for the release of another line, or ""."""

    url: str
    key: str
    title: str
    severity: str
    severity_tone: str
    stage: StageBadge
    product: str
    owner: str
    rank: RankCard
    waiting: str
    since_iso: str
    since_text: str
    since_title: str


@dataclass(frozen=True, slots=True)
class DefectLinkCard(Component):
    """A defect of a ticket, in the ticket's panel. unlink_url: "" if the agent can't change it."""

    url: str
    key: str
    title: str
    stage: StageBadge
    unlink_url: str = ""


@dataclass(frozen=True, slots=True)
class TicketDefects(Component):
    """The defects of a ticket. report_url, link_url: "" if the agent can't change the ticket."""

    cards: tuple[DefectLinkCard, ...]
    report_url: str = ""
    link_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectHeader(Component):
    """A defect's page: title and where it stands. original_url: of what it is a duplicate of."""

    key: str
    title: str
    stage: StageBadge
    since: str
    since_title: str
    severity: str
    severity_tone: str
    is_published: bool
    original_key: str = ""
    original_url: str = ""


@dataclass(frozen=True, slots=True)
class DefectAction(Component):
    """A link to a form about a defect. keys: a shortcut."""

    url: str
    label: str
    icon: str
    keys: str = ""


@dataclass(frozen=True, slots=True)
class TicketLine(Component):
    """A ticket that the defect causes."""

    url: str
    number: str
    subject: str
    account: str
    status: str
    status_word: str
    assignee: str
    linked: str


@dataclass(frozen=True, slots=True)
class PlanAccounts(Component):
    """The accounts of one plan: (URL, name, number of tickets)."""

    plan: str
    accounts: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Entry(Component):
    """An event of a defect. sentence: may hold a link. note: a note's text with links, or ""."""

    icon: str
    tone: str
    sentence: str
    note: SafeString
    at_iso: str
    at_text: str
    at_title: str


@dataclass(frozen=True, slots=True)
class ReleaseLine(Component):
    """A version with the fix."""

    version: str
    line: str
    url: str
    when: str


@dataclass(frozen=True, slots=True)
class FollowerLine(Component):
    """A follower of a defect. is_removable: the reader may remove them."""

    agent_id: int
    name: str
    role: str
    is_removable: bool


@dataclass(frozen=True, slots=True)
class SuggestionCard(Component):
    """A defect that a ticket can be linked to. words: that both have.

    heading: of the group it is in, "" for none. Cards of a group are next to each other.
    """

    defect_id: int
    url: str
    key: str
    title: tuple[Segment, ...]
    text: tuple[Segment, ...]
    words: str
    stage: StageBadge
    detail: str
    is_linked: bool = False
    heading: str = ""


@dataclass(frozen=True, slots=True)
class KnownIssueCard(Component):
    """A known issue as customers of one language read it. code: of the language."""

    language: str
    code: str
    title: str
    text: str
    workaround: str


@dataclass(frozen=True, slots=True)
class TextCard(Component):
    """A text for customers in one language, and for how many."""

    language: str
    text: str
    audience: str
