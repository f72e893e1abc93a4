"""Templates are sent without the indentation that is for their editors."""

from pathlib import Path

import pytest
from django.template import engines


def test_a_page_has_no_indentation() -> None:
    source = engines["django"].get_template("includes/pagination.html").template.source
    assert source.strip()
    assert not any(line.startswith((" ", "\t")) for line in source.splitlines())


def test_a_text_keeps_its_indentation() -> None:
    source = engines["django"].get_template("emails/base.txt").template.source
    raw = Path("templates/emails/base.txt").read_text()
    assert source == raw


@pytest.mark.parametrize("tag", ["pre", "textarea"])
def test_no_template_has_lines_of_its_own_where_white_space_shows(tag: str) -> None:
    """Between the tags stands a single value, so that nothing depends on indentation."""
    for path in Path("templates").rglob("*.html"):
        for part in path.read_text().split(f"<{tag}")[1:]:
            inside = part.partition(">")[2].partition(f"</{tag}>")[0]
            assert "\n" not in inside, path


def test_a_multiline_translation_is_trimmed_in_every_template() -> None:
    """Otherwise the text that is looked up would differ from the one in the catalogs."""
    for path in Path("templates").rglob("*.html"):
        for part in path.read_text().split("{% blocktranslate")[1:]:
            head, _, rest = part.partition("%}")
            body = rest.partition("{% endblocktranslate")[0]
            assert "trimmed" in head or "\n" not in body, path
