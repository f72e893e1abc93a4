"""Reads style sheets and class names, for the tests of the style sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SHEETS = sorted((ROOT / "helpdesk" / "static" / "css").glob("*.css"))
# Where a class can be set: an attribute, a script, a widget, the icon tag.
SOURCES = [
    *(ROOT / "templates").rglob("*.html"),
    *(ROOT / "helpdesk" / "static" / "js").glob("*.js"),
    *(ROOT / "helpdesk").rglob("*.py"),
]
SET = re.compile(
    r"""class="([^"]*)"|class='([^']*)'|className = "([^"]*)"|classList\.\w+\("([^"]*)"\)"""
    r"""|{% block body_class %}([^{]*){% endblock %}"""
    r"""|css="([^"]*)"|css: str = "([^"]*)"|css = f"([^"]*)"|"class": "([^"]*)\""""
)
HTMX_CLASSES = frozenset({"htmx-request", "htmx-indicator", "htmx-swapping", "htmx-settling"})
AVATAR_SIZES = {"sm", "lg"}
NAMED = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")


def read_rules(sheet: Path) -> str:
    """Return a style sheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)


def find_styled_classes(sheet: Path) -> set[str]:
    """Return the classes that a style sheet's selectors name."""
    selectors = re.findall(r"([^{};]+){", read_rules(sheet))
    plain = (re.sub(r'"[^"]*"', "", text) for text in selectors if not text.strip().startswith("@"))
    return {name for text in plain for name in NAMED.findall(text)}


def find_set_classes() -> set[str]:
    """Return the classes that templates, scripts and widgets set."""
    return {
        name for source in SOURCES for name in find_classes_in(source.read_text(encoding="utf-8"))
    }


def find_classes_in(text: str) -> Iterator[str]:
    """Yield the classes that a source sets."""
    for groups in SET.findall(text):
        value = next(filter(None, groups), "")
        for size in AVATAR_SIZES:
            whole = value.replace("{{ size }}", size)
            yield from re.sub(r"{%[^%]*%}|{{[^}]*}}|{css}", " ", whole).split()


def is_set(name: str, names: set[str]) -> bool:
    """Return True if a class is among the names."""
    return name in names
