"""Heroicons as SVG, read from the package's archive.

The package's own tags open the archive for each icon and read the list of its 1,300 files, which
takes milliseconds on the first pages of each process. Here that happens once.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

from heroicons import IconDoesNotExist

NAMESPACE = "{http://www.w3.org/2000/svg}"


def draw(style: str, name: str, *, size: int | None, **attributes: str) -> str:
    """Return an icon as the package's tags draw it. style: "micro" or "mini". size: in CSS pixels.

    attributes: of the <svg>. Raises IconDoesNotExist.
    """
    try:
        found = _open_archive().read(f"{style}/{name}.svg")
    except KeyError:
        raise IconDoesNotExist(f"There is no icon {name!r} in the style {style!r}.") from None
    svg = ElementTree.fromstring(found)  # noqa: S314 (of a package)
    for node in svg.iter():
        node.tag = node.tag.removeprefix(NAMESPACE)
    if size is not None:
        svg.attrib["width"] = svg.attrib["height"] = str(size)
    svg.attrib.update(attributes)
    return ElementTree.tostring(svg, encoding="unicode")


@cache
def _open_archive() -> ZipFile:
    # In memory: processes that are forked later would share the position in an open file.
    return ZipFile(BytesIO((files("heroicons") / "heroicons.zip").read_bytes()))
