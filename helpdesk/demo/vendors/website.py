"""A company's website, on another host than Plumbline: with its messenger and its form.

Both are included as the admin's pages say: one script tag each.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from helpdesk.demo.vendors.contract import Call, FakeVendor, Reply

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 40rem }}
body {{ padding: 0 1rem }}
</style>
</head>
<body>
<h1>{name}</h1>
<p>This is a website of its own. It includes what the help desk offers by one script tag each.</p>
{scripts}
</body>
</html>
"""
PATHS = {"messenger": "messenger", "form": "form"}


class Website(FakeVendor):
    """One page, which includes the connected messenger and form."""

    name = "website"
    title = "A website that includes it"
    kinds = tuple(PATHS)
    site = "/"

    def __init__(self) -> None:
        super().__init__()
        self.desk_name = ""
        self.scripts: dict[str, str] = {}

    def answer(self, call: Call) -> Reply:
        if call.method != "GET" or call.path != "/":
            return Reply(404, {"error": "not found"})
        tags = [f'<script src="{escape(url)}" async></script>' for url in self.scripts.values()]
        page = PAGE.format(name=escape(self.desk_name), scripts="\n".join(tags))
        return Reply(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})

    def play(self, action: str, data: Mapping[str, Any]) -> Any:
        if action != "connect":
            raise ValueError(action)
        desk_url, _channels, token = str(data["url"]).rstrip("/").rpartition("/channels/")
        self.desk_name = str(data["desk"])
        self.scripts[data["kind"]] = f"{desk_url}/{PATHS[data['kind']]}/{token}.js"
        return {}
