"""In production each line of every process is JSON, from its start to its stop."""

from __future__ import annotations

import json
import logging
import secrets
from pathlib import Path

import pytest
from structlog.stdlib import ProcessorFormatter

from helpdesk.commands import build_beat, build_web, build_worker
from tests.stack import Stack, eventually


class ProductionStack(Stack):
    """The commands of production, in production mode on this computer."""

    def environment(self) -> dict[str, str]:
        return super().environment() | {
            "PLUMBLINE_MODE": "production",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "INBOUND_SECRET": secrets.token_urlsafe(32),
            "ALLOWED_HOSTS": "localhost",
            "SITE_URL": f"http://localhost:{self.port}",
            "BEHIND_HTTPS": "no",
            "ADMIN_TWO_FACTOR": "yes",
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "DEBUG": "no",
        }

    def start_all(self) -> None:
        web = build_web(host="127.0.0.1", port=self.port, workers=1)
        self._start("web", web[0], *web[1:])
        for name, command in {
            "worker": build_worker("urgent"),
            "beat": build_beat(str(self.folder / "beat-schedule")),
        }.items():
            self._start(name, command[0], *command[1:])


@pytest.mark.django_db(transaction=True)
def test_every_line_is_json(transactional_db: None, tmp_path: Path) -> None:
    running = ProductionStack(tmp_path)

    def read(name: str) -> str:
        return (tmp_path / f"{name}.log").read_text()

    try:
        running.start_all()
        eventually(lambda: "Started worker-1" in read("web"), within=60, what="web has started")
        eventually(lambda: "scheduler_started" in read("beat"), within=60, what="beat runs")
        eventually(lambda: "worker_started" in read("worker"), within=60, what="the worker runs")
    finally:
        running.stop()
    assert running.killed == []
    events = {
        name: [json.loads(line)["event"] for line in read(name).splitlines()]
        for name in ("web", "worker", "beat")
    }
    assert events["web"][0].startswith("Starting granian")
    assert "Shutting down granian" in events["web"]
    assert "worker: Warm shutdown (MainProcess)" in events["worker"]
    assert "scheduler_started" in events["beat"]


def test_the_pool_of_a_worker_writes_no_lines_of_its_own_format() -> None:
    """Celery adds a handler with its own format only where there is none."""
    handlers = logging.getLogger("multiprocessing").handlers
    assert isinstance(handlers[0].formatter, ProcessorFormatter)
