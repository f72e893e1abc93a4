"""The desk's own fields as search operators, and texts with commas as filters."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

from django.test import Client

from helpdesk.agent.finding.values import suggest_values
from tests.agent.conftest import inside
from tests.agent.test_queue import QUEUE, numbers
from tests.agent.test_search_operators import search
from tests.cast import NOON, Cast
from tests.fields.conftest import AddField
from tests.fields.test_filtering import find, open_with
from tickets.models import FormField
from tickets.saved_views.saving import ViewValues, save_view


def test_a_field_is_named_by_its_key_or_its_label(
    rocket: Cast, client: Client, add_field: AddField
) -> None:
    add_field("support_plan", "select", label="Support plan", choices=["Gold, 24x7", "Silver"])
    add_field("seats", "number")
    add_field("urgent", "checkbox")
    add_field("town")
    with inside(rocket):
        gold = open_with(
            rocket, support_plan="Gold, 24x7", seats="12", urgent="yes", town="Berlin, DE"
        )
        silver = open_with(rocket, support_plan="Silver", seats="3")
    for words, expected in {
        'support_plan:"gold, 24x7"': [gold],
        '"Support plan":gold': [gold],
        '"support  PLAN":"Gold, 24x7"': [gold],
        '-"Support plan":gold': [silver],
        "support_plan:gold support_plan:silver": [gold, silver],
        "support_plan:*": [gold, silver],
        "seats:>=10": [gold],
        "seats:<=10": [silver],
        "Seats:3": [silver],
        "urgent:yes": [gold],
        "urgent:no": [silver],
        'town:"berlin, de"': [gold],
        'town:"Munich, DE"': [],
        "town:berlin seats:12": [gold],
    }.items():
        found, said = search(client, words)
        assert (words, sorted(found), said) == (words, expected, [])


def test_what_a_field_cannot_have_is_said_and_the_rest_is_searched(
    rocket: Cast, client: Client, add_field: AddField
) -> None:
    add_field("seats", "number")
    add_field("notes", "long")
    add_field("old", is_retired=True)
    for words, told in {
        "seats:many": "Nothing matches “seats:many”, so it's ignored.",
        "-seats:>=3": "Nothing matches “-seats:>=3”, so it's ignored.",
        "notes:x": "“notes:x” isn't a search operator, so it's treated as plain text.",
        "old:x": "“old:x” isn't a search operator, so it's treated as plain text.",
    }.items():
        assert search(client, words)[1] == [told]


def test_logs_stay_words(rocket: Cast, client: Client, add_field: AddField) -> None:
    add_field("error", label="Fault code")
    with inside(rocket):
        rocket.open_ticket(subject="It says level fatal")
    found, said = search(client, '"level":"fatal" is what it says')
    assert said == []
    assert found == []  # those words aren't next to each other


def test_the_search_suggests_fields_and_their_values(
    rocket: Cast, matter: Cast, client: Client, add_field: AddField
) -> None:
    add_field("plan_kind", "select", label="Support plan", choices=["Gold, 24x7", "Silver"])
    add_field("urgent", "checkbox")
    add_field("tag", label="Tag")  # the operator of every desk goes first
    agent = rocket.analyst
    with inside(rocket):
        agent.desk.refresh_from_db()
        assert suggest_values(agent, "sup") == ['"Support plan":']
        assert suggest_values(agent, '"supp') == ['"Support plan":']
        assert suggest_values(agent, "s") == suggest_values(agent, "ta") == []
        assert suggest_values(agent, "plan_kind:go") == ['plan_kind:"Gold, 24x7"']
        assert suggest_values(agent, '"Support plan":') == [
            '"support plan":"Gold, 24x7"',
            '"support plan":Silver',
        ]
        assert suggest_values(agent, "urgent:") == ["urgent:Yes", "urgent:No"]
    with inside(matter):
        assert suggest_values(matter.analyst, "sup") == []
        assert suggest_values(matter.analyst, "plan_kind:") == []


def test_a_comma_in_a_typed_text_is_part_of_it(
    rocket: Cast, client: Client, add_field: AddField
) -> None:
    field = add_field("town")
    with inside(rocket):
        both = open_with(rocket, town="Berlin, DE")
        percent = open_with(rocket, town="100%2C of DE")
        open_with(rocket, town="Berlin")
    name = f"field_{field.pk}"
    page = client.get(f"{QUEUE}?{name}=x").text
    assert f'id="filter-{name}_typed"' in page
    assert f'id="filter-{name}"' not in page
    assert find(client, **{f"{name}_typed": "Berlin, DE"}) == [both]
    assert find(client, **{f"{name}_typed": "100%2C"}) == [percent]
    page = unescape(client.get(f"{QUEUE}?{urlencode({f'{name}_typed': '100%2C, DE'})}").text)
    assert 'value="100%2C, DE"' in page
    assert "<bdi>100%2C, DE</bdi>" in page


def test_a_text_that_was_emptied_leaves_the_view(
    rocket: Cast, client: Client, add_field: AddField
) -> None:
    name = f"field_{add_field('town').pk}"
    with inside(rocket):
        found = open_with(rocket, town="Berlin")
        other = open_with(rocket, town="Munich")
        given = ViewValues(name="Towns", conditions={name: "Berlin"})
        view = save_view(values=given, by=rocket.analyst, at=NOON).slug
    assert numbers(client, f"{QUEUE}?view={view}") == [found]
    assert find(client, view=view, **{f"{name}_typed": ""}) == [found, other]
    assert find(client, view=view, **{f"{name}_typed": "Munich"}) == [other]


def test_several_texts_at_once_stay_a_choice(
    rocket: Cast, client: Client, add_field: AddField
) -> None:
    name = f"field_{add_field('town').pk}"
    page = unescape(client.get(f"{QUEUE}?{name}=Berlin,Munich").text)
    assert re.search(r'<option value="Berlin,Munich" selected>\s*Berlin, Munich\s*<', page)
    with inside(rocket):
        assert FormField.objects.count() == 1
