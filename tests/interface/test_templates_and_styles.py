"""Templates, style sheets and scripts as files: strict CSP, hashed names, cascade and layout."""

import re
from pathlib import Path

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
MAX_COLUMNS = 120
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
# Copied from the admin theme and changed as little as possible.
OURS = [path for path in PAGES if "unfold" not in path.parts]
LAYERS = ("reset", "tokens", "base", "components", "layout", "utilities")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


def test_every_template_compiles() -> None:
    for path in PAGES:
        assert get_template(name(path))
    assert len(PAGES) > 300


# The design of emails. Mail clients apply no style sheet that a page links, and few of its own.
EMAIL_DESIGN = {"emails/frame.html", "emails/_button.html", "emails/_code.html"}


def test_no_template_carries_an_inline_style_handler_or_script() -> None:
    for path in PAGES:
        source = read(path)
        if name(path) not in EMAIL_DESIGN:
            assert not re.search(r"<[^>]*\sstyle=", source), path
            assert "<style" not in source, path
        assert not re.search(r"<[^>]*\son[a-z]+=", source), path
        assert all("src=" in tag for tag in re.findall(r"<script\b[^>]*>", source)), path


def test_every_icon_that_a_template_names_exists() -> None:
    named = {icon for path in PAGES for icon in re.findall(r'{% icon "([^"]+)"', read(path))}
    for icon in named:
        assert heroicon_micro(icon)
    assert len(named) > 20


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


def test_every_template_is_laid_out_in_lines() -> None:
    long = [
        f"{name(path)}:{number}"
        for path in OURS
        for number, line in enumerate(read(path).splitlines(), 1)
        if len(line) > MAX_COLUMNS
    ]
    assert long == []


def test_every_declaration_has_a_line_of_its_own() -> None:
    for sheet in SHEETS:
        for line in read_rules(sheet).splitlines():
            assert not re.search(r"[;{]\s*\S", re.sub(r'"[^"]*"', "", line)), (sheet.name, line)
            assert len(line) <= MAX_COLUMNS, (sheet.name, line)


def test_no_style_depends_on_the_direction_of_reading() -> None:
    for sheet in SHEETS:
        rules = read_rules(sheet)
        sided = re.findall(r"(?:^|[\s-])(?:left|right)\s*:|: (?:left|right);", rules)
        assert (sheet.name, sided) == (sheet.name, [])
        for field, value in re.findall(r"(padding|margin|inset|border-width): ([^;]+);", rules):
            sides = re.sub(r"\([^)]*\)", "", value).split()
            assert len(sides) < 4 or sides[1] == sides[3], f"{sheet.name}: {field}: {value}"


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


def test_a_script_asks_only_for_texts_that_there_are() -> None:
    for module in SCRIPTS:
        calls = re.findall(r"getText\(([^,)]*)", read(module))
        asked = {text for call in calls for text in re.findall(r'"(\w+)"', call)}
        assert (module.name, asked - TEXT_NAMES) == (module.name, set())


def test_every_text_for_scripts_is_used_by_one() -> None:
    sources = "".join(read(module) for module in SCRIPTS)
    assert {name for name in TEXT_NAMES if f'"{name}"' not in sources} == set()
