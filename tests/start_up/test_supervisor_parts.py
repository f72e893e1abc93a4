"""Parts of the supervisor: its configuration, what it prints, and what it prepares."""

from __future__ import annotations

import json
import os
import shlex
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from helpdesk.supervisor import config as configuration
from helpdesk.supervisor import preparation
from helpdesk.supervisor.children import Child
from helpdesk.supervisor.config import (
    Config,
    build_environment,
    load_or_create_secrets,
    read_config,
    stop_leftovers,
    write_environment,
)
from helpdesk.supervisor.errors import StartupError
from helpdesk.supervisor.terminal import LogWarnings, format_welcome
from tests.start_up.test_supervisor import build_config

VARIABLES = ["HOST", "PORT", "DATA_DIR", "STATIC_ROOT", "SITE_URL", "DATABASE_URL", "REDIS_URL"]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """No variable of ours is set, and there is no .env."""
    monkeypatch.setattr(configuration, "BASE_DIR", tmp_path)
    for name in [*VARIABLES, "ALLOWED_HOSTS", "BEHIND_HTTPS", "SECRET_KEY", "INBOUND_SECRET"]:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture
def config(tmp_path: Path, environment: pytest.MonkeyPatch) -> Config:
    found = build_config(tmp_path / "data", 8123)
    found.logs.mkdir(parents=True)
    return found


