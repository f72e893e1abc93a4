"""A demo desk's repository, with issues and pull requests of its defects.

The repository is at a made-up address and paused, so the demo calls nobody.
"""

from __future__ import annotations

from secrets import token_urlsafe

from accounts.models import Desk, ProductLine
from channels_intake.code_hosts.changes import Item
from channels_intake.code_hosts.links import add_link, apply_item
from channels_intake.code_hosts.rules import DEFAULT_RULES
from channels_intake.models import CodeHost, CodeLink, CodeTrigger, HostKind, LinkKind, StageRule
from tickets.actors import SYSTEM, Actor
from tickets.defects.stages import PATH
from tickets.models import Defect, Stage

# By the demo desk's slug: kind, URL and repository.
REPOSITORIES = {
    "rocketchat": (
        HostKind.GITHUB,
        "https://github.rocketchat.example/api/v3",
        "rocketchat/server",
    ),
    "mattermost": (HostKind.GITLAB, "https://gitlab.mattermost.example", "mattermost/server"),
}
FIRST_NUMBER = 310


def create_code_host(desk: Desk, slug: str) -> None:
    """Create a desk's repository with its rules, and link what its defects have got there."""
    kind, url, repository = REPOSITORIES[slug]
    host = CodeHost(desk=desk, kind=kind, api_url=url, repository=repository, labels="support")
    host.is_paused = True
    host.enter_secrets(token=token_urlsafe(), webhook_secret=token_urlsafe())
    host.save()
    _create_rules(host)
    confirmed = PATH[PATH.index(Stage.CONFIRMED) :]
    for position, defect in enumerate(Defect.objects.filter(stage__in=confirmed).order_by("pk")):
        _link(defect, host, number=FIRST_NUMBER + 7 * position)


def _create_rules(host: CodeHost) -> None:
    """Add the usual rules, with releases by the tags of each product line if there are some."""
    lines = list(ProductLine.objects.filter(desk=host.desk))
    for trigger, stage in DEFAULT_RULES:
        if trigger != CodeTrigger.RELEASED or not lines:
            StageRule.objects.create(desk=host.desk, host=host, trigger=trigger, stage=stage)
    for line in lines:
        pattern = f"{line.name.lower().replace(' ', '-')}-v*"
        StageRule.objects.get_or_create(
            desk=host.desk,
            host=host,
            trigger=CodeTrigger.RELEASED,
            pattern=pattern,
            defaults={"line": line},
        )


def _link(defect: Defect, host: CodeHost, *, number: int) -> None:
    """Link an issue, and a pull request once somebody works on the defect."""
    reached = PATH.index(Stage(defect.stage))
    is_merged = reached >= PATH.index(Stage.TESTED)
    is_done = reached >= PATH.index(Stage.RELEASED)
    _add(defect, host, number=number, state="closed" if is_done else "open", is_pull=False)
    if reached >= PATH.index(Stage.IN_PROGRESS):
        state = "merged" if is_merged else "open"
        _add(defect, host, number=number + 3, state=state, is_pull=True)


def _add(defect: Defect, host: CodeHost, *, number: int, state: str, is_pull: bool) -> CodeLink:
    person, at = defect.owner or defect.created_by, defect.stage_since
    by = Actor.of(person) if person else SYSTEM
    place = (
        ("pull" if host.kind == HostKind.GITHUB else "-/merge_requests") if is_pull else "issues"
    )
    site = host.base_url.removesuffix("/api/v3")
    item = Item(
        is_pull=is_pull,
        number=number,
        title=f"Fix: {defect.title} ({defect.key})" if is_pull else defect.title,
        url=f"{site}/{host.repository}/{place}/{number}",
        state=state,
        at=at,
        labels=() if is_pull else ("support", "bug"),
        assignee="dev-on-duty",
        branch="main" if is_pull else "",
        sha=f"{number:040x}" if state == "merged" else "",
        merged_at=at if state == "merged" else None,
    )
    kind = LinkKind.PULL if is_pull else LinkKind.ISSUE
    link, _is_new = add_link(defect, host, kind=kind, number=number, url=item.url, by=by, at=at)
    apply_item(link, item)
    return link
