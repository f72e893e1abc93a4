"""Reporting, editing, moving, releasing, merging and publishing on pages of their own."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import Account, Agent, Contact, Product, ProductLine
from accounts.tenancy import desk_scope
from tests.agent.defects.helpers import QUEUE, read, reload, url_of, url_of_ticket
from tests.cast import NOON, Cast
from tests.defects.helpers import list_told, move, release, report, tell
from tickets.defects.linking import link_ticket
from tickets.models import Defect, DefectLink, DefectUpdate, StageSetting, Ticket
from tickets.services.troubleshooting import save_record

NEW = {"title": "Uploads stop", "severity": "major", "revision": "0"}


def test_a_defect_is_reported_from_a_ticket_with_what_was_gathered(
    in_rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    fields = {"problem": "Uploads stop half way.\nAlways.", "since": "Monday"}
    save_record(ticket_id=ticket.pk, agent=in_rocket.analyst, fields=fields, at=NOON)
    page = read(as_analyst, url_of_ticket(ticket, "new/"))
    assert 'value="Uploads stop half way."' in page
    assert 'value="Monday"' in page
    answer = as_analyst.post(url_of_ticket(ticket, "new/"), NEW | {"since": "Monday"})
    assert answer.status_code == 303
    defect = Defect.objects.get()
    assert (defect.title, defect.severity, defect.since) == ("Uploads stop", "major", "Monday")
    assert DefectLink.objects.get().ticket == ticket
    assert defect.key in read(as_analyst, f"/rocket/agent/tickets/{ticket.number}/")


def test_a_report_says_what_the_customer_gets_and_shows_it(
    in_rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    url = url_of_ticket(ticket, "new/")
    page = read(as_analyst, url)
    assert "The customer gets one update about the defect&#x27;s current stage." in page
    assert "We traced your request to a possible problem in the product" in page
    page = as_analyst.post(url, NEW | {"workaround": "Split it.", "preview": "1"})
    assert page.status_code == 200
    assert "Until then, this may help: Split it." in page.content.decode()
    assert not Defect.objects.exists()
    assert as_analyst.post(url, NEW | {"workaround": "Split it."}).status_code == 303
    tell(in_rocket)
    text = DefectUpdate.objects.get(ticket=ticket).text
    assert escape(text) in page.content.decode()


def test_a_report_without_a_ticket_tells_nobody_and_says_nothing(as_analyst: Client) -> None:
    page = read(as_analyst, f"{QUEUE}new/")
    assert "The customer gets" not in page
    assert 'name="preview"' not in page


def test_engineers_come_first_among_owners_and_each_has_a_level(
    in_rocket: Cast, as_analyst: Client
) -> None:
    Agent.objects.filter(pk=in_rocket.level_two.pk).update(level="rnd")
    owners = read(as_analyst, f"{QUEUE}new/").split('name="owner"')[1].split("</select>")[0]
    assert owners.index("Level Two · R&amp;D") < owners.index("Analyst · Level 1")


def test_a_reported_defect_is_linked_in_the_message(as_analyst: Client, ticket: Ticket) -> None:
    answer = as_analyst.post(url_of_ticket(ticket, "new/"), NEW, follow=True)
    defect = Defect.objects.get()
    link = f'Defect <a href="{url_of(defect)}">{defect.key}</a> reported.'
    assert link in answer.content.decode()


def test_a_report_that_is_sent_twice_is_one_defect(as_analyst: Client, ticket: Ticket) -> None:
    token = as_analyst.get(url_of_ticket(ticket, "new/")).context["form"]["form_token"].value()
    given = NEW | {"form_token": token}
    answers = [as_analyst.post(url_of_ticket(ticket, "new/"), given) for _twice in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert Defect.objects.count() == 1
    as_analyst.post(url_of_ticket(ticket, "new/"), given | {"title": "Another one"})
    assert Defect.objects.count() == 2


def test_a_defect_is_reported_without_a_ticket(in_rocket: Cast, as_analyst: Client) -> None:
    answer = as_analyst.post(f"{QUEUE}new/", NEW)
    assert answer.headers["Location"] == url_of(Defect.objects.get())


def test_a_report_without_a_title_keeps_what_was_typed(as_analyst: Client, ticket: Ticket) -> None:
    given = NEW | {"title": "", "problem": "A long story"}
    answer = as_analyst.post(url_of_ticket(ticket, "new/"), given)
    assert answer.status_code == 422
    assert "A long story" in answer.content.decode()
    assert not Defect.objects.exists()


def edit(defect: Defect, **changes: Any) -> dict[str, Any]:
    return {
        "title": defect.title, "severity": defect.severity, "problem": defect.problem,
        "revision": defect.revision,
    } | changes  # fmt: skip


def test_a_defect_is_edited(in_rocket: Cast, as_analyst: Client, defect: Defect) -> None:
    given = edit(
        defect, title="Uploads stop", owner=in_rocket.level_two.pk, planned_on="2026-12-01"
    )
    assert as_analyst.post(url_of(defect, "edit/"), given).status_code == 303
    changed = reload(defect)
    assert (changed.title, changed.owner) == ("Uploads stop", in_rocket.level_two)
    assert str(changed.planned_on) == "2026-12-01"
    assert changed.problem == "Uploads stop half way."


def test_of_two_editors_the_second_is_told_and_loses_nothing(
    as_analyst: Client, defect: Defect
) -> None:
    mine = edit(defect, title="My <b>title</b>")
    as_analyst.post(url_of(defect, "edit/"), edit(defect, title="Their <i>title</i>"))
    answer = as_analyst.post(url_of(defect, "edit/"), mine)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "was changed in the meantime. What you entered is kept." in page
    assert 'value="My &lt;b&gt;title&lt;/b&gt;"' in page
    assert "Current value: Their &lt;i&gt;title&lt;/i&gt;" in page
    assert reload(defect).title == "Their <i>title</i>"
    again = mine | {"revision": reload(defect).revision}
    assert f'value="{again["revision"]}"' in page
    assert as_analyst.post(url_of(defect, "edit/"), again).status_code == 303
    assert reload(defect).title == "My <b>title</b>"


def test_a_foreign_owner_and_product_are_refused(
    matter: Cast, as_analyst: Client, defect: Defect
) -> None:
    answer = as_analyst.post(url_of(defect, "edit/"), edit(defect, owner=matter.analyst.pk))
    assert answer.status_code == 422
    assert reload(defect).owner is None


def test_a_move_shows_what_customers_get_in_their_language(
    in_rocket: Cast, as_analyst: Client, defect: Defect, ticket: Ticket
) -> None:
    Contact.objects.filter(pk=in_rocket.elsewhere.pk).update(language="de")
    german = in_rocket.open_ticket(contact=Contact.objects.get(pk=in_rocket.elsewhere.pk))
    link_ticket(defect_id=defect.pk, ticket_id=german.pk, agent=in_rocket.analyst, at=NOON)
    StageSetting.objects.create(
        desk=in_rocket.desk, stage="confirmed", name="SET has it", text="It is real.",
        translations={"de": {"text": "Der Fehler ist echt."}},
    )  # fmt: skip
    page = read(as_analyst, url_of(defect, "stage/?stage=confirmed"))
    for text in ("SET has it", "It is real.", "Der Fehler ist echt.", "Deutsch", "English"):
        assert text in page, text
    assert "The customers of 2 tickets get an update now." in page
    given = {"revision": defect.revision, "why": "Seen"}
    assert as_analyst.post(url_of(defect, "stage/?stage=confirmed"), given).status_code == 303
    tell(in_rocket)
    texts = set(DefectUpdate.objects.filter(stage="confirmed").values_list("text", flat=True))
    assert texts == {"It is real.", "Der Fehler ist echt."}


def test_the_plan_is_written_and_previewed_with_the_move(
    in_rocket: Cast, as_analyst: Client, defect: Defect, ticket: Ticket
) -> None:
    url = url_of(defect, "stage/?stage=planned")
    given = {"revision": defect.revision, "plan_text": "A new uploader.", "planned_version": "9.2"}
    page = as_analyst.post(url, given | {"preview": "1"}).content.decode()
    assert "We have a plan for the fix.\n\nA new uploader.\n\nPlanned version: 9.2" in page
    assert reload(defect).stage == "reported"
    assert as_analyst.post(url, given).status_code == 303
    moved = reload(defect)
    assert (moved.stage, moved.plan_text, moved.planned_version) == (
        "planned", "A new uploader.", "9.2",
    )  # fmt: skip
    tell(in_rocket)
    assert list_told(ticket) == ["planned"]


def test_an_empty_plan_is_refused_on_its_form(as_analyst: Client, defect: Defect) -> None:
    answer = as_analyst.post(url_of(defect, "stage/?stage=planned"), {"revision": defect.revision})
    assert answer.status_code == 422
    assert "Enter the plan, its version, or its date." in answer.content.decode()
    assert reload(defect).stage == "reported"


def test_whoever_moves_or_releases_reads_how_many_are_told(
    in_rocket: Cast, as_analyst: Client, defect: Defect, ticket: Ticket
) -> None:
    told = "The customer of 1 ticket gets an update now."
    given = {"revision": defect.revision}
    page = as_analyst.post(url_of(defect, "stage/?stage=tested"), given, follow=True)
    assert f"{defect.key} moved to &quot;Fix tested internally&quot;. {told}" in (
        page.content.decode()
    )
    tell(in_rocket)
    given = {"revision": reload(defect).revision, "version": "9.1"}
    page = as_analyst.post(url_of(defect, "release/"), given, follow=True)
    assert f"Version 9.1 saved. {told}" in page.content.decode()


def test_of_two_who_move_one_wins_and_the_other_is_told(
    in_rocket: Cast, as_analyst: Client, defect: Defect
) -> None:
    move(in_rocket, defect, "in_progress")
    given = {"revision": defect.revision, "why": "My reason", "planned_version": "9.2"}
    answer = as_analyst.post(url_of(defect, "stage/?stage=planned"), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "was changed in the meantime" in page
    assert "My reason" in page
    assert reload(defect).stage == "in_progress"
    again = given | {"revision": reload(defect).revision}
    assert f'value="{again["revision"]}"' in page
    assert as_analyst.post(url_of(defect, "stage/?stage=planned"), again).status_code == 303


def test_stages_without_a_form_are_not_found_or_lead_to_it(
    as_analyst: Client, defect: Defect
) -> None:
    for stage in ("duplicate", "nothing"):
        assert as_analyst.get(url_of(defect, f"stage/?stage={stage}")).status_code == 404
    answer = as_analyst.get(url_of(defect, "stage/?stage=released"))
    assert answer.headers["Location"] == url_of(defect, "release/")


@pytest.fixture
def lines(in_rocket: Cast, defect: Defect, ticket: Ticket) -> list[ProductLine]:
    """Two lines of the defect's product, with a linked ticket on each of them."""
    product = Product.objects.create(desk=in_rocket.desk, name="Server")
    Defect.objects.filter(pk=defect.pk).update(product=product)
    made = [
        ProductLine.objects.create(desk=in_rocket.desk, product=product, name=name)
        for name in ("Current", "ESR")
    ]
    Account.objects.filter(pk=in_rocket.account.pk).update(product_line=made[0])
    Account.objects.filter(pk=in_rocket.other_account.pk).update(product_line=made[1])
    other = in_rocket.open_ticket(contact=Contact.objects.get(pk=in_rocket.elsewhere.pk))
    link_ticket(defect_id=defect.pk, ticket_id=other.pk, agent=in_rocket.analyst, at=NOON)
    return made