def test_the_defaults_need_no_environment(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = read_config()
    assert (found.host, found.port, found.site_url) == ("127.0.0.1", 8000, "http://localhost:8000")
    assert found.data_dir == tmp_path / "data"
    assert found.static == tmp_path / "data" / "static"
    assert found.has_own_database
    assert found.has_own_valkey


def test_the_environment_overrides_the_file(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PORT=8200\nHOST=0.0.0.0\nREDIS_URL=redis://elsewhere\n")
    environment.setenv("PORT", "8300")
    found = read_config()
    for name in ("HOST", "REDIS_URL"):
        environment.delenv(name, raising=False)  # read_env has set them
    assert (found.host, found.port, found.has_own_valkey) == ("0.0.0.0", 8300, False)


def test_a_database_of_the_file_reaches_all_processes(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=postgresql://elsewhere/plumbline\n")
    environment.setenv("DATABASE_URL", "")  # so that it is restored
    environment.delenv("DATABASE_URL")
    assert not read_config().has_own_database
    assert os.environ["DATABASE_URL"] == "postgresql://elsewhere/plumbline"


@pytest.mark.parametrize("port", ["eighty", "0", "65536"])
def test_an_invalid_port_is_an_error(environment: pytest.MonkeyPatch, port: str) -> None:
    environment.setenv("PORT", port)
    with pytest.raises(StartupError, match=r"cannot start with this environment: .*PORT"):
        read_config()


def test_secrets_are_generated_once_and_private(config: Config) -> None:
    first = load_or_create_secrets(config)
    assert set(first) == {"SECRET_KEY", "INBOUND_SECRET"}
    assert len(first["SECRET_KEY"]) >= 50
    assert load_or_create_secrets(config) == first
    path = config.data_dir / "secrets.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(config.data_dir.glob("*.draft"))


def test_the_environment_keeps_what_the_user_set(
    config: Config, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("ALLOWED_HOSTS", "help.example.com")
    environment.setenv("SECRET_KEY", "")  # empty counts as not set
    found = build_environment(config)
    assert found["ALLOWED_HOSTS"] == "help.example.com"
    assert len(found["SECRET_KEY"]) >= 50
    assert (found["PLUMBLINE_MODE"], found["PORT"]) == ("demo", "8123")


@pytest.mark.parametrize(("host", "expected"), [("10.0.0.5", "10.0.0.5"), ("127.0.0.1", None)])
def test_the_host_that_is_served_is_allowed(
    config: Config, host: str, expected: str | None
) -> None:
    hosts = build_environment(replace(config, host=host))["ALLOWED_HOSTS"].split(",")
    assert hosts == ["localhost", "127.0.0.1", "[::1]", *([expected] if expected else [])]


def test_the_written_environment_is_read_back_by_a_shell(
    config: Config, environment: pytest.MonkeyPatch
) -> None:
    values = build_environment(config) | {
        "DATABASE_URL": "postgresql://a b'c$d/e",
        "REDIS_URL": "redis://x",
        "MAX_ATTACHMENT_MIB": "7",  # as any other setting that the demo was started with
        "AWS_ENDPOINT_URL": "https://s3.example.com",
    }
    for name, value in values.items():
        environment.setenv(name, value)
    write_environment(config)
    path = config.data_dir / "demo.env"
    pairs = [shlex.split(line)[0].partition("=") for line in path.read_text().splitlines()]
    written = {name: value for name, _, value in pairs}
    expected = {n: v for n, v in values.items() if n != configuration.PROCESS_MARKER}
    assert {name: written.get(name) for name in expected} == expected
    assert not {configuration.PROCESS_MARKER, "PATH", "HOME"} & written.keys()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_there_are_no_leftovers_in_a_new_folder(config: Config) -> None:
    assert stop_leftovers(config, timeout=0) == 0


def test_only_warnings_of_a_log_are_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    child = Child("worker", [], tmp_path / "worker.log", tmp_path)
    child.log.write_text("[error] from an earlier run\n")
    warnings = LogWarnings(child)
    with child.log.open("a") as log:
        log.write("[info] fine\n\x1b[31m[warning]\x1b[0m slow\nValueError: bad\nERROR half a li")
    warnings.print_new()
    assert capsys.readouterr().out == "  worker | [warning] slow\n  worker | ValueError: bad\n"
    with child.log.open("a") as log:
        log.write("ne\nno errors here\n")
    warnings.print_new()
    assert capsys.readouterr().out == "  worker | ERROR half a line\n"


def write_facts(config: Config, *passwords: str) -> None:
    logins = {
        f"role{number}": {"email": f"p{number}@a.example", "password": password}
        for number, password in enumerate(passwords)
    }
    desk = {"name": "Acme", "address": "http://localhost:8123/acme/", "logins": logins}
    admin = {"email": "admin@a.example", "address": "http://localhost:8123/admin/"}
    facts = {"desks": {"acme": desk}, "inbound": {"postmark": {}}, "superuser": admin}
    (config.data_dir / "demo.json").write_text(json.dumps(facts))


def test_the_welcome_lists_the_sign_ins(config: Config) -> None:
    write_facts(config, "same", "same")
    text = format_welcome(config)
    assert "Plumbline is running at http://localhost:8123" in text
    assert "The password is always same." in text
    assert "Role1  p1@a.example" in text
    assert "admin@a.example  http://localhost:8123/admin/" in text


def test_the_welcome_hides_different_passwords(config: Config) -> None:
    write_facts(config, "one", "two")
    text = format_welcome(config)
    assert "The passwords are in demo.json." in text
    assert "two" not in text


def test_the_welcome_works_without_demo_data(config: Config) -> None:
    assert "Plumbline is running at" in format_welcome(config)


def name_commands(config: Config, noted: preparation.Fingerprint | None) -> list[str]:
    wanted = preparation.Fingerprint("code", "location")
    return [c.name for c in preparation._list_database_commands(config, noted, wanted)]


def test_only_necessary_commands_run(config: Config) -> None:
    current = preparation.Fingerprint("code", "location")
    assert name_commands(config, None) == ["migrate", "fill_demo"]
    assert name_commands(config, replace(current, code="older")) == ["migrate", "fill_demo"]
    assert name_commands(config, replace(current, location="moved")) == ["fill_demo"]
    assert name_commands(config, current) == ["fill_demo"]  # demo.json is missing
    (config.data_dir / "demo.json").touch()
    assert name_commands(config, current) == []


def build_chain(config: Config, *codes: int) -> list[Child]:
    return [
        Child(
            f"step{number}",
            [sys.executable, "-c", f"print('output {number}'); raise SystemExit({code})"],
            config.logs / f"step{number}.log",
            config.data_dir,
        )
        for number, code in enumerate(codes)
    ]


def test_commands_of_a_chain_run_one_after_the_other(config: Config) -> None:
    preparation._run_in_parallel([build_chain(config, 0, 0), build_chain(config, 0)])
    assert (config.logs / "step1.log").read_text() == "output 1\n"


def test_a_failed_command_stops_its_chain_and_shows_its_log(config: Config) -> None:
    with pytest.raises(StartupError, match=r"step0 failed\. Last lines of .*\noutput 0"):
        preparation._run_in_parallel([build_chain(config, 1, 0)])
    assert not (config.logs / "step1.log").exists()
