"""Start in order: lock, database and queue, preparation, web, workers, beat, fakes of vendors.

Stop in reverse.
"""

from __future__ import annotations

import http.client
import os
import signal
import sys
import time
from types import FrameType
from typing import NoReturn

from helpdesk.supervisor import preparation, processes
from helpdesk.supervisor.children import Child, rotate_log, stop_all
from helpdesk.supervisor.config import (
    ALL_INTERFACES,
    Config,
    build_environment,
    check_port,
    lock_data_dir,
    read_config,
    stop_leftovers,
    write_environment,
)
from helpdesk.supervisor.embedded import EmbeddedPostgres, EmbeddedValkey
from helpdesk.supervisor.errors import StartupError
from helpdesk.supervisor.patience import Patience
from helpdesk.supervisor.terminal import LogWarnings, echo, format_welcome

STOP_SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
POLL_INTERVAL = 0.2  # seconds
DATABASE = "plumbline"


class StopRequested(BaseException):
    """A signal asked the supervisor to stop."""


def raise_stop(number: int, frame: FrameType | None) -> NoReturn:
    raise StopRequested


class Supervisor:
    """The running servers and programs, in the order in which they were started."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.servers: list[Child] = []
        self.programs: list[Child] = []

    def start(self) -> None:
        """Start everything and return when the web server responds, or raise StartupError."""
        self._start_servers()
        write_environment(self.config)
        preparation.prepare(self.config, os.environ["DATABASE_URL"])
        self._start_program(processes.web(self.config))
        self._wait_for_web()
        for worker in processes.workers(self.config):
            self._start_program(worker)
        self._start_program(processes.beat(self.config))
        self._start_program(processes.vendors(self.config))
        echo(format_welcome(self.config))

    def run_forever(self) -> NoReturn:
        """Restart what dies and print warnings from the logs until a signal arrives."""
        logs = [LogWarnings(child) for child in self.programs]
        while True:
            for child in [*self.servers, *self.programs]:
                if message := child.restart_if_dead(time.monotonic()):
                    echo(f"plumbline | {message}")
            for log in logs:
                log.print_new()
            time.sleep(POLL_INTERVAL)

    def stop(self) -> None:
        """Stop the programs first, then the servers they use."""
        stop_all(self.programs, timeout=10)
        stop_all(reversed(self.servers), timeout=20)

    def _start_servers(self) -> None:
        config = self.config
        if config.has_own_database:
            echo("Starting PostgreSQL ...")
            log = config.logs / "postgres.log"
            rotate_log(log)
            postgres = EmbeddedPostgres(
                config.data_dir / "postgres", settings=processes.POSTGRES_SETTINGS, log=log
            )
            self.servers += [postgres.child] if postgres.child else []
            os.environ["DATABASE_URL"] = postgres.create_database(DATABASE)
        if config.has_own_valkey:
            echo("Starting Valkey ...")
            valkey = EmbeddedValkey(config.data_dir / "valkey", log=config.logs / "valkey.log")
            self.servers.append(valkey.child)
            os.environ["REDIS_URL"] = valkey.url

    def _start_program(self, child: Child) -> None:
        rotate_log(child.log)
        self.programs.append(child)
        child.start()

    def _wait_for_web(self) -> None:
        [web] = self.programs
        patience = Patience(echo)
        while not self._web_responds():
            if web.get_exit_code() is not None or patience.is_over("the web server starts"):
                raise StartupError(
                    f"The web server did not start. Last lines of {web.log}:\n{web.read_log_tail()}"
                )
            time.sleep(POLL_INTERVAL / 10)

    def _web_responds(self) -> bool:
        host = "localhost" if self.config.host in ALL_INTERFACES else self.config.host
        connection = http.client.HTTPConnection(host, self.config.port, timeout=10)
        try:
            connection.request("GET", "/", headers={"Host": "localhost"})
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True


def run() -> None:
    """Start Plumbline, supervise it, and stop it when a signal arrives or the start fails."""
    config = read_config()
    lock = lock_data_dir(config)
    if count := stop_leftovers(config):
        echo(f"Stopped {count} processes left over from an earlier run that was killed.")
    check_port(config)
    os.environ.update(build_environment(config))
    supervisor = Supervisor(config)
    try:
        supervisor.start()
        supervisor.run_forever()
    finally:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        echo("Stopping ...")
        supervisor.stop()
        lock.close()


def main() -> int:
    """Run the supervisor and return its exit code."""
    for number in STOP_SIGNALS:
        signal.signal(number, raise_stop)
    try:
        run()
    except StopRequested:
        return 0
    except StartupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
