"""Subjects of vacation replies: a mail system's own words directly before the ticket's subject.

A subject alone never tells a machine: people write about automatic replies too.
"""

import re
import unicodedata

from tickets.subjects import strip_reply_prefixes

MAX_COMPARED_CHARS = 150

# Exchange's words in its languages, then those of other systems for the same.
PHRASES = (
    "Automatic reply, Automatic response, Automated reply, Automated response, Automatic answer,"
    "Autoreply, Auto reply, Auto-reply, Auto response, Auto-response, Autoresponse, Autoresponder,"
    "Out of office, Out of the office, Out of office reply, Out of office autoreply, On vacation,"
    "Vacation reply, Vacation response, Vacation, On holiday, On leave, Away from my mail,"
    "Automatische Antwort, Abwesenheitsnotiz, Abwesend, Abwesenheit, Nicht im Büro,"
    "Automatische Rückantwort, Réponse automatique, Réponse automatique d'absence,"
    "Absence du bureau, Absent du bureau, Message d'absence, Respuesta automática,"
    "Fuera de la oficina, Fuera de oficina, Resposta automática, Fora do escritório,"
    "Fora de escritório, Ausência temporária, Risposta automatica, Fuori sede, Fuori ufficio,"
    "Automatisch antwoord, Automatische reactie, Afwezig, Niet aanwezig, Autosvar,"
    "Automatiskt svar, Automatisk svar, Frånvaro, Fravær, Ikke til stede, Automaattinen vastaus,"
    "Poissa, Poissaoloviesti, Sjálfvirkt svar, Odpowiedź automatyczna, Automatyczna odpowiedź,"
    "Poza biurem, Automatická odpověď, Mimo kancelář, Automatická odpoveď, Mimo kancelárie,"
    "Automatikus válasz, Házon kívül, Răspuns automat, În afara biroului, Automatski odgovor,"
    "Аутоматски одговор, Samodejni odgovor, Odsoten, Автоматичен отговор, Автоматски одговор,"
    "Автоматический ответ, Автоответ, Автоматична відповідь, Аўтаматычны адказ,"
    "Автоматты жауап, Αυτόματη απάντηση, Εκτός γραφείου, Otomatik yanıt, Otomatik cevap,"
    "Ofis dışında, Automaatvastus, Automaatne vastus, Automātiska atbilde, Automātiskā atbilde,"
    "Automatinis atsakymas, Automatinis atsakas, Resposta automàtica, Erantzun automatikoa,"
    "Përgjigje automatike, מענה אוטומטי, תשובה אוטומטית, רד אוטומטי, رد تلقائي, الرد التلقائي,"
    "پاسخ خودکار, स्वचालित उत्तर, स्वत: उत्तर, การตอบกลับอัตโนมัติ, ตอบกลับอัตโนมัติ,"
    "Trả lời tự động, Thư trả lời tự động, Balasan otomatis, Balasan automatik, Jawapan automatik,"
    "Awtomatikong tugon, 自動応答, 自動返信, 不在通知, 自动答复, 自动回复, 自動回覆, 自動回復,"
    "外出, 자동 회신, 자동 응답, 부재 중"
)


def _fold(text: str) -> str:
    """Fold case, accents, width and spaces, so that spellings of one text are equal."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(kept.split())


_PHRASES = {_fold(phrase) for phrase in PHRASES.split(",")}


def is_automatic_subject(subject: str, own: str, *, reference: str) -> bool:
    """Return True if a mail system put its words for an automatic reply before the own subject.

    own: the ticket's subject. reference: the ticket's, which our emails carry in brackets.
    """
    tag = _fold(f"[{reference}]")
    text, core = _fold(subject), _get_core(_fold(own), tag)
    if _get_core(text, tag) == core:
        return False
    rest = _cut_phrase(text)
    return bool(rest) and (tag in rest or _get_core(rest, tag) == core)


def has_automatic_phrase(subject: str) -> bool:
    """Return True if a subject begins with such words. By itself that proves nothing."""
    return bool(_cut_phrase(_fold(subject)))


def _cut_phrase(text: str) -> str:
    """Return what follows a phrase with a colon or in brackets, or "" without a phrase."""
    bracketed = re.match(r"[\[(<]([^\])>]{1,100})[\])>]\s*:?", text)
    named = bracketed or re.match(r"([^:]{1,100}):", text)
    return text[named.end() :].strip() if named and named[1].strip() in _PHRASES else ""


def _get_core(text: str, tag: str) -> str:
    """Return a folded subject without the ticket's reference and prefixes of replies."""
    text = " ".join(text.replace(tag, " ").split())
    return strip_reply_prefixes(text)[:MAX_COMPARED_CHARS]
