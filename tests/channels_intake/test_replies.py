"""Replies in HTML are cut where their text is; nothing that the writer wrote is lost."""

import pytest

from channels_intake.mime.quoting import REPLY_MARKER
from channels_intake.mime.replies import Reply, split_reply
from channels_intake.mime.sanitize import sanitize_html
from tests.effort import run_within

NEW = "<p>It is <b>7.10</b>.</p>"
INTRO = "Em sex., 27 de nov. de 2026 às 11:30, R &lt;s@r.example&gt; escreveu:"
OLD = "Which version?"

HISTORIES = {
    "Gmail": f'<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{INTRO}<br></div>'
    f'<blockquote class="gmail_quote" style="margin:0">{OLD}</blockquote></div>',
    "Gmail in an unknown language": '<div class="gmail_quote"><div class="gmail_attr">Ar 27 Tach '
    f'2026, R ysgrifennodd &gt;<br></div><blockquote class="gmail_quote">{OLD}</blockquote></div>',
    "Thunderbird": f'<div class="moz-cite-prefix">Le 27/11/2026 à 11:30, R a écrit :<br></div>'
    f'<blockquote type="cite" cite="mid:1@r.example"><p>{OLD}</p></blockquote>',
    "Apple Mail": f'<div><br><blockquote type="cite"><div>Am 27.11.2026 um 11:30 schrieb R &lt;'
    f"s@r.example&gt;:</div><br><div>{OLD}</div></blockquote></div>",
    "Outlook": '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class=MsoNormal><b>De:'
    "</b> R &lt;s@r.example&gt;<br><b>Enviada em:</b> sexta-feira<br><b>Para:</b> Ann<br>"
    f"<b>Assunto:</b> x</p></div><p>{OLD}</p>",
    "Outlook on the web": '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Oddawca:'
    f"</b> R<br><b>Kiedy:</b> pt.</div><div>{OLD}</div>",
    "Outlook's table": "<table><tr><td>发件人：</td><td>R</td></tr><tr><td>发送时间：</td>"
    f"<td>27</td></tr><tr><td>主题：</td><td>x</td></tr></table><p>{OLD}</p>",
    "an introduction and a plain blockquote": f"<p>{INTRO}</p><blockquote>{OLD}</blockquote>",
    "our marker": f"<p>{REPLY_MARKER}</p><p>{OLD}</p>",
    "preformatted": f"<pre>\n{INTRO}\n&gt; {OLD}\n</pre>",
}


@pytest.mark.parametrize("name", HISTORIES)
def test_the_history_of_an_html_reply_is_cut_and_kept_as_quoted_text(name):
    reply = split_reply("", NEW + HISTORIES[name])
    assert sanitize_html(reply.html).replace("<br>", "").removesuffix("<pre></pre>") == NEW
    assert reply.text == "It is 7.10."
    assert OLD in reply.quoted


@pytest.mark.parametrize("name", HISTORIES)
def test_the_text_of_the_email_is_cut_with_its_html(name):
    text = f"It is 7.10.\n\nOn 27 Nov 2026, R wrote:\n> {OLD}\n"
    reply = split_reply(text, NEW + HISTORIES[name])
    assert (reply.text, OLD in reply.quoted) == ("It is 7.10.\n\n", True)
    assert OLD not in reply.html


KEPT = {
    "an own blockquote": "<p>The log says:</p><blockquote>Disk 3 is full</blockquote>",
    "an own quote in two paragraphs": "<blockquote><p>A</p><p>B</p></blockquote>",
    "an answer below": f"<p>{INTRO}</p><blockquote type=cite>{OLD}</blockquote><p>7.10</p>",
    "answers between": f"<blockquote type=cite>{OLD}</blockquote><p>7.10</p>"
    "<blockquote type=cite>And on?</blockquote><p>Debian</p>",
    "a signature": '<p>Bye</p><div class="gmail_signature">Ann<br>10:00 to 12:00:</div>',
    "nothing": "",
}


@pytest.mark.parametrize("name", KEPT)
def test_what_the_writer_wrote_stays(name):
    html = "<p>Hello.</p>" + KEPT[name]
    assert split_reply("as text", html) == Reply("as text", "", html)


def test_a_reply_that_is_only_a_quote_stays_whole():
    html = f'<blockquote type="cite">{OLD}</blockquote>'
    assert split_reply(OLD, html) == Reply(OLD, "", html)


def test_the_writers_own_blockquote_stays_in_the_text_too():
    text, html = "It says:\n\n> Disk full\n", "<p>It says:</p><blockquote>Disk full</blockquote>"
    assert split_reply(text, html) == Reply(text, "", html)


def test_an_own_blockquote_above_the_history_stays():
    own = "<p>It says:</p><blockquote>Disk full</blockquote><p>Ann</p>"
    reply = split_reply("", own + HISTORIES["Gmail"])
    assert (reply.text, reply.html) == ("It says:\n\n> Disk full\n\nAnn", own[:-4])


def test_an_image_before_the_history_stays():
    html = f'<p>See:</p><img src="cid:1@x">{HISTORIES["Thunderbird"]}'
    assert split_reply("", html).html.endswith('<img src="cid:1@x">')


def test_new_and_old_in_one_preformatted_text_are_cut_at_the_line():
    reply = split_reply("", f"<pre>a &lt; b\n\n{INTRO}\n&gt; {OLD}\n</pre>")
    assert (reply.text, reply.html.rstrip()) == ("a < b", "<pre>a &lt; b")


def test_a_reply_without_html_is_cut_as_text():
    text = f"7.10\n\nOn 27 Nov 2026, R wrote:\n> {OLD}\n"
    assert split_reply(text, "").text == "7.10\n\n"


HOSTILE = {
    "quotes": "<blockquote type=cite>" * 30_000 + "x" + "</blockquote>" * 30_000,
    "lines in quotes": "<blockquote type=cite>x" * 30_000,
    "marks": '<div class="gmail_attr">' * 30_000,
    "preformatted": "<pre>" + "a\n" * 300_000,
    "hidden line breaks": "<pre>" + "a&#10;\n" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_reply_is_cut_in_linear_time(name):
    reply = run_within(600, split_reply, "t", "<p>Hi</p>" + HOSTILE[name])
    assert reply.html.startswith("<p>Hi")
