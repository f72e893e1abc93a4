"""`manage.py reindex_search`: build missing and outdated search documents, also of defects."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import Desk
from accounts.tenancy import desk_scope
from tickets.defects.search.documents import mark_outdated as mark_outdated_defects
from tickets.defects.search.documents import refresh_all_documents
from tickets.search.documents import mark_outdated, refresh


class Command(BaseCommand):
    help = (
        "Make the search documents of tickets that have none, or whose words were read by another"
        " version. It can be stopped and repeated; the worker completes what is left."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--desk", default="", metavar="SLUG", help="Only this desk.")
        parser.add_argument("--all", action="store_true", help="Also those that are current.")

    def handle(self, *args: Any, **options: Any) -> None:
        desks = Desk.objects.order_by("slug")
        if options["desk"]:
            desks = desks.filter(slug=options["desk"])
        for desk in desks:
            with desk_scope(desk):
                mark_outdated(desk.pk, everything=options["all"])
                done = self._refresh(desk)
                mark_outdated_defects(desk.pk, everything=options["all"])
                refresh_all_documents(desk.pk)
            self.stdout.write(f"{desk.slug}: {done} tickets.")

    def _refresh(self, desk: Desk) -> int:
        done = 0
        while batch := refresh(desk_id=desk.pk):
            done += batch
            if done % 10_000 < batch:
                self.stdout.write(f"{desk.slug}: {done} tickets so far")
        return done
