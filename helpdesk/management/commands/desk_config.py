"""`manage.py desk_config`: a desk's configuration as a file: show it, plan changes, apply them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.matching import normalize_email
from accounts.models import Agent, Desk, Role
from accounts.tenancy import desk_scope
from helpdesk.desk_files.applying import Plan, apply_file, plan_file, show_configuration
from helpdesk.desk_files.reading import DeskFile, FileError, read_file
from helpdesk.desk_files.writing import write_yaml


class Command(BaseCommand):
    help = (
        "Show the configuration of a desk as YAML, plan what a file would change, or apply it."
        " Files are YAML, or TOML if their name ends in .toml. See docs/configuration.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["show", "plan", "apply"])
        parser.add_argument("desk", metavar="DESK", help="the desk's path, such as acme")
        parser.add_argument("file", metavar="FILE", nargs="?", help="for plan and apply")
        parser.add_argument(
            "--as",
            dest="email",
            metavar="EMAIL",
            help="email address of the desk admin to name in the audit log; required for apply",
        )
        parser.add_argument(
            "--prune",
            action="store_true",
            help="remove rows that are missing from the file's sections",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        desk = Desk.objects.filter(slug=options["desk"]).first()
        if desk is None:
            raise CommandError(f"There is no desk with the path {options['desk']}.")
        action = options["action"]
        if (action == "show") == bool(options["file"]):
            raise CommandError("Give a file for plan and apply, and none for show.")
        if action == "apply" and not options["email"]:
            raise CommandError("Name the desk admin who applies the file: --as EMAIL")
        with desk_scope(desk):
            agent = _find_admin(desk, options["email"])
            if action == "show":
                self.stdout.write(write_yaml(show_configuration(agent)), ending="")
                return
            file = _read(options["file"])
            work = plan_file if action == "plan" else apply_file
            self._report(work(file, agent=agent, prune=options["prune"]), action)

    def _report(self, plan: Plan, action: str) -> None:
        for change in plan.changes:
            self.stdout.write(str(change))
            for field in change.fields:
                self.stdout.write(f"    {field}")
        if plan.problems:
            for problem in plan.problems:
                line = f"line {problem.line}: " if problem.line else ""
                self.stderr.write(f"{line}{problem}")
            raise CommandError("The file has problems. Nothing was changed.")
        if not plan.changes:
            self.stdout.write("The desk already matches the file.")
        elif action == "apply":
            count = len(plan.changes)
            word = "change" if count == 1 else "changes"
            self.stdout.write(f"Applied {count} {word}.", self.style.SUCCESS)


def _find_admin(desk: Desk, email: str | None) -> Agent:
    """Return the admin with this address, or any for reading."""
    admins = Agent.objects.filter(desk=desk, role=Role.ADMIN, is_active=True, is_service=False)
    if email:
        admins = admins.filter(user__email=normalize_email(email) or email)
    found = admins.select_related("desk", "user").order_by("pk").first()
    if found is None:
        who = f"has no active admin {email}" if email else "has no active admin"
        raise CommandError(f"The desk {who}. Invite one first: manage.py invite")
    return found


def _read(name: str) -> DeskFile:
    try:
        text = Path(name).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CommandError(f"{name} isn't UTF-8 text.") from error
    except OSError as error:
        raise CommandError(f"{name} can't be read: {error.strerror}.") from error
    try:
        return read_file(text, is_toml=name.endswith(".toml"))
    except FileError as error:
        raise CommandError(f"{name}: {error}") from error
