"""Places of a ticket's texts: its rows and their copies in every table of the desk.

The tables are found by their foreign keys, so a new table that refers to a ticket, a message, an
event or a linked defect is searched without being listed anywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from itertools import chain

from django.db.models import (
    CharField,
    Choices,
    Field,
    ForeignKey,
    JSONField,
    Model,
    Q,
    QuerySet,
    TextField,
)

from accounts.models.fields import LineField
from channels_intake.models import CallKind, CodeLink, OutgoingCall
from helpdesk.desks.tables import list_desk_models
from tickets.defects.erasing import list_linked_defects
from tickets.events import EventKind
from tickets.improvements.erasing import list_requested
from tickets.models import BulkJob, Defect, Ticket, UnsentFile
from tickets.scrubbing import list_drafts
from tickets.services.merged import find_end, list_merged

MAX_STEPS = 3  # from a ticket by foreign keys, such as file -> message -> ticket
# They name another ticket, which is not part of this one.
OTHERS = frozenset({"follow_up_of", "merged_into", "merged_from", "via", "duplicate_of", "undo_of"})
# Addresses and names that the program uses, and who acted.
NOT_TEXT = frozenset({"actor_name", "references", "path", "acknowledged_name", "own_close_reason"})
TEXT_IN_PLAIN_COLUMNS = frozenset({("fieldvalue", "text"), ("fieldvalue", "sorted_as")})


def list_family(ticket: Ticket) -> list[int]:
    """Return the IDs of a ticket and of all that were merged with it, also one after another."""
    return sorted(list_merged(find_end(ticket).pk))


def list_places(desk_id: int, ticket_ids: Collection[int]) -> Iterator[QuerySet[Model]]:
    """Return the rows that may hold a text of these tickets, table by table."""
    defects = list(list_linked_defects(desk_id, ticket_ids).values_list("pk", flat=True))
    links = CodeLink.objects.filter(defect__in=defects).values_list("pk", flat=True)
    drafts = list_drafts(ticket_ids)
    issues = OutgoingCall.objects.filter(
        desk_id=desk_id, kind=CallKind.CODE_HOST, data__link__in=list(links)
    )
    return chain(
        _follow_keys(Ticket, ticket_ids),
        _follow_keys(Defect, defects) if defects else (),
        (drafts, issues, list_requested(ticket_ids)),
        (list_unsent_files(ticket_ids),),
        (BulkJob.objects.filter(pk__in=_list_bulk_jobs(ticket_ids)),),
    )


def list_unsent_files(ticket_ids: Collection[int]) -> QuerySet[UnsentFile]:
    """Return the files of drafts and pending replies on these tickets."""
    drafts = Q(draft__in=list_drafts(ticket_ids))
    return UnsentFile.objects.filter(Q(reply__ticket__in=ticket_ids) | drafts)


def _list_bulk_jobs(ticket_ids: Collection[int]) -> list[int]:
    jobs = BulkJob.objects.filter(items__ticket__in=ticket_ids)
    return list(jobs.order_by().values_list("pk", flat=True).distinct())


def _follow_keys(root: type[Model], ids: Collection[int]) -> Iterator[QuerySet[Model]]:
    for model, paths in _find_paths(root).items():
        if list_text_columns(model):
            for path in sorted(paths):
                yield model._base_manager.filter(**{f"{path}__in": ids})


@cache
def _find_paths(root: type[Model]) -> dict[type[Model], frozenset[str]]:
    """Return each table that belongs to the root, with the lookups that lead to it."""
    found: dict[type[Model], frozenset[str]] = {root: frozenset({"pk"})}
    for _step in range(MAX_STEPS):
        for model in list_desk_models():
            paths = found.get(model, frozenset()) | _list_paths(model, found)
            if paths:
                found[model] = paths
    return found


def _list_paths(model: type[Model], found: dict[type[Model], frozenset[str]]) -> frozenset[str]:
    steps = [
        (field.name, parent)
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.name not in OTHERS
        for parent in found
        if field.related_model is parent and parent is not model
    ]
    return frozenset(
        name if path == "pk" else f"{name}__{path}"
        for name, parent in steps
        for path in found[parent]
        if path.count("__") < MAX_STEPS - 1
    )


@cache
def list_text_columns(model: type[Model]) -> tuple[Field, ...]:
    """Return the columns of a table in which people's words may be."""
    return tuple(
        field
        for field in model._meta.concrete_fields
        if not field.choices
        and not field.primary_key
        and field.name not in NOT_TEXT
        and not field.name.startswith("sealed_")
        and (
            isinstance(field, TextField | LineField | JSONField)
            or (model._meta.model_name, field.name) in TEXT_IN_PLAIN_COLUMNS
        )
    )


@cache
def list_program_words() -> frozenset[str]:
    """Return the values that the program itself stores and compares with."""
    words = {kind.value for kind in EventKind}
    for model in list_desk_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, CharField) and field.choices:
                words |= {str(value) for value, _label in field.flatchoices}
    for kind in _list_subclasses(Choices):
        words |= {str(value) for value in kind.values}
    return frozenset(words)


def _list_subclasses(kind: type[Choices]) -> Iterator[type[Choices]]:
    for each in kind.__subclasses__():
        yield each
        yield from _list_subclasses(each)
