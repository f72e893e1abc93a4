"""The stage editor: ten stages on one page, their texts, and a preview."""

from __future__ import annotations

from datetime import date
from typing import Any

import lxml.html
import pytest
from django.test import Client

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.defects.helpers import report
from tickets.defects.merging import merge_defect
from tickets.models import Stage, StageSetting

URL = "/rocket/admin/defects/stages/"


def read_form(client: Client) -> dict[str, Any]:
    """Return what a browser would send if nothing was changed."""
    answer = client.get(URL)
    assert answer.status_code == 200
    return fill(answer.content)


def fill(page: bytes) -> dict[str, Any]:
    """Return the values of the form on a page, with those that are empty."""
    [form] = lxml.html.fromstring(page).xpath('//form[contains(@class, "stages-form")]')
    empty = {field.name: "" for field in form.inputs if field.get("type") != "checkbox"}
    values = empty | dict(form.form_values())
    return {name: value for name, value in values.items() if name and name != "sample"}


def test_the_page_has_all_ten_stages_and_saves_nothing_that_was_not_changed(
    rocket: Cast, at_rocket: Client
) -> None:
    page = at_rocket.get(URL).content.decode()
    assert all(f'id="stage-{stage}"' in page for stage in Stage)
    assert at_rocket.post(URL, read_form(at_rocket)).status_code == 303
    with desk_scope(rocket.desk):
        assert not StageSetting.objects.exists()


def test_names_and_texts_are_saved_per_language_and_audited(
    rocket: Cast, at_rocket: Client
) -> None:
    changes = {
        "planned-name": "Scheduled with SET",
        "planned-text": "Planned for {planned_version}.",
        "planned-name_de": "Eingeplant",
        "planned-back_text": "Planned again.",
    }
    form = read_form(at_rocket) | changes
    form.pop("confirmed-tells_customers")
    assert at_rocket.post(URL, form).status_code == 303
    with desk_scope(rocket.desk):
        planned, confirmed = (
            StageSetting.objects.get(stage=stage) for stage in ("planned", "confirmed")
        )
        assert planned.name == "Scheduled with SET"
        assert planned.text == "Planned for {planned_version}."
        assert planned.back_text == "Planned again."
        assert planned.translations == {"de": {"name": "Eingeplant"}}
        assert planned.tells_customers
        assert not confirmed.tells_customers
        entry = AuditEntry.objects.filter(detail__changes__has_key="back_text").get()
        assert entry.detail["changes"]["name"] == ["", "Scheduled with SET"]


@pytest.mark.parametrize("text", ["Hello {title}", "{Version}", "{planned version}", "{}"])
def test_an_unknown_placeholder_is_refused_and_named(
    rocket: Cast, at_rocket: Client, text: str
) -> None:
    answer = at_rocket.post(URL, read_form(at_rocket) | {"released-text_de": text})
    assert answer.status_code == 422
    page = answer.content.decode()
    name = text.partition("{")[2].partition("}")[0]
    assert f"Unknown placeholders: {{{name}}}." in page
    assert "{planned_version}" in page
    with desk_scope(rocket.desk):
        assert not StageSetting.objects.exists()


def test_the_preview_shows_the_typed_text_with_a_real_defects_facts_and_saves_nothing(
    rocket: Cast, at_rocket: Client
) -> None:
    with desk_scope(rocket.desk):
        report(rocket, title="SECRET", planned_version="9.2", workaround="")
    typed = {"planned-text": "We aim for {planned_version}.\n\nWorkaround: {workaround}"}
    answer = at_rocket.post(URL, read_form(at_rocket) | typed | {"preview": "1"})
    assert answer.status_code == 200
    [shown] = lxml.html.fromstring(answer.content).xpath(
        '//section[@aria-labelledby="stage-planned"]//div[@class="stage-previews"]'
    )
    assert [one for one in shown.xpath("./details") if one.get("open") is None] == []
    [preview] = shown.xpath('./div[@class="stage-preview"]')
    text = " ".join(preview.text_content().split())
    assert "We aim for 9.2." in text
    assert "Workaround" not in text
    with desk_scope(rocket.desk):
        assert not StageSetting.objects.exists()


def test_a_date_in_the_preview_is_written_as_in_its_language(
    rocket: Cast, at_rocket: Client
) -> None:
    with desk_scope(rocket.desk):
        report(rocket, planned_on=date(2026, 12, 1))
    typed = {"planned-text": "By {planned_date}.", "planned-text_de": "By {planned_date}."}
    answer = at_rocket.post(URL, read_form(at_rocket) | typed | {"preview": "1"})
    shown = lxml.html.fromstring(answer.content).xpath('//blockquote[starts-with(., "By ")]')
    texts = {quote.get("lang"): quote.text_content() for quote in shown}
    assert "Dec" in texts["en"]
    assert "Dez" in texts["de"]


def test_the_preview_starts_with_a_defect_that_has_texts_and_was_not_merged(
    rocket: Cast, at_rocket: Client
) -> None:
    with desk_scope(rocket.desk):
        report(rocket, title="Planned", plan_text="A new parser")
        empty, merged = report(rocket, title="Empty"), report(rocket, title="Merged")
        merge_defect(defect_id=merged.pk, into_id=empty.pk, agent=rocket.level_two, at=NOON)
    page = lxml.html.fromstring(at_rocket.get(URL).content)
    options = page.xpath('//select[@name="sample"]/option')
    assert not any("Merged" in option.text_content() for option in options)
    [chosen] = page.xpath('//select[@name="sample"]/option[@selected]')
    assert "Planned" in chosen.text_content()


def test_without_a_defect_the_preview_says_what_each_placeholder_stands_for(
    at_rocket: Client,
) -> None:
    assert "[released version]" in at_rocket.get(URL).content.decode()


def test_an_admin_who_saved_in_between_is_not_overwritten_unnoticed(
    rocket: Cast, at_rocket: Client
) -> None:
    form = read_form(at_rocket) | {"tested-name": "Mine"}
    with desk_scope(rocket.desk):
        StageSetting.objects.create(desk=rocket.desk, stage="tested", name="Theirs")
    answer = at_rocket.post(URL, form)
    assert answer.status_code == 422
    assert "Another admin saved at the same time" in answer.content.decode()
    with desk_scope(rocket.desk):
        assert StageSetting.objects.get().name == "Theirs"
    assert at_rocket.post(URL, fill(answer.content)).status_code == 303
    with desk_scope(rocket.desk):
        assert StageSetting.objects.get().name == "Mine"


def test_a_form_without_its_hidden_fields_changes_nothing(rocket: Cast, at_rocket: Client) -> None:
    assert at_rocket.post(URL).status_code == 422
    with desk_scope(rocket.desk):
        assert not StageSetting.objects.exists()


def test_only_admins_of_the_desk_open_the_page(rocket: Cast, matter: Cast, sign_in: Any) -> None:
    for user in (rocket.analyst.user, matter.admin.user):
        assert sign_in(user).get(URL).status_code != 200
