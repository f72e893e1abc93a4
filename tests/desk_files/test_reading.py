"""Files that are hostile or wrong are refused with a line, and never expanded."""

from __future__ import annotations

import pytest

from helpdesk.desk_files.reading import MAX_BYTES, FileError, read_file

BOMB = "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n"
REFUSED = {
    BOMB: "Line 2: Write the value out",
    "a: !!python/object/apply:os.system ['true']": "Line 1: Use plain values",
    "a: 1\na: 2": "Line 2: “a” appears twice",
    "a: [1, 2": "This isn't valid YAML",
    "- a\n- b": "must be a list of sections",
    "just text": "must be a list of sections",
    "? [a, b]\n: c": "Line 1: Use plain names",
    "a: " + "[" * 5000: "too deep",
    "a: \0": "can't be stored",
    "a: \x07": "This isn't valid YAML",
    "a: x" + "x" * MAX_BYTES: "too large",
    "a: [" + "1," * 60_000 + "]": "too many values",
    "a: 1" + ":0" * 900_000: "Line 1: This number is too long",  # minutes, if it were converted
    "a: 1" + ":0" * 4000 + ".0": "Line 1: This number is too long",
    "a: 0x" + "f" * 40_000: "Line 1: This number is too long",
    "a: !!bool x": "Line 1: Use plain values",
    "a: !!int ''": "Line 1: Use plain values",
    'a: "\\0"': "can't be stored",
    '"\\ud800": 1': "can't be stored",
}
REFUSED_TOML = {
    "a = " + "9" * 5000: "isn't valid TOML",
    "a = 0x" + "f" * 40_000: "This number is too long",
    "a" + ".a" * 900_000 + " = 1": "too deep",  # minutes, if it were read
    "[" + '"a" . ' * 300_000 + "a]": "too deep",
    'a = "\\u0000"': "can't be stored",
    "a = [" + "1," * 60_000 + "]": "too many values",
}


@pytest.mark.parametrize(("text", "problem"), REFUSED.items(), ids=range(len(REFUSED)))
def test_such_a_file_is_refused(text: str, problem: str) -> None:
    with pytest.raises(FileError, match=problem):
        read_file(text, is_toml=False)


def test_such_a_file_of_toml_is_refused() -> None:
    for text, problem in REFUSED_TOML.items():
        with pytest.raises(FileError, match=problem):
            read_file(text, is_toml=True)


def test_values_stay_what_they_are_and_have_lines() -> None:
    text = "plans:\n  - name: 'on'\n    starts: 2026-01-05\n    limit: 3\n    note: |\n      a\n"
    file = read_file(text, is_toml=False)
    [plan] = file.content["plans"]
    assert plan == {"name": "on", "starts": "2026-01-05", "limit": 3, "note": "a\n"}
    assert file.find_line(("plans", 0, "limit")) == 4
    assert file.find_line(("plans", 0, "missing")) == 2
    assert read_file("", is_toml=False).content == {}


def test_toml_is_read_as_well() -> None:
    file = read_file('[[skills]]\nname = "Networks"\nsince = 2026-01-05\n', is_toml=True)
    assert file.content == {"skills": [{"name": "Networks", "since": "2026-01-05"}]}
    with pytest.raises(FileError, match="isn't valid TOML"):
        read_file("a = [", is_toml=True)
    with pytest.raises(FileError, match="deep"):
        read_file("a = " + "[" * 60 + "]" * 60, is_toml=True)
