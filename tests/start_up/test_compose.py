"""docker-compose.yml, the Dockerfile and .env.example match the settings and existing commands."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery.bin.beat import beat
from celery.bin.worker import worker
from django.core.management import get_commands
from granian.cli import cli as granian

from helpdesk import commands
from helpdesk.management.commands import proxy_setup
from helpdesk.supervisor import processes
from helpdesk.supervisor.config import Config
from tickets.queueing import Queue

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
WORKERS = ["worker-urgent", "worker-background"]
OWN_SERVICES = ["migrate", "web", *WORKERS, "beat"]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
EXAMPLE_VARIABLES = set(
    re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
)
SETTINGS_VARIABLES = set(
    re.findall(
        r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "helpdesk" / "settings.py").read_text(), re.MULTILINE
    )
)


READ_BY_BOTO3 = {
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
}


def list_options(command: Any) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts}


def list_flags(command: list[str], after: str) -> Iterator[str]:
    yield from (
        argument.partition("=")[0]
        for argument in command[command.index(after) + 1 :]
        if argument.startswith("--")
    )


def test_compose_runs_the_same_services_as_the_demo_plus_a_mail_catcher() -> None:
    assert set(SERVICES) == {"postgres", "valkey", *OWN_SERVICES, "mailpit"}


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_a_service_has_an_image_and_can_reach_its_dependencies(service: dict[str, Any]) -> None:
    assert service["image"]
    for other, when in service.get("depends_on", {}).items():
        if when["condition"] == "service_healthy":
            assert SERVICES[other]["healthcheck"]["test"]
        else:
            assert when["condition"] == "service_completed_successfully"


def test_every_volume_and_config_is_declared() -> None:
    used = [
        volume.partition(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
    ]
    assert set(used) == set(COMPOSE["volumes"])
    mounted = [
        config["source"] for service in SERVICES.values() for config in service.get("configs", [])
    ]
    assert set(mounted) == set(COMPOSE["configs"])


@pytest.mark.parametrize("name", OWN_SERVICES)
def test_own_services_share_one_environment_that_the_settings_read(name: str) -> None:
    environment = SERVICES[name]["environment"]
    assert environment == SERVICES["web"]["environment"]
    of_the_image = {"DATA_DIR", "STATIC_ROOT", "PORT"}
    # Only for trying out: an override file sets these.
    not_offered = {"DEBUG", "PSEUDO_LOCALES", "ADMIN_TWO_FACTOR"}
    assert set(environment) == SETTINGS_VARIABLES - of_the_image - not_offered | READ_BY_BOTO3


def test_every_variable_of_compose_is_in_the_example() -> None:
    used = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    assert used <= EXAMPLE_VARIABLES


def test_the_example_lists_every_variable_and_no_other() -> None:
    read_elsewhere = {"HOST", "POSTGRES_PASSWORD"}
    assert SETTINGS_VARIABLES | read_elsewhere | READ_BY_BOTO3 == EXAMPLE_VARIABLES


def test_the_commands_exist() -> None:
    migrate = SERVICES["migrate"]["command"]
    assert migrate[:2] == ["python", "manage.py"]
    assert migrate[2] in get_commands()
    for name in WORKERS:
        assert set(list_flags(SERVICES[name]["command"], "worker")) <= list_options(worker)
    assert set(list_flags(SERVICES["beat"]["command"], "beat")) <= list_options(beat)


def read_option(command: list[str], option: str) -> str:
    return command[command.index(option) + 1]


def test_two_workers_divide_the_classes_as_in_the_demo(tmp_path: Path) -> None:
    demo = Config("localhost", 8000, tmp_path, tmp_path, "http://localhost:8000", True, True)
    commands = {child.name: child.command for child in processes.workers(demo)}
    assert list(commands) == WORKERS
    for name, command in commands.items():
        for option in ("--queues", "--concurrency"):
            assert read_option(command, option) == read_option(SERVICES[name]["command"], option)
    divided = [read_option(command, "--queues").split(",") for command in commands.values()]
    assert divided == [["clocks", "interactive"], ["inbound", "bulk", "webhooks"]]
    assert {name for names in divided for name in names} == set(Queue)
    for command in commands.values():
        assert int(read_option(command, "--concurrency")) > 2


def test_the_image_starts_granian_with_valid_settings() -> None:
    assert json.loads(re.search(r"^CMD (.*)$", DOCKERFILE, re.MULTILINE)[1]) == [  # type: ignore[index]
        "granian",
        "helpdesk.asgi:application",
    ]
    known = {f"GRANIAN_{parameter.name}".upper() for parameter in granian.params}
    assert set(re.findall(r"\b(GRANIAN_[A-Z_]+)=", DOCKERFILE)) <= known


def test_the_image_has_the_options_of_the_one_command() -> None:
    given = dict(re.findall(r"\bGRANIAN_([A-Z_]+)=(\S+)", DOCKERFILE))
    command = commands.build_web(host="0.0.0.0", port=8000)
    assert given.pop("WEBSOCKETS") == "false"
    assert given.pop("RESPAWN_FAILED_WORKERS") == "true"
    assert {"--no-ws", "--respawn-failed-workers"} <= set(command)
    options = {name: read_option(command, name) for name in command if name.startswith("--")}
    assert given == {
        name[2:].replace("-", "_").upper(): value
        for name, value in options.items()
        if not value.startswith("--") and name != "--respawn-failed-workers"
    }


def test_compose_and_the_documentation_have_the_same_commands() -> None:
    documented = (ROOT / "docs" / "operations.md").read_text()
    written = [
        shlex.split(text) for text in re.findall(r"`((?:granian|celery) [^`]+)`", documented)
    ]
    assert commands.build_web(host="127.0.0.1", port=8000) in written
    assert commands.build_beat("/var/lib/plumbline/beat") in written
    assert commands.build_beat("/tmp/celerybeat-schedule") == SERVICES["beat"]["command"]
    for name in commands.WORKERS:
        command = commands.build_worker(name)
        assert command in written
        service = SERVICES[f"worker-{name}"]
        assert command == service["command"]
        assert f"--destination {name}@$$HOSTNAME" in service["healthcheck"]["test"][1]


def test_the_image_copies_only_files_that_dockerignore_allows() -> None:
    allowed = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    assert all((ROOT / name).exists() for name in allowed)
    copied = [
        shlex.split(line)[1:-1]
        for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
    ]
    assert {name for names in copied for name in names} - {"."} <= allowed
    assert {f"deploy/{name}" for name in proxy_setup.FILES.values()} <= allowed
