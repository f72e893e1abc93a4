"""Moves of a defect through its stages, and releases of its fix (M100-M103).

A move locks the defect only. It marks the defect, and customers are told afterwards, ticket by
ticket (updates/).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent, ProductLine
from tickets.actors import Actor
from tickets.defects.lines import require_fitting_line
from tickets.defects.locking import lock_defect, save_defect
from tickets.defects.log import record_defect_event
from tickets.defects.marks import mark_to_tell
from tickets.defects.stages import RELEASED, list_next_stages
from tickets.defects.updates.texts import tells_customers
from tickets.errors import ConflictError, InvalidValueError
from tickets.models import Defect, DefectEventKind, DefectRelease, Stage, StageSetting
from tickets.services.common import require_no_approval, require_writer

STAGE_FIELDS = ("stage", "stage_run", "stage_since", "updated_at")


@dataclass(frozen=True, slots=True)
class Release:
    """A version with the fix. line: the product line that it is for, None for all.

    url: where customers can download it. page: what staff can open, such as in a private project.
    """

    version: str
    url: str = ""
    line: ProductLine | None = None
    page: str = ""


class Source(NamedTuple):
    """The cause of a move by no person, such as a pull request: its reference, and its page."""

    ref: str = ""
    url: str = ""


UNKNOWN = Source()


def move_stage(
    *,
    defect_id: int,
    stage: Stage | str,
    by: Actor,
    at: datetime,
    why: str = "",
    cause: str = "",
    source: Source = UNKNOWN,
    expected: int | None = None,
) -> Defect:
    """Move a defect to another stage, forward or back; stages can be skipped.

    cause: the event that moved it if no person did, such as "pull_request.merged", of the source.
    expected: the revision that the person saw. Released takes a release (add_release), and
    Duplicate another defect (merging.merge_defect). Raises NotAllowedError, NeedsApprovalError for
    a trainee if customers are told of the stage, InvalidValueError, and ConflictError if the defect
    has moved already.
    """
    _require_mover(by, cause)
    chosen = Stage(stage)
    with transaction.atomic():
        defect = lock_defect(defect_id, expected=expected)
        if not cause and _is_told(defect, chosen):
            _require_no_trainee(by)
        if chosen not in list_next_stages(defect.stage):
            raise ConflictError(_("%(defect)s can't move to that stage.") % {"defect": defect.key})
        if chosen == Stage.RELEASED and not defect.releases.exists():
            raise InvalidValueError("version", _("Enter the version that has the fix."))
        if chosen == Stage.PLANNED and not cause:
            _require_plan(defect)
        record_move(defect, chosen, by=by, at=at, why=why, cause=cause, source=source)
    return defect


def _require_plan(defect: Defect) -> None:
    """Raise InvalidValueError if customers would be told of a plan that says nothing."""
    if not (defect.plan_text.strip() or defect.planned_version or defect.planned_on):
        raise InvalidValueError("plan_text", _("Enter the plan, its version, or its date."))


def add_release(
    *,
    defect_id: int,
    release: Release,
    by: Actor,
    at: datetime,
    cause: str = "",
    expected: int | None = None,
) -> Defect:
    """Add a version with the fix; the first one moves the defect to Released.

    A release for a line that has one already replaces it, and nobody is told twice. Raises
    NotAllowedError, NeedsApprovalError for a trainee, InvalidValueError, and ConflictError for a
    duplicate of another defect or one that has changed since.
    """
    _require_mover(by, cause)
    if not cause:
        _require_no_trainee(by)
    if not release.version.strip():
        raise InvalidValueError("version", _("Enter the version that has the fix."))
    with transaction.atomic():
        defect = lock_defect(defect_id, expected=expected)
        if defect.stage == Stage.DUPLICATE:
            raise ConflictError(_("%(defect)s is a duplicate.") % {"defect": defect.key})
        require_fitting_line(defect, release.line)
        _save_release(defect, release, at=at)
        line = release.line.name if release.line else ""
        source = Source(release.version, release.page or release.url)
        data = {"version": release.version, "line": line, "url": source.url}
        data |= {"ref": source.ref} if cause else {}
        record_defect_event(defect, DefectEventKind.RELEASED, data, by=by, at=at)
        if defect.stage in RELEASED:
            defect.updated_at = at
            save_defect(defect, "updated_at")
            mark_to_tell(defect)
        else:
            record_move(defect, Stage.RELEASED, by=by, at=at, cause=cause, source=source)
    return defect


def record_move(
    defect: Defect,
    stage: Stage,
    *,
    by: Actor,
    at: datetime,
    why: str = "",
    cause: str = "",
    source: Source = UNKNOWN,
) -> None:
    """Move a locked defect, record it, and have its customers told.

    A fix that moves back or is withdrawn loses its releases: nobody may hear about an old one when
    another line gets a new one. The history keeps them.
    """
    before = defect.stage
    if before in RELEASED and stage not in RELEASED:
        defect.releases.all().delete()
    defect.stage, defect.stage_since, defect.updated_at = stage, at, at
    defect.stage_run += 1
    save_defect(defect, *STAGE_FIELDS)
    data = {"stage": [before, stage.value], "why": why, "cause": cause}
    data |= source._asdict() if cause else {}
    record_defect_event(defect, DefectEventKind.STAGE_MOVED, data, by=by, at=at)
    mark_to_tell(defect)


def _save_release(defect: Defect, release: Release, *, at: datetime) -> None:
    DefectRelease.objects.update_or_create(
        defect=defect,
        line=release.line,
        defaults={"version": release.version.strip(), "url": release.url},
        create_defaults={
            "desk_id": defect.desk_id,
            "version": release.version.strip(),
            "url": release.url,
            "released_at": at,
        },
    )


def _require_mover(by: Actor, cause: str) -> None:
    """Raise NotAllowedError unless a person of the desk, or a cause outside, moves the defect."""
    if not cause:
        require_writer(by)


def _is_told(defect: Defect, stage: Stage) -> bool:
    """Return True if customers are told when the defect reaches this stage."""
    setting = StageSetting.objects.filter(desk_id=defect.desk_id, stage=stage).first()
    return tells_customers(stage, setting)


def _require_no_trainee(by: Actor) -> None:
    if by.id is not None:
        require_no_approval(Agent.objects.get(pk=by.id))


def add_note(*, defect_id: int, agent: Agent, text: str, at: datetime) -> Defect:
    """Add an internal note to a defect's history. Raises NotAllowedError, InvalidValueError."""
    by = Actor.of(agent)
    require_writer(by)
    if not text.strip():
        raise InvalidValueError("text", _("Write a note first."))
    with transaction.atomic():
        defect = lock_defect(defect_id)
        record_defect_event(defect, DefectEventKind.NOTE, {"text": text.strip()}, by=by, at=at)
    return defect
