"""Whatever happened to a defect before: the preview of a move counts the emails that then leave."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from accounts.models import Account, Contact, Product, ProductLine
from accounts.tenancy import desk_scope
from tests.access.people import THREE
from tests.cast import NOON, Cast, make_cast
from tests.databases import keep_rows
from tests.defects.helpers import move, release, report, tell
from tickets.actors import Actor
from tickets.defects.linking import link_ticket
from tickets.defects.merging import merge_defect
from tickets.defects.moving import Release
from tickets.defects.updates.preview import Preview, preview_move
from tickets.models import OPEN_STAGES, Defect, DefectUpdate, Stage, StageSetting, Ticket
from tickets.services import close

SEEDS = range(12)
STAGES = (*OPEN_STAGES, Stage.WONT_FIX)


class Story:
    """What happened to a defect, by the dice of one seed."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.dice = cast, Random(seed)
        server = Product.objects.create(desk=cast.desk, name="Server")
        self.lines = [
            ProductLine.objects.create(desk=cast.desk, product=server, name=name)
            for name in ("Current", "ESR")
        ]
        for account in (cast.account, cast.other_account):
            line = self.dice.choice([None, *self.lines])
            Account.objects.filter(pk=account.pk).update(product_line=line)
        Contact.objects.filter(pk=cast.manager.pk).update(language="de")
        self.defect = report(cast, product=server, plan_text="A new uploader.")

    def link(self, amount: int, defect: Defect | None = None) -> None:
        """Link tickets of various people: followed, closed, unverified, on lines of their own."""
        cast, dice = self.cast, self.dice
        people = [cast.customer, cast.customer_colleague, cast.manager, cast.elsewhere]
        for _ in range(amount):
            ticket = cast.open_ticket(
                contact=Contact.objects.get(pk=dice.choice(people).pk),
                participants=dice.sample(people, dice.randint(0, 2)),
                is_unverified=dice.random() < 0.2,
            )
            if dice.random() < 0.3:
                Ticket.objects.filter(pk=ticket.pk).update(product_line=dice.choice(self.lines))
            given = {"agent": cast.analyst, "at": NOON, "ticket_id": ticket.pk}
            link_ticket(defect_id=(defect or self.defect).pk, **given)
            if dice.random() < 0.2:
                close(ticket_id=ticket.pk, by=Actor.of(cast.analyst), at=NOON)

    def move(self) -> None:
        """Move the defect on or back, or release its fix, and tell everyone."""
        choices = [stage for stage in STAGES if stage != self.read().stage]
        if self.dice.random() < 0.3:
            release(self.cast, self.defect, "9.1", line=self.dice.choice([None, *self.lines]))
        else:
            move(self.cast, self.defect, self.dice.choice(choices))
        tell(self.cast)

    def merge(self) -> None:
        """Merge another defect into it, of which some people have heard."""
        other = report(self.cast, product=self.defect.product)
        self.link(3, other)
        move(self.cast, other, self.dice.choice(STAGES[1:]))
        tell(self.cast)
        merge_defect(defect_id=other.pk, into_id=self.defect.pk, agent=self.cast.level_two, at=NOON)
        tell(self.cast)

    def read(self) -> Defect:
        return Defect.objects.select_related("desk", "product").get(pk=self.defect.pk)


def count_emails() -> Counter[str]:
    emailed = DefectUpdate.objects.exclude(contacts=[])
    return Counter(emailed.values_list("text", flat=True))


def count_shown(preview: Preview) -> Counter[str]:
    shown: Counter[str] = Counter()
    for one in preview.texts:  # the same text in two languages, until it is translated
        shown[one.text] += one.tickets
    return shown


@pytest.fixture(scope="module", params=SEEDS)
def kept_story(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[bytes]:
    """What happened, kept for the tests of this seed."""
    with keep_rows(django_db_blocker):
        cast = make_cast("rocket", prefix="RC", domain="acme.example", **THREE)
        with desk_scope(cast.desk):
            told = Story(cast, request.param)
            told.link(4)
            tell(cast)
            for _ in range(2):
                told.move()
            told.merge()
            told.link(2)  # and told of by the sweep before anyone moves on
            tell(cast)
        yield pickle.dumps(told)


@pytest.fixture
def story(kept_story: bytes, db: None) -> Iterator[Story]:
    told: Story = pickle.loads(kept_story)
    with desk_scope(told.cast.desk):
        yield told


def test_a_move(story: Story) -> None:
    for _ in range(2):
        stage = next(stage for stage in STAGES if stage != story.read().stage)
        preview, before = preview_move(story.read(), stage), count_emails()
        move(story.cast, story.defect, stage)
        tell(story.cast)
        after = count_emails() - before
        assert after == count_shown(preview)
        assert after.total() == preview.told
        assert preview.told + preview.silent == story.defect.links.count()


def test_a_release_on_each_line(story: Story) -> None:
    StageSetting.objects.create(desk=story.cast.desk, stage="tested", tells_customers=False)
    for line in story.lines:
        preview = preview_move(story.read(), Stage.RELEASED, release=Release("9.9", line=line))
        before = count_emails()
        release(story.cast, story.defect, "9.9", line=line)
        tell(story.cast)
        assert count_emails() - before == count_shown(preview)
