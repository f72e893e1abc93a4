"""From customers' emails to the released fix: each customer hears about each stage once (M98-M103).

Two customers of two accounts write about the same problem. Their tickets reach engineering as one
defect, its pull request is merged and released, and they confirm. The ledger is what left by email.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Account, ProductLine
from accounts.models import Product as ProductModel
from channels_intake.calls.sending import send_due_calls
from channels_intake.code_hosts.issues import create_issue
from channels_intake.code_hosts.processing import process_due_events
from channels_intake.code_hosts.releases import check_due_releases
from channels_intake.incoming.reading import process_inbound
from channels_intake.incoming.store import store_inbound
from channels_intake.models import CodeHost, CodeTrigger, OutgoingEmail, StageRule
from channels_intake.outgoing.sending import send_due
from tests.cast import Cast
from tests.channels_intake.conftest import TRUSTED, make_mail
from tests.code_hosts.conftest import GITHUB_SECRET, connect
from tests.code_hosts.hosts_fake import HostFake, serve_host
from tests.code_hosts.sending import build_headers, post, read_payload
from tickets.actors import Actor
from tickets.defects.creating import change_defect, create_defect, suggest_fields
from tickets.defects.linking import link_ticket
from tickets.defects.moving import add_note, move_stage
from tickets.defects.ranks.impact import rank_stale_defects
from tickets.defects.updates.sending import tell_customers
from tickets.deliveries import deliver_due
from tickets.models import Defect, DefectUpdate, EscalationCause, Severity, State, Ticket
from tickets.models.troubleshooting import Frequency, YesOrNo
from tickets.services import Gathered, change_status, close, escalate

HUSH = "their license expired in May"  # internal words, which never go out
ACME, ELSEWHERE = "customer@acme.example", "someone@elsewhere-rocket.example"
HOUR = timedelta(hours=1)
BRANCHES = [("master", "f" * 40), ("release-8.4", "b" * 40)]  # with the commits of the fix
TOLD = ["reported", "confirmed", "planned", "in_progress", "tested", "released"]
RECORD = {
    "problem": f"Uploads above 10 MB crash the server; {HUSH}",
    "affected_users": "all",
    "areas": "uploads",
    "frequency": Frequency.CONSISTENT,
    "since": "9.0",
    "worked_before": YesOrNo.YES,
    "changes": "upgrade",
    "app_version": "9.0.1",
    "reproduced": YesOrNo.YES,
    "test_system": "staging",
    "workarounds": "Split the file.",
    "steps": f"Upload 11 MB. {HUSH}",
}


class Journey:
    """The people, the clock, and what has left by email."""

    def __init__(self, cast: Cast, host: CodeHost) -> None:
        self.cast, self.host, self.at = cast, host, timezone.now()
        self.engineer = Actor.of(cast.level_two)

    def mail_in(self, sender: str, message_id: str, text: str, **headers: str) -> Ticket:
        """Receive an email, process it twice, and return its ticket."""
        raw = make_mail(
            sender, subject="Upload crashes", text=text, message_id=message_id, **headers
        )
        inbound = store_inbound(
            provider="raw", raw=raw, content_type="message/rfc822", at=self.at, enqueue=False
        )
        for _ in range(2):
            process_inbound(inbound_id=inbound.pk, at=self.at)
        inbound.refresh_from_db()
        assert inbound.ticket is not None
        return self.reload(inbound.ticket)

    def work(self) -> None:
        """Let an hour pass and do what the workers do, more often than needed."""
        self.at += HOUR
        desk_id = self.cast.desk.pk
        for _ in range(2):
            while send_due_calls(desk_id=desk_id, at=self.at, is_urgent=False):
                pass
            while process_due_events(desk_id=desk_id, at=self.at):
                pass
            check_due_releases(desk_id=desk_id, at=self.at)
            while tell_customers(desk_id=desk_id, at=self.at):
                pass
            rank_stale_defects(desk_id=desk_id, at=self.at)
            deliver_due(desk_id=desk_id, at=self.at)
            while send_due(desk_id=desk_id, at=self.at):
                pass

    def by(self, person: str) -> dict[str, Any]:
        return {"by": Actor.of(getattr(self.cast, person)), "at": self.at}

    def move(self, defect: Defect, stage: str) -> None:
        move_stage(defect_id=defect.pk, stage=stage, by=self.engineer, at=self.at)
        self.work()

    def send(self, name: str, payload: dict[str, Any]) -> None:
        """Deliver an event of GitHub twice, as it does after a lost response."""
        body = json.dumps(payload).encode()
        headers = build_headers(self.host, name, body)
        assert all(post(self.host, headers, body) < 300 for _ in range(2))
        self.work()

    def send_pull(self, name: str, defect: Defect, branch: str, sha: str, **fields: Any) -> None:
        """Send an event of the pull request for a branch."""
        payload = read_payload(name)
        pull = payload["pull_request"]
        pull |= {"number": 2 + (branch != "master"), "title": f"Fix {defect.key}"} | fields
        pull["base"]["ref"], pull["merge_commit_sha"] = branch, sha
        self.send("pull_request", payload)

    def publish(self, fake: HostFake, tag: str, commits: list[str]) -> None:
        """Publish a release at the host; its event names no commits."""
        published = self.at.isoformat(timespec="seconds")
        fake.add_release(tag, published, commits)
        payload = read_payload("github.release.published")
        payload["release"] |= {"tag_name": tag, "published_at": published}
        payload["release"]["html_url"] = f"https://get.example/{tag}"
        self.send("release", payload)

    def list_updates(self, ticket: Ticket) -> list[OutgoingEmail]:
        """Return the emails about the defect to the ticket's customer, in order."""
        sent = OutgoingEmail.objects.filter(ticket=ticket, kind="defect", contact=ticket.contact)
        return list(sent.order_by("pk"))

    @staticmethod
    def reload(ticket: Ticket) -> Ticket:
        return Ticket.objects.select_related("contact", "desk").get(pk=ticket.pk)


