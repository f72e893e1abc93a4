"""The preview of a move is what customers then get, at a fixed number of statements."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Contact, Product, ProductLine
from tests.cast import NOON, Cast
from tests.defects.helpers import move, release, report, tell
from tickets.actors import Actor
from tickets.defects.linking import link_ticket
from tickets.defects.moving import Release
from tickets.defects.updates.preview import Preview, preview_move
from tickets.models import Defect, DefectUpdate, StageSetting, Ticket
from tickets.services import close


def get(defect: Defect) -> Defect:
    return Defect.objects.select_related("desk", "product").get(pk=defect.pk)


def link(cast: Cast, defect: Defect, **given: object) -> Ticket:
    ticket = cast.open_ticket(**given)
    link_ticket(defect_id=defect.pk, ticket_id=ticket.pk, agent=cast.analyst, at=NOON)
    return ticket


def count_told(defect: Defect) -> Counter[str]:
    """Return on how many tickets which text was emailed in the current run of the stage."""
    now = get(defect).stage_run
    told = DefectUpdate.objects.filter(defect=defect, stage_run=now).exclude(contacts=[])
    return Counter(told.values_list("text", flat=True))


def count_shown(preview: Preview) -> Counter[str]:
    shown: Counter[str] = Counter()
    for one in preview.texts:  # the same text in two languages, until it is translated
        shown[one.text] += one.tickets
    return shown


@pytest.fixture
def defect(in_rocket: Cast) -> Defect:
    """A defect of six tickets: in two languages, two of one person, one closed, one unverified.

    All have been told that it is known.
    """
    Contact.objects.filter(pk=in_rocket.elsewhere.pk).update(language="de")
    german = Contact.objects.get(pk=in_rocket.elsewhere.pk)
    made = report(in_rocket, plan_text="A new uploader.", planned_version="9.2")
    for contact in (in_rocket.customer, in_rocket.manager, german, german):
        link(in_rocket, made, contact=contact)
    link(in_rocket, made, contact=in_rocket.stranger, is_unverified=True)
    closed = link(in_rocket, made)
    close(ticket_id=closed.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    tell(in_rocket)
    return made


@pytest.mark.parametrize("stage", ["confirmed", "planned", "tested", "wont_fix", "verified"])
def test_the_preview_of_a_stage_is_what_is_told(
    in_rocket: Cast, defect: Defect, stage: str
) -> None:
    preview = preview_move(get(defect), stage)
    assert preview.told + preview.silent == 6
    assert preview.told == (0 if stage == "verified" else 3)
    move(in_rocket, defect, stage)
    tell(in_rocket)
    assert count_told(defect) == count_shown(preview)


def test_the_preview_of_a_move_back_is_what_is_told(in_rocket: Cast, defect: Defect) -> None:
    move(in_rocket, defect, "tested")
    tell(in_rocket)
    preview = preview_move(get(defect), "in_progress")
    move(in_rocket, defect, "in_progress")
    tell(in_rocket)
    assert count_told(defect) == count_shown(preview)
    assert any("isn't finished after all" in one.text for one in preview.texts)


def test_a_text_for_several_requests_names_no_one_elses_number(
    in_rocket: Cast, defect: Defect
) -> None:
    StageSetting.objects.create(desk=in_rocket.desk, stage="confirmed", text="About {request}.")
    texts = {one.language: one for one in preview_move(get(defect), "confirmed").texts}
    assert texts["en"].text == "About [number of the request]."
    assert texts["en"].tickets > 1
    alone = report(in_rocket)
    ticket = link(in_rocket, alone)
    [only] = preview_move(get(alone), "confirmed").texts
    assert only.text == f"About {ticket.reference}."


def test_a_stage_that_the_desk_keeps_silent_about_shows_no_text(
    in_rocket: Cast, defect: Defect
) -> None:
    StageSetting.objects.create(desk=in_rocket.desk, stage="confirmed", tells_customers=False)
    preview = preview_move(get(defect), "confirmed")
    assert (preview.texts, preview.told, preview.silent) == ((), 0, 6)


def test_the_preview_of_a_release_names_the_lines_that_wait(
    in_rocket: Cast, defect: Defect
) -> None:
    product = Product.objects.create(desk=in_rocket.desk, name="Server")
    Defect.objects.filter(pk=defect.pk).update(product=product)
    current, esr = (
        ProductLine.objects.create(desk=in_rocket.desk, product=product, name=name)
        for name in ("Current", "ESR")
    )
    Account.objects.filter(pk=in_rocket.account.pk).update(product_line=current)
    Account.objects.filter(pk=in_rocket.other_account.pk).update(product_line=esr)
    preview = preview_move(get(defect), "released", release=Release("9.1", line=current))
    assert preview.waiting == {"ESR": 2}
    release(in_rocket, defect, "9.1", line=current)
    tell(in_rocket)
    assert count_told(defect) == count_shown(preview)
    later = preview_move(get(defect), "released", release=Release("8.4", line=esr))
    assert later.waiting == {}
    assert not Defect.objects.get(pk=defect.pk).releases.filter(version="8.4").exists()


def test_the_number_of_statements_does_not_grow(in_rocket: Cast, defect: Defect) -> None:
    with CaptureQueriesContext(connection) as few:
        preview_move(get(defect), "confirmed")
    for _ in range(10):
        link(in_rocket, defect)
    with CaptureQueriesContext(connection) as many:
        preview_move(get(defect), "confirmed")
    assert len(many) == len(few)
