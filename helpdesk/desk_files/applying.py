"""Show, plan and apply a desk's configuration.

A plan makes all changes in a transaction that is rolled back, so it finds what applying would
refuse, and its changes are the ones that applying makes. All or nothing is saved.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError as ModelError
from django.db import transaction
from django.db.models import RestrictedError
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from accounts.models import Agent, Desk, Role
from helpdesk.api.contract.problems import WHOLE, Path, walk_errors
from helpdesk.desk_files.changes import Change, Shown, list_changes, name_key
from helpdesk.desk_files.reading import DeskFile
from helpdesk.desk_files.registry import SECTIONS
from helpdesk.desk_files.sections import MOVED, Item, Key, Section
from helpdesk.shared.suggestions import suggest
from tickets.errors import InvalidValueError, NotAllowedError, ServiceError

Found = tuple[Any, Item]  # a row, and how the file shows it
MAX_PROBLEMS = 100


class OutdatedPlanError(ServiceError):
    """The desk was changed after the plan was made. Nothing is applied (409)."""


@dataclass(frozen=True)
class Problem:
    """A part of the file that can't be applied. line: None if it isn't known."""

    path: str
    text: str
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


@dataclass
class Plan:
    """The changes of a file, or its problems. fingerprint: of the configuration before it."""

    fingerprint: str
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def show_configuration(agent: Agent) -> dict[str, Any]:
    """Return the configuration of the agent's desk, by section."""
    return {section.name: section.write_items(_show(section, agent)) for section in SECTIONS}


def plan_file(file: DeskFile, *, agent: Agent, prune: bool = False) -> Plan:
    """Return what applying a file would change. Nothing is saved. Raises NotAllowedError.

    prune: remove rows of the sections in the file that the file doesn't have.
    """
    with transaction.atomic():
        plan = _Application(file, agent, prune=prune).run()
        transaction.set_rollback(True)
    return plan


def apply_file(
    file: DeskFile, *, agent: Agent, prune: bool = False, fingerprint: str | None = None
) -> Plan:
    """Apply a file, all of it or, if it has problems, nothing.

    fingerprint: of the plan that was looked at; None applies whatever is there. Raises
    OutdatedPlanError, NotAllowedError.
    """
    with transaction.atomic():
        plan = _Application(file, agent, prune=prune).run()
        if fingerprint is not None and plan.fingerprint != fingerprint:
            raise OutdatedPlanError(
                _("The desk was changed after this plan was made. Make a new plan and review it.")
            )
        if plan.problems:
            transaction.set_rollback(True)
    return plan


