"""The order of things: lock, pair, preparation, web, worker, beat; and back."""

from __future__ import annotations

import http.client
import os
import signal
import sys
import time
from types import FrameType
from typing import NoReturn

from helpdesk.supervisor import preparation, processes
from helpdesk.supervisor.children import Child, start_afresh, stop
from helpdesk.supervisor.embedded import EmbeddedPostgres, EmbeddedValkey
from helpdesk.supervisor.place import (
    EVERYWHERE,
    Place,
    check_port,
    end_leftovers,
    environment,
    lock_data_dir,
    read_place,
    write_environment,
)
from helpdesk.supervisor.refusal import Refusal
from helpdesk.supervisor.terminal import WarningLines, say, welcome

STOP_SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
LOOK_EVERY = 0.2  # seconds
WEB_PATIENCE = 60.0  # seconds
DATABASE = "plumbline"


class Stopped(BaseException):
    """Somebody asked the supervisor to stop."""


def raise_stopped(number: int, frame: FrameType | None) -> NoReturn:
    raise Stopped


class Supervisor:
    """What runs here, in the order in which it was started."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.servers: list[Child] = []
        self.programs: list[Child] = []

    def start(self) -> None:
        """Start everything and return when the web answers; Refusal if it cannot be."""
        self._start_pair()
        write_environment(self.place)
        preparation.prepare(self.place, os.environ["DATABASE_URL"])
        self._start_program(processes.web(self.place))
        self._wait_for_web()
        self._start_program(processes.worker(self.place))
        self._start_program(processes.beat(self.place))
        say(welcome(self.place))

    def look_after_all(self) -> NoReturn:
        """Start again what dies, and pass on what warns, until the process is told to stop."""
        logs = [WarningLines(child) for child in self.programs]
        while True:
            for child in [*self.servers, *self.programs]:
                if told := child.revive(time.monotonic()):
                    say(f"plumbline | {told}")
            for log in logs:
                log.say()
            time.sleep(LOOK_EVERY)

    def stop(self) -> None:
        """Stop the programs first, then the servers that they use."""
        stop(self.programs, patience=10)
        stop(reversed(self.servers), patience=20)

    def _start_pair(self) -> None:
        place = self.place
        if place.has_own_database:
            say("Starting PostgreSQL ...")
            log = place.logs / "postgres.log"
            start_afresh(log)
            postgres = EmbeddedPostgres(
                place.data_dir / "postgres", settings=processes.POSTGRES_SETTINGS, log=log
            )
            self.servers += [postgres.child] if postgres.child else []
            os.environ["DATABASE_URL"] = postgres.database_url(DATABASE)
        if place.has_own_valkey:
            say("Starting Valkey ...")
            valkey = EmbeddedValkey(place.data_dir / "valkey", log=place.logs / "valkey.log")
            self.servers.append(valkey.child)
            os.environ["REDIS_URL"] = valkey.url

    def _start_program(self, child: Child) -> None:
        start_afresh(child.log)
        self.programs.append(child)
        child.start()

    def _wait_for_web(self) -> None:
        [web] = self.programs
        deadline = time.monotonic() + WEB_PATIENCE
        while not self._web_answers():
            if web.exit_code() is not None or time.monotonic() > deadline:
                raise Refusal(
                    f"The web did not start; the end of its log {web.log}:\n{web.last_lines()}"
                )
            time.sleep(LOOK_EVERY / 10)

    def _web_answers(self) -> bool:
        host = "localhost" if self.place.host in EVERYWHERE else self.place.host
        line = http.client.HTTPConnection(host, self.place.port, timeout=10)
        try:
            line.request("GET", "/", headers={"Host": "localhost"})
            line.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
        return True


def run() -> None:
    place = read_place()
    lock = lock_data_dir(place)
    if ended := end_leftovers(place):
        say(f"An earlier run was killed; {ended} processes of it have been ended.")
    check_port(place)
    os.environ.update(environment(place))
    supervisor = Supervisor(place)
    try:
        supervisor.start()
        supervisor.look_after_all()
    finally:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        say("Stopping ...")
        supervisor.stop()
        lock.close()


def main() -> int:
    for number in STOP_SIGNALS:
        signal.signal(number, raise_stopped)
    try:
        run()
    except Stopped:
        return 0
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
