"""A person's hands on a page: one with the mouse, one by keyboard only. They count what acts need.

Counted are clicks or key presses (a combination such as Ctrl+Enter is one), without the text that
is typed. Those that fill in a form (a click into a field, Tab, a choice) are counted apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

MAX_TABS = 120
IS_FOCUSED = "element => element === document.activeElement"
IS_IN_GROUP = """element => {
  const { name, form } = document.activeElement;
  return element.name === name && element.form === form;
}"""


@dataclass
class Count:
    """What an act needed. acts: of its own; filling: to fill in its form."""

    acts: int = 0
    filling: int = 0


@dataclass
class Hands:
    """What both can do. ``acts`` has the counts by the act's name."""

    page: Page
    acts: dict[str, Count] = field(default_factory=dict)
    now: Count = field(default_factory=Count)

    @contextmanager
    def act(self, name: str) -> Iterator[None]:
        """Count what is done inside under a name."""
        self.now = self.acts[name] = Count()
        yield
        self.now = Count()

    def do(self, target: Locator, *, keys: str = "", words: str = "") -> None:
        """Press a button or follow a link: keys, or the command bar's words, are for keyboards."""
        raise NotImplementedError

    def send(self, button: Locator) -> None:
        """Send the form that was filled in last."""
        raise NotImplementedError

    def find(self, words: str, target: Locator) -> None:
        """Open what the command bar finds."""
        raise NotImplementedError

    def search(self, words: str) -> None:
        """List all tickets with the words."""
        raise NotImplementedError

    def enter(self, into: Locator, text: str) -> None:
        """Type into a field."""
        raise NotImplementedError

    def choose(self, option: Locator, *, digit: str = "") -> None:
        """Choose a radio button. digit: that chooses it while the focus is in its group."""
        raise NotImplementedError

    def choose_only(self, option: Locator) -> None:
        """Choose the only one that a search found."""
        raise NotImplementedError

    def pick(self, select: Locator, label: str) -> None:
        """Choose an option of a select."""
        raise NotImplementedError

    def select_rows(self, count: int) -> None:
        """Select the first rows of a list."""
        raise NotImplementedError


class Mouse(Hands):
    """Clicks on what is seen. Keys are only for texts."""

    def do(self, target: Locator, *, keys: str = "", words: str = "") -> None:
        menu = target.locator("xpath=ancestor::details[not(@open)][1]")
        if not target.is_visible() and menu.count():
            menu.locator("summary").first.click()
            self.now.acts += 1
        target.click()
        self.now.acts += 1

    def send(self, button: Locator) -> None:
        self.do(button)

    def find(self, words: str, target: Locator) -> None:
        self.do(self.page.locator("[data-command-open]"))
        expect(self.page.locator("#command-words")).to_be_focused()
        self.page.keyboard.type(words)
        self.do(target)

    def search(self, words: str) -> None:
        self.find(words, self.page.locator("#command-search"))

    def enter(self, into: Locator, text: str) -> None:
        if not into.evaluate(IS_FOCUSED):
            into.click()
            self.now.filling += 1
        self.page.keyboard.type(text)

    def choose(self, option: Locator, *, digit: str = "") -> None:
        option.locator("xpath=ancestor::label").click()
        self.now.filling += 1

    def choose_only(self, option: Locator) -> None:
        self.choose(option)

    def pick(self, select: Locator, label: str) -> None:
        select.select_option(label=label)  # a list of the system, which no test can click
        self.now.filling += 2

    def select_rows(self, count: int) -> None:
        for place in range(count):
            self.do(self.page.locator("[data-select]").nth(place))


class Keyboard(Hands):
    """Never touches the mouse: shortcuts, the command bar, and Tab."""

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.now.acts += 1

    def do(self, target: Locator, *, keys: str = "", words: str = "") -> None:
        expect(target).to_be_attached()
        if keys:
            self.press(*keys.split())
        elif words:
            self.run(words)
        else:
            self.walk_to(target)
            self.press("Enter")

    def run(self, words: str) -> None:
        """Run the command that the words name."""
        self.press("Control+k")
        expect(self.page.locator("#command-words")).to_be_focused()
        self.page.keyboard.type(words)
        self.press("Enter")

    def send(self, button: Locator) -> None:
        expect(button).to_be_visible()
        self.press("Control+Enter")

    def find(self, words: str, target: Locator) -> None:
        self.press("Control+k")
        expect(self.page.locator("#command-words")).to_be_focused()
        self.page.keyboard.type(words)
        expect(target).to_be_visible()
        while target.get_attribute("aria-selected") != "true":
            self.press("ArrowDown")
        self.press("Enter")

    def search(self, words: str) -> None:
        self.press("/")
        self.page.keyboard.type(words)
        self.press("Enter")

    def walk_to(self, target: Locator, check: str = IS_FOCUSED) -> None:
        """Press Tab until a control has the focus."""
        expect(target).to_be_visible()
        for _ in range(MAX_TABS):
            if target.evaluate(check):
                return
            self.page.keyboard.press("Tab")
            self.now.filling += 1
        raise AssertionError(f"Tab does not reach {target}")

    def enter(self, into: Locator, text: str) -> None:
        self.walk_to(into)
        self.page.keyboard.type(text)

    def choose(self, option: Locator, *, digit: str = "") -> None:
        self.walk_to(option, IS_IN_GROUP)
        if digit:
            self.page.keyboard.press(digit)
            self.now.filling += 1
            expect(option).to_be_checked()
        if not option.is_checked() and option.evaluate(IS_FOCUSED):
            self.page.keyboard.press("Space")
            self.now.filling += 1
        while not option.is_checked():
            self.page.keyboard.press("ArrowDown")
            self.now.filling += 1
            assert self.now.filling < MAX_TABS, f"arrows do not reach {option}"

    def choose_only(self, option: Locator) -> None:
        self.page.keyboard.press("Enter")  # waits for what the search finds
        self.now.filling += 1
        expect(option).to_be_checked()

    def pick(self, select: Locator, label: str) -> None:
        self.walk_to(select)
        self.page.keyboard.type(label)

    def select_rows(self, count: int) -> None:
        for _ in range(count):
            self.press("j", "x")