@pytest.fixture
def fake() -> Iterator[HostFake]:
    with serve_host() as served:
        served.add_release("v9.0", "2026-01-01T12:00:00Z", ["1"])
        served.add_release("v8.4.1", "2026-01-01T12:00:00Z", ["0"])
        yield served


@pytest.fixture
def journey(in_rocket: Cast, lines: list[ProductLine], fake: HostFake, settings: Any) -> Journey:
    settings.TRUSTED_AUTHSERV_IDS = frozenset({TRUSTED})
    host = connect(in_rocket, "github", fake.url, GITHUB_SECRET)
    rules = StageRule.objects.filter(host=host, trigger=CodeTrigger.RELEASED)
    rules.delete()
    for pattern, line in zip(("v9.*", "v8.4.*"), lines, strict=True):
        rule = {"host": host, "trigger": CodeTrigger.RELEASED, "pattern": pattern, "line": line}
        StageRule.objects.create(desk=in_rocket.desk, **rule)
    return Journey(in_rocket, host)


@pytest.fixture
def lines(in_rocket: Cast) -> list[ProductLine]:
    """The current line of acme's account, and the ESR of the other one."""
    product = ProductModel.objects.create(desk=in_rocket.desk, name="Server")
    made = []
    for name, account in (("Current", in_rocket.account), ("ESR", in_rocket.other_account)):
        made.append(ProductLine.objects.create(desk=in_rocket.desk, product=product, name=name))
        Account.objects.filter(pk=account.pk).update(product_line=made[-1])
    return made


def hand_to_engineering(journey: Journey, ticket: Ticket) -> Defect:
    """Investigate, escalate to Level 2 and to R&D, and report the defect."""
    cast = journey.cast
    change_status(ticket_id=ticket.pk, move="investigate", **journey.by("analyst"))
    escalate(ticket_id=ticket.pk, cause=EscalationCause.CANNOT_REPRODUCE, **journey.by("analyst"))
    gathered = Gathered(cast.level_two, RECORD)
    defect_cause = {"cause": EscalationCause.DEFECT, "gathered": gathered}
    escalate(ticket_id=ticket.pk, **defect_cause, **journey.by("level_two"))
    fields = suggest_fields(ticket) | {"severity": Severity.MAJOR, "workaround": "Split the file."}
    given = {"desk": cast.desk, "agent": cast.level_two, "at": journey.at}
    defect = create_defect(**given, fields=fields, ticket_id=ticket.pk)
    add_note(defect_id=defect.pk, agent=cast.level_two, text=HUSH, at=journey.at)
    return defect


