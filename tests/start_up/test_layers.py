"""The layers, where import-linter does not look: hidden imports, the web layer, migrations."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["helpdesk", "channels_intake", "sla", "routing", "tickets", "accounts"]
LAYER = {"helpdesk": 3, "channels_intake": 2, "sla": 2, "routing": 2, "tickets": 1, "accounts": 0}
WEB_MODULES = (
    "django.http",
    "django.shortcuts",
    "django.template",
    "django.urls",
    "django.views",
    "rest_framework",
)

# Modules below the top layer that may import web modules, and why.
WEB_EXCEPTIONS = {
    "accounts/desk_addresses.py": "a desk's path must not hide a page of the site",
    "accounts/middleware.py": "finds the desk of a request",
    "channels_intake/webhooks.py": "receives the providers' webhooks",
    "channels_intake/urls.py": "their URLs",
    "channels_intake/connections/outgoing/notices.py": "texts of notices are templates",
    "channels_intake/connections/outgoing/ways.py": "a refusal names a size in the user's words",
    "channels_intake/outgoing/rendering.py": "bodies of outgoing email are templates",
}


def list_modules(*packages: str) -> list[Path]:
    found = [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def list_migrations() -> list[Path]:
    return [path for package in PACKAGES for path in (ROOT / package).glob("migrations/0*.py")]


def is_admin_module(path: Path) -> bool:
    """Return True for Django admin classes, which live beside the models they show."""
    return path.stem == "admin" or path.parent.name == "admin"


def list_imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def list_web_imports(path: Path) -> list[str]:
    imports = list_imports(parse(path))
    return [name for name in imports if name.startswith(WEB_MODULES)]


def list_migration_dependencies(path: Path) -> list[str]:
    """Return the apps that a migration depends on by ``dependencies`` or ``run_before``."""
    pairs = [
        pair
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Assign)
        and getattr(node.targets[0], "id", "") in {"dependencies", "run_before"}
        for pair in ast.walk(node.value)
        if isinstance(pair, ast.Tuple)
    ]
    return [first.value for pair in pairs if isinstance(first := pair.elts[0], ast.Constant)]


def get_name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def is_below(other: str, package: str) -> bool:
    return other == package or LAYER[other] < LAYER[package]


def test_no_module_below_the_top_layer_imports_the_web() -> None:
    checked = [
        path
        for path in list_modules(*PACKAGES[1:])
        if get_name(path) not in WEB_EXCEPTIONS and not is_admin_module(path)
    ]
    assert len(checked) > 500
    found = {get_name(path): list_web_imports(path) for path in checked}
    assert {name: imports for name, imports in found.items() if imports} == {}


def test_each_exception_is_still_needed() -> None:
    for name in WEB_EXCEPTIONS:
        assert list_web_imports(ROOT / name), f"remove {name} from WEB_EXCEPTIONS"


def test_no_import_hides_in_a_function() -> None:
    found = {get_name(path): list_hidden_imports(path) for path in list_modules(*PACKAGES)}
    assert {name: imports for name, imports in found.items() if imports} == {}


def list_hidden_imports(path: Path) -> list[str]:
    functions = [
        node
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    ]
    return [name for function in functions for name in list_imports(function)]


def test_imports_go_down() -> None:
    upward = [
        f"{get_name(path)} imports {name}"
        for path in list_modules(*PACKAGES)
        for name in list_imports(parse(path))
        if is_upward(name.partition(".")[0], path)
    ]
    assert upward == []


def is_upward(other: str, path: Path) -> bool:
    """Return True if another package of ours is not below the one of a module."""
    return other in LAYER and not is_below(other, path.relative_to(ROOT).parts[0])


def test_migrations_depend_and_import_downward() -> None:
    checked = list_migrations()
    assert len(checked) > 100
    upward = {
        (get_name(path), other)
        for path in checked
        for other in [
            *list_migration_dependencies(path),
            *(name.partition(".")[0] for name in list_imports(parse(path))),
        ]
        if is_upward(other, path)
    }
    assert upward == set()


def test_migration_dependencies_are_found() -> None:
    """The test above proves something only if the dependencies are read."""
    found = list_migration_dependencies(ROOT / "tickets" / "migrations" / "0001_initial.py")
    assert "accounts" in found


def test_the_linter_checks_the_same_layers() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert set(settings["root_packages"]) == set(PACKAGES)
    assert settings["contracts"][0]["layers"] == [
        "helpdesk",
        "channels_intake | sla | routing",
        "tickets",
        "accounts",
    ]


def test_the_linter_finds_nothing() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(
        [linter, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout
