"""New text is separated from quoted text, and nothing is ever dropped."""

import pytest

from channels_intake.mime.quoting import REPLY_MARKER, split_quoted
from tests.effort import run_within

NEW = "That solved it, thank you.\n\n"

REPLIES = {
    "gmail": (
        "On Nov 20, 2026 at 11:30 AM Rocket <s@rocket.example> wrote:\n\n> Restart.\n>\n> R.\n"
    ),
    "gmail wrapped": (
        "On Fri, Nov 20, 2026 Rocket Support <\ns@rocket.example> wrote:\n> Please restart.\n"
    ),
    "no address": "On 20 Nov 2026, Rocket Support wrote:\n\n> Please restart.\n",
    "name first": "Rocket Support wrote on 20.11.2026 at 11:30:\n> Please restart.\n",
    "without marks": (
        "On 20 Nov 2026, at 11:30, Rocket <s@rocket.example> wrote:\n\nPlease restart.\n\nRocket\n"
    ),
    "german": "Am 20.11.2026 um 11:30 schrieb Rocket:\n> Bitte neu starten.\n",
    "german gmail": (
        "Am Fr., 20. Nov. 2026 um 11:30 Uhr schrieb R. <s@rocket.example>:\n> Bitte neu starten.\n"
    ),
    "german without marks": (
        "Am 20.11.26 um 11:30 schrieb Rocket <s@rocket.example>:\nBitte neu starten.\n"
    ),
    "french": "Le ven. 20 nov. 2026 à 11:30, Rocket <s@rocket.example> a écrit :\n> Redémarrez.\n",
    "spanish": (
        "El vie, 20 nov 2026 a las 11:30, Rocket (<s@rocket.example>) escribió:\n> Reinicie.\n"
    ),
    "portuguese": (
        "Em sex., 20 de nov. de 2026 às 11:30, Rocket <s@rocket.example> escreveu:\n> Reinicie.\n"
    ),
    "old gmail": "2026-11-20 11:30 GMT-03:00 Rocket <s@rocket.example>:\n\n> Please restart.\n",
    "outlook plain": (
        "-----Original Message-----\nFrom: Rocket\nSent: Fri\nTo: Ann\nSubject: x\n\nRestart.\n"
    ),
    "outlook german": "-----Ursprüngliche Nachricht-----\nVon: Rocket\n\nBitte neu starten.\n",
    "outlook french": "-----Message d'origine-----\nDe : Rocket\n\nRedémarrez.\n",
    "outlook spanish": "-----Mensaje original-----\nDe: Rocket\n\nReinicie.\n",
    "outlook portuguese": "-----Mensagem original-----\nDe: Rocket\n\nReinicie.\n",
    "outlook block": (
        "________________________________\nFrom: Rocket <s@rocket.example>\nSent: Novembe"
        "r 20, 2026 11:30 AM\n"
        "To: Ann <ann@acme.example>\nSubject: [#1041]\n\nPlease restart.\n"
    ),
    "outlook block german": (
        "Von: Rocket\nGesendet: Freitag\nAn: Ann\nBetreff: x\n\nBitte neu starten.\n"
    ),
    "outlook block french": "De : Rocket\nEnvoyé : vendredi\nÀ : Ann\nObjet : x\n\nRedémarrez.\n",
    "outlook block spanish": "De: Rocket\nEnviado: viernes\nPara: Ann\nAsunto: x\n\nReinicie.\n",
    "outlook block portuguese": (
        "De: Rocket\nEnviada: sexta\nData: 20\nPara: Ann\nAssunto: x\n\nReinicie.\n"
    ),
    "outlook block bold": (
        "*From:* Rocket\n*Sent:* Friday\n*To:* Ann\n*Subject:* x\n\nPlease restart.\n"
    ),
    "marks only": "> Please restart.\n> Rocket\n",
    "our marker": f"{REPLY_MARKER}\n\nPlease restart.\n\nRocket\n",
    "our marker with its introduction": (
        f"On 20 Nov 2026, Rocket wrote:\n\n{REPLY_MARKER}\nPlease restart.\n"
    ),
    "our marker quoted": f"On 20 Nov 2026, Rocket wrote:\n> {REPLY_MARKER}\n> Please restart.\n",
}


