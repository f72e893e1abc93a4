"""Templates, style sheets and scripts as files: strict CSP, hashed names, cascade and layout."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from heroicons.templatetags.heroicons import heroicon_micro

from helpdesk.shared import bundles
from helpdesk.shared.wording.script_texts import SCRIPT_TEXTS
from tests.interface.css import (
    HTMX_CLASSES,
    SHEETS,
    find_set_classes,
    find_styled_classes,
    is_set,
    read_rules,
)

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATIC = Path(settings.BASE_DIR) / "helpdesk" / "static"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "emails" not in path.parts)
NAMES = [str(path.relative_to(TEMPLATES)) for path in PAGES]
MAX_COLUMNS = 120
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
# Copied from the admin theme and changed as little as possible.
OURS = [path for path in PAGES if "unfold" not in path.parts]
OUR_NAMES = [str(path.relative_to(TEMPLATES)) for path in OURS]
LAYERS = ("reset", "tokens", "base", "components", "layout", "utilities")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_template_compiles(name):
    assert get_template(name)


# The design of emails. Mail clients apply no style sheet that a page links, and few of its own.
EMAIL_DESIGN = {"emails/frame.html", "emails/_button.html", "emails/_code.html"}


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_no_template_carries_an_inline_style_handler_or_script(path):
    source = read(path)

    if str(path.relative_to(TEMPLATES)) not in EMAIL_DESIGN:
        assert not re.search(r"<[^>]*\sstyle=", source)
        assert "<style" not in source
    assert not re.search(r"<[^>]*\son[a-z]+=", source)
    assert all("src=" in tag for tag in re.findall(r"<script\b[^>]*>", source))


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_every_icon_that_a_template_names_exists(path):
    for name in re.findall(r'{% icon "([^"]+)"', read(path)):
        assert heroicon_micro(name)


def test_every_style_sheet_is_in_a_bundle_and_puts_its_rules_into_a_known_layer():
    sheets = {path.stem: read(path) for path in (STATIC / "css").glob("*.css")}

    assert sorted(bundles.STYLES) == sorted(sheets)
    assert next(iter(bundles.STYLES)) == "layers"
    for name, source in sheets.items():
        assert set(re.findall(r"@layer ([a-z]+) {", source)) <= set(LAYERS), name
        assert "@import" not in source, name
        # Relative to the file: a bundle lies in a folder beside css.
        assert source.count("url(") == source.count('url("../fonts/'), name


def test_every_script_is_loaded_and_imports_no_other():
    alone = re.findall(r"js/([a-z_]+)\.js", read(TEMPLATES / "mfa/_passkey_scripts.html"))
    scripts = {path.stem: read(path) for path in (STATIC / "js").glob("*.js")}

    assert sorted([*bundles.SCRIPTS, *alone, "theme"]) == sorted(scripts)
    assert next(iter(bundles.SCRIPTS)) == "texts"
    for name, source in scripts.items():
        assert not re.search(
            r"^\s*(import|export)\b|\beval\(|new Function", source, flags=re.MULTILINE
        ), name


@pytest.mark.parametrize("path", OURS, ids=OUR_NAMES)
def test_every_template_is_laid_out_in_lines(path: Path) -> None:
    long = [n for n, line in enumerate(read(path).splitlines(), 1) if len(line) > MAX_COLUMNS]
    assert long == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_declaration_has_a_line_of_its_own(sheet: Path) -> None:
    for line in read_rules(sheet).splitlines():
        assert not re.search(r"[;{]\s*\S", re.sub(r'"[^"]*"', "", line)), line
        assert len(line) <= MAX_COLUMNS


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_style_depends_on_the_direction_of_reading(sheet: Path) -> None:
    rules = read_rules(sheet)
    sided = re.findall(r"(?:^|[\s-])(?:left|right)\s*:|: (?:left|right);", rules)
    assert sided == []
    for name, value in re.findall(r"(padding|margin|inset|border-width): ([^;]+);", rules):
        sides = re.sub(r"\([^)]*\)", "", value).split()
        assert len(sides) < 4 or sides[1] == sides[3], f"{name}: {value}"


def test_every_styled_class_is_used() -> None:
    used = find_set_classes() | HTMX_CLASSES
    unused = {
        f"{sheet.name}: {name}"
        for sheet in SHEETS
        for name in find_styled_classes(sheet)
        if not is_set(name, used)
    }
    assert unused == set()


def test_a_class_that_nothing_sets_is_noticed() -> None:
    used = find_set_classes()
    assert is_set("ticket-row", used)
    assert is_set("avatar-sm", used)
    assert not is_set("ticket-ro", used)
    assert not is_set("avatar-system", used)


TEXT_NAMES = {re.sub(r"-(\w)", lambda found: found[1].upper(), name) for name in SCRIPT_TEXTS}


@pytest.mark.parametrize("module", SCRIPTS, ids=lambda module: module.name)
def test_a_script_asks_only_for_texts_that_there_are(module: Path) -> None:
    calls = re.findall(r"getText\(([^,)]*)", read(module))
    assert {name for call in calls for name in re.findall(r'"(\w+)"', call)} <= TEXT_NAMES


def test_every_text_for_scripts_is_used_by_one() -> None:
    sources = "".join(read(module) for module in SCRIPTS)
    assert {name for name in TEXT_NAMES if f'"{name}"' not in sources} == set()