def fingerprint_of(shown: Shown) -> str:
    """Return a digest of a configuration."""
    rows = [[section, list(items.values())] for section, items in shown.items()]
    text = json.dumps(rows, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def get_fingerprint(agent: Agent) -> str:
    """Return the digest of the desk's configuration as stored now."""
    return fingerprint_of(_show_all(agent))


def _show_all(agent: Agent) -> Shown:
    return {section.name: _show(section, agent) for section in SECTIONS}


def _show(section: Section, agent: Agent) -> dict[Key, Item]:
    shown = [section.show(agent, row) for row in section.list_rows(agent)]
    return {section.get_key(item): item for item in shown}


class _Application:
    """One file that is being applied."""

    def __init__(self, file: DeskFile, agent: Agent, *, prune: bool) -> None:
        self.file, self.agent, self.prune = file, agent, prune
        self.problems: list[Problem] = []
        self.renamed: dict[str, dict[Key, Key]] = {}
        self.loaded: dict[str, dict[Key, Found]] = {}
        self.shown: dict[tuple[str, int], Item] = {}  # by section and ID of the row

    def run(self) -> Plan:
        """Save the whole file. Call it in a transaction."""
        if self.agent.role != Role.ADMIN or not self.agent.is_active:
            raise NotAllowedError(_("Only desk admins can change the configuration."))
        Desk.objects.select_for_update(no_key=True).get(pk=self.agent.desk_id)
        before = _show_all(self.agent)
        self._refuse_unknown_sections()
        for section in SECTIONS:
            if section.name in self.file.content:
                self._save_section(section)
        if self.prune:
            for section in reversed(SECTIONS):
                if section.name in self.file.content:
                    self._prune(section)
        changes = list_changes(before, _show_all(self.agent), self.renamed)
        return Plan(fingerprint_of(before), changes, self.problems[:MAX_PROBLEMS])

    def _refuse_unknown_sections(self) -> None:
        known = [section.name for section in SECTIONS]
        for name in self.file.content:
            if name not in known and not self._is_full():
                self._add_problem((name,), suggest(_("This section is unknown."), name, known))

    def _save_section(self, section: Section) -> None:
        items = section.read_items(self.file.content[section.name])
        if items is None:
            self._add_problem((section.name,), section.get_shape())
            return
        if len(items) > section.max_rows:
            text = _("A section can have at most %(maximum)d rows.")
            text %= {"maximum": section.max_rows}
            self._add_problem((section.name,), text)
            return
        fields = {*section.list_fields(self.agent), MOVED}
        seen: set[Key] = set()
        wanted: list[Key] = []
        for place, item in enumerate(items):
            path = section.get_path(place)
            if self._is_full():
                return
            if self._is_well_formed(section, path, item, fields, seen):
                self._save_item(section, path, item)
                wanted.append(section.get_key(item))
        if section.place:
            self._order(section, wanted)

    def _is_well_formed(
        self, section: Section, path: Path, item: Any, fields: set[str], seen: set[Key]
    ) -> bool:
        if not isinstance(item, dict):
            self._add_problem(path, _("Enter names and values here."))
            return False
        unknown = [name for name in item if name not in fields]
        for name in unknown[:MAX_PROBLEMS]:
            text = suggest(_("This field is unknown."), name, sorted(fields))
            self._add_problem((*path, name), text)
        key = section.get_key(item)
        if not section.has_key(item):
            missing = section.key_names[0]
            self._add_problem((*path, missing), _("This is required to tell the rows apart."))
            return False
        if key in seen:
            self._add_problem(path, _("“%(name)s” appears twice.") % {"name": name_key(key)})
            return False
        seen.add(key)
        return not unknown

    def _save_item(self, section: Section, path: Path, item: Item) -> None:
        given = {name: value for name, value in item.items() if name != MOVED}
        key = section.get_key(given)
        found = self._load(section).get(key)
        if found is None and MOVED in item:
            old = (str(item[MOVED]),)
            found = self._load(section).get(old)
            if found is not None:
                self.renamed.setdefault(section.name, {})[old] = key
        if found is None and section.place:
            given = {**given, section.place: len(self._load(section)) + 1}
        elif found is not None and self._is_same(found[1], given):
            return
        with self._collect(path):
            self._save_changed(section, found, given)
            self._forget(section, found)

    def _save_changed(self, section: Section, found: Found | None, given: Item) -> None:
        """Save a row; if that changes nothing, it leaves no audit entry either."""
        with transaction.atomic():
            section.save(self.agent, found[0] if found else None, given)
            stored = {row.pk: row for row in section.list_rows(self.agent)}
            same = stored.get(found[0].pk) if found else None
            if found and same is not None and section.show(self.agent, same) == found[1]:
                transaction.set_rollback(True)

    def _load(self, section: Section) -> dict[Key, Found]:
        """Return the section's rows and how the file shows them, by key."""
        if section.name not in self.loaded:
            rows = [(row, self._show(section, row)) for row in section.list_rows(self.agent)]
            self.loaded[section.name] = {section.get_key(item): (row, item) for row, item in rows}
        return self.loaded[section.name]

    def _show(self, section: Section, row: Any) -> Item:
        place = section.name, row.pk
        if place not in self.shown:
            self.shown[place] = section.show(self.agent, row)
        return self.shown[place]

    def _forget(self, section: Section, found: Found | None) -> None:
        """Forget what a section has, and how the saved row was shown; other rows are as before."""
        self.loaded.pop(section.name, None)
        if found is not None:
            self.shown.pop((section.name, found[0].pk), None)

    def _is_same(self, shown: Item, given: Item) -> bool:
        return all(name in shown and shown[name] == value for name, value in given.items())

    def _order(self, section: Section, wanted: list[Key]) -> None:
        """Put the rows of the file in its order. The others keep their places."""
        found = self._load(section)
        now = list(found)
        listed = set(wanted) & set(now)
        order = iter([key for key in wanted if key in listed])
        target = [next(order) if key in listed else key for key in now]
        if target == now:
            return
        with self._collect((section.name,)):
            section.put_in_order(self.agent, [found[key][0] for key in target])

    def _prune(self, section: Section) -> None:
        items = section.read_items(self.file.content[section.name]) or []
        named = (item for item in items if isinstance(item, dict) and section.has_key(item))
        kept = set(map(section.get_key, named))
        self.loaded.pop(section.name, None)  # another section's removal may have taken rows along
        for key, (row, _item) in self._load(section).items():
            if key not in kept:
                with self._collect((section.name, name_key(key))):
                    self._remove(section, row)

    def _remove(self, section: Section, row: Any) -> None:
        try:
            with transaction.atomic():
                section.remove(self.agent, row)
        except RestrictedError:
            text = _("Other settings use this. Remove it there first.")
            raise ModelError(text) from None

    @contextmanager
    def _collect(self, path: Path) -> Iterator[None]:
        """Note why a part can't be saved, and undo only that part."""
        try:
            with transaction.atomic():
                yield
        except InvalidValueError as error:
            self._add_problem((*path, error.field), str(error))
        except ServiceError as error:
            self._add_problem(path, str(error))
        except ValidationError as error:
            for inner, text in walk_errors(error.detail):
                own = tuple(part for part in inner if part != WHOLE)
                self._add_problem((*path, *own), str(text))
        except ModelError as error:
            self._add_problem(path, " ".join(error.messages))

    def _is_full(self) -> bool:
        """Return True once there are as many problems as a plan shows: finding more is slow."""
        return len(self.problems) >= MAX_PROBLEMS

    def _add_problem(self, path: Path, text: str) -> None:
        shown = "".join(
            f"[{part}]" if isinstance(part, int) else f".{part}" for part in path
        ).lstrip(".")
        self.problems.append(Problem(shown, text, self.file.find_line(path)))
