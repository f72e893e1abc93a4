"""What a screen reader would say, read from Chromium's accessibility tree.

At a new page, its title. At the focus, the name, role, states and description of the element. At a
change of a live region, its text. It is no screen reader: the order and the words of real ones
differ, but what is missing or has no name here is so for them, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Error, Page, expect

from tests.stack import eventually

STATES = ("checked", "expanded", "invalid", "required", "disabled", "modal", "pressed")
NEED_A_NAME = {
    "alertdialog", "button", "checkbox", "combobox", "dialog", "DisclosureTriangle", "heading",
    "image", "link", "listbox", "menuitem", "navigation", "option", "radio", "radiogroup", "region",
    "searchbox", "spinbutton", "switch", "tab", "textbox", "complementary", "toolbar",
}  # fmt: skip
MAX_TRIES = 300  # frames of the page
NEXT_FRAME = "() => new Promise(requestAnimationFrame)"
# Keeps what is added to live regions, for the session, so that it outlives a change of the page. A
# region says nothing of what the page came with.
LISTEN = r"""
(() => {
  const LIVE = "[aria-live]:not([aria-live=off]), [role=status], [role=alert], output";
  const keep = (text) => {
    const words = text.trim().replace(/\s+/g, " ");
    if (!words) return;
    const kept = JSON.parse(sessionStorage.getItem("heard") ?? "[]");
    sessionStorage.setItem("heard", JSON.stringify([...kept, words]));
  };
  const listen = (changes) => {
    for (const { target, addedNodes, type } of changes) {
      const part = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
      if (!part?.closest(LIVE) || !part.checkVisibility()) continue;
      const added = type === "childList" ? [...addedNodes] : [target];
      keep(added.map((node) => node.innerText ?? node.data ?? "").join(" "));
    }
  };
  addEventListener("DOMContentLoaded", () => {
    const watched = { subtree: true, childList: true, characterData: true };
    new MutationObserver(listen).observe(document.body, watched);
  });
})();
"""
HAS_HEARD = """words => {
  const heard = JSON.parse(sessionStorage.getItem("heard") ?? "[]");
  const place = heard.findIndex((text) => text.includes(words));
  if (place < 0) return false;
  sessionStorage.setItem("heard", JSON.stringify(heard.slice(place + 1)));
  return heard[place];
}"""


@dataclass(frozen=True)
class Spoken:
    """What is said of an element."""

    name: str
    role: str
    states: tuple[str, ...] = ()
    description: str = ""

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.name, self.role, *self.states, self.description]))


@dataclass
class Reader:
    """A reader of a page, from its next visit on. said: all that was said, in order."""

    page: Page
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(LISTEN)
        self.page.reload()
        self.session = self.page.context.new_cdp_session(self.page)

    def read_page(self, title: str) -> list[str]:
        """Read a new page once it has this title. Return its elements, each in words.

        Whatever is used or jumped to has a name, and there is one first heading.
        """
        expect(self.page).to_have_title(re.compile(re.escape(title)))
        self.page.wait_for_load_state()  # its scripts answer keys
        self.said.append(self.page.title())
        nodes = [node for node in self._fetch() if not node.get("ignored")]
        spoken = [describe(node) for node in nodes]
        nameless = [str(one) for one in spoken if one.role in NEED_A_NAME and not one.name]
        assert not nameless, nameless
        levels = [_get_property(node, "level") for node in nodes if _is_heading(node)]
        assert levels.count(1) == 1, levels
        return [str(one) for one in spoken]

    def hear(self, words: str) -> None:
        """Wait until a live region says these words."""
        self.said.append(eventually(lambda: self._has_heard(words), what=words))

    def _has_heard(self, words: str) -> str:
        """Ask the page. Playwright's wait_for_function would need 'unsafe-eval' to ask again."""
        try:
            return str(self.page.evaluate(HAS_HEARD, words) or "")
        except Error:  # the page is being left
            return ""

    def read_focus(self, words: str) -> None:
        """Wait until the focus is on an element of which these words are said."""
        spoken = Spoken("", "nothing")
        for _ in range(MAX_TRIES):
            focused = [node for node in self._fetch() if _get_property(node, "focused")]
            spoken = describe(focused[-1]) if focused else spoken
            if str(spoken).startswith(words):
                self.said.append(str(spoken))
                return
            self.page.evaluate(NEXT_FRAME)
        raise AssertionError(f"the focus is not on {words!r}, but on {str(spoken)!r}")

    def _fetch(self) -> list[dict[str, Any]]:
        nodes: list[dict[str, Any]] = self.session.send("Accessibility.getFullAXTree")["nodes"]
        return nodes


def describe(node: dict[str, Any]) -> Spoken:
    """Return what is said of a node of the tree."""
    states = tuple(state for state in STATES if _get_property(node, state) not in _SILENT)
    read = {name: node.get(name, {}).get("value", "") for name in ("name", "role", "description")}
    return Spoken(**read, states=states)


def _is_heading(node: dict[str, Any]) -> bool:
    return bool(node.get("role", {}).get("value") == "heading")


_SILENT = (None, False, "false")


def _get_property(node: dict[str, Any], name: str) -> Any:
    found = {each["name"]: each["value"].get("value") for each in node.get("properties", [])}
    return found.get(name)
