"""Charsets of email: labels, Japanese vendors' characters, HTML's own charset, damage."""

import pytest

from channels_intake.mime.charsets import decode_charset, find_html_charset
from channels_intake.mime.parsing import parse_message

LABELS = [
    ("Zażółć gęślą", "iso8859-2", "Latin-2"),
    ("Zażółć gęślą", "iso8859-2", "ISO_8859-2:1987"),
    ("Срочно, сервер", "koi8-r", "koi8r"),
    ("Срочно, сервер", "cp1251", "x-cp1251"),
    ("Срочно, сервер", "cp866", "866"),
    ("Срочно, сервер", "mac-cyrillic", "x-mac-cyrillic"),
    ("Café Größe", "mac-roman", "x-mac-roman"),
    ("Café “5 €”", "cp1252", "iso-ir-100"),
    ("สวัสดีครับ", "cp874", "windows-874"),
    ("สวัสดีครับ", "cp874", "tis-620"),
    ("안녕하세요 뷁", "cp949", "ks_c_5601-1987"),
    ("안녕하세요 뷁", "cp949", "windows-949"),
    ("服务器坏了", "gbk", "x-gbk"),
    ("服务器坏了", "gbk", "Windows-936"),
    ("伺服器壞了", "big5", "x-x-big5"),
    ("資料①髙﨑", "cp932", "Windows-31J"),
    ("資料①髙﨑", "cp932", "x-sjis"),
    ("資料です", "euc_jp", "x-euc-jp"),
    ("Καλημέρα", "iso8859-7", "sun_eu_greek"),
    ("שלום", "iso8859-8", "logical"),
    ("İstanbul'da", "cp1254", "l5"),
    ("naïve", "cp850", "cp-850"),
    ("naïve", "utf-8", "unicode-1-1-utf-8"),
    ("naïve", "utf-16-le", "utf-16"),
    ("naïve", "utf-16", "unicode"),
]


@pytest.mark.parametrize(("text", "codec", "label"), LABELS)
def test_a_label_of_the_web_is_read_by_its_charset(text, codec, label):
    assert decode_charset(text.encode(codec), label) == (text, True)
    assert decode_charset(text.encode(codec), f' "{label.upper()}" ') == (text, True)


JAPANESE = [
    (b"\x1b$B-!-5$H\x1b(B 12", "①Ⅰと 12"),
    (b"\x1b$B|b\x1b(B", "髙"),
    (b"\x1b(I5Q\x1b(B ok", "ｵﾑ ok"),
    (b"\x1b$B@~\x1b(J a\n\x1b$@@~\x1b(B", "線 a\n線"),
    (b"\x1b$(D0/\x1b(B", b"\x8f\xb0\xaf".decode("euc_jp")),
    (b"\x1b$B@~\nno escape back", "線\nno escape back"),
]


@pytest.mark.parametrize("charset", ["iso-2022-jp", "CP50221", "", "us-ascii", "utf-8"])
@pytest.mark.parametrize(("data", "text"), JAPANESE)
def test_iso_2022_jp_is_read_with_vendor_characters_under_any_label(data, text, charset):
    assert decode_charset(data, charset) == (text, True)


def test_euc_jp_is_read_with_vendor_rows_and_kana():
    data = b"\xad\xa1 \x8e\xb1 \x8f\xb0\xaf \xa4\xa2!"
    supplement = b"\x8f\xb0\xaf".decode("euc_jp")
    assert decode_charset(data, "euc-jp") == (f"① ｱ {supplement} あ!", True)


@pytest.mark.parametrize(
    "label",
    [
        "unicode_escape",
        "raw-unicode-escape",
        "idna",
        "punycode",
        "undefined",
        "rot13",
        "zlib",
        "hex",
    ],
)
def test_a_codec_that_is_no_charset_is_not_used(label):
    assert decode_charset("\\u0041 größe".encode(), label) == ("\\u0041 größe", False)


def test_one_damaged_byte_does_not_garble_the_rest():
    text, fits = decode_charset("Größe über".encode() + b" \xff", "utf-8")
    assert (text, fits) == ("Größe über \ufffd", False)
    text, fits = decode_charset("資料です".encode("cp932") + b"\x88\x01 ok", "shift_jis")
    assert (text[:4], text[-3:], fits) == ("資料です", " ok", False)


def test_a_byte_order_mark_is_not_text():
    assert decode_charset(b"\xef\xbb\xbfHello", "utf-8") == ("Hello", True)
    assert decode_charset("Grüße".encode("utf-16"), "") == ("Grüße", True)


def _html_mail(body: bytes, content_type: bytes = b"text/html") -> bytes:
    return b"From: a@acme.example\nContent-Type: " + content_type + b"\n\n" + body


@pytest.mark.parametrize(
    ("meta", "codec", "text"),
    [
        (b'<meta charset="koi8-r">', "koi8-r", "Срочно"),
        (b"<META content='text/html; charset=big5' http-equiv=content-type>", "big5", "壞了"),
        (b'<meta http-equiv="Content-Type" content="text/html;charset=euc-kr" />', "cp949", "안녕"),
        (b'<meta charset="iso-2022-jp">', "iso2022_jp", "資料"),
        (b'<meta charset="utf-16">', "utf-8", "größe"),
        (b'<meta charset="windows-1251">', "utf-8", "größe"),
    ],
)
def test_html_without_a_charset_in_its_header_is_read_by_its_own_meta(meta, codec, text):
    page = b"<html><head>" + meta + b"</head><body>" + text.encode(codec) + b"</body></html>"
    envelope = parse_message(_html_mail(page))
    assert (envelope.body_text, envelope.notes) == (text, ())


def test_the_charset_of_the_header_comes_before_that_of_the_html():
    page = b'<meta charset="koi8-r"><p>' + "größe".encode("latin-1")
    envelope = parse_message(_html_mail(page, b"text/html; charset=iso-8859-1"))
    assert envelope.body_text == "größe"


def test_a_text_has_no_meta():
    assert find_html_charset(b"charset=koi8-r") == ""
    body = '<meta charset="koi8-r"> größe'.encode("latin-1")
    assert parse_message(_html_mail(body, b"text/plain")).body_text.endswith("größe")
