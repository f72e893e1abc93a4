"""Bundles: each interface loads what its templates use, as one style sheet and one script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from helpdesk.shared import bundles
from helpdesk.shared.bundles import INTERFACES, SCRIPTS, STYLES, list_files
from tests.interface.css import find_classes_in, find_styled_classes

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATIC = Path(settings.BASE_DIR) / "helpdesk" / "static"
PARTS = re.compile(r"""{% (?:include|extends|drawn|filled|filled_each) ["']([^"']+)["']""")
# includes/field.html draws these for a form with a file. No sign-in page has one.
# The portal's messages have a kind, for their style; only agents' replies ask what they cross.
NEVER_USED = {"page": {"data-dropzone", "data-dropzone-list"}, "portal": {"data-kind"}}
HANDLED = re.compile(r"\[(data-[a-z-]+)[\]=]")


def read_whole(path: Path, seen: dict[Path, str]) -> dict[Path, str]:
    """Return the sources of a template and of all that it extends and includes."""
    if path not in seen and path.exists():
        seen[path] = path.read_text()
        for name in PARTS.findall(seen[path]):
            read_whole(TEMPLATES / name, seen)
    return seen


def find_interface(path: Path, whole: dict[Path, str]) -> str | None:
    """Return whose pages a template is part of; None for those of the admin and of emails."""
    for interface in ("agent", "portal"):
        if TEMPLATES / interface / "base.html" in whole:
            return interface
    if TEMPLATES / "base.html" in whole or path.name == "500.html":
        return "page"
    folder = path.relative_to(TEMPLATES).parts[0]
    return folder if folder in INTERFACES else None


def read_templates(interface: str) -> str:
    """Return the source of all templates that the pages of an interface are made from."""
    found: dict[Path, str] = {}
    for path in TEMPLATES.rglob("*.html"):
        whole = read_whole(path, {})
        if find_interface(path, whole) == interface:
            found |= whole
    return "\n".join(found.values())


def find_styles(name: str) -> set[str]:
    return find_styled_classes(STATIC / "css" / f"{name}.css")


def find_handled(name: str) -> set[str]:
    """Return the data attributes that a script looks for."""
    return set(HANDLED.findall((STATIC / "js" / f"{name}.js").read_text()))


@pytest.mark.parametrize("interface", INTERFACES)
def test_the_classes_of_an_interface_have_their_styles_in_its_bundle(interface):
    used = set(find_classes_in(read_templates(interface)))
    anywhere = {name for sheet in STYLES for name in find_styles(sheet)}
    loaded = {name for sheet in list_files(STYLES, interface) for name in find_styles(sheet)}

    assert len(used & anywhere) > 10
    assert used & anywhere - loaded == set()


@pytest.mark.parametrize("interface", INTERFACES)
def test_the_attributes_that_scripts_handle_have_their_script_in_the_bundle(interface):
    source = read_templates(interface)
    used = set(re.findall(r"\bdata-[a-z-]+", source))
    anywhere = {name for script in SCRIPTS for name in find_handled(script)}
    loaded = {n for script in list_files(SCRIPTS, interface) for n in find_handled(script)}

    assert used & anywhere
    assert used & anywhere - loaded == NEVER_USED.get(interface, set())


@pytest.mark.parametrize("interface", INTERFACES)
def test_a_bundle_loads_no_file_whose_classes_its_interface_never_uses(interface):
    used = set(find_classes_in(read_templates(interface)))
    idle = [
        sheet
        for sheet in list_files(STYLES, interface)
        if (styled := find_styles(sheet)) and not styled & used and sheet != "base"
    ]
    assert idle == []


def test_a_bundle_has_no_comments_and_loses_nothing_else():
    style, script = bundles.join_styles("agent"), bundles.join_scripts("agent")
    assert "/*" not in style
    assert not re.search(r"^\s*//", script, re.MULTILINE)
    for name in list_files(STYLES, "agent"):
        source = re.sub(
            r"/\*.*?\*/", "", (STATIC / "css" / f"{name}.css").read_text(), flags=re.DOTALL
        )
        assert "".join(source.split()) in "".join(style.split())


def test_no_text_of_a_script_spans_lines():
    """A bundle strips indentation, which would change such a text."""
    for name in SCRIPTS:
        source = (STATIC / "js" / f"{name}.js").read_text()
        assert all(line.count("`") % 2 == 0 for line in source.splitlines()), name


def test_the_finder_builds_a_bundle_and_finds_nothing_else(settings, tmp_path):
    settings.BUNDLES_DIR = tmp_path
    finder = bundles.BundleFinder()

    found = finder.find("bundles/agent.css")

    assert Path(found).read_text() == bundles.join_styles("agent")
    assert finder.find("bundles/agent.css", find_all=True) == [found]
    assert Path(finder.find("bundles/symbols.svg")).read_text() == bundles.draw_symbols()
    assert finder.find("bundles/other.css") == []
    assert finder.find("css/base.css") == []


def test_a_changed_source_changes_the_bundle(settings, tmp_path, monkeypatch):
    settings.BUNDLES_DIR = tmp_path / "made"
    sources = tmp_path / "css"
    sources.mkdir()
    for name in STYLES:
        (sources / f"{name}.css").write_text(f".{name} {{\n}}\n")
    monkeypatch.setattr(bundles, "SOURCES", tmp_path)
    finder = bundles.BundleFinder()
    before = Path(finder.find("bundles/page.css")).read_text()

    (sources / "auth.css").write_text(".renamed {\n}\n")
    after = Path(finder.find("bundles/page.css")).read_text()

    assert ".auth" in before
    assert ".renamed" in after
    assert ".auth" not in after
    assert ".portal" not in after


def test_collectstatic_collects_every_bundle(settings, tmp_path):
    settings.BUNDLES_DIR = tmp_path

    listed = [path for path, _storage in bundles.BundleFinder().list([])]

    assert sorted(listed) == sorted(
        ["bundles/symbols.svg"]
        + [f"bundles/{name}.{kind}" for name in INTERFACES for kind in ("css", "js")]
    )
    assert all((tmp_path / path).stat().st_size for path in listed)


def test_each_script_keeps_its_names_to_itself():
    twice = {"const TICK_MS": 2}  # two scripts use this name, with different values
    joined = bundles.join_scripts("agent")

    assert {name: joined.count(name) for name in twice} == twice
    assert joined.count("\n}\n{\n") >= len(list_files(SCRIPTS, "agent")) - 1


def test_the_bundles_are_found_as_static_files():
    assert all(finders.find(f"bundles/{name}.js") for name in INTERFACES)
