"""docker-compose.yml, the Dockerfile and .env.example say the same as the settings, and their commands exist."""

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

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "beat"]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
EXAMPLE = set(
    re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
)
READ = set(
    re.findall(
        r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "helpdesk" / "settings.py").read_text(), re.MULTILINE
    )
)


def options(command: Any) -> set[str]:
    return {word for parameter in command.params for word in parameter.opts}


def words(command: list[str], after: str) -> Iterator[str]:
    yield from (
        word.partition("=")[0]
        for word in command[command.index(after) + 1 :]
        if word.startswith("--")
    )


def test_the_services_are_those_of_the_supervisor_and_a_mail_sink() -> None:
    assert set(SERVICES) == {"postgres", "valkey", "migrate", "web", "worker", "beat", "mailpit"}


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_a_service_has_an_image_and_what_it_waits_for(service: dict[str, Any]) -> None:
    assert service["image"]
    for other, when in service.get("depends_on", {}).items():
        if when["condition"] == "service_healthy":
            assert SERVICES[other]["healthcheck"]["test"]
        else:
            assert when["condition"] == "service_completed_successfully"


def test_every_volume_and_configuration_that_is_used_is_declared() -> None:
    used = [
        volume.partition(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
    ]
    assert set(used) == set(COMPOSE["volumes"])
    told = [
        config["source"] for service in SERVICES.values() for config in service.get("configs", [])
    ]
    assert set(told) == set(COMPOSE["configs"])


@pytest.mark.parametrize("name", OURS)
def test_our_services_share_one_environment_that_the_settings_read(name: str) -> None:
    environment = SERVICES[name]["environment"]
    assert environment == SERVICES["web"]["environment"]
    assert set(environment) <= READ


def test_what_compose_asks_for_stands_in_the_example() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    assert asked <= EXAMPLE


def test_the_example_has_every_setting_and_nothing_else() -> None:
    of_the_starters = {"HOST", "POSTGRES_PASSWORD"}
    assert READ | of_the_starters == EXAMPLE


def test_the_commands_exist() -> None:
    migrate = SERVICES["migrate"]["command"]
    assert migrate[:2] == ["python", "manage.py"]
    assert migrate[2] in get_commands()
    assert set(words(SERVICES["worker"]["command"], "worker")) <= options(worker)
    assert set(words(SERVICES["beat"]["command"], "beat")) <= options(beat)


def test_the_image_starts_granian_with_settings_that_it_knows() -> None:
    assert json.loads(re.search(r"^CMD (.*)$", DOCKERFILE, re.MULTILINE)[1]) == [  # type: ignore[index]
        "granian",
        "helpdesk.asgi:application",
    ]
    known = {f"GRANIAN_{parameter.name}".upper() for parameter in granian.params}
    assert set(re.findall(r"\b(GRANIAN_[A-Z_]+)=", DOCKERFILE)) <= known


def test_the_image_copies_what_it_is_let_see() -> None:
    shown = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    assert all((ROOT / name).exists() for name in shown)
    copied = [
        shlex.split(line)[1:-1]
        for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
    ]
    assert {name for names in copied for name in names} - {"."} <= shown
