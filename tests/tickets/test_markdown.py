"""Markdown of replies and notes: what people mean by it, and nothing that they don't."""

from __future__ import annotations

import re

import pytest

from tests.effort import run_within
from tickets.markup.markdown import MAX_CELLS, render_markdown, render_note
from tickets.markup.tables import count_cells

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


def test_no_long_line_or_word_takes_long() -> None:
    """Such as a row of a pasted table, or a link around a long word."""
    for text in (
        f"|{' ' * 2_000}{'-' * 2_000}x",
        f"a|b\n{'-' * 25_000}|{'-' * 20_000}x",
        f"[{'a' * 49_000}](https://evil.example)",
        f"[{'a.b-' * 12_000}](https://evil.example)",
    ):
        run_within(200, render_markdown, text)


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("[https://bank.example/in](https://evil.example/x)", "evil.example"),
        ("[bank.example](https://evil.example)", "evil.example"),
        ("[Go to www.bank.example now](https://evil.example)", "evil.example"),
        ("[**bank**.example](https://evil.example)", "evil.example"),
        ("[https://bank.example](https://bank.example@evil.example/)", "evil.example"),
        ("[bank\u200b.example](https://evil.example)", "evil.example"),
        ("[a@bank.example](mailto:b@evil.example)", "b@evil.example"),
        ("[bank.example](https://www.bank.example/in)", ""),
        ("[our guide](https://docs.example.com/a)", ""),
        ("<https://docs.example.com/a>", ""),
    ],
)
def test_a_link_that_names_another_address_shows_where_it_leads(link: str, host: str) -> None:
    shown = re.sub("<[^>]+>", "", render_markdown(f"**See** {link}"))
    assert shown.endswith(f" ({host})") if host else "(" not in shown


def test_a_direction_override_turns_no_host() -> None:
    assert "\u202e" not in render_markdown("\u202eSee [bank.example](https://evil.example)")


def test_tables_with_too_many_cells_stay_plain() -> None:
    small = "a|b\n-|-\n1|2"
    assert "<table>" in render_markdown(small)
    wide = "\n".join(("|".join("a" * 400), "|".join("-" * 400), *("|" * 400)))
    assert count_cells(wide) > MAX_CELLS
    assert "<table>" not in render_markdown(f"{wide}\n\n**x**")
    quoted = "\n".join(f"> {line}" for line in wide.splitlines())
    assert "<table>" not in render_markdown(quoted)
