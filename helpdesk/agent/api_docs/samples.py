"""Code that the guides show. Templates are sent without their indentation, so it isn't in them."""

from __future__ import annotations

SIGN_IN = """\
curl "{server}/tickets/" \\
  -H "Authorization: Bearer $PLUMBLINE_TOKEN\""""
PAGES = """\
url = "{server}/tickets/?limit=200"
while url:
    page = session.get(url, timeout=30).json()
    for ticket in page["results"]:
        print(ticket["number"], ticket["subject"])
    url = page["next"]"""
ERRORS = """\
{
  "title": "Bad Request",
  "status": 400,
  "detail": "Some fields are invalid. “errors” lists what to change.",
  "errors": [
    {"field": "contact.email", "detail": "Enter a valid email address."}
  ]
}"""


def write_samples(server: str) -> dict[str, str]:
    """Return the samples by name. server: the URL of the desk's api/v1."""
    with_server = {"sign_in": SIGN_IN, "pages": PAGES}
    found = {name: text.replace("{server}", server) for name, text in with_server.items()}
    return {**found, "errors": ERRORS}
