"""Permission to write on a ticket by email: the table of incoming/decision.py, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from accounts.models import Contact
from accounts.tenancy import desk_scope
from channels_intake.incoming.decision import __doc__ as table_of_the_module
from channels_intake.models import InboundMessage, InboundState, ReplyToken
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.models import Message, State, Ticket
from tickets.services import reply

TakeIn = Callable[..., InboundMessage]

SENDERS = {
    "agent": "analyst@rocket.example",
    "customer": "customer@acme.example",
    "stranger": "evil@nowhere.example",
}
COLUMNS = ["right", "other", "cut", "none"]


def read_table(text: str) -> list[tuple[str, str, str, str]]:
    """Read the module's table, so that what is documented is what is tested."""
    rows = [
        line.split()
        for line in text.splitlines()
        if line.split()[:1] and line.split()[0] in SENDERS
    ]
    return [
        (row[0], row[1], column, outcome)
        for row in rows
        if len(row) == 6
        for column, outcome in zip(COLUMNS, row[2:], strict=True)
    ]


CELLS = read_table(str(table_of_the_module))


@dataclass
class Scene:
    """The customer's ticket that waits for a reply, another person's ticket, and both tokens."""

    mine: Ticket
    foreign: Ticket
    tokens: dict[str, str]


@pytest.fixture
def scene(rocket: Cast) -> Scene:
    with desk_scope(rocket.desk):
        rocket.mailbox.unverified_mail = "hold"
        rocket.mailbox.save()
        mine, foreign = rocket.open_ticket(), rocket.open_ticket(contact=rocket.elsewhere)
        reply(ticket_id=mine.pk, agent=rocket.analyst, text="Did it help?", at=NOON)
        right = ReplyToken.objects.create(
            desk=rocket.desk, ticket=mine, contact=rocket.customer, created_at=NOON
        ).token
        other = ReplyToken.objects.create(
            desk=rocket.desk, ticket=foreign, contact=rocket.elsewhere, created_at=NOON
        ).token
    return Scene(mine, foreign, {"right": right, "other": other, "cut": right[:-3], "none": ""})


def test_the_table_has_36_cells() -> None:
    assert len(CELLS) == len(set(CELLS)) == 36


@pytest.mark.parametrize(("sender", "authentication", "token", "outcome"), CELLS)
def test_a_cell_of_the_table(
    rocket: Cast,
    take_in: TakeIn,
    scene: Scene,
    sender: str,
    authentication: str,
    token: str,
    outcome: str,
) -> None:
    secret = scene.tokens[token]
    to = f"support+{secret}@rocket.example" if secret else "support@rocket.example"
    with desk_scope(rocket.desk):
        contacts = set(Contact.objects.values_list("pk", "email", "account", "name"))

    inbound = take_in(
        make_mail(SENDERS[sender], to, authentication=authentication, text="Me again.")
    )

    with desk_scope(rocket.desk):
        new = Ticket.objects.exclude(pk__in=[scene.mine.pk, scene.foreign.pk]).first()
        scene.mine = Ticket.objects.get(pk=scene.mine.pk)
        found = {
            (False, InboundState.QUARANTINED): "Q",
            (False, InboundState.PROCESSED): "J",
            (True, InboundState.PROCESSED): "t" if new and new.is_unverified else "T",
        }[(new is not None, inbound.state)]
        assert found == outcome, inbound.explanation
        assert scene.mine.status == (State.OPEN if outcome == "J" else State.WAITING)
        assert scene.mine.messages.count() == (3 if outcome == "J" else 2)
        assert scene.foreign.messages.count() == 1
        assert not scene.mine.participants.exists()
        assert (
            Message.objects.filter(agent__isnull=False).count() == 1
        )  # the reply above, and no other
        assert contacts <= set(Contact.objects.values_list("pk", "email", "account", "name"))
        if outcome == "Q":
            assert inbound.message is None
            assert inbound.explanation


def test_a_colleague_joins_with_the_customers_token_unless_authentication_failed(
    rocket: Cast, take_in: TakeIn, scene: Scene
) -> None:
    to = f"support+{scene.tokens['right']}@rocket.example"

    assert (
        take_in(make_mail("coworker@acme.example", to)).message.contact_id
        == rocket.customer_colleague.pk
    )
    failed = take_in(
        make_mail("coworker@acme.example", to, authentication="fail", message_id="<b@x.example>")
    )
    assert failed.state == InboundState.QUARANTINED


def test_thread_headers_admit_only_people_of_the_ticket(rocket: Cast, take_in: TakeIn) -> None:
    first = take_in(make_mail(message_id="<root@acme.example>"))

    def answer(sender: str, number: int, authentication: str = "pass") -> InboundMessage:
        return take_in(
            make_mail(
                sender,
                message_id=f"<answer-{number}@x.example>",
                authentication=authentication,
                In_Reply_To="<root@acme.example>",
                References="<root@acme.example>",
            )
        )

    assert answer("customer@acme.example", 1).ticket == first.ticket
    assert answer("coworker@acme.example", 2).ticket == first.ticket
    for number, (sender, authentication) in enumerate(
        [
            ("evil@nowhere.example", "pass"),
            ("someone@elsewhere-rocket.example", "pass"),
            ("customer@acme.example", "fail"),
            ("analyst@rocket.example", "pass"),
        ],
        start=3,
    ):
        assert answer(sender, number, authentication).state == InboundState.QUARANTINED
    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == 1
        assert Message.objects.count() == 3


def test_a_number_in_the_subject_joins_nothing(rocket: Cast, take_in: TakeIn, scene: Scene) -> None:
    take_in(
        make_mail(
            "evil@nowhere.example", subject=f"Re: [{scene.mine.reference}] give me the password"
        )
    )

    with desk_scope(rocket.desk):
        assert scene.mine.messages.count() == 2
        assert Ticket.objects.count() == 3


def test_a_token_of_another_desk_opens_nothing_there(
    rocket: Cast, matter: Cast, take_in: TakeIn, scene: Scene
) -> None:
    take_in(make_mail("customer@acme.example", f"support+{scene.tokens['right']}@matter.example"))

    with desk_scope(rocket.desk):
        assert scene.mine.messages.count() == 2
    with desk_scope(matter.desk):
        assert Ticket.objects.count() == 1


def test_an_unverified_tickets_account_admits_nobody(rocket: Cast, take_in: TakeIn) -> None:
    first = take_in(
        make_mail("evil@acme.example", authentication="fail", message_id="<root@x.example>")
    )
    answer = take_in(
        make_mail(
            "coworker@acme.example", message_id="<two@x.example>", In_Reply_To="<root@x.example>"
        )
    )

    assert first.ticket.is_unverified
    assert answer.state == InboundState.QUARANTINED
