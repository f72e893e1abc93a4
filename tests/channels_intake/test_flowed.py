"""Text of format=flowed reads as it was written (RFC 3676)."""

import pytest

from channels_intake.mime.flowed import join_flowed
from channels_intake.mime.parsing import parse_message


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("One line \nthat goes on.\nA new one.", "One line that goes on.\nA new one."),
        (" From here \non.", "From here on."),
        ("> Quoted \n> and on.\nMine \n> theirs", "> Quoted and on.\nMine \n> theirs"),
        (">> Deep \n>> er.\n> one", ">> Deep er.\n> one"),
        ("Regards \n-- \nAnn \nLee", "Regards \n-- \nAnn Lee"),
        ("> x\n> -- \n> Ann", "> x\n> -- \n> Ann"),
        ("  indented\n > not a quote", " indented\n> not a quote"),
        ("end \n", "end "),
        ("", ""),
    ],
)
def test_soft_line_breaks_are_joined(text, joined):
    assert join_flowed(text, is_deleting_spaces=False) == joined


def test_spaces_are_deleted_only_where_the_sender_added_them():
    text = "https://acme.example/a/ \nb?c=1 \n and this."
    assert join_flowed(text, is_deleting_spaces=True) == "https://acme.example/a/b?c=1 and this."
    text = "https://acme.example/a/ \nb?c=1 \n  and > \n > this."
    assert join_flowed(text, is_deleting_spaces=True) == "https://acme.example/a/b?c=1 and >> this."
    text = "https://acme.example/a/ \nb?c=1  \nand this."
    assert join_flowed(text, is_deleting_spaces=True) == "https://acme.example/a/b?c=1 and this."


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ("format=flowed; delsp=yes", "日本語の文です"),
        ("Format=FLOWED; DelSp=Yes", "日本語の文です"),
        ("format=flowed", "日本語の 文です"),
        ("format=fixed; delsp=yes", "日本語の \n文です"),
    ],
)
def test_the_parameters_of_an_email_say_how_its_lines_are_joined(parameters, text):
    raw = f"From: a@acme.example\nContent-Type: text/plain; charset=utf-8; {parameters}\n\n"
    assert parse_message((raw + "日本語の \r\n文です\r\n").encode()).body_text == text


def test_many_soft_breaks_are_joined_in_linear_time():
    text = "a \n" * 300_000
    assert len(join_flowed(text, is_deleting_spaces=True)) == 300_000
