"""Followers of a defect: agents who are notified, each for a part of the company (M100)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.actors import Actor
from tickets.defects.locking import lock_defect
from tickets.defects.log import record_defect_event
from tickets.errors import ConflictError, InvalidValueError
from tickets.models import Defect, DefectEventKind, DefectFollower, FollowerRole
from tickets.services.common import require_writer


def follow_defect(
    *, defect_id: int, agent: Agent, by: Agent, role: FollowerRole | str, at: datetime
) -> Defect:
    """Let an agent follow a defect, or change the role of one who does.

    agent: the follower. by: who adds them; anyone may follow by themselves, observers too. Raises
    NotAllowedError, InvalidValueError, and ConflictError for a duplicate of another defect.
    """
    _require_allowed(agent, by)
    if role not in FollowerRole.values:
        raise InvalidValueError("role", _("Choose a role for the follower."))
    if not agent.is_active:
        raise InvalidValueError("agent", _("That agent isn't active at this desk."))
    with transaction.atomic():
        defect = lock_defect(defect_id)
        if defect.duplicate_of_id:
            raise ConflictError(
                _("%(defect)s was merged into another defect. Follow that one.")
                % {"defect": defect.key}
            )
        follower, is_new = DefectFollower.objects.get_or_create(
            defect=defect, agent=agent, defaults={"desk_id": defect.desk_id, "role": role}
        )
        if not is_new and follower.role == role:
            return defect
        follower.role = FollowerRole(role)
        follower.save(update_fields=["role"])
        _record(defect, agent, follower.role, by=by, at=at, is_following=True)
    return defect


def unfollow_defect(*, defect_id: int, agent: Agent, by: Agent, at: datetime) -> Defect:
    """Remove a follower from a defect. Does nothing for an agent who isn't one.

    Raises NotAllowedError.
    """
    _require_allowed(agent, by)
    with transaction.atomic():
        defect = lock_defect(defect_id)
        found = DefectFollower.objects.filter(defect=defect, agent=agent).first()
        if found is not None:
            found.delete()
            _record(defect, agent, found.role, by=by, at=at, is_following=False)
    return defect


def guess_role(agent: Agent) -> FollowerRole:
    """Return the role that an agent's level suggests. The form preselects it."""
    return FollowerRole.ENGINEERING if agent.level == "rnd" else FollowerRole.SUPPORT


def _require_allowed(agent: Agent, by: Agent) -> None:
    if agent.pk != by.pk:
        require_writer(Actor.of(by))


def _record(
    defect: Defect, agent: Agent, role: str, *, by: Agent, at: datetime, is_following: bool
) -> None:
    data = {"agent": agent.name, "id": agent.pk, "role": role, "is_following": is_following}
    record_defect_event(defect, DefectEventKind.FOLLOWED, data, by=Actor.of(by), at=at)