def test_a_release_says_who_hears_now_and_who_waits_for_their_line(
    in_rocket: Cast, as_analyst: Client, defect: Defect, lines: list[ProductLine], ticket: Ticket
) -> None:
    StageSetting.objects.create(desk=in_rocket.desk, stage="tested", tells_customers=False)
    given = {"revision": reload(defect).revision, "version": "9.1", "line": lines[0].pk}
    page = as_analyst.post(url_of(defect, "release/"), given | {"preview": "1"}).content.decode()
    assert "The customer of 1 ticket gets an update now." in page
    assert "The customer of 1 ticket hears about the fix when ESR has it." in page
    assert "The fix is released in version 9.1." in page
    assert not reload(defect).releases.exists()
    assert as_analyst.post(url_of(defect, "release/"), given).status_code == 303
    assert reload(defect).stage == "released"
    tell(in_rocket)
    assert list_told(ticket) == ["released"]
    assert "9.1" in read(as_analyst, url_of(defect))


def test_a_release_starts_with_the_planned_version_and_no_line(
    in_rocket: Cast, as_analyst: Client, defect: Defect, lines: list[ProductLine]
) -> None:
    Defect.objects.filter(pk=defect.pk).update(planned_version="9.1")
    page = read(as_analyst, url_of(defect, "release/"))
    assert 'value="9.1"' in page
    assert '<option value="" selected>' in page
    Defect.objects.filter(pk=defect.pk).update(planned_line=lines[1])
    page = read(as_analyst, url_of(defect, "release/"))
    assert f'<option value="{lines[1].pk}" selected>' in page
    given = {"revision": reload(defect).revision, "version": "9.1", "line": ""}
    answer = as_analyst.post(url_of(defect, "release/"), given)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["line"]
    assert as_analyst.post(url_of(defect, "release/"), given | {"line": "all"}).status_code == 303
    assert reload(defect).releases.get().line is None
    assert 'value="9.1"' not in read(as_analyst, url_of(defect, "release/"))


