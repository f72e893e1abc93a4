"""Placeholders in the reply of a macro."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.macros.helpers import make_macro
from tickets.errors import InvalidValueError
from tickets.macros.placeholders import VALUES, fill_placeholders
from tickets.markup.markdown import render_markdown
from tickets.models import Ticket


def fill(cast: Cast, text: str, ticket: Ticket) -> str:
    return fill_placeholders(text, ticket=ticket, agent=cast.analyst)


def test_values_of_the_ticket_and_the_agent_are_filled_in(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    text = "{{ticket.number}} {{ ticket.subject }} {{agent.name}}"
    assert fill(in_rocket, text, ticket) == "RC-1001 The server does not start Analyst"


def test_every_placeholder_has_a_value(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    for name in VALUES:
        value = fill(in_rocket, f"{{{{{name}}}}}", ticket)
        assert value, name
        assert "{" not in value, name


def test_a_ticket_without_an_account_leaves_no_word(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket(contact=in_rocket.stranger)
    assert fill(in_rocket, "[{{account.name}}]", ticket) == "[]"


def test_an_unknown_placeholder_is_refused_with_the_known_ones(in_rocket: Cast) -> None:
    with pytest.raises(InvalidValueError) as refused:
        make_macro(in_rocket, text="Hi {{contact.password}} and {{settings.SECRET_KEY}}")
    assert refused.value.field == "text"
    assert "{{contact.password}}, {{settings.SECRET_KEY}}" in str(refused.value)
    assert "{{ticket.number}}" in str(refused.value)


def test_an_unknown_placeholder_of_a_translation_is_refused_there(in_rocket: Cast) -> None:
    with pytest.raises(InvalidValueError) as refused:
        make_macro(in_rocket, text="Hi", texts={"de": "Hallo {{name}}"})
    assert refused.value.field == "text_de"


def test_a_subject_cannot_bring_placeholders_or_lines(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket(subject="{{agent.name}}")
    assert fill(in_rocket, "Re: {{ticket.subject}}", ticket) == "Re: {{agent.name}}"
    ticket.contact.name = "Eve\n\nKind regards\nYour bank"
    assert fill(in_rocket, "{{contact.name}}", ticket) == "Eve Kind regards Your bank"
    ticket.contact.name = "[Sign in](https://evil.example)"
    filled = fill(in_rocket, "{{contact.name}}", ticket)
    assert not render_markdown(filled)
