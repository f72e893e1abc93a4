"""`manage.py show_workload`: print how much work is due and how long it has been waiting."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from helpdesk.worker.workload import MAX_COUNT, Load, measure_kinds

ROW = "{:<12} {:<28} {:>6} {:>9}"


class Command(BaseCommand):
    help = "Print how much work is due in each class and how long the oldest item has been waiting."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(ROW.format("Class", "Work", "Due", "Oldest"))
        for load in measure_kinds(timezone.now()):
            self.stdout.write(_format(load))


def _format(load: Load) -> str:
    count = f"{MAX_COUNT:,}+" if load.is_capped else f"{load.count:,}"
    return ROW.format(load.queue, load.name, count, _format_age(load.seconds))


def _format_age(seconds: int | None) -> str:
    if seconds is None:
        return "-"
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s")]
    shown = [f"{number}{unit}" for number, unit in parts if number]
    return " ".join(shown[:2]) or "0s"
