"""A reply's email in a browser: readable in light and dark, on a phone and in a window."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from accounts.tenancy import desk_scope
from channels_intake.models import OutgoingEmail
from tests.cast import NOON, Cast
from tickets.deliveries import deliver_due
from tickets.services import reply

TEXT = """Hello,

this is the stack trace that you asked for, with the **fix** below:

```
Traceback (most recent call last):
    File "/opt/app/server.py", line 42, in start
        raise ConfigurationError("a_very_long_name_without_any_break_that_no_phone_can_show")
```

- first, stop it
- then [read the manual](https://docs.example.com/manual)
"""
# The contrast of what is read with what is behind it (WCAG 2.2, 1.4.3).
CONTRASTS = """
() => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = color => {
    const [r, g, b] = parse(color).slice(0, 3).map(value => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if ((parse(color)[3] ?? 1) > 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility()) continue;
    if (element.closest("[aria-hidden]")) continue;
    const pair = [light(getComputedStyle(element).color), light(behind(element))].sort();
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    found.push([Math.round(ratio * 100) / 100, walker.currentNode.textContent.trim().slice(0, 40)]);
  }
  return found;
}
"""


@pytest.fixture
def html(rocket: Cast) -> str:
    with desk_scope(rocket.desk):
        rocket.analyst.signature = "Ana Souza\nSupport"
        rocket.analyst.save()
        ticket = rocket.open_ticket(subject="The server does not start")
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text=TEXT, at=NOON)
        deliver_due(desk_id=rocket.desk.pk, at=NOON)
        return OutgoingEmail.objects.get(kind="reply").body_html


def test_it_fits_and_can_be_read_in_light_and_dark(html: str, page: Page) -> None:
    for width in (375, 800):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # of the loop
            page.set_content(html)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (width, scheme, wide)
            contrasts = page.evaluate(CONTRASTS)
            assert len(contrasts) > 8
            assert [one for one in contrasts if one[0] < 4.5] == [], (width, scheme)
            if folder := os.environ.get("KEEP_PICTURES_IN"):
                path = Path(folder) / f"email-{width}-{scheme}.png"
                page.screenshot(path=path, full_page=True)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(13, 14, 17)"  # the dark one, of the last round
