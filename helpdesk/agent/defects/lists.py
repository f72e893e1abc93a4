"""The R&D queue: its views, filters, order and rows (M19)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import ngettext

from accounts.models import Agent, Desk, Product
from helpdesk.agent.defects.components import DefectRow
from helpdesk.agent.defects.ranks import SEVERITY_TONES, describe_rank, describe_stage
from helpdesk.shared.cursors import Cursor, Order
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_elapsed, format_title, to_iso
from tickets.defects.access import find_key, list_defects_for_agent
from tickets.defects.search.documents import search_defects
from tickets.models import IN_QUEUE, OPEN_STAGES, Defect, Severity, Stage, StageSetting

PAGE_SIZE = 50
# By rank, the first of equals before; and what has ended by its last change.
BY_RANK = Order(("rank", "id"))
BY_TIME = Order(("updated_at", "id"), is_descending=True)
VIEWS = ("", "mine", "ended")
NOBODY = "nobody"  # as the owner: only defects without one


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters of a list of defects; "" and None leave a filter out."""

    view: str = ""
    stage: str = ""
    severity: str = ""
    product_id: int | None = None
    owner_id: int | None = None
    is_unowned: bool = False
    words: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Filters:
        """Return the filters of a URL. Values that don't exist are left out."""
        view, stage = query.get("view", ""), query.get("stage", "")
        severity = query.get("severity", "")
        return cls(
            view=view if view in VIEWS else "",
            stage=stage if stage in Stage.values else "",
            severity=severity if severity in Severity.values else "",
            product_id=parse_number(query.get("product", "")),
            owner_id=parse_number(query.get("owner", "")),
            is_unowned=query.get("owner") == NOBODY,
            words=query.get("q", "").strip(),
        )

    @property
    def parameters(self) -> dict[str, str]:
        """The filters as parameters of a URL."""
        values = {
            "view": self.view,
            "stage": self.stage,
            "severity": self.severity,
            "product": self.product_id,
            "owner": NOBODY if self.is_unowned else self.owner_id,
            "q": self.words,
        }
        return {name: str(value) for name, value in values.items() if value}

    @property
    def is_of_ended(self) -> bool:
        """True if the list is of defects that engineering is done with."""
        return self.view == "ended" or (bool(self.stage) and self.stage not in OPEN_STAGES)

    @property
    def order(self) -> Order:
        return BY_TIME if self.is_of_ended else BY_RANK


class DefectPage(NamedTuple):
    """A page of defects, with the cursors before and after it, or None at an end."""

    defects: list[Defect]
    newer: Cursor | None
    older: Cursor | None


def select_defects(agent: Agent, filters: Filters) -> QuerySet[Defect]:
    """Return the defects of a filtered list, which the agent sees all of."""
    defects = list_defects_for_agent(agent)
    if filters.is_of_ended:
        defects = defects.exclude(stage__in=OPEN_STAGES)
    else:
        defects = defects.filter(IN_QUEUE)
    if filters.view == "mine":
        defects = defects.filter(owner=agent)
    if filters.stage:
        defects = defects.filter(stage=filters.stage)
    if filters.severity:
        defects = defects.filter(severity=filters.severity)
    if filters.product_id:
        defects = defects.filter(product=filters.product_id)
    if filters.owner_id:
        defects = defects.filter(owner=filters.owner_id)
    if filters.is_unowned:
        defects = defects.filter(owner__isnull=True)
    return _search(defects, agent, filters.words) if filters.words else defects


def _search(defects: QuerySet[Defect], agent: Agent, words: str) -> QuerySet[Defect]:
    number = find_key(words, agent.desk)
    if number is not None:
        return defects.filter(number=number)
    return defects.filter(pk__in=search_defects(agent, words))


def read_page(
    defects: QuerySet[Defect],
    order: Order,
    *,
    older_than: Cursor | None = None,
    newer_than: Cursor | None = None,
) -> DefectPage:
    """Read up to PAGE_SIZE defects after or before a cursor, in one statement without an offset."""
    backwards, start = newer_than is not None, newer_than or older_than
    if start is not None:
        defects = defects.filter(_is_beyond(order, start, backwards=backwards))
    found = list(defects.order_by(*_sort(order, backwards=backwards))[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE][::-1] if backwards else found[:PAGE_SIZE]
    has_more = len(found) > PAGE_SIZE
    if not shown:
        return DefectPage([], None, None)
    first, last = (_get_cursor(defect, order) for defect in (shown[0], shown[-1]))
    if backwards:
        return DefectPage(shown, first if has_more else None, last)
    return DefectPage(shown, first if start else None, last if has_more else None)


def _sort(order: Order, *, backwards: bool) -> list[str]:
    # The highest rank first, and of equals the oldest; as the index defect_queue has them.
    forward = ["-rank", "id"] if order == BY_RANK else ["-updated_at", "-id"]
    if not backwards:
        return forward
    return [name.removeprefix("-") if name.startswith("-") else f"-{name}" for name in forward]


def _is_beyond(order: Order, cursor: Cursor, *, backwards: bool) -> Q:
    first, last = cursor.values
    name = order.fields[0]
    less, more = ("gt", "lt") if backwards else ("lt", "gt")
    if order == BY_TIME:
        more = less
    after = Q(**{f"{name}__{less}": first}) | Q(**{name: first, f"id__{more}": last})
    return Q(**{f"{name}__{less}e": first}) & after  # the first part bounds the index


def _get_cursor(defect: Defect, order: Order) -> Cursor:
    return Cursor(tuple(getattr(defect, name) for name in order.fields))


def build_rows(
    defects: Sequence[Defect], settings: Mapping[str, StageSetting], *, now: datetime
) -> list[DefectRow]:
    """Return defects as rows. They come with desk, product and owner."""
    return [_build_row(defect, settings, now) for defect in defects]


def _build_row(defect: Defect, settings: Mapping[str, StageSetting], now: datetime) -> DefectRow:
    return DefectRow(
        url=get_url("agent:defect", defect.number),
        key=defect.key,
        title=defect.title,
        severity=defect.get_severity_display(),
        severity_tone=SEVERITY_TONES.get(Severity(defect.severity), ""),
        stage=describe_stage(defect.stage, settings.get(defect.stage)),
        product=defect.product.name if defect.product else "",
        owner=defect.owner.name if defect.owner else "",
        rank=describe_rank(defect, now=now),
        waiting=_count_waiting(defect),
        since_iso=to_iso(defect.stage_since),
        since_text=format_elapsed(defect.stage_since, now=now),
        since_title=format_title(defect.stage_since),
    )


def _count_waiting(defect: Defect) -> str:
    """Return how many tickets wait for the release of another product line, or ""."""
    waiting = defect.tickets_waiting
    if not waiting:
        return ""
    tickets = ngettext(
        "%(count)s ticket waits for another release",
        "%(count)s tickets wait for another release",
        waiting,
    )
    return tickets % {"count": waiting}


def list_choices(desk: Desk) -> tuple[list[Product], list[Agent]]:
    """Return the products of a desk, and its agents who own defects. Two queries."""
    owners = Agent.objects.filter(desk=desk, pk__in=Defect.objects.values("owner"))
    return list(Product.objects.filter(desk=desk)), list(owners.order_by("name"))
