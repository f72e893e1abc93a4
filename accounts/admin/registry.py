"""Parts that higher packages add to the admin pages of this package's models.

The pages of agents and plans are here, but an agent's shifts belong to routing and a plan's SLA
targets to sla. Imports point down only, so routing/admin/ and sla/admin/ register their parts
when Django's autodiscovery imports them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.contrib.admin.options import InlineModelAdmin
from django.db.models import Model

SaveHook = Callable[[Any, Any, bool], None]
Respond = Callable[[], Any]
SaveGuard = Callable[[Any, Respond], Any]

_inlines: defaultdict[type[Model], list[type[InlineModelAdmin[Any, Any]]]] = defaultdict(list)
_save_hooks: defaultdict[type[Model], list[SaveHook]] = defaultdict(list)
_save_guards: dict[type[Model], SaveGuard] = {}


def register_inline(model: type[Model], inline: type[InlineModelAdmin[Any, Any]]) -> None:
    """Show an inline on the model's admin page, after the page's own, in registration order."""
    _inlines[model].append(inline)


def list_inlines(model: type[Model]) -> tuple[type[InlineModelAdmin[Any, Any]], ...]:
    """Return the inlines that higher packages registered for a model."""
    return tuple(_inlines.get(model, ()))


def register_save_hook(model: type[Model], hook: SaveHook) -> None:
    """Call ``hook(request, row, is_new)`` after the page saves a row, in the same transaction."""
    _save_hooks[model].append(hook)


def run_save_hooks(request: Any, row: Model, *, is_new: bool) -> None:
    """Call the hooks that higher packages registered for the model of a saved row."""
    for hook in _save_hooks.get(type(row), ()):
        hook(request, row, is_new)


def register_save_guard(model: type[Model], guard: SaveGuard) -> None:
    """Let ``guard(request, respond)`` handle posts to the pages of a model's rows.

    respond: saves or deletes as usual and returns the response. The guard may undo that and return
    a page that asks for confirmation.
    """
    _save_guards[model] = guard


def respond_guarded(request: Any, model: type[Model], respond: Respond) -> Any:
    """Return the response of a row's page, through the guard of the model if it has one."""
    guard = _save_guards.get(model)
    return guard(request, respond) if guard and request.method == "POST" else respond()
