"""Ready commands for an operation, from its examples: curl, and Python with requests."""

from __future__ import annotations

import json
from pprint import pformat
from typing import Any
from urllib.parse import quote

from helpdesk.api.schema.examples import ANY_SERVER

JSON_TYPE = "application/json"


def write_curl(path: str, method: str, described: dict[str, Any]) -> str:
    """Return a command for a shell. It takes the token from PLUMBLINE_TOKEN."""
    lines = [f'curl "{_fill(path, described)}"']
    if method != "get":
        lines[0] = lines[0].replace("curl", f"curl -X {method.upper()}", 1)
    lines.append('-H "Authorization: Bearer $PLUMBLINE_TOKEN"')
    if _takes_key(described):
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    kind, example = _find_body(described)
    if kind == JSON_TYPE:
        text = json.dumps(example, ensure_ascii=False).replace("'", "'\\''")
        lines += [f'-H "Content-Type: {JSON_TYPE}"', f"-d '{text}'"]
    elif kind.startswith("multipart"):
        lines.append('-F "file=@install.log"')
    elif kind:
        lines += [f'-H "Content-Type: {kind}"', '--data-binary "@data"']
    return " \\\n  ".join(lines)


def write_python(path: str, method: str, described: dict[str, Any]) -> str:
    """Return a script that needs requests. It takes the token from PLUMBLINE_TOKEN."""
    headers = ['"Authorization": f"Bearer {os.environ[\'PLUMBLINE_TOKEN\']}",']
    if _takes_key(described):
        headers.append('"Idempotency-Key": str(uuid.uuid4()),')
    lines = ["import os", *(["import uuid"] if _takes_key(described) else []), ""]
    lines += ["import requests", "", f"response = requests.{method}("]
    lines += [f'    "{_fill(path, described)}",', "    headers={"]
    lines += [*(f"        {header}" for header in headers), "    },"]
    kind, example = _find_body(described)
    if kind == JSON_TYPE:
        shown = pformat(example, width=80, sort_dicts=False).replace("\n", "\n         ")
        lines.append(f"    json={shown},")
    elif kind.startswith("multipart"):
        lines.append('    files={"file": open("install.log", "rb")},')
    elif kind:
        lines.append('    data=open("data", "rb"),')
    lines += ["    timeout=30,", ")", "response.raise_for_status()"]
    has_answer = any(
        "content" in one for status, one in described["responses"].items() if status < "300"
    )
    return "\n".join([*lines, *(["print(response.json())"] if has_answer else [])])


def _fill(path: str, described: dict[str, Any]) -> str:
    for parameter in described.get("parameters", []):
        if parameter["in"] == "path":
            value = quote(str(parameter["example"]), safe="")
            path = path.replace(f"{{{parameter['name']}}}", value)
    return f"{ANY_SERVER}{path}"


def _takes_key(described: dict[str, Any]) -> bool:
    return any(one["name"] == "Idempotency-Key" for one in described.get("parameters", []))


def _find_body(described: dict[str, Any]) -> tuple[str, Any]:
    """Return the body's type and example: JSON if it is accepted, "" without a body."""
    bodies = described.get("requestBody", {}).get("content", {})
    kind = JSON_TYPE if JSON_TYPE in bodies else next(iter(bodies), "")
    return kind, bodies.get(kind, {}).get("example")
