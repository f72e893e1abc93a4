"""Supervised processes: restarts with growing pauses, stopping, and logs."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.supervisor import children
from helpdesk.supervisor.children import (
    FIRST_PAUSE,
    FORGET_DEATHS_AFTER,
    MAX_PAUSE,
    Child,
    rotate_log,
    stop_all,
)
from tests.stack import eventually

DIES = "raise SystemExit(3)"
RUNS = "import time; print('ready', flush=True); time.sleep(60)"
IGNORES_TERM = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {RUNS}"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "child.log"


@pytest.fixture
def started(log: Path) -> Iterator[list[Child]]:
    """Children that the test starts. They are killed at its end."""
    found: list[Child] = []
    yield found
    for child in found:
        child.kill_group()


def build(code: str, log: Path, started: list[Child]) -> Child:
    child = Child("demo", [sys.executable, "-c", code], log, log.parent)
    started.append(child)
    return child


def die(child: Child) -> None:
    """Start the child and wait for its exit."""
    child.start()
    assert child.process
    child.process.wait(20)


def test_a_dead_child_is_restarted_after_a_pause_that_doubles(
    log: Path, started: list[Child]
) -> None:
    child = build(DIES, log, started)
    pauses, now = [], 1000.0
    for _ in range(8):
        die(child)
        child.started_at = now
        message = child.restart_if_dead(now)
        assert "demo exited (exit code 3)" in message
        assert str(log) in message
        assert child.restart_at is not None
        pauses.append(child.restart_at - now)
        assert child.restart_if_dead(now) == ""  # it is announced once
        now = child.restart_at
    expected = [min(FIRST_PAUSE * 2**deaths, MAX_PAUSE) for deaths in range(8)]
    assert pauses == expected
    assert pauses[-1] == MAX_PAUSE


def test_earlier_deaths_are_forgotten_after_a_long_run(log: Path, started: list[Child]) -> None:
    child = build(DIES, log, started)
    die(child)
    child.deaths, child.started_at = 6, 1000.0
    now = 1000.0 + FORGET_DEATHS_AFTER + 1
    child.restart_if_dead(now)
    assert child.restart_at == now + FIRST_PAUSE


def test_it_restarts_when_the_pause_is_over(log: Path, started: list[Child]) -> None:
    child = build(DIES, log, started)
    die(child)
    child.restart_if_dead(1000.0)
    first = child.process
    child.restart_if_dead(1000.0 + FIRST_PAUSE / 2)
    assert child.process is first
    child.restart_if_dead(1000.0 + MAX_PAUSE)
    assert child.process is not first
    assert child.restart_at is None


def test_a_running_child_is_left_alone(log: Path, started: list[Child]) -> None:
    child = build(RUNS, log, started)
    assert child.restart_if_dead(1000.0) == ""  # not started yet
    child.start()
    assert child.restart_if_dead(1000.0) == ""
    assert child.get_exit_code() is None


def test_a_child_that_ignores_the_signal_is_killed(log: Path, started: list[Child]) -> None:
    stubborn, polite = build(IGNORES_TERM, log, started), build(RUNS, log, started)
    for child in (stubborn, polite):
        child.start()
    eventually(lambda: log.read_text().count("ready") == 2, what="both children are ready")
    stop_all([stubborn, polite], timeout=0.3)
    assert stubborn.get_exit_code() == -signal.SIGKILL
    assert polite.get_exit_code() == -signal.SIGTERM


def test_the_log_tail_has_the_last_lines(log: Path) -> None:
    log.write_text("\n".join(f"line {number}" for number in range(40)))
    child = Child("demo", [], log, log.parent)
    assert child.read_log_tail(2) == "line 38\nline 39"
    assert len(child.read_log_tail().splitlines()) == 15


def test_only_a_large_log_is_rotated(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rotate_log(log)  # there is no log yet
    monkeypatch.setattr(children, "MAX_LOG_BYTES", 10)
    log.write_text("x" * 10)
    rotate_log(log)
    assert log.exists()
    log.write_text("x" * 11)
    rotate_log(log)
    assert not log.exists()
    assert log.with_suffix(".log.1").read_text() == "x" * 11
