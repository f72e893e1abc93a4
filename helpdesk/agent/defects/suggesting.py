"""Defects that an agent can choose: suggested for a ticket, or found by key and words."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from accounts.models import Agent
from helpdesk.agent.defects.components import SuggestionCard
from helpdesk.agent.defects.ranks import describe_stage
from helpdesk.shared.urls import get_url
from tickets.defects.access import find_key, list_defects_for_agent
from tickets.defects.search.documents import list_in_order, search_defects
from tickets.defects.search.suggestions import Suggestion, list_terms
from tickets.models import OPEN_STAGES, Defect, StageSetting
from tickets.search.snippets import Segment

MAX_FOUND = 20
MAX_WORDS = 8  # shown of a suggestion
Settings = Mapping[str, StageSetting]


def find_by_words(agent: Agent, words: str, *, is_any: bool = False) -> list[Defect]:
    """Return the defects with this key, or with all of these words; open ones first.

    is_any: one of the telling words is enough.
    """
    defects = list_defects_for_agent(agent)
    number = find_key(words, agent.desk)
    if number is not None:
        return list(defects.filter(number=number))
    if is_any:
        words = " or ".join(list_terms([words]))
    ids = search_defects(agent, words, limit=MAX_FOUND)
    return list_in_order(ids, list(defects.filter(pk__in=ids)))


def list_by_rank(agent: Agent, *, without: Collection[int]) -> list[Defect]:
    """Return the open defects of the highest rank. without: ids of those to leave out."""
    queue = list_defects_for_agent(agent).filter(stage__in=OPEN_STAGES).exclude(pk__in=without)
    return list(queue.order_by("-rank", "id")[:MAX_FOUND])


def describe_suggestion(suggestion: Suggestion, settings: Settings) -> SuggestionCard:
    """Return a suggested defect with the words that it shares with the ticket."""
    words = ", ".join(suggestion.words[:MAX_WORDS])
    return _build_card(
        suggestion.defect,
        settings,
        title=suggestion.title,
        text=suggestion.text,
        words=_("Words in common: %(words)s") % {"words": words},
        heading=_("Open defects with the same words"),
    )


def describe_found(
    defect: Defect, settings: Settings, *, linked: Collection[int] = (), heading: str = ""
) -> SuggestionCard:
    """Return a defect that a search found. linked: ids of those that the ticket has already."""
    return _build_card(
        defect,
        settings,
        title=(Segment(defect.title),),
        heading=heading,
        is_linked=defect.pk in linked,
    )


def _build_card(
    defect: Defect,
    settings: Settings,
    *,
    title: tuple[Segment, ...],
    text: tuple[Segment, ...] = (),
    words: str = "",
    heading: str = "",
    is_linked: bool = False,
) -> SuggestionCard:
    details = (defect.get_severity_display(), defect.product.name if defect.product else "")
    return SuggestionCard(
        defect_id=defect.pk,
        url=get_url("agent:defect", defect.number),
        key=defect.key,
        title=title,
        text=text,
        words=words,
        stage=describe_stage(defect.stage, settings.get(defect.stage)),
        detail=" · ".join(filter(None, details)),
        is_linked=is_linked,
        heading=heading,
    )
