"""Cached URLs are those of the current desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import get_script_prefix, reverse, set_script_prefix

from helpdesk.shared.urls import get_url


@pytest.fixture(autouse=True)
def _same_prefix_afterwards() -> Iterator[None]:
    before = get_script_prefix()
    yield
    set_script_prefix(before)


def test_a_url_begins_with_its_desk() -> None:
    found = []
    for desk in ("/rocket/", "/matter/", "/rocket/", "/"):
        set_script_prefix(desk)
        assert get_url("agent:ticket", 7) == reverse("agent:ticket", args=[7])
        found.append(get_url("agent:queue"))
    assert found == ["/rocket/agent/", "/matter/agent/", "/rocket/agent/", "/agent/"]


@pytest.mark.parametrize("query", [None, {}, {"view": "mine", "q": "a&b ç"}, {"ticket": 7}])
def test_a_query_is_encoded_as_reverse_does(query: dict[str, object] | None) -> None:
    assert get_url("agent:queue", query=query) == reverse("agent:queue", query=query)