def test_from_two_customers_emails_to_the_released_fix(journey: Journey, fake: HostFake) -> None:
    cast = journey.cast
    first = journey.mail_in(ACME, "<first@acme.example>", "It crashes with 11 MB.")
    second = journey.mail_in(ELSEWHERE, "<second@elsewhere.example>", "Uploads kill the server.")
    assert (first.account_id, second.account_id) == (cast.account.pk, cast.other_account.pk)
    journey.work()

    # One defect of two tickets of two accounts; each customer hears that it was reported.
    defect = hand_to_engineering(journey, first)
    link_ticket(defect_id=defect.pk, ticket_id=second.pk, agent=cast.analyst, at=journey.at)
    journey.work()
    defect.refresh_from_db()
    assert (defect.accounts_hit, defect.tickets_hit) == (2, 2)
    assert journey.reload(first).level == "rnd"

    # Engineering confirms and plans, in an issue; pull requests and releases do the rest.
    create_issue(defect_id=defect.pk, host_id=journey.host.pk, agent=cast.level_two, at=journey.at)
    journey.work()
    assert len(fake.issues) == 1
    assert not {ACME, ELSEWHERE, first.reference} & set(str(fake.issues).split())
    journey.move(defect, "confirmed")
    plan = {"plan_text": "We will stream uploads.", "planned_version": "9.1"}
    change_defect(defect_id=defect.pk, agent=cast.level_two, fields=plan, at=journey.at)
    journey.move(defect, "planned")
    for branch, sha in BRANCHES:
        journey.send_pull("github.pull_request.opened", defect, branch, sha)
    merged = {"merged": True, "merged_at": "2019-05-15T15:21:18Z"}
    for branch, sha in BRANCHES:
        journey.send_pull("github.pull_request.closed", defect, branch, sha, **merged)
    journey.publish(fake, "v9.1", ["1", "f" * 40])
    assert [row.stage for row in list_told(first)] == TOLD
    assert [row.stage for row in list_told(second)] == TOLD[:-1]
    journey.publish(fake, "v8.4.2", ["0", "b" * 40])
    assert [row.stage for row in list_told(second)] == TOLD

    # The ledger: one email per customer and stage, in the thread of their own ticket.
    for ticket, started, version in (
        (first, "<first@acme.example>", "v9.1"),
        (second, "<second@elsewhere.example>", "v8.4.2"),
    ):
        updates = journey.list_updates(ticket)
        assert [row.body_text for row in updates] != []
        assert len(updates) == len(TOLD)
        assert version in updates[-1].body_text
        assert "We will stream uploads." in updates[2].body_text
        assert all(row.state == "sent" and row.subject.startswith("Re: ") for row in updates)
        delivered = [one for one in mail.outbox if one.to == [ticket.contact.email]]
        sent = Counter(one.extra_headers["Message-ID"] for one in delivered)
        assert set(sent.values()) == {1}
        assert all(sent[f"<{row.rfc_message_id}>"] == 1 for row in updates)
        threaded = [one.extra_headers.get("References", "") for one in delivered]
        assert all(started in references for references in threaded[-len(TOLD) :])
    assert not any(HUSH in str(one.message()) for one in mail.outbox)

    # The fix put the ticket back to its analyst; the customer confirms, and it is closed.
    back = journey.reload(first)
    assert (back.level, back.status, back.assignee_id) == (
        "l1",
        State.INVESTIGATING,
        first.assignee_id,
    )
    thread = {"In_Reply_To": f"<{journey.list_updates(first)[-1].rfc_message_id}>"}
    confirmed = journey.mail_in(ACME, "<thanks@acme.example>", "It works, thank you!", **thread)
    assert (confirmed.pk, confirmed.status) == (first.pk, State.OPEN)
    close(ticket_id=first.pk, **journey.by("analyst"))
    journey.move(defect, "verified")
    assert journey.reload(first).status == State.CLOSED
    assert len(journey.list_updates(first)) == len(TOLD)


def list_told(ticket: Ticket) -> list[DefectUpdate]:
    return list(DefectUpdate.objects.filter(ticket=ticket).exclude(text="").order_by("pk"))
