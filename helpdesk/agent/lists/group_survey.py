"""Which groups a page of a grouped list needs, found with a bounded number of rows (P2).

A list of up to MAX_COUNTED tickets is counted by group, which tells all. In a longer one, groups
are looked up in their order until they have enough tickets for the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from helpdesk.agent.lists.groupings import NO_GROUP, GroupKind, list_state_keys
from helpdesk.agent.statements import Query
from helpdesk.shared.cursors import Cursor
from tickets.models import QueueRow

MAX_GROUPS = 1000  # of a longer list that are looked up per page


class Group(NamedTuple):
    """A group and the number of its tickets, up to a limit."""

    key: int
    amount: int


class _Found(NamedTuple):
    key: int
    amount: int
    place: str | int | None  # in the order of groups


@dataclass(frozen=True, slots=True)
class Survey:
    """The groups of a list from a place on, nearest first.

    counts: of all groups, if the list isn't too long to count. cut: the place to continue from
    where no more groups were looked up.
    """

    groups: list[Group]
    counts: dict[int, int] | None = None
    cut: Cursor | None = None

    def pick(self, start: Cursor | None, size: int) -> list[int]:
        """Return the groups that have a page's rows. A part of the first may be before it."""
        keys: list[int] = []
        amount = 0
        for group in self.groups:
            keys.append(group.key)
            amount += 0 if is_within(start, group.key) else group.amount
            if amount > size:
                break
        return keys


def get_group(place: Cursor) -> int:
    """Return the key of the group that a place is in or before."""
    return cast(int, place.values[0])


def is_within(place: Cursor | None, key: int) -> bool:
    """Return True if a place is between rows of this group, and not just before it."""
    return place is not None and len(place.values) > 1 and place.values[0] == key


