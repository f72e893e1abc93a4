"""A desk that is exported and imported into an empty one is the same, row by row (M38).

Equal but for IDs, sign-ins, secrets, settings, and what runs anew after a move.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import ForeignKey, GeneratedField, Model
from django.utils import timezone

from accounts.models import Account, AccountDomain, Agent, Contact, Department, Desk, Plan, Product
from accounts.tenancy import desk_scope
from helpdesk.desks.export import export_desk
from tests.cast import NOON, Cast
from tests.wall.filling import fill_every_table, list_walled_models
from tickets.actors import Actor
from tickets.exchange.event_records import NEEDED
from tickets.exchange.running import run_imports
from tickets.exchange.runs import create_run, start_run
from tickets.models import (
    Attachment,
    FormField,
    ImportedRow,
    ImportProblem,
    ImportRun,
    Message,
    Note,
    Participant,
    Priority,
    Tag,
    Ticket,
    TicketEvent,
    TicketLink,
    TicketTag,
)
from tickets.relations.merging import merge_ticket
from tickets.services import close
from tickets.services.tags import get_or_create_tags, set_tags

# Compared tables by the kind of their records, with the columns that aren't carried over, and why.
SETTING = "a setting of the desk: docs/configuration"
CLOCK = "of SLA clocks, which start anew only if the import says so"
ANEW = "waits from the import on"
CHANGED = "when this database wrote it"
OURS = "how the product placed it: no part of the history"
COMPARED: dict[type[Model], tuple[str, dict[str, str]]] = {
    Department: ("department", {"position": SETTING}),
    Priority: ("priority", {
        "rank": "in the same order", "weight": SETTING, "is_mail_default": SETTING,
        "allows_emergencies": SETTING, "is_retired": SETTING, "translations": SETTING,
    }),
    Tag: ("tag", {}),
    FormField: ("field", {
        "help_text": SETTING, "is_required": SETTING, "required_for": SETTING,
        "department": SETTING, "product": SETTING, "shown_if": SETTING, "shown_value": SETTING,
        "is_retired": SETTING, "position": SETTING,
    }),
    Agent: ("agent", {
        "user": "a sign-in", "role": "a right", "level": "a right", "is_active": "a sign-in",
        "region": SETTING, "country": SETTING, "subdivision": SETTING, "capacity": SETTING,
        "signature": SETTING, "needs_approval": "a right", "is_service": "a program's tokens",
    }),
    Account: ("account", {
        "account_manager": SETTING, "success_manager": SETTING, "named_engineer": SETTING,
        "home_region": SETTING, "product_line": SETTING, "changed_at": CHANGED,
    }),
    Contact: ("contact", {
        "user": "a sign-in", "may_log_in": "a right", "changed_at": CHANGED,
    }),
    Ticket: ("ticket", {
        "number": "the old one is kept beside it", "due_at": CLOCK, "due_kind": CLOCK,
        "remind_at": ANEW, "close_at": ANEW, "hold_until": ANEW, "hold_reason": ANEW,
        "match_reasons": OURS, "route_reasons": OURS, "required_skills": OURS, "mailboxes": OURS,
        "uncovered": "of the account's plan", "has_defects": "defects aren't carried over",
        "emergency": "emergencies aren't carried over", "owner": OURS,
        "product_line": SETTING, "own_close_reason": SETTING,
        "assignee": "of open tickets: only agents who can sign in",
    }),
    Message: ("message", {
        "via": "of the portal of merged tickets", "remark_data": "about the original email",
    }),
    Note: ("note", {}),
    Attachment: ("attachment", {
        "file": "a name in the storage", "preview": "made anew", "preview_pixels": "made anew",
        "preview_due_at": "made anew", "preview_attempts": "made anew",
        "preview_problem": "made anew", "packet": "read anew", "packet_due_at": "read anew",
        "packet_attempts": "read anew", "side_message": "side conversations aren't carried over",
    }),
    TicketEvent: ("event", {"channel": "of openings only, where it is the ticket's"}),
}  # fmt: skip
# Rows without an ID of their own in the format.
SETS: dict[type[Model], dict[str, str]] = {
    AccountDomain: {"include_subdomains": SETTING},
    Participant: {"added_at": "that of the ticket"},
    TicketLink: {"linked_at": "that of the import"},
    TicketTag: {},
}
# Tables of tickets that the format doesn't carry.
LEFT_OUT = {
    "tickets.QueueRow": "a copy, kept by triggers", "tickets.FieldValue": "a copy, by triggers",
    "tickets.SearchDocument": "made anew", "tickets.SearchRefresh": "work to do",
    "tickets.Defect": "known problems", "tickets.DefectLink": "known problems",
    "tickets.DefectUpdate": "known problems", "tickets.ImprovementLink": "feature requests",
    "tickets.HelpRequest": "of engineering groups", "tickets.AttentionRequest": "of leads",
    "tickets.Emergency": "of plans", "tickets.TroubleshootingRecord": "versions of forms",
    "tickets.TicketSummary": "versions of forms", "tickets.SideConversation": "with third parties",
    "tickets.TimeEntry": "of agents", "tickets.Snooze": "of agents", "tickets.Watcher": "of agents",
    "tickets.NoteMention": "of agents", "tickets.NoteReaction": "of agents",
    "tickets.PinnedNote": "of agents", "tickets.Notification": "of agents",
    "tickets.PendingReply": "not sent yet", "tickets.EventDelivery": "work to do",
    "tickets.BulkItem": "undo of bulk changes", "tickets.SubmittedForm": "tokens",
    "tickets.WebhookDelivery": "of webhooks",
}  # fmt: skip


@pytest.fixture
def filled(rocket: Cast) -> Cast:
    """A desk with rows in every table, and tickets in states that refer to each other."""
    fill_every_table(rocket)
    with desk_scope(rocket.desk):
        by = Actor.of(rocket.analyst)
        closed, merged, end = (rocket.open_ticket(text=f"Ticket {n}\n\nmore") for n in range(3))
        close(ticket_id=closed.pk, by=by, at=NOON)
        merge_ticket(ticket_id=merged.pk, into_id=end.pk, agent=rocket.lead, at=NOON)
        Ticket.objects.filter(pk=closed.pk).update(follow_up_of=end, impact="slowed")
        tags = get_or_create_tags(rocket.desk, ["Printers", "vip"])
        set_tags(ticket_id=end.pk, tags=tags, by=by, at=NOON)
        Message.objects.filter(ticket=end).update(
            body_html='<p>See <img data-cid="a%b@x" alt="A &quot;b&quot;">'
            '<a href="https://x.example/i.png?a=1&amp;b=2"'
            ' data-src="https://x.example/i.png?a=1&amp;b=2" target="_blank"'
            ' rel="noopener noreferrer nofollow ugc">[i.png]</a></p>'
        )
    return rocket


def import_into_empty_desk(source: Cast, content: bytes) -> tuple[Desk, ImportRun]:
    """Create a desk with nothing but the plan and product that accounts and tickets name."""
    desk = Desk.objects.create(
        slug="moved", name="Moved", ticket_prefix="MV", time_zone="UTC", idle_minutes=0
    )
    at = max(timezone.now(), NOON) + timedelta(days=1)
    with desk_scope(desk):
        Plan.objects.create(desk=desk, name=source.plan.name)
        for name in ("Server", "Widget"):
            Product.objects.create(desk=desk, name=name)
        run = create_run(
            desk=desk, file=io.BytesIO(content), file_name="x.zip", reader="neutral", at=at
        )
        while run_imports(desk_id=desk.pk, at=at):
            pass
        run.refresh_from_db()
        start_run(run, {}, by=None, at=at)
        while run_imports(desk_id=desk.pk, at=at):
            pass
        run.refresh_from_db()
    return desk, run


class Original:
    """Rows of the copy with the IDs of the original."""

    def __init__(self, source: str) -> None:
        rows = ImportedRow.objects.filter(source=source)
        self.ids = {
            (kind, row_id): int(source_id)
            for kind, row_id, source_id in rows.values_list("kind", "row_id", "source_id")
        }

    def find(self, model: type[Model], pk: Any) -> Any:
        if pk is None or model not in COMPARED:
            return pk
        return self.ids.get((COMPARED[model][0], pk), f"unknown {model.__name__} {pk}")


def read_rows(
    model: type[Model], desk: Desk, left_out: dict[str, str], original: Original | None
) -> list[str]:
    """Return the rows of a table as sorted JSON, with the IDs of the original."""
    rows: Any = model._base_manager.filter(desk=desk)
    if model is TicketEvent:
        rows = rows.filter(kind__in=list(NEEDED))
    if model is Attachment:
        rows = rows.filter(side_message=None)
    return sorted(_write(row, left_out, original) for row in rows)


def _write(row: Model, left_out: dict[str, str], original: Original | None) -> str:
    said: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.name in {"desk", *left_out} or isinstance(field, GeneratedField):
            continue
        value = getattr(row, field.attname)
        related = field.related_model if isinstance(field, ForeignKey) else None
        if field.primary_key:
            if type(row) not in COMPARED:
                continue
            related = type(row)
        if original is not None and related is not None:
            value = original.find(related, value)  # type: ignore[arg-type]
        if isinstance(row, TicketEvent) and field.name in ("data", "actor_id"):
            value = _map_event(row, field.name, original)
        if field.name == "product_id" or field.name == "plan_id":
            value = str(getattr(row, field.name.removesuffix("_id")))
        if related in (Plan, Product) and value is not None:
            value = str(getattr(row, field.name))
        said[field.name] = value
    return json.dumps(said, default=str, sort_keys=True)


def _map_event(row: TicketEvent, name: str, original: Original | None) -> Any:
    """Return the facts that the format carries, with the IDs of the original."""
    people = {"agent": Agent, "contact": Contact}
    if name == "actor_id":
        model = people.get(row.actor_kind)
        return original.find(model, row.actor_id) if original and model else row.actor_id
    data = {key: row.data[key] for key in NEEDED[row.kind] if key in row.data}
    for key, model in (("message", Message), ("note", Note)):
        if original and key in data:
            data[key] = original.find(model, data[key])
    return {key: [each or "" for each in value] if isinstance(value, list) else value
            for key, value in data.items()}  # fmt: skip


def hash_rows(rows: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def test_a_moved_desk_has_the_same_rows(filled: Cast) -> None:
    out = io.BytesIO()
    export_desk(desk=filled.desk, to=out, at=NOON, is_neutral=True)
    desk, run = import_into_empty_desk(filled, out.getvalue())
    with desk_scope(desk):
        problems = list(ImportProblem.objects.filter(run=run).values_list("kind", "code"))
        assert run.state == "done"
        original = Original(run.source)
    for model, left_out in {**{m: c for m, (_, c) in COMPARED.items()}, **SETS}.items():
        with desk_scope(filled.desk):
            expected = read_rows(model, filled.desk, left_out, None)
        with desk_scope(desk):
            copied = read_rows(model, desk, left_out, original)
        assert expected, model
        assert sorted(set(copied) ^ set(expected)) == [], model
        assert len(copied) == len(expected), model
        assert hash_rows(copied) == hash_rows(expected)
    # A choice that the field doesn't have, as after a choice was removed.
    assert problems == [("ticket", "unlisted_choice")]


def test_files_have_the_same_content_and_open_tickets_their_state(filled: Cast) -> None:
    out = io.BytesIO()
    export_desk(desk=filled.desk, to=out, at=NOON, is_neutral=True)
    desk, _run = import_into_empty_desk(filled, out.getvalue())
    contents = []
    for each in (filled.desk, desk):
        with desk_scope(each):
            files = Attachment.objects.filter(desk=each, side_message=None)
            contents.append(sorted(file.file.read() for file in files if file.file))
    assert contents[0]
    assert contents[0] == contents[1]


def test_every_table_of_tickets_is_compared_or_left_out_with_a_reason() -> None:
    parents = {Ticket, Message, Note, TicketEvent}
    of_tickets = {
        model._meta.label
        for model in list_walled_models()
        if model._meta.app_label == "tickets"
        and any(field.related_model in parents for field in model._meta.concrete_fields)
    }
    listed = {model._meta.label for model in (*COMPARED, *SETS)} | set(LEFT_OUT)
    assert of_tickets <= listed, "Say in this file whether an export carries the new table."
    names = {model: {f.name for f in model._meta.concrete_fields} for model in COMPARED}
    for model, (_kind, left_out) in COMPARED.items():
        assert set(left_out) <= names[model], model


def test_the_command_writes_a_file_that_can_be_imported(rocket: Cast, tmp_path: Any) -> None:
    with desk_scope(rocket.desk):
        rocket.open_ticket(subject="By command")
    path = tmp_path / "rocket.zip"
    call_command("export_desk", "rocket", "--to", str(path), "--neutral")
    desk, _run = import_into_empty_desk(rocket, path.read_bytes())
    with desk_scope(desk):
        assert Ticket.objects.get().subject == "By command"
