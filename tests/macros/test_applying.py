"""Applying a macro: all of its changes or none, with the agent's own rights."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import AgentDepartment, Visibility
from tests.cast import NOON, Cast
from tests.macros.helpers import REPLY, make_macro
from tickets.actors import Actor
from tickets.errors import InvalidTransitionError, InvalidValueError, NotAllowedError, ServiceError
from tickets.macros.applying import Prepared, apply_macro
from tickets.models import Macro, Message, Note, State, Tag, Ticket, TicketEvent
from tickets.services import close
from tickets.services.tags import list_tags

HOUR = timedelta(hours=1)


def run(cast: Cast, macro: Macro, ticket: Ticket, **more: object) -> Prepared:
    given = {"agent": cast.analyst, "at": NOON + HOUR} | more
    return apply_macro(macro=macro, ticket_id=ticket.pk, **given)


def list_kinds(ticket: Ticket) -> list[str]:
    since = ticket.events.filter(at=NOON + HOUR).order_by("pk")
    return list(since.values_list("kind", flat=True))


def test_all_changes_follow_the_event_that_names_the_macro(in_rocket: Cast) -> None:
    cast = in_rocket
    macro = make_macro(
        cast,
        department=None,
        priority=cast.priorities["High"].pk,
        assignee="me",
        add_tags=("crash",),
        note="Asked the customer.",
        hold_days=3,
        hold_reason="On vacation",
        status="waiting",
    )
    ticket = cast.open_ticket()
    ticket.assignee = cast.colleague
    ticket.save()
    assert run(cast, macro, ticket) == Prepared("")
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.assignee) == (cast.priorities["High"], cast.analyst)
    assert (ticket.status, ticket.hold_until) == (State.WAITING, NOON + HOUR + timedelta(days=3))
    assert [tag.name for tag in list_tags(ticket)] == ["crash"]
    assert Note.objects.get().body_text == "Asked the customer."
    kinds = list_kinds(ticket)
    assert kinds[0] == "macro.applied"
    own = ["priority.changed", "ticket.assigned", "tags.changed", "note.added", "hold.started"]
    assert [kind for kind in kinds if kind in own] == own
    assert TicketEvent.objects.get(kind="macro.applied").data == {
        "macro": macro.pk,
        "name": "Ask for logs",
    }


def test_an_illegal_status_changes_nothing(in_rocket: Cast) -> None:
    cast = in_rocket
    macro = make_macro(cast, add_tags=("crash",), note="Look", status="investigating")
    ticket = cast.open_ticket()
    close(ticket_id=ticket.pk, by=Actor.of(cast.analyst), at=NOON)
    with pytest.raises(InvalidTransitionError):
        run(cast, macro, ticket)
    assert list_kinds(ticket) == []
    assert not Tag.objects.exists()
    assert not Note.objects.exists()
    macro.refresh_from_db()
    assert macro.uses == 0


def test_what_is_so_already_is_no_change(in_rocket: Cast) -> None:
    cast = in_rocket
    ticket = cast.open_ticket()
    macro = make_macro(cast, priority=ticket.priority_id, remove_tags=("none",))
    run(cast, macro, ticket)
    assert list_kinds(ticket) == []


def test_the_reply_waits_in_the_composer_and_its_status_with_it(in_rocket: Cast) -> None:
    macro = make_macro(in_rocket, text=REPLY, status="closed", add_tags=("crash",))
    ticket = in_rocket.open_ticket()
    first = in_rocket.customer.name.split()[0]
    assert run(in_rocket, macro, ticket) == Prepared(f"Hello {first}, about RC-1001:", "closed")
    ticket.refresh_from_db()
    assert ticket.status == State.OPEN
    assert Message.objects.filter(ticket=ticket).count() == 1
    assert [tag.name for tag in list_tags(ticket)] == ["crash"]


def test_a_customer_gets_the_reply_in_their_language(in_rocket: Cast) -> None:
    macro = make_macro(in_rocket, text="Hello", texts={"de": "Hallo"})
    in_rocket.customer.language = "de"
    in_rocket.customer.save()
    assert run(in_rocket, macro, in_rocket.open_ticket()).text == "Hallo"
    other = in_rocket.open_ticket(contact=in_rocket.elsewhere)
    assert run(in_rocket, macro, other).text == "Hello"


def test_a_regional_language_gets_the_text_in_the_language_itself(in_rocket: Cast) -> None:
    macro = make_macro(in_rocket, text="Hello", texts={"de": "Hallo", "pt-br": "Olá"})
    for language, taken in (("de-AT", "de"), ("pt", "pt-br"), ("en-GB", "en"), ("fr", "en")):
        assert macro.find_language(language) == taken


def test_uses_are_counted(in_rocket: Cast) -> None:
    macro = make_macro(in_rocket, add_tags=("a",))
    for _ in range(2):
        run(in_rocket, macro, in_rocket.open_ticket())
    macro.refresh_from_db()
    assert (macro.uses, macro.used_at) == (2, NOON + HOUR)


def test_an_observer_or_a_deactivated_agent_changes_nothing(in_rocket: Cast) -> None:
    macro, ticket = make_macro(in_rocket, is_shared=True, add_tags=("a",)), in_rocket.open_ticket()
    in_rocket.colleague.is_active = False
    for agent in (in_rocket.observer, in_rocket.colleague):
        with pytest.raises(NotAllowedError):
            run(in_rocket, macro, ticket, agent=agent)
    assert list_kinds(ticket) == []


def test_a_macro_of_another_agent_is_refused(in_rocket: Cast) -> None:
    macro, ticket = make_macro(in_rocket, add_tags=("a",)), in_rocket.open_ticket()
    with pytest.raises(NotAllowedError, match="another agent"):
        run(in_rocket, macro, ticket, agent=in_rocket.colleague)


def test_a_ticket_of_a_hidden_department_does_not_exist(in_rocket: Cast) -> None:
    cast, ticket = in_rocket, in_rocket.open_ticket()
    department = cast.departments["paid"]
    department.visibility = Visibility.MEMBERS
    department.save()
    AgentDepartment.objects.filter(agent=cast.colleague).delete()
    Ticket.objects.filter(pk=ticket.pk).update(department=department, assignee=None)
    macro = make_macro(cast, is_shared=True, add_tags=("a",))
    with pytest.raises(Ticket.DoesNotExist):
        run(cast, macro, ticket, agent=type(cast.colleague).objects.get(pk=cast.colleague.pk))


def test_a_macro_of_a_department_is_for_its_tickets_only(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    other = in_rocket.departments["trials"]
    macro = make_macro(in_rocket, is_shared=True, department=other, add_tags=("a",))
    with pytest.raises(NotAllowedError, match="Trials only"):
        run(in_rocket, macro, ticket)


def test_a_retired_priority_is_said_when_the_macro_is_applied(in_rocket: Cast) -> None:
    high = in_rocket.priorities["High"]
    macro = make_macro(in_rocket, priority=high.pk, add_tags=("a",))
    high.is_retired = True
    high.save()
    with pytest.raises(InvalidValueError, match="no longer available"):
        run(in_rocket, macro, in_rocket.open_ticket())
    assert not Tag.objects.exists()


@pytest.mark.parametrize(
    ("acts", "field"),
    [
        ({"hold_days": 3}, "hold_reason"),
        ({"hold_days": 400, "hold_reason": "x"}, "hold_days"),
        ({"hold_days": 3, "hold_reason": "x", "status": "closed"}, "hold_days"),
        ({"add_tags": ("A",), "remove_tags": ("a",)}, "remove_tags"),
        ({"status": "open"}, "status"),
        ({}, "text"),
    ],
)
def test_contradicting_changes_are_refused_when_saved(
    in_rocket: Cast, acts: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidValueError) as refused:
        make_macro(in_rocket, **acts)  # type: ignore[arg-type]  # of several kinds
    assert refused.value.field == field


def test_a_macro_cannot_name_rows_of_another_desk(in_rocket: Cast, matter: Cast) -> None:
    theirs = [
        {"priority": next(iter(matter.priorities.values())).pk},
        {"department": matter.departments["paid"].pk},
        {"assignee": matter.analyst.pk},
    ]
    for acts in theirs:
        with pytest.raises(ServiceError):
            make_macro(in_rocket, **acts)
