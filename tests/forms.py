"""What a browser posts of a form on a page."""

from __future__ import annotations

from typing import Any

import lxml.html


def find_form(html: str) -> lxml.html.FormElement:
    """Return the form that saves an admin page; its id ends in "_form"."""
    [form] = [
        form for form in lxml.html.fromstring(html).forms if form.get("id", "").endswith("_form")
    ]
    return form


def read_form(html: str) -> dict[str, Any]:
    """Return what is posted of an admin page if nothing is edited; lists for repeated names."""
    values: dict[str, Any] = {}
    for name, value in find_form(html).form_values():
        values.setdefault(name, []).append(value or "")
    return {name: value if len(value) > 1 else value[0] for name, value in values.items()}
