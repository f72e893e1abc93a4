"""Mentions in notes: "@Ana Souza" names an agent, "@Paid Support" the members of a department.

They are found when the note is saved and stored by ID, so that a later change of a name changes
nothing. Only agents who can see the ticket can be mentioned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Agent, Department
from tickets.access import can_see_ticket
from tickets.errors import InvalidValueError
from tickets.models import NoteMention, Ticket
from tickets.writes import Write

MAX_MENTIONED = 50  # agents in a note
MAX_SPOTS = 200  # at signs that are looked at; a pasted log may have many
MAX_SUGGESTED = 8
MAX_READ = 500  # agents of whom suggestions are chosen
# Not within an address, a path or a word.
_AT = re.compile(r"(?<![\w@./+-])@(?=[^\W_])")
_FIRST_WORD = re.compile(r"[^\W_][\w'’-]*")

WRITE = """
mentions AS (
  INSERT INTO tickets_notemention (desk_id, note_id, ticket_id, agent_id, name)
  SELECT %(mention_desk)s, %(mention_note)s, %(mention_ticket)s, agent_id, name
  FROM unnest(%(mention_agents)s::bigint[], %(mention_names)s::text[]) AS given(agent_id, name)
), mention_watchers AS (
  INSERT INTO tickets_watcher (desk_id, ticket_id, agent_id, added_at)
  SELECT %(mention_desk)s, %(mention_ticket)s, unnest(%(mention_agents)s::bigint[]),
    %(mention_at)s
  ON CONFLICT DO NOTHING
)
"""


@dataclass(frozen=True, slots=True)
class Mention:
    """An agent whom a text mentions. name: as it stands in the text."""

    agent_id: int
    name: str


def find_mentions(ticket: Ticket, text: str, *, author: Agent) -> list[Mention]:
    """Return the other agents whom a note mentions, each once; no query without an "@".

    Raises InvalidValueError for a person who can't see the ticket, for a first name that several
    agents have, for a department of which nobody can see the ticket, and for too many people.
    """
    spots = [found.end() for found in _AT.finditer(text)][:MAX_SPOTS]
    if not spots:
        return []
    known = _Known(ticket, text, spots)
    found: dict[int, str] = {}
    for spot in spots:
        for mention in known.match(text, spot):
            found.setdefault(mention.agent_id, mention.name)
    found.pop(author.pk, None)
    if len(found) > MAX_MENTIONED:
        raise InvalidValueError(
            "text",
            _("You can mention up to %(most)s people in a note. Mention fewer.")
            % {"most": MAX_MENTIONED},
        )
    return [Mention(agent_id, name) for agent_id, name in found.items()]


class _Known:
    """The agents and departments whose names begin with a word that follows an at sign."""

    def __init__(self, ticket: Ticket, text: str, spots: Iterable[int]) -> None:
        self.ticket = ticket
        begun = {found[0] for spot in spots if (found := _FIRST_WORD.match(text, spot))}
        names = Q()
        for word in begun:
            names |= Q(name__istartswith=word)
        mine = {"desk_id": ticket.desk_id}
        active = Agent.objects.filter(names, is_active=True, **mine)
        self.agents = list(active.with_closed_departments()) if names else []
        self.departments = list(Department.objects.filter(names, **mine)) if names else []

    def match(self, text: str, spot: int) -> list[Mention]:
        """Return whom the text mentions at a place: the longest name that fits, else nobody."""
        named: list[Agent | Department] = [*self.agents, *self.departments]
        fitting = [one for one in named if _is_name_at(one.name, text, spot)]
        if not fitting:
            return self._match_first_name(text, spot)
        longest = max(len(one.name) for one in fitting)
        fitting = [one for one in fitting if len(one.name) == longest]
        agents = [one for one in fitting if isinstance(one, Agent)]
        name = text[spot : spot + longest]
        if agents:
            return self._require_visible(agents, name)
        return self._list_members([one.pk for one in fitting], name)

    def _match_first_name(self, text: str, spot: int) -> list[Mention]:
        word = _FIRST_WORD.match(text, spot)
        name = word[0] if word else ""
        same = [one for one in self.agents if one.name.split(" ")[0].casefold() == name.casefold()]
        if len(same) > 1:
            raise InvalidValueError(
                "text",
                _("@%(name)s could be %(names)s. Use the full name.")
                % {"name": name, "names": ", ".join(sorted(one.name for one in same))},
            )
        return self._require_visible(same, name) if same else []

    def _require_visible(self, agents: Sequence[Agent], name: str) -> list[Mention]:
        """Return agents of the same name who can see the ticket; raise if none of them can."""
        visible = [one for one in agents if _can_see(one, self.ticket)]
        if not visible:
            raise InvalidValueError(
                "text",
                _(
                    "%(name)s can't see this ticket, so you can't mention them here. Remove the @"
                    " before the name, or ask a lead to give them access to the department."
                )
                % {"name": agents[0].name},
            )
        return [Mention(one.pk, name) for one in visible]

    def _list_members(self, department_ids: Sequence[int], name: str) -> list[Mention]:
        members = Agent.objects.filter(
            agentdepartment__department__in=department_ids, is_active=True
        )
        found = members.with_closed_departments().distinct().order_by("pk")[: MAX_MENTIONED + 2]
        visible = [one for one in found if _can_see(one, self.ticket)]
        if not visible:
            raise InvalidValueError(
                "text",
                _(
                    "Nobody in %(department)s can see this ticket, so no one would be notified. "
                    "Mention a person instead."
                )
                % {"department": name},
            )
        return [Mention(one.pk, name) for one in visible]


def _is_name_at(name: str, text: str, spot: int) -> bool:
    """Return True if a whole name stands at this place of a text, in any case."""
    end = spot + len(name)
    if text[spot:end].casefold() != name.casefold():
        return False
    return not re.match(r"\w", text[end : end + 1])


def _can_see(agent: Agent, ticket: Ticket) -> bool:
    return can_see_ticket(agent, department_id=ticket.department_id, assignee_id=ticket.assignee_id)


def write_mentions(
    ticket: Ticket, note_id: int, mentions: Sequence[Mention], *, at: datetime
) -> Write:
    """Return the rows of a note's mentions. Whoever is mentioned watches the ticket from now on."""
    given = {
        "mention_desk": ticket.desk_id,
        "mention_note": note_id,
        "mention_ticket": ticket.pk,
        "mention_agents": [mention.agent_id for mention in mentions],
        "mention_names": [mention.name for mention in mentions],
        "mention_at": at,
    }
    return Write(WRITE, given)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that can follow an "@". members: of a department; None for an agent."""

    name: str
    members: int | None = None


def suggest_mentions(ticket: Ticket, words: str, *, author: Agent) -> list[Suggestion]:
    """Return agents who can see a ticket, and departments, with a word that begins like this.

    At most MAX_SUGGESTED of them, agents first, each by name.
    """
    begins = Q(name__istartswith=words) | Q(name__icontains=f" {words}")
    mine = {"desk_id": ticket.desk_id}
    others = Agent.objects.filter(begins, is_active=True, **mine).exclude(pk=author.pk)
    some = others.with_closed_departments().order_by("name")[:MAX_READ]
    agents = (one for one in some if _can_see(one, ticket))
    found = [Suggestion(name) for name in sorted({one.name for one in agents})][:MAX_SUGGESTED]
    if len(found) < MAX_SUGGESTED:
        found += _suggest_departments(begins, mine)
    return found[:MAX_SUGGESTED]


def _suggest_departments(begins: Q, mine: dict[str, int]) -> list[Suggestion]:
    departments = Department.objects.filter(begins, **mine).order_by("position", "name")
    rows = departments.prefetch_related("agents")[:MAX_SUGGESTED]
    counted = [(one.name, sum(agent.is_active for agent in one.agents.all())) for one in rows]
    return [Suggestion(name, members) for name, members in counted if members]


def list_newest_mentions(agent: Agent) -> QuerySet[NoteMention]:
    """Return the mentions of an agent, the newest first, whether they see the tickets or not."""
    return NoteMention.objects.filter(agent=agent).order_by("-pk")
