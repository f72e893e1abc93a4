"""People without an address: "" matches nobody, and nothing is mailed to it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.crypto import get_random_string

from accounts.invitations.sending import InvitationError, invite
from accounts.models import Contact, Invitation, User
from accounts.services import claim_contact, create_contact_login, match_verified_address
from channels_intake.followers import COMPOSERS, compose
from channels_intake.incoming.senders import get_or_create_contact, read_sender
from channels_intake.mime.envelope import Address
from channels_intake.models import OutgoingEmail
from helpdesk.desks.lookup import get_contact
from tests.agent.test_queue_plans import analyze
from tests.cast import NOON, Cast
from tests.people.handles import make_handle, write_by_handle
from tickets.actors import Actor
from tickets.services import close, reply

ROOT = Path(__file__).parents[2]
PACKAGES = ("accounts", "tickets", "sla", "routing", "channels_intake", "helpdesk")


@pytest.fixture
def nobody(in_rocket: Cast) -> Contact:
    """Two people without an address, so that a look-up of "" would find one."""
    make_handle(in_rocket, "another-one", name="Another")
    return make_handle(in_rocket).contact


def test_many_people_may_have_no_address_but_each_address_is_one_persons(
    in_rocket: Cast, nobody: Contact
) -> None:
    assert Contact.objects.filter(email="").count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.create(desk=in_rocket.desk, email=in_rocket.customer.email)


@pytest.mark.usefixtures("nobody")
class TestNothingMatchesNoAddress:
    """Whoever writes, signs in or is looked up without an address is none of these people."""

    def test_look_up(self) -> None:
        assert not Contact.objects.with_email("").exists()

    def test_sender(self, in_rocket: Cast) -> None:
        assert read_sender(in_rocket.desk, "").contact is None

    def test_verified_address(self, in_rocket: Cast) -> None:
        assert match_verified_address(desk=in_rocket.desk, email="").kind == "unknown"

    def test_login(self, in_rocket: Cast) -> None:
        assert create_contact_login(desk=in_rocket.desk, email="") is None

    def test_claim(self, in_rocket: Cast) -> None:
        with pytest.raises(ValueError, match="not an email address"):
            claim_contact(desk=in_rocket.desk, user=in_rocket.admin.user, email="", at=NOON)

    def test_invitation(self, in_rocket: Cast) -> None:
        with pytest.raises(InvitationError):
            invite(desk=in_rocket.desk, email="", kind="contact", role="contact", at=NOON)

    def test_contact_by_address(self, in_rocket: Cast) -> None:
        with pytest.raises(ValueError, match="address is needed"):
            get_or_create_contact(in_rocket.desk, Address("", "Maria"))

    @pytest.mark.parametrize("typed", ["", "not an address"])
    def test_command(self, in_rocket: Cast, typed: str) -> None:
        with pytest.raises(Exception, match="no contact with the address"):
            get_contact(in_rocket.desk, typed)


def test_no_sign_in_no_invitation_and_no_email_can_be_stored_without_an_address(
    in_rocket: Cast, nobody: Contact
) -> None:
    stored = [
        lambda: User.objects.bulk_create([User(email="")]),
        lambda: Invitation.objects.create(
            desk=in_rocket.desk,
            email="",
            kind="contact",
            role="contact",
            token_hash=get_random_string(64),
            created_at=NOON,
            expires_at=NOON,
        ),
        lambda: OutgoingEmail.objects.create(
            desk=in_rocket.desk,
            ticket=(ticket := in_rocket.open_ticket(contact=nobody)),
            event=ticket.events.first(),
            contact=nobody,
            kind="reply",
            to_address="",
            next_try_at=NOON,
            created_at=NOON,
        ),
    ]
    for store in stored:
        with pytest.raises(IntegrityError, match=r"has_email|has_an_address"), transaction.atomic():
            store()


def test_nothing_is_mailed_to_a_person_without_an_address(in_rocket: Cast) -> None:
    person = write_by_handle(in_rocket, make_handle(in_rocket))
    by = Actor.of(in_rocket.analyst)
    reply(ticket_id=person.ticket.pk, agent=in_rocket.analyst, text="On its way.", at=NOON)
    close(ticket_id=person.ticket.pk, reason="solved", by=by, at=NOON)
    events = list(person.ticket.events.filter(kind__in=COMPOSERS))
    assert {event.kind for event in events} >= {"ticket.opened", "agent.replied", "ticket.closed"}
    compose(events)
    assert not OutgoingEmail.objects.exists()


def test_an_address_that_is_none_is_refused_and_not_emptied(in_rocket: Cast) -> None:
    contact = Contact(desk=in_rocket.desk, email="ann@[10.0.0.1]")
    with pytest.raises(ValidationError, match="not an email address"):
        contact.clean()


def test_a_prepared_look_up_by_address_has_an_index(in_rocket: Cast) -> None:
    """The planner of a prepared statement doesn't know that the address isn't empty.

    And behind row security nullif() isn't compared in an index.
    """
    Contact.objects.bulk_create(
        Contact(desk=in_rocket.desk, email=f"{number}@x.example") for number in range(500)
    )
    analyze("accounts_contact")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(
            "PREPARE look_up (bigint, text) AS"
            " SELECT id FROM accounts_contact WHERE desk_id = $1 AND email = $2 AND $2 <> ''"
        )
        try:
            cursor.execute(f"EXPLAIN EXECUTE look_up ({in_rocket.desk.pk}, 'a@x.example')")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        finally:
            cursor.execute("DEALLOCATE look_up")
    assert "contact_by_email" in plan


def test_contacts_are_looked_up_by_address_in_one_way_only() -> None:
    """A look-up of Contact by email= would find people without an address for ""."""
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "migrations" not in path.parts and "demo" not in path.parts
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and _looks_contact_up_by_email(call)
    ]
    assert found == []


def _looks_contact_up_by_email(call: ast.Call) -> bool:
    asked = isinstance(call.func, ast.Attribute) and call.func.attr in {"filter", "get", "exclude"}
    names = {keyword.arg for keyword in call.keywords}
    values = [keyword.value for keyword in call.keywords if keyword.arg == "email"]
    is_empty = all(isinstance(value, ast.Constant) for value in values)  # to leave them out
    text = ast.unparse(call.func)
    return asked and "email" in names and not is_empty and text.startswith("Contact.objects")
