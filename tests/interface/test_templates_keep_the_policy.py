"""Templates and static files as files: what the strict CSP, hashed names and the cascade ask of each."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from heroicons.templatetags.heroicons import heroicon_micro

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATIC = Path(settings.BASE_DIR) / "helpdesk" / "static"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "emails" not in path.parts)
NAMES = [str(path.relative_to(TEMPLATES)) for path in PAGES]
LAYERS = ("reset", "tokens", "base", "components", "layout", "utilities")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_template_compiles(name):
    assert get_template(name)


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_no_template_carries_an_inline_style_handler_or_script(path):
    source = read(path)

    assert not re.search(r"<[^>]*\s(style|on[a-z]+)=", source)
    assert "<style" not in source
    assert all("src=" in tag for tag in re.findall(r"<script\b[^>]*>", source))


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_every_icon_that_a_template_names_exists(path):
    for name in re.findall(r'{% icon "([^"]+)"', read(path)):
        assert heroicon_micro(name)


def test_every_stylesheet_is_linked_and_puts_its_rules_into_a_known_layer():
    linked = re.findall(r"css/([a-z_]+\.css)", read(TEMPLATES / "includes/styles.html"))
    sheets = {path.name: read(path) for path in (STATIC / "css").glob("*.css")}

    assert sorted(linked) == sorted(sheets)
    assert linked[0] == "layers.css"
    for name, source in sheets.items():
        assert set(re.findall(r"@layer ([a-z]+) {", source)) <= set(LAYERS), name
        assert "@import" not in source, name


def test_every_module_is_linked_and_imports_no_other():
    pages = [TEMPLATES / "includes/scripts.html", TEMPLATES / "mfa/_passkey_scripts.html"]
    linked = [name for page in pages for name in re.findall(r"js/([a-z_]+\.js)", read(page))]
    modules = {path.name: read(path) for path in (STATIC / "js").glob("*.js")}

    assert sorted([*linked, "theme.js"]) == sorted(modules)
    for name, source in modules.items():
        assert not re.search(r"^\s*import\b|\beval\(|new Function", source, flags=re.MULTILINE), (
            name
        )
