"""After an erasure nothing writes to the person, and the CRM does not fill them in again."""

from __future__ import annotations

from accounts.crm.contacts import apply_contacts
from accounts.crm.mapping import CONTACTS, CrmContact
from accounts.crm.reasons import ON_SAME_PAGE, CrmReason
from accounts.crm.report import record_outcomes
from accounts.models import Contact, CrmConnection, CrmPull, CrmSetAside
from accounts.tenancy import desk_scope
from channels_intake.models import OutgoingEmail
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON
from tests.privacy.conftest import ADDRESS, CANARIES, NAME, Planted
from tests.privacy.search import find_in_tables
from tickets.actors import Actor
from tickets.deliveries import deliver_due
from tickets.services import close, reply

RECORD = CrmContact(record_id="77", email=ADDRESS, name="Cana", named=frozenset({"name", "email"}))


def pull(connection: CrmConnection) -> None:
    run, _ = CrmPull.objects.get_or_create(
        desk_id=connection.desk_id, connection=connection, defaults={"started_at": NOON}
    )
    record_outcomes(run, connection, CONTACTS, apply_contacts(connection, [RECORD], NOON), NOON)
    run.save()


def erase(planted: Planted) -> None:
    erase_person(desk=planted.cast.desk, contact=planted.contact, by=None, at=NOON)


def test_a_pull_of_the_crm_does_not_fill_the_person_in_again(planted: Planted) -> None:
    with desk_scope(planted.cast.desk):
        connection = CrmConnection.objects.create(desk=planted.cast.desk, client_id="c")
        pull(connection)
        [line] = CrmPull.objects.get().report
        assert line["name"] == "Cana"
        erase(planted)
        pull(connection)
        [line] = CrmPull.objects.get().report
        assert line["name"] == "Erased person"
        assert CrmSetAside.objects.get().name == "Erased person"
        assert Contact.objects.get(pk=planted.contact.pk).is_erased
        assert not Contact.objects.filter(email=ADDRESS).exists()
    assert find_in_tables(CANARIES) == []


def test_reasons_of_skipped_records_forget_the_person(planted: Planted) -> None:
    """On their own record all of it goes; on another record, the address."""
    desk = planted.cast.desk
    with desk_scope(desk):
        connection = CrmConnection.objects.create(desk=desk, client_id="c")
        pull(connection)
        for record_id in (RECORD.record_id, "78"):
            CrmSetAside.objects.create(
                desk=desk,
                connection=connection,
                module=CONTACTS,
                record_id=record_id,
                name="Cana",
                reason=CrmReason.EMAIL_LINKED,
                reason_data={"email": ADDRESS, "record": ON_SAME_PAGE},
                first_at=NOON,
            )
        erase(planted)
        theirs, other = CrmSetAside.objects.order_by("record_id")
    assert (theirs.reason, theirs.reason_data) == ("", {})
    assert other.explanation == "[erased] is also in another record (on the same page)."
    assert find_in_tables([ADDRESS]) == []


def test_answers_and_the_close_of_their_tickets_go_to_nobody(planted: Planted) -> None:
    cast = planted.cast
    with desk_scope(cast.desk):
        erase(planted)
        sent = OutgoingEmail.objects.count()
        reply(ticket_id=planted.ticket.pk, agent=cast.lead, text="Anybody there?", at=NOON)
        close(ticket_id=planted.ticket.pk, by=Actor.of(cast.lead), at=NOON)
        deliver_due(desk_id=cast.desk.pk, at=NOON)
        assert OutgoingEmail.objects.count() == sent


def test_other_people_of_a_ticket_still_get_their_mail(planted: Planted) -> None:
    cast = planted.cast
    with desk_scope(cast.desk):
        erase(planted)
        reply(ticket_id=planted.others_ticket.pk, agent=cast.lead, text="One more thing", at=NOON)
        deliver_due(desk_id=cast.desk.pk, at=NOON)
        last = OutgoingEmail.objects.latest("pk")
    assert last.to_address == cast.customer_colleague.email
    assert NAME not in last.body_text
