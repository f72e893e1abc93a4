"""Static files carry the same Content-Security-Policy as pages (ASVS 3.4.3)."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

FILES = {
    "css/site.css": "a { color: red }",
    "js/site.js": "export {}",
    "img/logo.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "docs/notice.html": "<script>alert(1)</script>",
}


@pytest.fixture
def site(tmp_path: Path, settings: Settings) -> Client:
    """Return a client of a site with FILES as its static files."""
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    settings.STATIC_ROOT = tmp_path
    return Client()


@pytest.mark.parametrize("name", FILES)
def test_a_static_file_carries_the_policy(name: str, site: Client) -> None:
    answer = site.get(f"/static/{name}")
    assert b"".join(answer.streaming_content).decode() == FILES[name]  # type: ignore[attr-defined]
    policy = answer["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy)
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_an_unchanged_static_file_carries_the_policy(site: Client) -> None:
    first = site.get("/static/img/logo.svg")
    again = site.get("/static/img/logo.svg", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]
