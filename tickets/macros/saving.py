"""Creating, changing and deleting macros. Changes of shared ones are in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.models import Agent, AuditAction, Department
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.macros.access import can_change
from tickets.macros.acts import Acts, check_acts, resolve
from tickets.macros.placeholders import check_placeholders
from tickets.models import Macro
from tickets.rules.sharing import can_share

MAX_OWN, MAX_SHARED = 200, 1000
AUDITED = ("name", "text", "translations", "acts", "department")


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroContent:
    """Contents of a macro, as a form has them. texts: the reply in other languages, by language."""

    name: str
    text: str
    acts: Acts
    texts: Mapping[str, str] = field(default_factory=dict)
    department: Department | None = None


def create_macro(*, agent: Agent, content: MacroContent, is_shared: bool) -> Macro:
    """Create an own or a shared macro. Raises NotAllowedError, InvalidValueError."""
    if not (can_share(agent) if is_shared else agent.can_write):
        raise NotAllowedError(_("Only leads and admins can share macros."))
    _check(content, agent)
    macro = Macro(desk=agent.desk, owner=None if is_shared else agent)
    with transaction.atomic():
        _require_room(macro)
        _fill(macro, content)
        _save(macro)
        _audit(macro, AuditAction.ADDED, agent)
    return macro


def change_macro(
    *, macro_id: int, agent: Agent, content: MacroContent, version: int | None = None
) -> Macro:
    """Change a macro. version: the one that the agent saw; None for any.

    Raises NotAllowedError, InvalidValueError, ConflictError for another version, and
    Macro.DoesNotExist.
    """
    _check(content, agent)
    with transaction.atomic():
        macro = _lock(macro_id, agent)
        if version is not None and version != macro.version:
            raise ConflictError(
                _("This macro was changed while you were editing it. Save again to overwrite it.")
            )
        before = _read(macro)
        _fill(macro, content)
        macro.version += 1
        _save(macro)
        changes = {name: [old, new] for name, old, new in _compare(before, _read(macro))}
        _audit(macro, AuditAction.CHANGED, agent, changes=changes)
    return macro


def delete_macro(*, macro_id: int, agent: Agent) -> None:
    """Delete a macro. Raises NotAllowedError and Macro.DoesNotExist."""
    with transaction.atomic():
        macro = _lock(macro_id, agent)
        _audit(macro, AuditAction.DELETED, agent)
        macro.delete()


def _lock(macro_id: int, agent: Agent) -> Macro:
    macro = Macro.objects.select_for_update(of=("self",)).get(pk=macro_id, desk=agent.desk)
    if not can_change(agent, macro):
        raise NotAllowedError(_("Only leads and admins can change shared macros."))
    return macro


def _check(content: MacroContent, agent: Agent) -> None:
    check_placeholders(content.text)
    for language, text in content.texts.items():
        check_placeholders(text, field=f"text_{language}")
    if any(content.texts.values()) and not content.text.strip():
        raise InvalidValueError("text", _("Write the reply in the desk's language, too."))
    if not content.text.strip() and not content.acts:
        raise InvalidValueError("text", _("Write a reply, or choose what the macro changes."))
    check_acts(content.acts)
    resolve(content.acts, desk=agent.desk, agent=agent)


def _require_room(macro: Macro) -> None:
    maximum = MAX_OWN if macro.owner_id else MAX_SHARED
    if Macro.objects.filter(desk=macro.desk, owner=macro.owner).count() >= maximum:
        raise InvalidValueError(
            "name",
            _("The limit is %(maximum)s macros. Delete one you no longer need.")
            % {"maximum": maximum},
        )


def _fill(macro: Macro, content: MacroContent) -> None:
    macro.name, macro.text = content.name, content.text.strip()
    macro.acts, macro.department = content.acts.to_json(), content.department
    texts = {language: text.strip() for language, text in content.texts.items()}
    macro.translations = {language: {"text": text} for language, text in texts.items() if text}


def _save(macro: Macro) -> None:
    try:
        with transaction.atomic():
            macro.save()
    except IntegrityError as error:
        if "macro_name_unique" not in str(error):
            raise
        text = _("A macro with this name already exists.")
        raise InvalidValueError("name", text) from error


def _read(macro: Macro) -> dict[str, Any]:
    return {name: getattr(macro, name) for name in AUDITED}


def _compare(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (name, str(before[name] or ""), str(after[name] or ""))
        for name in AUDITED
        if before[name] != after[name]
    ]


def _audit(macro: Macro, action: AuditAction, agent: Agent, **detail: Any) -> None:
    if macro.owner_id is None:
        record_audit(desk=macro.desk, by=agent, action=action, about=macro, detail=detail)
