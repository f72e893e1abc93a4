"""Code that the guides show. Templates are sent without their indentation, so it isn't in them."""

from __future__ import annotations

from urllib.parse import urlsplit

SIGN_IN = """\
curl "{server}/tickets/" \\
  -H "Authorization: Bearer $PLUMBLINE_TOKEN\""""
PAGES = """\
import os

import requests

session = requests.Session()
session.headers["Authorization"] = f"Bearer {os.environ['PLUMBLINE_TOKEN']}"
url = "{server}/tickets/?limit=200"
while url:
    page = session.get(url, timeout=30).json()
    for ticket in page["results"]:
        print(ticket["number"], ticket["subject"])
    url = page["next"]"""
ERRORS = """\
{
  "type": "{path}/problems/invalid-request/",
  "title": "Invalid request",
  "status": 400,
  "detail": "Some fields are invalid. “errors” lists what to change.",
  "errors": [
    {
      "pointer": "#/contact/email",
      "field": "contact.email",
      "code": "invalid",
      "detail": "Enter a valid email address."
    }
  ],
  "request_id": "0b6f7d1e5c"
}"""


def write_samples(server: str) -> dict[str, str]:
    """Return the samples by name. server: the URL of the desk's api/v1."""
    return {
        "sign_in": SIGN_IN.replace("{server}", server),
        "pages": PAGES.replace("{server}", server),
        "errors": ERRORS.replace("{path}", urlsplit(server).path),
    }
