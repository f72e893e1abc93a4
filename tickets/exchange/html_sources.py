"""Images in stored HTML as the sanitizer found them, so that an export can be imported again."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

_ATTACHED = re.compile(r'<img data-cid="([^"]*)"')
# The sanitizer's links and spans in place of remote images.
_REMOTE = re.compile(
    r'<(?P<tag>a|span)\b(?=[^>]*\bdata-src="(?P<source>[^"]*)")[^>]*>\[(?P<alt>[^<]*)\]</(?P=tag)>'
)


def restore_sources(stored: str) -> str:
    """Return sanitized HTML with its images in place. What is imported is sanitized again."""
    attached = _ATTACHED.sub(lambda found: f'<img src="cid:{_quote(found[1])}"', stored)
    return _REMOTE.sub(_write_remote, attached)


def _quote(content_id: str) -> str:
    return html.escape(quote(html.unescape(content_id), safe="@!$*+-./:=?^_{|}~"))


def _write_remote(found: re.Match[str]) -> str:
    return f'<img src="{found["source"]}" alt="{html.escape(html.unescape(found["alt"]))}">'
