"""An erased person is no longer named in issues and events of code hosts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from accounts.privacy.erasing import identify_person
from accounts.tenancy import system_scope
from channels_intake.calls.queueing import queue_call
from channels_intake.code_hosts.issues import create_issue
from channels_intake.code_hosts.links import add_link
from channels_intake.erasing import erase_from_mail, erase_mentions
from channels_intake.models import CallKind, CodeEvent, CodeHost, CodeLink, LinkKind, OutgoingCall
from tests.cast import NOON, Cast
from tests.defects.helpers import report
from tickets.actors import SYSTEM
from tickets.erasing import find_traces
from tickets.models import Defect


def test_names_and_addresses_are_erased(in_rocket: Cast, github: CodeHost) -> None:
    desk, title = in_rocket.desk, "Crash for clara@acme.example"
    one = {"kind": LinkKind.ISSUE, "number": 1, "title": title, "by": SYSTEM, "at": NOON}
    add_link(report(in_rocket), github, **one)  # type: ignore[arg-type] # fields of the test
    call: dict[str, Any] = {"kind": CallKind.CODE_HOST, "connection_id": github.pk, "at": NOON}
    queue_call(desk_id=desk.pk, key="issue-1", body={"title": title}, **call)
    for number, raw in enumerate((b'{"text": "clara@acme.example"}', b'{"text": "nobody"}')):
        CodeEvent.objects.create(
            desk=desk, host=github, delivery_id=f"{number}", name="issues", raw=raw,
            sha256=f"{number}", received_at=NOON, next_try_at=NOON,
        )  # fmt: skip
    person: Any = SimpleNamespace(desk_id=desk.pk, anywhere=r"clara@acme\.example")
    assert erase_mentions(person) == 3
    assert "clara" not in CodeLink.objects.get().title
    assert "clara" not in OutgoingCall.objects.get().body["title"]
    assert CodeEvent.objects.get().delivery_id == "1"


def test_names_are_erased_from_the_issues_of_linked_defects(
    in_rocket: Cast, github: CodeHost
) -> None:
    ticket = in_rocket.open_ticket()
    defect = report(in_rocket, ticket)
    github.names_customers = True
    github.save()
    name = ticket.contact.name
    Defect.objects.filter(pk=defect.pk).update(title=f"Crash for {name}", problem=f"{name} waits.")
    create_issue(defect_id=defect.pk, host_id=github.pk, agent=in_rocket.level_two, at=NOON)
    assert name in str(OutgoingCall.objects.get(kind=CallKind.CODE_HOST).body)
    with system_scope("erase a person"):
        erase_from_mail(identify_person(ticket.contact, set()), find_traces(ticket.contact))
    assert name not in str(OutgoingCall.objects.get(kind=CallKind.CODE_HOST).body)
    assert name not in CodeLink.objects.get().title
