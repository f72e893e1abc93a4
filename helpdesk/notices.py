"""Third-party notices: what ships with Plumbline, by whom, under which license.

`python -m helpdesk.notices > NOTICE` lists the vendored files and every installed package from its
own metadata. The Dockerfile runs it, so that the image's NOTICE matches the image.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageMetadata, distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_LICENSE_LENGTH = 60  # characters; longer metadata is the license text itself
INTRODUCTION = """\
Plumbline is released under the MIT License (LICENSE). It contains and uses the following
third-party software.
"""
PACKAGES_INTRODUCTION = """\
Each package ships its license texts in its .dist-info folder. A package may contain further
libraries or browser code; its license texts name them.
"""


@dataclass(frozen=True)
class VendoredFiles:
    """Files of another project in this repository. license_file and paths: relative to the root."""

    name: str
    url: str
    license: str
    license_file: str
    paths: tuple[str, ...]


VENDORED = [
    VendoredFiles(
        "Alpine.js, build without eval",
        "https://alpinejs.dev/advanced/csp",
        "MIT",
        "helpdesk/static/admin_site/alpine-csp.LICENSE",
        ("helpdesk/static/admin_site/alpine-csp.js",),
    ),
    VendoredFiles(
        "Inter, subsets of @fontsource-variable/inter 5.3.0",
        "https://rsms.me/inter/",
        "OFL-1.1",
        "helpdesk/static/fonts/inter.LICENSE",
        ("helpdesk/static/fonts",),
    ),
    VendoredFiles(
        "django-unfold, changed templates",
        "https://unfoldadmin.com/",
        "MIT",
        "templates/unfold/LICENSE.md",
        ("templates/unfold", "templates/admin/base.html"),
    ),
]


def build_notice(packages: Iterable[Distribution] | None = None) -> str:
    """Return the notice. packages: installed distributions, by default all of them."""
    installed = list(distributions() if packages is None else packages)
    by_name = {package.name.lower(): package for package in installed}
    lines = ["Third-party notices", "===================", "", INTRODUCTION]
    lines += ["Files in this repository", "------------------------", ""]
    for vendored in VENDORED:
        lines += _describe_vendored(vendored)
    lines += ["Python packages", "---------------", "", PACKAGES_INTRODUCTION]
    for _, package in sorted(by_name.items()):
        lines += _describe_package(package)
    return "\n".join(lines)


def _describe_vendored(vendored: VendoredFiles) -> Iterator[str]:
    yield f"{vendored.name} - {vendored.license}"
    yield f"  {vendored.url}"
    yield from (f"  {path}" for path in vendored.paths)
    yield f"  License text: {vendored.license_file}"
    yield ""


def _describe_package(package: Distribution) -> Iterator[str]:
    metadata = package.metadata
    yield f"{package.name} {package.version} - {get_license(metadata)}"
    if url := _get_url(metadata):
        yield f"  {url}"
    if files := metadata.get_all("License-File"):
        yield f"  License texts: {', '.join(files)}"
    yield ""


def get_license(metadata: PackageMetadata) -> str:
    """Return a package's license as its metadata states it, or "not stated"."""
    if "License-Expression" in metadata:
        return metadata["License-Expression"]
    text = str((metadata.get_all("License") or [""])[0])
    if text and len(text) <= MAX_LICENSE_LENGTH and not text.startswith("Copyright"):
        return text
    classifiers = metadata.get_all("Classifier") or []
    names = [name.rpartition(" :: ")[2] for name in classifiers if name.startswith("License ::")]
    return ", ".join(names) or "not stated"


def _get_url(metadata: PackageMetadata) -> str:
    if "Home-page" in metadata:
        return metadata["Home-page"]
    urls = metadata.get_all("Project-URL") or []
    pairs = [label_and_url.partition(", ") for label_and_url in urls]
    by_label = {label.lower(): url for label, _, url in pairs}
    preferred = ("homepage", "home", "repository", "source", "source code", "github")
    found = [by_label[label] for label in preferred if label in by_label]
    return found[0] if found else next(iter(by_label.values()), "")


if __name__ == "__main__":
    sys.stdout.write(build_notice() + "\n")
