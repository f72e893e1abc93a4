"""Character sets of email: the labels of the WHATWG Encoding Standard and Python's codecs.

https://encoding.spec.whatwg.org/#names-and-labels. Where mail programs write more characters than a
label's standard has (circled digits in ISO-2022-JP, euro signs in ISO-8859-1), the larger set is
decoded, as browsers do. Pure and linear; `decode_charset` never raises.
"""

import codecs
import re

# Codec and the labels that Python doesn't know, or knows as a smaller set
_LABELS = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8 utf8mb4",
    "cp866": "866 cp866 csibm866 ibm866",
    "iso8859-2": "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987"
    " l2 latin2 latin-2",
    "iso8859-3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988"
    " l3 latin3 latin-3",
    "iso8859-4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988"
    " l4 latin4 latin-4",
    "iso8859-5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5"
    " iso_8859-5:1988",
    "iso8859-6": "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6"
    " iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
    "iso8859-7": "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7"
    " iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek",
    "iso8859-8": "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8"
    " iso88598 iso_8859-8 iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical",
    "iso8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6 latin-6",
    "iso8859-13": "iso-8859-13 iso8859-13 iso885913 latin7 latin-7",
    "iso8859-14": "iso-8859-14 iso8859-14 iso885914 latin8 latin-8",
    "iso8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9 latin9 latin-9",
    "iso8859-16": "iso-8859-16 iso8859-16 iso885916 latin10 latin-10",
    "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r koi8r",
    "koi8-u": "koi8-ru koi8-u koi8u",
    "mac-roman": "csmacintosh mac macintosh x-mac-roman",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 tis620 windows-874",
    "cp1250": "cp1250 windows-1250 x-cp1250",
    "cp1251": "cp1251 windows-1251 x-cp1251",
    "cp1252": "ansi_x3.4-1968 cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1"
    " iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 latin-1 windows-1252 x-cp1252 x-ansi",
    "cp1253": "cp1253 windows-1253 x-cp1253",
    "cp1254": "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9"
    " iso_8859-9:1989 l5 latin5 latin-5 windows-1254 x-cp1254",
    "cp1255": "cp1255 windows-1255 x-cp1255",
    "cp1256": "cp1256 windows-1256 x-cp1256",
    "cp1257": "cp1257 windows-1257 x-cp1257",
    "cp1258": "cp1258 windows-1258 x-cp1258",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "mac-greek": "x-mac-greek",
    "mac-turkish": "x-mac-turkish",
    "mac-latin2": "x-mac-ce x-mac-centraleurroman",
    "gb18030": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk"
    " gb18030 cp936 ms936 windows-936 euc-cn x-euc-cn gb2312-80",
    "hz": "hz-gb-2312",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5 x-big5 cp950 windows-950",
    "euc-jp": "cseucpkdfmtjapanese euc-jp eucjp x-euc-jp x-euc x-eucjp eucjp-ms cp51932",
    "iso-2022-jp": "csiso2022jp iso-2022-jp iso2022-jp iso-2022-jp-ms iso-2022-jp-1 iso-2022-jp-2"
    " cp50220 cp50221 cp50222 jis _iso-2022-jp$esc",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis cp932"
    " x-ms-cp932 windows-932 cswindows31j",
    "cp949": "cseuckr csksc56011987 euc-kr euckr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989"
    " ksc5601 ksc_5601 windows-949 x-windows-949 cp949 ks_c_5601 ks-c-5601",
    "iso2022_kr": "csiso2022kr iso-2022-kr",
    "utf-16-be": "unicodefffe utf-16be",
    "utf-16": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
    "utf-7": "unicode-1-1-utf-7 csunicode11utf7 x-unicode-2-0-utf-7",
}
_CODECS = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
_UNDECIDED = {"", "us-ascii", "ascii"}
# Python codecs that are not charsets of email, or are slow on hostile input
_NO_CHARSETS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"}
_CHARSET_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._:+$-]{0,39}")
_CODE_PAGE = re.compile(r"(?:x-)?(?:windows|win|cp|ibm|ms|dos)[-_]?(\d{3,4})")
_META = re.compile(rb"<meta\s[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:+-]{1,40})", re.I)
META_BYTES = 8_192

_ESCAPE = re.compile(rb"\x1b(\$[@AB]|\$\([CD]|\([ABHIJ])")
_JAPANESE = re.compile(rb"\x1b(?:\$[@B]|\$\(D|\(I)")
_EUC_PIECES = re.compile(
    rb"([\x00-\x7f]+)|((?:[\xa1-\xfe][\xa1-\xfe])+)|\x8e([\xa1-\xdf])|(\x8f[\xa1-\xfe]{2})"
)
_KANJI, _KANA, _SUPPLEMENT = {b"$@", b"$B"}, b"(I", b"$(D"
_OTHER_SETS = {b"$A": "gb2312", b"$(C": "euc_kr"}


def decode_charset(data: bytes, charset: str) -> tuple[str, bool]:
    """Return the text, and True if the charset fits.

    If it doesn't fit: UTF-8; then the charset with replacement characters where most of the text
    is readable that way; then Windows-1252.
    """
    codec, is_known = _find_codec(data, charset)
    try:
        return _decode(data, codec), is_known or data.isascii()
    except ValueError:
        return _guess_text(data, codec), data.isascii() and b"\x1b" not in data


