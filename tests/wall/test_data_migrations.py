"""Migrations that change rows do it in a role that sees them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.wall.filling import list_walled_models

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = sorted(ROOT.glob("*/migrations/0*.py"))
CHANGE = re.compile(r'(?:^|[;\s])(?:UPDATE|DELETE FROM)\s+"?(\w+)', re.MULTILINE)
# Functions of triggers run later, in the role of whoever changes a row.
FUNCTION = re.compile(r"RETURNS\b[^;$]*\$(\w*)\$.*?\$\1\$", re.DOTALL)
WALLED = {model._meta.db_table for model in list_walled_models()}


def test_a_migration_that_changes_rows_of_desks_sets_the_role() -> None:
    """Forced row-level security hides all rows from the owner: its UPDATE would change none."""
    sources = {path: path.read_text() for path in MIGRATIONS}
    changing = {
        path
        for path, source in sources.items()
        if WALLED & set(CHANGE.findall(FUNCTION.sub("", source)))
    }
    assert changing
    assert [path for path in changing if "SET ROLE {SYSTEM_ROLE}" not in sources[path]] == []


def test_a_migration_changes_no_rows_by_the_orm() -> None:
    for path in MIGRATIONS:
        names = {getattr(node, "attr", "") for node in ast.walk(ast.parse(path.read_text()))}
        assert "RunPython" not in names, path


def test_a_change_in_a_function_is_left_to_its_callers() -> None:
    sql = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\nUPDATE a;\nEND $$;"
    assert CHANGE.findall(FUNCTION.sub("", f"{sql}\nUPDATE b SET c = d")) == ["b"]


def test_a_change_is_found_in_sql() -> None:
    sql = "SET ROLE x;\nUPDATE accounts_plan p SET a = b;\nDELETE FROM tickets_note WHERE true"
    assert set(CHANGE.findall(sql)) == {"accounts_plan", "tickets_note"}
    assert WALLED & {"accounts_plan"}