def test_a_release_needs_its_version(as_analyst: Client, defect: Defect) -> None:
    given = {"revision": defect.revision, "version": "", "url": "https://get.example"}
    answer = as_analyst.post(url_of(defect, "release/"), given)
    assert answer.status_code == 422
    assert "https://get.example" in answer.content.decode()


def test_customers_who_heard_of_the_stage_are_not_counted_again(
    in_rocket: Cast, as_analyst: Client, defect: Defect
) -> None:
    release(in_rocket, defect)
    tell(in_rocket)
    given = {"revision": reload(defect).revision, "version": "9.1.1", "preview": "1"}
    page = as_analyst.post(url_of(defect, "release/"), given).content.decode()
    assert "No customers get an update now." in page


def test_a_defect_is_merged_into_one_found_by_key_or_words(
    in_rocket: Cast, as_analyst: Client, defect: Defect, ticket: Ticket
) -> None:
    original = report(in_rocket, title="Upload crashes everywhere")
    for query in ("", f"?q={original.key}", "?q=crashes upload"):
        page = read(as_analyst, url_of(defect, f"merge/{query}"))
        assert f'value="{original.pk}"' in page, query
        assert f'value="{defect.pk}"' not in page
    assert not page.count('method="post" action="/rocket/agent/defects/')  # not by one click
    page = read(as_analyst, url_of(defect, f"merge/?into={original.pk}"))
    assert "This can&#x27;t be undone." in page
    given = {"into": original.pk, "revision": defect.revision}
    assert f'name="revision" value="{defect.revision}"' in page
    answer = as_analyst.post(url_of(defect, "merge/"), given)
    assert answer.headers["Location"] == url_of(original)
    assert reload(defect).duplicate_of == original
    assert DefectLink.objects.get(ticket=ticket).defect == original