def find_html_charset(data: bytes) -> str:
    """Return the charset that an HTML document's own meta element states, or ""."""
    found = _META.search(data[:META_BYTES])
    label = found[1].decode("ascii").lower() if found else ""
    # A document whose meta can be read as ASCII is not UTF-16.
    return "utf-8" if _CODECS.get(label, "").startswith("utf-16") else label


def guess_text(data: bytes) -> str:
    """Return the text of bytes without a charset: UTF-8 if they are, otherwise Windows-1252."""
    return _guess_text(data, "utf-8")


def _find_codec(data: bytes, charset: str) -> tuple[str, bool]:
    """Return the codec for the bytes, and False if the label is unknown."""
    label = charset.strip().strip("\"'").strip().lower()
    if label in _UNDECIDED or _CODECS.get(label) in {"utf-8", "cp1252"}:
        if _JAPANESE.search(data):
            return "iso-2022-jp", True
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return "utf-16", True
    if label in _UNDECIDED:
        return "utf-8", True
    codec = _CODECS.get(label) or _find_python_codec(label)
    return codec or "utf-8", bool(codec)


def _find_python_codec(label: str) -> str:
    page = _CODE_PAGE.fullmatch(label)
    names = [f"cp{page[1]}"] if page else []
    for name in (label, *names, label.removeprefix("x-")):
        if not _CHARSET_NAME.fullmatch(name):
            continue
        try:
            found = codecs.lookup(name).name
            b"a".decode(found, "replace")  # refuses codecs that do not make text
        except (LookupError, ValueError):
            continue
        if found not in _NO_CHARSETS:
            return found
    return ""


def _decode(data: bytes, codec: str, errors: str = "strict") -> str:
    if codec == "iso-2022-jp":
        text = _decode_iso_2022_jp(data, errors)
    elif codec == "euc-jp":
        text = _decode_euc_jp(data, errors)
    elif codec == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16-le", errors)
    else:
        text = data.decode(codec, errors)
    return text.removeprefix("\ufeff")


def _guess_text(data: bytes, codec: str) -> str:
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        text = _decode(data, codec, "replace")
    damaged = text.count("\ufffd")
    readable = sum(not char.isascii() for char in text) - damaged
    return text if readable > 2 * damaged else data.decode("cp1252", "replace")


def _decode_iso_2022_jp(data: bytes, errors: str) -> str:
    """Decode ISO-2022-JP as Microsoft's code page 50221: with rows 13 and 89 to 92, and kana."""
    pieces: list[str] = []
    mode, position = b"(B", 0
    for escape in _ESCAPE.finditer(data):
        pieces.append(_decode_mode(data[position : escape.start()], mode, errors))
        mode, position = escape[1], escape.end()
    pieces.append(_decode_mode(data[position:], mode, errors))
    return "".join(pieces)


def _decode_mode(data: bytes, mode: bytes, errors: str) -> str:
    """Decode what stands between two escapes. A line's end returns to ASCII."""
    line, *rest = data.split(b"\n", 1)
    if rest and mode.startswith(b"$"):
        return f"{_decode_mode(line, mode, errors)}\n{_decode_mode(rest[0], b'(B', errors)}"
    if mode in _KANJI:
        return _decode_kanji(data.rstrip(b"\r"), errors)
    if mode == _KANA:
        return _raise_bytes(data).decode("cp932", errors)
    if mode == _SUPPLEMENT:
        high = _raise_bytes(data.rstrip(b"\r"))
        marked = b"".join(b"\x8f" + high[i : i + 2] for i in range(0, len(high), 2))
        return marked.decode("euc_jp", errors)
    if mode in _OTHER_SETS:
        return _raise_bytes(data.rstrip(b"\r")).decode(_OTHER_SETS[mode], errors)
    return data.decode("cp932" if not data.isascii() else "ascii", errors)


def _raise_bytes(data: bytes) -> bytes:
    return bytes(byte | 0x80 if 0x20 < byte < 0x7F else byte for byte in data)


def _decode_kanji(data: bytes, errors: str) -> str:
    """Decode pairs of JIS X 0208 by their place in Windows-31J, which has the vendors' rows too."""
    shifted = bytearray()
    for first, second in zip(data[::2], data[1::2], strict=False):
        row, cell = (first & 0x7F) - 0x21, (second & 0x7F) - 0x21
        if not (0 <= row < 94 and 0 <= cell < 94):
            shifted += bytes((first, second))
            continue
        lead = row // 2 + (0x81 if row < 62 else 0xC1)
        trail = cell + (0x9F if row % 2 else 0x40 if cell < 63 else 0x41)
        shifted += bytes((lead, trail))
    if len(data) % 2:
        shifted += data[-1:]
    return shifted.decode("cp932", errors)


def _decode_euc_jp(data: bytes, errors: str) -> str:
    """Decode EUC-JP with the vendors' rows, which Python's codec lacks."""
    pieces: list[str] = []
    position = 0
    for found in _EUC_PIECES.finditer(data):
        pieces.append(data[position : found.start()].decode("ascii", errors))
        position = found.end()
        if found[1]:
            pieces.append(found[1].decode("ascii"))
        elif found[2]:
            pieces.append(_decode_kanji(found[2], errors))
        elif found[3]:
            pieces.append(found[3].decode("cp932", errors))
        else:
            pieces.append(found[4].decode("euc_jp", errors))
    pieces.append(data[position:].decode("ascii", errors))
    return "".join(pieces)
