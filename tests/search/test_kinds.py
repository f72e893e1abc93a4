"""Kinds of searches: each query with the documents that it finds."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tickets.search.find import search_tickets

DOCUMENTS = {
    "quotes": ("Drive", "She wrote “volume unreadable” and it’s the vendor’s part; can’t mount."),
    "german quotes": (
        "Zitat",
        "Da steht „Zeitüberschreitung“, ›Neustart‹, dann »Schluss«… sonst nix.",
    ),
    "dashes": ("Rollout—phase two", "Pages 10–12, see re‑index and roll‐back; −40 °C is fine."),
    "japanese": (
        "印刷できません",
        "先週から印刷できません。プリンターは正常です。「障害」番号は２０２６号です。",
    ),
    "half width": ("ﾃｽﾄ", "ﾌﾟﾘﾝﾀｰが動きません"),
    "chinese": ("无法登录系统", "昨天更新之后,所有用户都无法登录系统,请尽快处理Docker容器。"),
    "korean": ("결제 실패", "지난주부터 결제가되지않습니다 환불부탁드립니다"),
    "thai": ("เข้าสู่ระบบไม่ได้", "เมื่อวานนี้เข้าสู่ระบบไม่ได้และรหัสผ่านถูกต้อง"),
    "accents": (
        "Größe überschritten",
        "Señor Muñoz à Besançon: cœur, naïve, Ångström, smørrebrød, Łódź.",
    ),
    "decomposed": ("Re\u0301sume\u0301", "Der Ba\u0308r im Su\u0308den"),
    "turkish": ("İzmir ofisi", "Işıklar söndü, DİYARBAKIR ve ISPARTA bekliyor."),
    "capital sharp s": ("MASSSTAB", "STRAẞE und Straße"),
    "ligatures": ("ﬁle server", "The oﬃce conﬂict"),
    "full width": ("ＥＲＲＯＲ　５０３", "Ｐｌｕｍｂ"),
    "greek": ("Σφάλμα", "Ο διακομιστής δεν ΑΠΑΝΤΆ στους χρήστες"),
    "russian": ("Ошибка входа", "Артём пишет: отчёт не открывается, ещё раз"),
    "arabic": ("مُشْكِلَة", "لا أستطيع تسجيل الدخول إلى الحساب ٤٠٤"),
    "hebrew": ("שָׁלוֹם", "לא מצליח להתחבר"),
    "hindi": ("लॉगिन समस्या", "मेरा पासवर्ड काम नहीं कर रहा है"),
    "codes": (
        "Fault SRV-9081-XK",
        "E_DISK_FULL (0xC000021A), ORA-01555 and INC0098765, HTTP/2 504.",
    ),
    "versions": (
        "Upgrade to v8.14.2",
        "From 8.13.9-beta.3 on app-node-11.prod.corp.example to 10.0.0.17/24",
    ),
    "addresses": (
        "Bounced",
        "The mail to jean-luc.o'neil+vip@firma.example and max_muster@firma.example bounced.",
    ),
    "languages": (
        "C# and F# or C++17",
        "ASP.NET, .NET 8, Node.js, objective-c; R&D uses g++ and AT&T.",
    ),
    "links": (
        "Page gone",
        "See <https://wiki.corp.example:8443/ops/run_books/index.html?id=77&view=all#top>.",
    ),
    "paths": (
        "Config",
        r"Open D:\Apps\Plumb Line\etc\server.conf or /opt/plumb/etc/server.yml, read-only.",
    ),
    "numbers": (
        "Invoice",
        "Total 12,345.60 EUR or 12.345,60 or 98'765.00; call +49 (0)30 901820-44.",
    ),
    "invisible": (
        "Soft\u00adware up\u200bdate",
        "non\u2011break\u00a0space \u202bwrapped\u202c\ufeff text",
    ),
}

# Queries of each, separated by " ; ".
FOUND = {
    "quotes": (
        "volume unreadable ; unreadable ; can't ; can’t ; cant ; "
        "it's the vendor's ; 'mount' ; \"volume unreadable\" ; "
        "“volume unreadable”"
    ),
    "german quotes": (
        "Zeitüberschreitung ; zeituberschreitung ; zeitueberschreitung ; "
        "neustart ; schluss ; „Schluss“"
    ),
    "dashes": (
        "rollout ; phase ; 10-12 ; re-index ; reindex ; re–index ; rollback ; "
        "roll back ; rollout phase two ; 40"
    ),
    "japanese": (
        "印刷 ; 先週 ; 障害 ; プリンター ; 印刷できません ; 号 ; 2026 ; 番号 ; プリンター 障害"
    ),
    "half width": ("プリンター ; テスト ; ﾌﾟﾘﾝﾀ"),
    "chinese": ("登录 ; 无法登录 ; 系统 ; 用户 ; docker ; Docker容器 ; 容 ; 尽快处理"),
    "korean": ("결제 ; 환불 ; 부탁 ; 결제가되지"),
    "thai": ("เข้าสู่ระบบ ; รหัสผ่าน ; ระบบไม่ได้"),
    "accents": (
        "grosse ; groesse ; größe ; GRÖSSE ; munoz ; señor ; besancon ; coeur ; "
        "cœur ; naive ; angstrom ; smorrebrod ; smoerrebroed ; lodz ; "
        "uberschritten"
    ),
    "decomposed": ("résumé ; resume ; bär ; baer ; bar ; süden ; re\u0301sume\u0301"),
    "turkish": ("izmir ; İZMİR ; IZMIR ; isiklar ; ışıklar ; diyarbakir ; ısparta ; Isparta"),
    "capital sharp s": ("strasse ; STRASSE ; straße ; massstab ; maßstab"),
    "ligatures": ("file ; office ; conflict"),
    "full width": ("error 503 ; plumb ; ＰＬＵＭＢ"),
    "greek": ("σφαλμα ; ΣΦΆΛΜΑ ; διακομιστης ; απαντα ; ΧΡΉΣΤΕΣ"),
    "russian": ("ошибка ; артем ; отчет ; еще"),
    "arabic": ("مشكلة ; الدخول ; 404 ; تسجيل"),
    "hebrew": ("שלום ; להתחבר"),
    "hindi": ("पासवर्ड ; समस्या"),
    "codes": (
        "9081 ; SRV-9081 ; srv-9081-xk ; XK ; SRV9081XK ; e_disk_full ; "
        "DISK_FULL ; disk full ; 0xC000021A ; c000021a ; ORA-01555 ; 1555 ; "
        "01555 ; INC0098765 ; 98765 ; 0098765 ; http/2 ; 504"
    ),
    "versions": (
        "8.14 ; 8.14.2 ; v8.14.2 ; v8.14 ; 8.13.9 ; beta.3 ; beta3 ; "
        "app-node-11 ; node-11 ; prod.corp.example ; corp.example ; "
        "app-node-11.prod.corp.example ; 10.0.0.17 ; 10.0.0 ; 10.0.0.17/24"
    ),
    "addresses": (
        "firma.example ; @firma.example ; jean-luc ; o'neil ; oneil ; o’neil ; "
        "max_muster ; muster ; jean-luc.o'neil+vip@firma.example ; "
        "<max_muster@firma.example> ; vip"
    ),
    "languages": (
        "C# ; c# f# ; C++17 ; c++ ; g++ ; ASP.NET ; .NET ; .net 8 ; node.js ; "
        "nodejs ; objective-c ; r&d ; at&t"
    ),
    "links": (
        "https://wiki.corp.example:8443/ops/run_books/index.html?id=77&view=all#top ; "
        "wiki.corp.example ; run_books ; /ops/run_books/ ; index.html ; id=77 ; "
        "8443"
    ),
    "paths": (
        r"D:\Apps\Plumb Line\etc\server.conf ; server.conf ; "
        r"/opt/plumb/etc/server.yml ; etc\server.conf ; server.yml ; read-only ; "
        "readonly ; plumb/etc ; only"
    ),
    "numbers": (
        "12,345.60 ; 12345.60 ; 12345 ; 98'765 ; 98765.00 ; 901820-44 ; 90182044 ; +49 30 901820"
    ),
    "invisible": ("software ; update ; non-break ; nonbreak space ; wrapped text"),
}

NOT_FOUND = (
    '8.15 ; 13.8 ; 10.0.1 ; 710 ; unreadable volumes ; "unreadable volume" ; '
    "刷印 ; 录登 ; 9081-SRV ; D# ; volume -unreadable ; firma.example.org ; "
    "example.firma ; プリ障害 ; 制登录"
)


@pytest.fixture
def numbers(in_rocket: Cast) -> dict[int, str]:
    """The documents as tickets: their names by id."""
    return {
        in_rocket.open_ticket(subject=subject, text=text).pk: name
        for name, (subject, text) in DOCUMENTS.items()
    }


def test_each_query_finds_its_document(in_rocket: Cast, numbers: dict[int, str]) -> None:
    missed = [
        (name, query)
        for name, queries in FOUND.items()
        for query in queries.split(" ; ")
        if name not in {numbers[pk] for pk in search_tickets(desk=in_rocket.desk, words=query)}
    ]
    assert missed == []
    assert sum(len(queries.split(" ; ")) for queries in FOUND.values()) > 150


def test_other_words_and_other_orders_find_nothing(
    in_rocket: Cast, numbers: dict[int, str]
) -> None:
    found = {
        query: [numbers[pk] for pk in search_tickets(desk=in_rocket.desk, words=query)]
        for query in NOT_FOUND.split(" ; ")
    }
    assert {query: hits for query, hits in found.items() if hits} == {}


def test_a_language_with_a_sign_is_not_the_letter(in_rocket: Cast) -> None:
    in_rocket.open_ticket(subject="Vitamin C", text="Plan C and grade c.")
    sharp = in_rocket.open_ticket(subject="Our C# client")
    assert search_tickets(desk=in_rocket.desk, words="C#") == [sharp.pk]