def test_a_merge_shows_what_customers_get_before_it_is_confirmed(
    in_rocket: Cast, as_analyst: Client, defect: Defect, ticket: Ticket
) -> None:
    original = report(in_rocket, title="Upload crashes everywhere")
    release(in_rocket, original, "9.3")
    tell(in_rocket)
    page = read(as_analyst, url_of(defect, f"merge/?into={original.pk}"))
    assert "The fix is released in version 9.3." in page
    assert "The customer of 1 ticket gets an update now." in page
    assert reload(defect).stage == "reported"
    given = {"into": original.pk, "revision": defect.revision}
    as_analyst.post(url_of(defect, "merge/"), given)
    tell(in_rocket)
    text = DefectUpdate.objects.get(defect=original, ticket=ticket).text
    assert "The fix is released in version 9.3." in text


def test_a_merge_into_itself_a_duplicate_or_a_foreign_one_is_not_offered(
    in_rocket: Cast, matter: Cast, as_analyst: Client, defect: Defect
) -> None:
    duplicate = report(in_rocket)
    Defect.objects.filter(pk=duplicate.pk).update(stage="duplicate", duplicate_of=defect)
    with desk_scope(matter.desk):
        foreign = report(matter, title="Theirs")
    for chosen in (defect.pk, duplicate.pk, foreign.pk, "x"):
        page = read(as_analyst, url_of(defect, f"merge/?into={chosen}"))
        assert "Merge into this one" not in page, chosen
        assert "Theirs" not in page


@pytest.mark.parametrize("wrong", ["nothing", "itself", "foreign"])
def test_a_merge_that_is_not_possible_changes_nothing(
    in_rocket: Cast, as_analyst: Client, defect: Defect, wrong: str
) -> None:
    given = {
        "nothing": {},
        "itself": {"into": defect.pk},
        "foreign": {"into": 10**9},
    }[wrong]
    given["revision"] = defect.revision
    answer = as_analyst.post(url_of(defect, "merge/"), given, follow=True)
    assert answer.status_code == 200
    assert reload(defect).stage == "reported"


def test_a_known_issue_is_published_and_taken_back(as_analyst: Client, defect: Defect) -> None:
    url = url_of(defect, "publication/")
    given = {
        "revision": defect.revision,
        "is_published": "on",
        "public_title": "",
        "public_text": "We know.",
    }
    answer = as_analyst.post(url, given)
    assert answer.status_code == 422
    assert "Write a public title first" in answer.content.decode()
    assert as_analyst.post(url, given | {"public_title": "Uploads fail"}).status_code == 303
    published = reload(defect)
    assert (published.is_published, published.public_title) == (True, "Uploads fail")
    back = {"revision": published.revision, "public_title": "Uploads fail"}
    assert as_analyst.post(url, back).status_code == 303
    assert not reload(defect).is_published