@dataclass(frozen=True, slots=True)
class Surveyor:
    """Finds the groups of a list's tickets. has_closed: some of these may be closed."""

    tickets: QuerySet[QueueRow]
    kind: GroupKind
    desk_id: int
    max_counted: int
    has_closed: bool

    def survey(self, start: Cursor | None, *, backwards: bool, size: int) -> Survey:
        """Return the groups from a place on, with enough tickets for ``size`` + 1 rows."""
        key = get_group(start) if start else None
        found = self._count_all(key)
        place = next((each.place for each in found if each.key == key), None)
        if sum(each.amount for each in found) <= self.max_counted:
            groups = [Group(each.key, each.amount) for each in found]
            left = _cut_before(groups, start, backwards=backwards)
            return Survey(left, {group.key: group.amount for group in groups})
        if not self.kind.table:
            every = self.count_each(list_state_keys(has_closed=self.has_closed), size + 1)
            return Survey(_cut_before(every, start, backwards=backwards))
        return self._look_up(start, place, backwards=backwards, size=size)

    def count_each(self, keys: Sequence[int], limit: int) -> list[Group]:
        """Count the tickets of groups, each up to a limit."""
        parts: list[str] = []
        params: list[Any] = []
        for key in keys:
            rows = self.kind.list_rows(self.tickets, key, has_closed=self.has_closed)
            text, given = rows.values("pk")[:limit].query.sql_with_params()
            parts.append(f"SELECT {int(key)} AS key, (SELECT count(*) FROM ({text}) t) AS amount")  # noqa: S608 (of the ORM)
            params += given
        if not parts:
            return []
        return Query(" UNION ALL ".join(parts), params, Group, is_constant=False).fetch()

    def _count_all(self, start: int | None) -> list[_Found]:
        """Count the first tickets by group, in the order of groups, with the group to start in."""
        rows = self.tickets.order_by().values(self.kind.column)[: self.max_counted + 1]
        text, params = rows.query.sql_with_params()
        table, sorted_by = self.kind.table, self.kind.sorted_by
        place = f"named.{sorted_by}" if table else "found.key"
        names = f"LEFT JOIN {table} named ON named.desk_id = %s AND named.id = found.key"
        sql = f"""
            SELECT found.key, sum(found.amount)::bigint AS amount, {place} AS place
            FROM (
              SELECT {self.kind.key_sql} AS key, count(*) AS amount FROM ({text}) t GROUP BY 1
              UNION ALL SELECT %s::bigint, 0) found
            {names if table else ""}
            WHERE found.key IS NOT NULL
            GROUP BY found.key, {place}
            ORDER BY found.key = {NO_GROUP}, {place}, found.key
            """  # noqa: S608 (constants and the ORM)
        given = [*params, start, *([self.desk_id] if table else [])]
        return Query(sql, given, _Found, is_constant=False).fetch()

    def _look_up(
        self, start: Cursor | None, place: str | int | None, *, backwards: bool, size: int
    ) -> Survey:
        """Look up groups in their order, or in its reverse, until the page is full.

        Tickets without a group come last.
        """
        rest = [Group(NO_GROUP, size + 1)] if self.kind.has_rest else []
        if start and get_group(start) == NO_GROUP and not backwards:
            return Survey(rest)
        named = self._list_named(start, place, backwards=backwards)
        groups = self._look_up_named(*named, backwards=backwards, size=size)
        is_full = _count_after(start, groups) > size
        cut = None if is_full else self._find_cut(*named, backwards=backwards)
        if backwards:
            return Survey([*(rest if is_within(start, NO_GROUP) else []), *groups], cut=cut)
        return Survey([*groups, *([] if is_full or cut else rest)], cut=cut)

    def _look_up_named(
        self, named: str, given: list[Any], *, backwards: bool, size: int
    ) -> list[Group]:
        """Count tickets of named groups, of each up to ``size`` + 1, until there are enough."""
        direction = "DESC" if backwards else "ASC"
        own_group = Q((self.kind.column, RawSQL("named.id", ())))
        order = self.kind.get_index_order(has_closed=self.has_closed)
        rows = order.sort(self.tickets.filter(own_group)).values("pk")[: size + 1]
        text, params = rows.query.sql_with_params()
        sql = f"""
            SELECT named.id AS key, 1 AS amount
            FROM ({named} LIMIT {MAX_GROUPS}) named CROSS JOIN LATERAL ({text}) t
            ORDER BY named.place {direction}, named.id {direction}
            LIMIT {2 * (size + 1)}
            """  # noqa: S608 (constants and the ORM)
        amounts: dict[int, int] = {}
        for each in Query(sql, [*given, *params], Group, is_constant=False).fetch():
            amounts[each.key] = amounts.get(each.key, 0) + 1
        return [Group(*each) for each in amounts.items()]

    def _list_named(
        self, start: Cursor | None, place: str | int | None, *, backwards: bool
    ) -> tuple[str, list[Any]]:
        """Return the statement of the groups from a place on, nearest first."""
        direction, sorted_by = "DESC" if backwards else "ASC", self.kind.sorted_by
        given: list[Any] = [self.desk_id]
        beyond = ""
        if start is not None and start.values[0] != NO_GROUP:
            sign = "<" if backwards else ">"
            equal = "=" if not backwards or len(start.values) > 1 else ""
            beyond = f"AND ({sorted_by}, id) {sign}{equal} (%s, %s)"
            given += [place, start.values[0]]
        sql = f"""
            SELECT id, {sorted_by} AS place FROM {self.kind.table} WHERE desk_id = %s {beyond}
            ORDER BY {sorted_by} {direction}, id {direction}
            """  # noqa: S608 (constants)
        return sql, given

    def _find_cut(self, named: str, given: list[Any], *, backwards: bool) -> Cursor | None:
        """Return the place where the looking up ended, or None if it was after the last group."""
        sql = f"SELECT id AS key, 0 AS amount FROM ({named} LIMIT 2 OFFSET {MAX_GROUPS - 1}) named"  # noqa: S608
        around = Query(sql, given, Group, is_constant=False).fetch()
        return Cursor((around[0 if backwards else 1].key,)) if len(around) == 2 else None


def _count_after(start: Cursor | None, groups: list[Group]) -> int:
    """Count tickets of groups, without the one that a page may start within."""
    return sum(group.amount for group in groups if not is_within(start, group.key))


def _cut_before(groups: list[Group], start: Cursor | None, *, backwards: bool) -> list[Group]:
    """Return the groups from a place on, nearest first."""
    ordered = groups[::-1] if backwards else groups
    if start is None:
        return ordered
    keys = [group.key for group in ordered]
    at = keys.index(key) if (key := get_group(start)) in keys else 0
    is_whole = backwards and not is_within(start, key)
    return ordered[at + 1 :] if is_whole else ordered[at:]