@pytest.mark.parametrize("name", REPLIES)
def test_the_reply_above_a_quoted_mail_is_new(name):
    new, quoted = split_quoted(NEW + REPLIES[name])
    assert new == NEW
    assert quoted == REPLIES[name]


KEPT_WHOLE = {
    "no quote": "Hello,\nthe server stops.\n\nAnn\n",
    "answer below": "On Fri, 20 Nov 2026 Rocket wrote:\n> Please restart.\n\nThat solved it.\n",
    "quote only": "On Fri, 20 Nov 2026 Rocket wrote:\n> Please restart.\n",
    "empty": "",
    "blank": "\n \n",
    "words like an introduction": "On Monday at 10 Bob wrote:\nthe server is down\nand more.\n",
    "a greater-than sign inside": "If a > b, it fails.\nSee line 3 > 2.\n",
    "a From line of a log": "From: the log I copied\nERROR at startup\nTo fix it we restarted.\n",
    "a rule": "First\n-----\nSecond\n",
    "forwarded": (
        "Please see below.\n\n---------- Forwarded message ---------\nhello from a customer\n"
    ),
    "a shell prompt": "I typed:\n> ls\nand it hung.\n",
}


@pytest.mark.parametrize("name", KEPT_WHOLE)
def test_a_text_that_is_not_plainly_followed_by_a_quote_stays_whole(name):
    assert split_quoted(KEPT_WHOLE[name]) == (KEPT_WHOLE[name], "")


def test_replies_between_quoted_lines_stay_visible():
    text = (
        "On 20 Nov 2026, R. wrote:\n> Which version?\n\n7.2\n\n> Which system?\n\nDebian"
        "\n\n> Regards\n> R.\n"
    )
    new, quoted = split_quoted(text)
    assert "7.2" in new
    assert "Debian" in new
    assert quoted == "> Regards\n> R.\n"


HUGE = 200_000
HOSTILE = {
    "marks": ">" * HUGE,
    "mark lines": ">\n" * HUGE,
    "mark and blank lines": ">\n\n" * HUGE,
    "blank lines": "\n" * HUGE,
    "spaces": " " * HUGE,
    "space lines": " \n" * HUGE,
    "carriage returns": "\r" * HUGE,
    "on": "On " * HUGE,
    "on lines": "On x\n" * HUGE,
    "on lines with colon": "On 1:23 a@b x:\n" * (HUGE // 10),
    "wrote": "On " + "wrote: " * HUGE,
    "wrote lines": "On 11:30 a@b wrote\n" * (HUGE // 10),
    "wrote on": (" wrote on " * 40 + "11:30 a@b:\n") * 2_000,
    "almost introductions": ("On 11:30 a@b " + "x wrote " * 45 + ":\n") * 2_000,
    "schrieb": ("Am 11:30 a@b " + "schrieb " * 45 + ":\n") * 2_000,
    "dates": ("2026-11-20 11:30 " + "<a@b" * 90 + ":\n") * 2_000,
    "at signs": "2026-11-20 <" + "a@" * HUGE + ">:\n",
    "dashes": "-" * HUGE,
    "dash lines": "--\n" * HUGE,
    "almost separators": "-----Original Message----x\n" * (HUGE // 10),
    "from lines": "From: x\n" * HUGE,
    "from and sent lines": "From: x\nSent: y\n" * HUGE,
    "names": "From" + " a" * HUGE + ": x",
    "rules": "____\n\n" * HUGE,
    "markers in quotes": f"> {REPLY_MARKER}\nx\n" * 20_000,
    "letters": "a" * 1_000_000,
    "announced blocks": "so:\nFrom: x\nSent: 1:11\nTo: y\nSubject: z\n" * 20_000,
    "own quotes": "so:\n" + "> x\n>\n" * 50_000,
    "own quotes like introductions": "so:\n" + "> On 20 Nov 2026 11:30 a@b:\n>\n" * 20_000,
    "footers": ">\n" + "-- \n" * HUGE,
    "dashed words": "--- a b ---\n" * 50_000,
    "forwards": "=== forwar " * HUGE,
    "lines with an address": "a@b:\n" * HUGE,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_split_in_linear_time_and_loses_nothing(name):
    new, quoted = run_within(400, split_quoted, HOSTILE[name])
    assert new + quoted == HOSTILE[name]
