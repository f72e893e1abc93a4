"""The figures to reach, and the report that judges what was measured against them.

A bar must hold; the aim is where the product wants to stand. B is a bare Django view that loads
session and user, measured in the same run.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """One figure with its bar and aim. is_floor: at least so much, instead of at most."""

    text: str
    unit: str
    bar: float
    aim: float
    is_floor: bool = False

    def judge(self, value: float) -> str:
        """Return "aim met", "bar met" or "BAR MISSED"."""
        sign = -1 if self.is_floor else 1
        if sign * value <= sign * self.aim:
            return "aim met"
        return "bar met" if sign * value <= sign * self.bar else "BAR MISSED"


GOALS = {
    "queue": Goal("queue page with 50 rows, whole page", "B", 5, 3.5),
    "queue.rows": Goal("queue page, rows only (htmx)", "B", 5, 3),
    "queue.statements": Goal("queue page, round trips", "", 8, 8),
    "queue.same": Goal("queue page, statements with 50 rows beyond those with none", "", 0, 0),
    "queue.blocks": Goal("queue page, blocks of its largest statement", "blocks", 150, 80),
    "queue.priority": Goal("queue page sorted by priority", "B", 6, 4),
    "queue.older": Goal("all tickets, second page", "B", 6, 4),
    "queue.cold": Goal("queue rows, worst of a connection's first five calls", "x warm", 3, 1.5),
    "ticket": Goal("ticket page with 5 messages", "B", 4, 3),
    "ticket.statements": Goal("ticket page, statements", "", 14, 14),
    "ticket.same": Goal("ticket page, statements with 200 messages beyond 5", "", 0, 0),
    "search.page": Goal("search page, a word in 0.1 % of tickets", "B", 6, 4),
    "search.large": Goal("search in the database, slowest word, largest desk", "ms", 150, 15),
    "search.small": Goal("search in the database, slowest word, small desk", "ms", 150, 15),
    "search.first": Goal("search, slowest of a connection's first five calls", "ms", 150, 15),
    "api.list": Goal("API ticket list", "B", 6, 4),
    "api.list.blocks": Goal("API ticket list, all blocks", "blocks", 300, 150),
    "api.open": Goal("open a ticket by the API", "B", 4, 3),
    "api.open.statements": Goal("open a ticket by the API, statements", "", 16, 8),
    "api.note": Goal("add a note by the API", "B", 5, 3),
    "portal.manager": Goal("a manager's list in the portal, largest statement", "blocks", 150, 60),
    "services": Goal(
        "services, 8 connections, share of four bare inserts", "%", 40, 60, is_floor=True
    ),
    "mail.new": Goal("new email, whole path, per CPU second", "/s", 25, 40, is_floor=True),
    "mail.reply": Goal("reply by email, whole path, per CPU second", "/s", 40, 60, is_floor=True),
    "mail.read": Goal("reading a new email, share of the bare path", "%", 60, 90, is_floor=True),
    "burst.reply": Goal("emails waiting: an agent's reply leaves after", "s", 10, 3),
    "burst.breach": Goal("emails waiting: a breach is noticed after", "s", 60, 30),
    "fair.page": Goal("600 emails to one desk: another desk's page hears after", "s", 1, 0.2),
    "sweep.empty": Goal("check for due clocks, nothing due", "blocks", 20, 10),
    "sweep.50": Goal("mark 50 breaches, CPU", "x bare", 10, 3),
    "sweep.500": Goal("mark 500 breaches, CPU", "x bare", 10, 3),
    "sweep.2000": Goal("mark 2,000 breaches, CPU", "x bare", 10, 3),
    "sweep.told": Goal("500 breaches marked and told, CPU of all processes", "s", 3, 1),
    "streams.heard": Goal("event streams: a change is heard by all within", "s", 1, 0.5),
    "streams.pages": Goal("pages beside the streams, compared with none", "x", 1.1, 1.0),
    "streams.idle": Goal("idle streams, share of a core", "%", 10, 5),
    "hours": Goal("business hours, add or subtract", "µs", 20, 5),
    "hot.tickets_ticket": Goal("HOT updates of tickets", "%", 80, 95, is_floor=True),
    "hot.sla_clock": Goal("HOT updates of clocks", "%", 80, 95, is_floor=True),
    "hot.tickets_eventdelivery": Goal("HOT updates of deliveries", "%", 80, 95, is_floor=True),
    "hot.channels_intake_inboundmessage": Goal(
        "HOT updates of inbound email", "%", 80, 95, is_floor=True
    ),
    "hot.channels_intake_outgoingemail": Goal(
        "HOT updates of outgoing email", "%", 80, 95, is_floor=True
    ),
    "start": Goal("restart of a filled demo, until the first page", "s", 10, 5),
}


class Report:
    """What was measured in this run."""

    def __init__(self) -> None:
        self.values: dict[str, tuple[float, str]] = {}

    def add(self, key: str, value: float, note: str = "") -> None:
        """Record a figure and print it. key: one of GOALS. Raises KeyError for another one."""
        self.values[key] = (value, note)
        print("  ".join(self._list_cells(key)).rstrip(), flush=True)

    @property
    def has_missed(self) -> bool:
        return any(
            GOALS[key].judge(value) == "BAR MISSED" for key, (value, _) in self.values.items()
        )

    def format_table(self) -> str:
        """Return all figures as a Markdown table, in the order of GOALS."""
        head = [
            "| What | Measured | Bar | Aim | Verdict | Note |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        rows = [f"| {' | '.join(self._list_cells(key))} |" for key in GOALS if key in self.values]
        return "\n".join([*head, *rows])

    def _list_cells(self, key: str) -> list[str]:
        goal, (value, note) = GOALS[key], self.values[key]
        sign = "≥" if goal.is_floor else "≤"
        measured = f"{format_number(value)} {goal.unit}".rstrip()
        return [
            goal.text,
            measured,
            f"{sign} {goal.bar:g}",
            f"{sign} {goal.aim:g}",
            goal.judge(value),
            note,
        ]


def format_number(value: float) -> str:
    """Return a figure with two or three digits that matter: "0.42", "4.1", "1,234"."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