def test_a_known_issue_is_previewed_and_written_in_each_language(
    in_rocket: Cast, as_analyst: Client, defect: Defect
) -> None:
    url = url_of(defect, "publication/")
    assert as_analyst.get(url).context["form"]["public_title"].field.required
    given = {
        "revision": defect.revision,
        "is_published": "on",
        "public_title": "Uploads fail",
        "public_text": "We know.",
        "public_title_de": "Hochladen bricht ab",
    }
    answer = as_analyst.post(url, given | {"preview": "1"})
    page = answer.content.decode()
    assert answer.status_code == 200
    for text in ("Uploads fail</strong>", "Hochladen bricht ab</strong>", "We know.</p>"):
        assert text in page, text
    assert not reload(defect).is_published
    assert as_analyst.post(url, given).status_code == 303
    kept = {"de": {"public_title": "Hochladen bricht ab"}}
    assert reload(defect).public_translations == kept
    back = {"revision": reload(defect).revision, "public_title": "Uploads fail"}
    assert as_analyst.post(url, back).status_code == 303
    assert reload(defect).public_translations == {}


def test_of_two_who_merge_or_change_it_the_second_is_told_and_can_go_on(
    in_rocket: Cast, as_analyst: Client, defect: Defect
) -> None:
    original = report(in_rocket, title="Upload crashes everywhere")
    url = url_of(defect, "merge/?q=crashes upload")
    for seen in (defect.revision, None):  # a form without a revision has seen none
        move(in_rocket, defect, "confirmed" if seen else "planned")
        given = {"into": original.pk} | ({"revision": seen} if seen else {})
        answer = as_analyst.post(url, given)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "was changed in the meantime" in page
        assert "?q=crashes%20upload" in page
        assert original.key in page
        assert not reload(defect).duplicate_of
    current = reload(defect).revision
    assert f'name="revision" value="{current}"' in page
    assert as_analyst.post(url, {"into": original.pk, "revision": current}).status_code == 303
    late = as_analyst.post(url, {"into": original.pk, "revision": current}, follow=True)
    assert "Merged into" in late.content.decode()


def test_of_two_who_release_the_second_is_told_and_loses_nothing(
    in_rocket: Cast, as_analyst: Client, defect: Defect
) -> None:
    given = {"revision": defect.revision, "version": "9.1", "url": "https://get.example/9.1"}
    move(in_rocket, defect, "in_progress")
    answer = as_analyst.post(url_of(defect, "release/"), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "was changed in the meantime. What you entered is kept." in page
    assert 'value="9.1"' in page
    assert 'value="https://get.example/9.1"' in page
    assert not reload(defect).releases.exists()
    again = given | {"revision": reload(defect).revision}
    assert as_analyst.post(url_of(defect, "release/"), again).status_code == 303


def test_of_two_who_publish_the_second_is_told_and_loses_nothing(
    in_rocket: Cast, as_analyst: Client, defect: Defect
) -> None:
    url, mine = url_of(defect, "publication/"), {"is_published": "on", "public_title": "Mine"}
    theirs = mine | {"public_title": "Theirs", "revision": defect.revision}
    assert as_analyst.post(url, theirs).status_code == 303
    answer = as_analyst.post(url, mine | {"revision": defect.revision, "public_text": "My text"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Mine"' in page
    assert "My text" in page
    assert "Current value: Theirs" in page
    assert reload(defect).public_title == "Theirs"


def test_notes_of_two_people_are_both_kept(
    in_rocket: Cast, as_analyst: Client, defect: Defect
) -> None:
    move(in_rocket, defect, "in_progress")
    for text in ("Mine", "And mine"):
        assert as_analyst.post(url_of(defect, "notes/"), {"text": text}).status_code == 303
    texts = defect.events.filter(kind="note").order_by("pk").values_list("data__text", flat=True)
    assert list(texts) == ["Mine", "And mine"]


def test_a_line_whose_product_the_defect_no_longer_has_is_refused_at_its_field(
    in_rocket: Cast, as_analyst: Client, defect: Defect, lines: list[ProductLine]
) -> None:
    mobile = Product.objects.create(desk=in_rocket.desk, name="Mobile")
    ProductLine.objects.create(desk=in_rocket.desk, product=mobile, name="Store")
    Defect.objects.filter(pk=defect.pk).update(product=mobile)
    given = {"revision": reload(defect).revision, "version": "9.1", "line": lines[0].pk}
    answer = as_analyst.post(url_of(defect, "release/"), given)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["line"]
    assert not reload(defect).releases.exists()
