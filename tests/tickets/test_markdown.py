"""Markdown of replies and notes: what people mean by it, and nothing that they don't."""

from __future__ import annotations

import pytest

from tests.effort import run_within
from tickets.markup.markdown import render_markdown, render_note

PLAIN = [
    "Hello\n\nPlease restart it.\n\n-- \nAna",
    "# systemctl restart plumbline",
    "#123 is fixed",
    "    at Main.java:12",
    "\\\\server\\share",
    "snake_case_name and 5 * 3",
    "[1]: https://a.example",
    "&copy; 1 < 2",
    "",
]


@pytest.mark.parametrize("text", PLAIN)
def test_a_text_without_markup_stays_plain(text: str) -> None:
    assert render_markdown(text) == ""


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**now**\nor _never_", "<p><strong>now</strong><br>\nor <em>never</em></p>"),
        ("1. one\n2. two", "<ol>\n<li>one</li>\n<li>two</li>\n</ol>"),
        ("3. three", '<ol start="3">\n<li>three</li>\n</ol>'),
        ("```\na < b\n```", "<pre><code>a &lt; b\n</code></pre>"),
        ("> you said\n\nYes", "<blockquote>\n<p>you said</p>\n</blockquote>\n<p>Yes</p>"),
        ("**C:\\new\\**", "<p><strong>C:\\new\\</strong></p>"),
    ],
)
def test_markup_is_what_people_know(text: str, html: str) -> None:
    assert render_markdown(text) == html


def test_addresses_are_links_also_beside_markup_but_not_within_code() -> None:
    html = render_markdown("**See** https://a.example/x_y `https://b.example`")
    assert '<a href="https://a.example/x_y" target="_blank"' in html
    assert "<code>https://b.example</code>" in html


@pytest.mark.parametrize(
    "text",
    [
        "**x** <script>alert(1)</script>",
        "**x** [y](javascript:alert(1))",
        "**x** <a href='javascript:alert(1)'>y</a>",
        "**x** ![y](https://a.example/pixel.png)",
        "**x** [y](data:text/html,z)",
    ],
)
def test_nothing_dangerous_comes_through(text: str) -> None:
    html = render_markdown(text)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html


def test_a_note_links_to_pages_of_the_desk_and_a_reply_does_not() -> None:
    assert 'href="/x"' in render_note(
        "**a** RC-1", lambda t: t.replace("RC-1", '<a href="/x">1</a>')
    )
    assert "href" not in render_markdown("**a** [x](/rocket/agent/)")


@pytest.mark.parametrize(
    "mark",
    ["*", "`a", "~~a", "[", "[a](", "> ", "_a", "|", "- ", "<a", "\n", "> a\n", "[a](b:c)\n"],
)
def test_no_text_takes_long(mark: str) -> None:
    run_within(200, render_markdown, mark * (50_000 // len(mark)))
