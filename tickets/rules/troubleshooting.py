"""Fields that engineering needs in a troubleshooting record (M60-M63). Pure."""

from __future__ import annotations

from collections.abc import Mapping

# Without these, an engineer has to ask again. One of VERSIONS is enough.
NEEDED = (
    "problem",
    "affected_users",
    "areas",
    "frequency",
    "since",
    "worked_before",
    "changes",
    "steps",
    "reproduced",
    "workarounds",
)
VERSIONS = ("client_version", "browser_version", "app_version", "system_version")


def list_missing(fields: Mapping[str, str]) -> list[str]:
    """Return the names of the fields that are still empty, in the order of the form.

    A problem that was reproduced needs the name of the test system. Without any version, the first
    of VERSIONS is named.
    """
    missing = [name for name in NEEDED if not fields.get(name)]
    if not any(fields.get(name) for name in VERSIONS):
        missing.append(VERSIONS[0])
    if fields.get("reproduced") == "yes" and not fields.get("test_system"):
        missing.append("test_system")
    return missing
