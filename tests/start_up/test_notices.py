"""The third-party notice names every vendored file and every package with its license."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest

from helpdesk.notices import VENDORED, build_notice, get_license
from tests.start_up.test_dependencies import MAIN, PACKAGES

ROOT = Path(__file__).resolve().parents[2]


class FakeDistribution(Distribution):
    """A distribution with nothing but metadata."""

    def __init__(self, metadata: str) -> None:
        self.text = metadata

    def read_text(self, filename: str) -> str | None:
        return self.text if filename == "METADATA" else None

    def locate_file(self, path: object) -> Path:
        raise NotImplementedError


@pytest.mark.parametrize("vendored", VENDORED, ids=lambda vendored: vendored.name)
def test_vendored_files_exist_and_have_a_license_text(vendored: object) -> None:
    assert (ROOT / vendored.license_file).read_text().count("ermission is hereby granted") == 1
    assert all((ROOT / path).exists() for path in vendored.paths)


def test_every_license_text_in_the_repository_belongs_to_an_entry() -> None:
    found = [
        path for folder in [*PACKAGES, "templates"] for path in (ROOT / folder).rglob("*LICENSE*")
    ]
    names = {path.relative_to(ROOT).as_posix() for path in found}
    assert names == {vendored.license_file for vendored in VENDORED}


@pytest.mark.parametrize("name", sorted(MAIN))
def test_every_dependency_is_listed_with_a_license(name: str) -> None:
    package = distribution(name)
    [line] = [
        line
        for line in build_notice([package]).splitlines()
        if line.startswith(f"{package.name} {package.version} - ")
    ]
    assert not line.endswith("not stated")


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ("License-Expression: MIT\nLicense: Other", "MIT"),
        ("License: BSD", "BSD"),
        (
            "License: Copyright (c) A\nClassifier: License :: OSI Approved :: MIT License",
            "MIT License",
        ),
        (f"License: {'x' * 61}\nClassifier: License :: OSI Approved :: BSD License", "BSD License"),
        ("Classifier: Framework :: Django", "not stated"),
    ],
)
def test_the_license_is_read_from_the_metadata(metadata: str, expected: str) -> None:
    package = FakeDistribution(f"Metadata-Version: 2.4\nName: a\nVersion: 1\n{metadata}\n")
    assert get_license(package.metadata) == expected


def test_the_command_writes_the_notice_without_settings() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "helpdesk.notices"],
        cwd=ROOT, env={}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert re.search(r"^Django \d", result.stdout, re.MULTILINE)
    assert "alpine-csp.js" in result.stdout


def test_the_image_writes_its_own_notice() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "/venv/bin/python -m helpdesk.notices > NOTICE" in dockerfile
    assert dockerfile.index("helpdesk.notices") < dockerfile.index("COPY --from=build /app /app")
