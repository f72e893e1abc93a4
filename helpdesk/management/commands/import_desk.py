"""`manage.py import_desk`: bring tickets, people and files from another help desk (M38)."""

from __future__ import annotations

import getpass
import json
import time
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Agent, Desk, Role
from accounts.tenancy import desk_scope
from helpdesk.desks.lookup import get_desk
from tickets.errors import ServiceError
from tickets.exchange.guessing import guess_mapping, load_rows
from tickets.exchange.readers import READERS
from tickets.exchange.running import run_imports
from tickets.exchange.runs import cancel_run, create_run, start_run
from tickets.models import ImportProblem, ImportRun, ImportState

WAIT_SECONDS = 1  # for a worker that has the run just then


class Command(BaseCommand):
    help = (
        "Import an export file from another help desk. With --dry-run, show what the file "
        "contains and how its values would be mapped. Importing the same file again changes "
        "nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("desk", help="The desk's slug.")
        parser.add_argument("file", type=Path, help="A .zip, .tar.gz, .json, .ndjson or .csv file.")
        parser.add_argument(
            "--source",
            required=True,
            choices=sorted(READERS),
            help="The help desk that the file comes from.",
        )
        parser.add_argument(
            "--name", default="", help="Tells two help desks of the same kind apart."
        )
        parser.add_argument(
            "--mapping", type=read_mapping, metavar="FILE.json",
            help="A JSON file that maps the source's values (docs/exchange.md). Default: the "
                "suggested mapping.",
        )  # fmt: skip
        parser.add_argument(
            "--by", default="", metavar="EMAIL",
            help="The agent who writes notes without an author. Default: the desk's first admin.",
        )  # fmt: skip
        parser.add_argument(
            "--dry-run", action="store_true", help="Read the file without importing anything."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        desk = get_desk(options["desk"])
        with desk_scope(desk):
            try:
                run = self._read(desk, options)
                mapping = options["mapping"]
                if mapping is None:
                    mapping = guess_mapping(run, load_rows(desk.pk)).to_json()
                self._show_preview(run, mapping)
                by = f"manage.py by {getpass.getuser()}"
                if options["dry_run"]:
                    cancel_run(run, by=by, at=timezone.now())
                    self.stdout.write("Nothing was imported.")
                    return
                start_run(run, mapping, by=by, at=timezone.now())
                self._import(run)
            except ServiceError as refused:
                raise CommandError(str(refused)) from refused
            self._show_report(run)

    def _read(self, desk: Desk, options: dict[str, Any]) -> ImportRun:
        path: Path = options["file"]
        agent = find_agent(desk, options["by"])
        try:
            with path.open("rb") as file:
                run = create_run(
                    desk=desk, file=file, file_name=path.name, reader=options["source"],
                    source=options["name"], at=timezone.now(), agent=agent,
                )  # fmt: skip
        except OSError as error:
            raise CommandError(f"{path} can't be read: {error.strerror}.") from error
        self._work(run, ImportState.READING)
        if run.state == ImportState.FAILED:
            raise CommandError(run.error)
        return run

    def _import(self, run: ImportRun) -> None:
        self._work(run, ImportState.RUNNING)
        if run.state == ImportState.PAUSED:
            raise CommandError("The import was paused. Resume it on its page in the admin site.")
        if run.state != ImportState.DONE:
            raise CommandError(run.error or "The import was canceled.")

    def _work(self, run: ImportRun, state: ImportState) -> None:
        """Run slices while the run is in this state. Workers may do so at the same time."""
        while run.state == state:
            done = run_imports(desk_id=run.desk_id, at=timezone.now())
            run.refresh_from_db()
            count = run.handled if state == ImportState.RUNNING else run.was_read
            self.stdout.write(f"{run.get_state_display()}: {count} records")
            if not done and run.state == state:
                time.sleep(WAIT_SECONDS)

    def _show_preview(self, run: ImportRun, mapping: dict[str, Any]) -> None:
        counts = ", ".join(f"{kind} {count}" for kind, count in run.preview["counts"].items())
        self.stdout.write(f"In the file: {counts or 'nothing'}.")
        problems = run.preview["problems"]
        for code, count in problems.items():
            self.stdout.write(f"Problem while reading: {code} ({count}).")
        for name in ("states", "priorities", "departments", "fields"):
            words = ", ".join(f"{word} ({count})" for word, count in run.preview[name])
            if words:
                self.stdout.write(f"{name.capitalize()} of the source: {words}.")
        self.stdout.write("Mapping:")
        self.stdout.write(json.dumps(mapping, indent=2, ensure_ascii=False, sort_keys=True))

    def _show_report(self, run: ImportRun) -> None:
        for kind, outcomes in run.counts.items():
            said = ", ".join(f"{number} {outcome}" for outcome, number in outcomes.items())
            self.stdout.write(f"{kind}: {said}")
        count = ImportProblem.objects.filter(run=run).count()
        self.stdout.write(
            f"Import {run.pk} is done, with {count} problems. The admin site has the report: "
            f"/{run.desk.slug}/admin/imports/{run.pk}/."
        )


def read_mapping(path: str) -> dict[str, Any]:
    """Return the mapping of a file, for argparse."""
    try:
        mapping = json.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise ArgumentTypeError(f"{path} can't be read: {error.strerror}.") from error
    except ValueError as error:
        raise ArgumentTypeError(f"{path} isn't valid JSON: {error}.") from error
    if not isinstance(mapping, dict):
        raise ArgumentTypeError(f"{path} isn't a JSON object.")
    return mapping


def find_agent(desk: Desk, email: str) -> Agent | None:
    """Return the agent with this address, or the desk's first active admin."""
    agents = Agent.objects.filter(desk=desk, is_active=True).order_by("pk")
    if not email:
        return agents.filter(role=Role.ADMIN).first()
    found = agents.filter(user__email=email.strip().lower()).first()
    if found is None:
        raise CommandError(f"{desk.name} has no active agent with the address {email}.")
    return found
