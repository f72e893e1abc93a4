"""Groupings of ticket lists: what they group by, as conditions and as an order of groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from helpdesk.agent.lists.filters import WITH_CLOSED
from helpdesk.shared.cursors import BY_DEADLINE, LAST_CHANGE, Order
from tickets.conditions.properties import get_property
from tickets.conditions.values import match
from tickets.models import Grouping, QueueRow, State

if TYPE_CHECKING:
    from helpdesk.agent.lists.queue_queries import Row

NO_GROUP = 0  # the key of tickets without an assignee or an account; they come last
_STATES = tuple(State.values)
_STATE_KEY = "array_position(ARRAY[{states}]::text[], t.status)".format(
    states=", ".join(f"'{state}'" for state in _STATES)
)


@dataclass(frozen=True, slots=True)
class GroupKind:
    """A way to group tickets. Each group has a number as its key.

    name: the property of tickets.conditions with the same values. key_sql: a ticket's key; the
    ticket is ``t``. column: the one that holds the key. table, sorted_by: where the groups are
    listed, and their order; "" if the keys are in order. has_rest: a ticket can be in none of them.
    is_nullable: the column is then NULL.
    """

    name: str
    key_sql: str
    column: str
    table: str = ""
    sorted_by: str = ""
    has_rest: bool = True
    is_nullable: bool = False

    def get_index_order(self, *, has_closed: bool) -> Order:
        """Return the order in which an index has each group's tickets, among open or all ones."""
        return BY_DEADLINE if self.table and not has_closed else LAST_CHANGE

    def has_key(self, key: int) -> bool:
        """Return True if a group can have this key."""
        return bool(self.table) or 0 < key <= len(_STATES)

    def get_key(self, row: Row | QueueRow) -> int:
        """Return the key of a row's group."""
        if not self.table:
            return _STATES.index(row.status) + 1
        return int(getattr(row, self.column) or NO_GROUP)

    def list_rows(
        self, tickets: QuerySet[QueueRow], key: int, *, has_closed: bool
    ) -> QuerySet[QueueRow]:
        """Return a group's tickets in the order of its index, so that no other way is taken."""
        rows = tickets.filter(self.build_condition([key]))
        if key == NO_GROUP and self.is_nullable:  # an index has no order for NULL
            return rows.order_by()
        return self.get_index_order(has_closed=has_closed).sort(rows)

    def build_condition(self, keys: Sequence[int]) -> Q:
        """Return the condition that a ticket is in any of these groups."""
        if not self.table:
            return self._match_states([get_state(key) for key in keys])
        named = [key for key in keys if key != NO_GROUP or not self.is_nullable]
        found = match(self.column, named) if named else Q()
        if len(named) < len(keys):
            found |= Q((f"{self.column}__isnull", True))
        return found

    def _match_states(self, states: Sequence[str]) -> Q:
        """Match states along with is_open, which their indexes have as a condition."""
        found = Q()
        for state in states:
            found |= Q(status=state, is_open=state != State.CLOSED)
        return found


def get_state(key: int) -> str:
    """Return the state whose tickets are in a group."""
    return _STATES[key - 1]


KINDS = {
    Grouping.STATE.value: GroupKind("status", _STATE_KEY, "status"),
    Grouping.PRIORITY.value: GroupKind(
        "priority", "t.priority_id", "priority_id", "tickets_priority", "rank", has_rest=False
    ),
    Grouping.ASSIGNEE.value: GroupKind(
        "assignee", "t.assignee_id", "assignee_id", "accounts_agent", "name"
    ),
    Grouping.ACCOUNT.value: GroupKind(
        "account",
        f"coalesce(t.account_id, {NO_GROUP})",
        "account_id",
        "accounts_account",
        "name",
        is_nullable=True,
    ),
}


def list_state_keys(*, has_closed: bool) -> list[int]:
    """Return the keys of the states that tickets of a list can have."""
    return [
        key for key, state in enumerate(_STATES, start=1) if has_closed or state != State.CLOSED
    ]


def list_groupings(view: str) -> list[str]:
    """Return what a view can be grouped by: each group must have an index to be found by."""
    found = [Grouping.NONE.value]
    for name, kind in KINDS.items():
        known = get_property(kind.name)
        if known.is_indexed if view in WITH_CLOSED else known.is_in_index:
            found.append(name)
    return found
