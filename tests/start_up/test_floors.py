"""The floors of the house, where import-linter does not look: the web stays on top, and no import hides."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["helpdesk", "channels_intake", "sla", "routing", "tickets", "accounts"]
FLOOR = {"helpdesk": 3, "channels_intake": 2, "sla": 2, "routing": 2, "tickets": 1, "accounts": 0}
OF_THE_WEB = (
    "django.http",
    "django.shortcuts",
    "django.template",
    "django.urls",
    "django.views",
    "rest_framework",
)

# What may know of the web below the top floor, and why.
MAY_KNOW = {
    "accounts/desk_addresses.py": "a desk may not stand where a page of the site stands",
    "accounts/middleware.py": "finds the desk of a request",
    "channels_intake/webhooks.py": "the providers' webhooks come in here",
    "channels_intake/urls.py": "their addresses",
    "channels_intake/outgoing/composing.py": "the bodies of outgoing mail are templates",
}


def modules(*packages: str) -> list[Path]:
    found = [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def is_known_to_admin(path: Path) -> bool:
    """Django admin's pages are classes beside the models that they show."""
    return path.stem == "admin" or path.parent.name == "admin"


def imports(tree: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", modules(*PACKAGES[1:]), ids=name)
def test_no_module_below_the_top_knows_of_the_web(path: Path) -> None:
    if name(path) in MAY_KNOW or is_known_to_admin(path):
        return
    known = [
        what for what, _ in imports(ast.parse(path.read_text())) if what.startswith(OF_THE_WEB)
    ]
    assert known == []


def test_each_exception_is_still_needed() -> None:
    for exception in MAY_KNOW:
        known = [what for what, _ in imports(ast.parse((ROOT / exception).read_text()))]
        assert any(what.startswith(OF_THE_WEB) for what in known), f"{exception} may leave the list"


@pytest.mark.parametrize("path", modules(*PACKAGES), ids=name)
def test_no_import_is_hidden_in_a_function(path: Path) -> None:
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    ]
    assert [what for function in functions for what, _ in imports(function)] == []


@pytest.mark.parametrize("path", modules(*PACKAGES), ids=name)
def test_imports_go_down_or_stay(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    for what, _ in imports(ast.parse(path.read_text())):
        other = what.partition(".")[0]
        if other in FLOOR and other != package:
            assert FLOOR[other] < FLOOR[package], f"{name(path)} imports {what}"


def test_the_linter_knows_the_same_floors() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert set(told["root_packages"]) == set(PACKAGES)
    assert told["contracts"][0]["layers"] == [
        "helpdesk",
        "channels_intake | sla | routing",
        "tickets",
        "accounts",
    ]


def test_the_linter_finds_nothing() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
