"""Issues are created once, name no customer, and wait for a host that is down."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.tenancy import desk_scope
from channels_intake.calls.sending import send_due_calls
from channels_intake.code_hosts.changes import Item
from channels_intake.code_hosts.issue_texts import disarm, hide_customers, write_issue
from channels_intake.code_hosts.issues import create_issue, link_by_url, unlink
from channels_intake.code_hosts.links import add_link, link_mentions
from channels_intake.models import CodeHost, CodeLink, LinkKind, OutgoingCall
from tests.cast import NOON, Cast
from tests.code_hosts.hosts_fake import TIME, HostFake
from tests.defects.helpers import LATER, report
from tests.effort import run_within
from tickets.actors import SYSTEM
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.models import Defect, DefectEvent, DefectEventKind

pytestmark = pytest.mark.usefixtures("in_rocket")


def create(cast: Cast, defect: Defect, host: CodeHost) -> CodeLink:
    return create_issue(defect_id=defect.pk, host_id=host.pk, agent=cast.level_two, at=NOON)


def send(cast: Cast, **later: int) -> None:
    send_due_calls(desk_id=cast.desk.pk, at=NOON + timedelta(**later), is_urgent=False)


def test_an_issue_is_created_from_the_defect(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    CodeHost.objects.update(labels="bug, support")
    defect = report(rocket, title="Crash on upload", problem="The server stops.")
    create(rocket, defect, github)
    assert fake.issues == {}  # nothing leaves before the commit
    send(rocket)
    issue = fake.issues[1]
    assert issue["title"] == f"{defect.key}: Crash on upload"
    assert "**Problem**\nThe server stops." in issue["body"]
    assert f"/rocket/agent/defects/{defect.number}/" in issue["body"]
    assert [label["name"] for label in issue["labels"]] == ["bug", "support"]
    link = CodeLink.objects.select_related("host").get()
    assert (link.number, link.state, link.url) == (1, "open", f"{fake.url}/acme/server/issues/1")
    assert link.reference == "acme/server#1"
    history = DefectEvent.objects.filter(defect=defect, kind=DefectEventKind.CODE)
    assert [event.data["what"] for event in history] == ["created"]
    assert CodeHost.objects.get().checked_at == NOON


def test_gitlab_gets_its_own_form(rocket: Cast, gitlab: CodeHost, gitlab_fake: HostFake) -> None:
    CodeHost.objects.update(labels="bug")
    defect = report(rocket)
    create(rocket, defect, gitlab)
    send(rocket)
    assert gitlab_fake.issues[1]["labels"] == ["bug"]
    assert CodeLink.objects.get().url == f"{gitlab_fake.url}/acme/server/-/issues/1"


def test_no_customer_is_named_unless_the_desk_says_so(rocket: Cast) -> None:
    ticket = rocket.open_ticket()
    contact, account = ticket.contact, ticket.account
    contact.name = "Clara Cruz"
    contact.save()
    defect = report(
        rocket,
        ticket,
        title=f"{account.name} can't upload",
        problem=f"{contact.name} ({contact.email}) sees an error; so does {account.name.upper()}.",
        affected_users="All 40 people",
    )
    hidden = write_issue(defect, names_customers=False)
    for word in (account.name, contact.name, contact.email, "40 people"):
        assert word.lower() not in f"{hidden.title} {hidden.body}".lower()
    assert "[customer] ([address]) sees an error" in hidden.body
    named = write_issue(defect, names_customers=True)
    assert f"**Accounts**\n- {account.name}" in named.body
    assert "40 people" in named.body


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Ann at ACME (ann@acme.example).", "Ann at [customer] ([address])."),
        ("Acmeology of Acme Corp", "Acmeology of [customer]"),
        ("mailto:a.b+c@x.example", "mailto:[address]"),
        ("", ""),
    ],
)
def test_names_are_hidden_as_whole_words_the_longest_first(text: str, hidden: str) -> None:
    assert hide_customers(text, {"Acme", "Acme Corp", "An", ""}) == hidden


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("/close", "\u200b/close"),
        ("It fails:\n  /assign @all", "It fails:\n  \u200b/assign @\u200ball"),
        ("see /etc/hosts, ann@x.example", "see /etc/hosts, ann@x.example"),
        ("<!-- plumbline-1-2 -->", "<\u200b!-- plumbline-1-2 -->"),
    ],
)
def test_a_customers_words_command_and_notify_nobody(text: str, safe: str) -> None:
    assert disarm(text) == safe


@pytest.mark.parametrize("text", ["a" * 50_000, "\n" * 50_000, "@" * 50_000, " " * 50_000])
def test_a_long_text_of_a_customer_is_written_in_a_moment(text: str) -> None:
    run_within(20, lambda: hide_customers(disarm(text), {"Acme"}))


def test_a_second_issue_in_the_same_repository_is_refused(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    create(rocket, defect, github)
    with pytest.raises(ConflictError):
        create(rocket, defect, github)
    send(rocket)
    assert len(fake.issues) == 1


def test_an_issue_whose_response_was_lost_is_found_and_not_created_again(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    create(rocket, defect, github)
    fake.loses_answers = True
    send(rocket)
    assert (len(fake.issues), CodeLink.objects.get().number) == (1, None)
    fake.loses_answers = False
    send(rocket, minutes=1)
    assert (len(fake.issues), CodeLink.objects.get().number) == (1, 1)


def test_a_host_that_is_down_for_a_day_gets_all_in_order_and_nothing_twice(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defects = [report(rocket, title=f"Defect {n}") for n in range(3)]
    fake.is_down = True
    for defect in defects:
        create(rocket, defect, github)
    for hour in range(24):
        send(rocket, hours=hour)
    assert "did not respond" in CodeHost.objects.get().problem
    fake.is_down = False
    send(rocket, hours=25)
    titles = [issue["title"].split(": ")[1] for issue in fake.issues.values()]
    assert titles == ["Defect 0", "Defect 1", "Defect 2"]
    assert CodeHost.objects.get().problem == ""


def test_a_refused_issue_says_so_and_can_be_created_again(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    create(rocket, defect, github)
    fake.fail_next(410, message="Issues has been disabled in this repository.")
    send(rocket)
    assert CodeLink.objects.get().state == "failed"
    assert "disabled" in OutgoingCall.objects.get().summary
    create(rocket, defect, github)
    send(rocket)
    assert CodeLink.objects.get().state == "open"
    assert OutgoingCall.objects.get().state == "sent"  # the failed one can't be sent again


@pytest.mark.parametrize("path", ["pull/7", "pull/7/files", "pull/7#discussion"])
def test_a_pull_request_is_linked_by_its_url(
    rocket: Cast, github: CodeHost, fake: HostFake, path: str
) -> None:
    fake.pulls[7] = {
        "number": 7, "title": "Fix", "state": "closed", "merged": True, "merged_at": TIME,
        "updated_at": TIME, "html_url": "", "base": {"ref": "main"}, "merge_commit_sha": "a" * 40,
    }  # fmt: skip
    defect, agent = report(rocket), rocket.level_two
    url = f"{fake.url}/acme/server/{path}/\x00"
    for _ in range(2):
        link_by_url(defect_id=defect.pk, url=url, agent=agent, at=NOON)
    send(rocket)
    link = CodeLink.objects.get()
    assert (link.kind, link.state, link.sha, link.branch) == ("pull", "merged", "a" * 40, "main")
    assert fake.asked == ["GET /repos/acme/server/pulls/7"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/acme/server/issues/1",
        "{base}/other/one/issues/1",
        "javascript://127.0.0.1/acme/server/issues/1/%0Aalert(1)",
        "https://[acme/server/issues/1",
        "hello",
        "",
    ],
)
def test_a_url_of_no_connected_repository_is_refused(
    rocket: Cast, github: CodeHost, fake: HostFake, url: str
) -> None:
    with pytest.raises(InvalidValueError):
        link_by_url(
            defect_id=report(rocket).pk,
            url=url.format(base=fake.url),
            agent=rocket.level_two,
            at=NOON,
        )


def test_a_link_is_removed_and_the_issue_stays(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    link = create(rocket, defect, github)
    send(rocket)
    unlink(defect_id=defect.pk, link_id=link.pk, agent=rocket.level_two, at=NOON)
    assert (CodeLink.objects.count(), len(fake.issues)) == (0, 1)
    last = DefectEvent.objects.filter(defect=defect).latest("pk")
    assert last.data == {"what": "unlinked", "ref": "acme/server#1", "url": link_url(fake)}


def link_url(fake: HostFake) -> str:
    return f"{fake.url}/acme/server/issues/1"


def test_observers_and_other_desks_change_nothing(
    rocket: Cast, matter: Cast, github: CodeHost
) -> None:
    defect = report(rocket)
    with pytest.raises(NotAllowedError):
        create_issue(defect_id=defect.pk, host_id=github.pk, agent=rocket.observer, at=NOON)
    with desk_scope(matter.desk):
        foreign = report(matter)
        with pytest.raises(CodeHost.DoesNotExist):
            create_issue(defect_id=foreign.pk, host_id=github.pk, agent=matter.level_two, at=NOON)


def test_a_webhook_that_comes_before_the_response_makes_no_second_link(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    create(rocket, defect, github)
    fake.loses_answers = True
    send(rocket)
    by_mention = {"kind": LinkKind.ISSUE, "number": 1, "url": link_url(fake)}
    add_link(defect, github, by=SYSTEM, at=NOON, **by_mention)  # type: ignore[arg-type] # of the test
    fake.loses_answers = False
    send(rocket, minutes=1)
    assert OutgoingCall.objects.get().state == "sent"
    link = CodeLink.objects.get()
    assert (link.number, link.state, link.created_by) == (1, "open", rocket.level_two)
    other = report(rocket)
    issue = fake.issues[1]
    text = f"{issue['body']}\n{other.key}"
    item = Item(False, 1, issue["title"], link_url(fake), "open", LATER, body=text)
    link_mentions(github, text, item=item, at=LATER)
    assert CodeLink.objects.filter(defect=other).exists()
