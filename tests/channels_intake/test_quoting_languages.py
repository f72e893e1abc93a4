"""Replies from mail programs in many languages: their quoted block and their introduction."""

import pytest

from channels_intake.mime.quoting import split_quoted
from tests.effort import run_within

NEW = "Version 7.10 has it too.\n\n"
OLD = "\nHello,\nwhich version is it?\n"

BLOCKS = {
    "Arabic": "من: R <s@r.example>\nتم الإرسال: الخميس، 26 نوفمبر\nإلى: Ann\nالموضوع: x\n",
    "Bulgarian": "От: R <s@r.example>\nИзпратено: четвъртък\nДо: Ann\nОтносно: x\n",
    "Catalan": "De: R <s@r.example>\nEnviat: dijous\nPer a: Ann\nTema: x\n",
    "Chinese, simplified": "发件人： R <s@r.example>\n发送时间： 26日\n收件人： A\n主题： x\n",
    "Chinese, traditional": "寄件者: R <s@r.example>\n寄件日期: 26日\n收件者: A\n主旨: x\n",
    "Croatian": "Šalje: R <s@r.example>\nPoslano: četvrtak\nPrima: Ann\nPredmet: x\n",
    "Czech": "Od: R\nOdesláno: pátek 27. listopadu\nKomu: Ann\nKopie: Bob\nPředmět: x\n",
    "Danish": "Fra: R <s@r.example>\nDato: fredag\nTil: Ann\nEmne: x\n",
    "Dutch": "Van: R <s@r.example>\nVerzonden: vrijdag\nAan: Ann\nCC: Bob\nOnderwerp: x\n",
    "English with attachments": "From: R\nSent: Friday\nTo: A\nAttachments: a\nSubject: x\n",
    "Estonian": "Saatja: R <s@r.example>\nSaadetud: reede\nAdressaat: Ann\nTeema: x\n",
    "Finnish": "Lähettäjä: R\nLähetetty: perjantai\nVastaanottaja: Ann\nAihe: x\n",
    "French": "De : R <s@r.example>\nDate : vendredi\nÀ : Ann\nCc : Bob\nObjet : x\n",
    "German": "Von: R <s@r.example>\nDatum: Freitag\nAn: Ann\nBetreff: x\n",
    "Greek": "Από: R <s@r.example>\nΣτάλθηκε: Παρασκευή\nΠρος: Ann\nΘέμα: x\n",
    "Hebrew": "מאת: R <s@r.example>\nנשלח: יום שישי\nאל: Ann\nנושא: x\n",
    "Hindi": "प्रेषक: R <s@r.example>\nभेजा गया: शुक्रवार\nप्रति: Ann\nविषय: x\n",
    "Hungarian": "Feladó: R <s@r.example>\nElküldve: péntek\nCímzett: Ann\nTárgy: x\n",
    "Indonesian": "Dari: R <s@r.example>\nDikirim: Jumat\nKepada: Ann\nSubjek: x\n",
    "Italian": "Da: R <s@r.example>\nInviato: venerdì\nA: Ann\nOggetto: x\n",
    "Japanese, full width": "差出人： R <s@r.example>\n日時： 27日\n宛先： Ann\n件名： x\n",
    "Korean": "보낸사람: R <s@r.example>\n날짜: 2026년 11월\n받는사람: Ann\n제목: x\n",
    "Latvian": "No: R <s@r.example>\nNosūtīts: piektdien\nKam: Ann\nTēma: x\n",
    "Lithuanian": "Nuo: R <s@r.example>\nIšsiųsta: penktadienis\nKam: Ann\nTema: x\n",
    "Norwegian": "Fra: R <s@r.example>\nSendt: fredag\nTil: Ann\nEmne: x\n",
    "Persian": "از: R <s@r.example>\nتاریخ: جمعه\nبه: Ann\nموضوع: x\n",
    "Polish": "Od: R <s@r.example>\nData: piątek\nDo: Ann\nTemat: x\n",
    "Portuguese of Brazil": "De: R <s@r.example>\nEnviado em: sexta\nPara: Ann\nAssunto: x\n",
    "Portuguese": "De: R <s@r.example>\nEnviada: sexta-feira\nPara: Ann\nCc: B\nAssunto: x\n",
    "Romanian": "De la: R <s@r.example>\nTrimis: vineri\nCătre: Ann\nSubiect: x\n",
    "Russian": "От кого: R <s@r.example>\nДата: пятница\nКому: Ann\nТема: x\n",
    "Serbian": "Од: R <s@r.example>\nПослато: петак\nЗа: Ann\nНаслов: x\n",
    "Slovak": "Od: R <s@r.example>\nOdoslané: piatok\nKomu: Ann\nPredmet: x\n",
    "Slovenian": "Od: R <s@r.example>\nPoslano: petek\nZa: Ann\nZadeva: x\n",
    "Spanish": "De: R <s@r.example>\nEnviado el: viernes\nPara: Ann\nAsunto: x\n",
    "Swedish": "Från: R <s@r.example>\nSkickat: den 27 november\nTill: Ann\nÄmne: x\n",
    "Thai": "จาก: R <s@r.example>\nส่ง: วันศุกร์\nถึง: Ann\nเรื่อง: x\n",
    "Turkish": "Kimden: R <s@r.example>\nGönderildi: cuma\nKime: Ann\nKonu: x\n",
    "Ukrainian": "Від: R <s@r.example>\nНадіслано: п'ятниця\nКому: Ann\nТема: x\n",
    "Vietnamese": "Từ: R <s@r.example>\nĐã gửi: thứ sáu\nĐến: Ann\nChủ đề: x\n",
    "bold": "**De:** R <s@r.example>\n**Enviada em:** sexta\n**Para:** Ann\n**Assunto:** x\n",
    "decomposed letters": "Fra\u030an: R\nSkickat: fredag\nTill: Ann\nA\u0308mne: x\n",
}


@pytest.mark.parametrize("rule", ["", "________________________________\n"])
@pytest.mark.parametrize("name", BLOCKS)
def test_the_block_of_outlook_starts_the_quoted_mail(name, rule):
    quoted = rule + BLOCKS[name] + OLD
    assert split_quoted(NEW + quoted) == (NEW, quoted)


INTROS = {
    "Arabic": "في الجمعة، 27 نوفمبر 2026 في 11:30 ص كتب ‪R‬‏ <‪s@r.example‬‏>:‬",
    "Bulgarian": "На пт, 27.11.2026 г. в 11:30 ч. R <s@r.example> написа:",
    "Catalan": "El dv., 27 de nov. 2026, 11:30, R <s@r.example> va escriure:",
    "Chinese, simplified": "R <s@r.example> 于2026年11月27日周五 11:30写道：",
    "Chinese, simplified, Apple": "在 2026年11月27日，11:30，R <s@r.example> 写道：",
    "Chinese, traditional": "R <s@r.example> 於 2026年11月27日 週五 上午11:30寫道：",
    "Croatian": "pet, 27. stu 2026. u 11:30 R <s@r.example> napisao je:",
    "Czech": "pá 27. 11. 2026 v 11:30 odesílatel R <s@r.example> napsal:",
    "Danish": "Den fre. 27. nov. 2026 kl. 11.30 skrev R <s@r.example>:",
    "Dutch": "Op vr 27 nov 2026 om 11:30 schreef R <s@r.example>:",
    "Estonian": "Kontakt R (<s@r.example>) kirjutas kuupäeval R, 27. november 2026 kell 11:30:",
    "Finnish": "pe 27. marrask. 2026 klo 11.30 R (s@r.example) kirjoitti:",
    "German": "R <s@r.example> schrieb am Fr. 27. Nov. 2026 um 11:30:",
    "Greek": "Στις Παρ 27 Νοε 2026 στις 11:30 π.μ., ο χρήστης R <s@r.example> έγραψε:",
    "Hebrew": "‫בתאריך יום ו׳, 27 בנוב׳ 2026 ב-11:30 מאת ‪R‬‏ <‪s@r.example‬‏>:‬",
    "Hindi": "शुक्र, 27 नव॰ 2026 को 11:30 am बजे को R <s@r.example> ने लिखा:",
    "Hungarian": "R <s@r.example> ezt írta (időpont: 2026. nov. 27., P, 11:30):",
    "Indonesian": "Pada Jum, 27 Nov 2026 pukul 11.30 R <s@r.example> menulis:",
    "Italian": "Il giorno ven 27 nov 2026 alle ore 11:30 R <s@r.example> ha scritto:",
    "Japanese": "2026年11月27日(金) 11:30 R <s@r.example>:",
    "Japanese, Apple": "2026/11/27 11:30、R <s@r.example>のメール:",
    "Korean": "2026년 11월 27일 (금) 오전 11:30, R <s@r.example>님이 작성:",
    "Latvian": "piektd., 2026. g. 27. nov., plkst. 11:30 — R (<s@r.example>) rakstīja:",
    "Lithuanian": "2026-11-27, pn, 11:30 R <s@r.example> rašė:",
    "Norwegian": "fre. 27. nov. 2026 kl. 11:30 skrev R <s@r.example>:",
    "Persian": "در تاریخ جمعه ۲۷ نوامبر 2026 ساعت 11:30 R <s@r.example> نوشت:",
    "Polish": "pt., 27 lis 2026 o 11:30 R <s@r.example> napisał(a):",
    "Polish, Thunderbird": "W dniu 27.11.2026 o 11:30, R <s@r.example> pisze:",
    "Portuguese": "R <s@r.example> escreveu (sexta, 27/11/2026 à(s) 11:30):",
    "Portuguese, Gmail": "Em sex., 27 de nov. de 2026 às 11:30, R <s@r.example> escreveu:",
    "Romanian": "În vin., 27 nov. 2026 la 11:30, R <s@r.example> a scris:",
    "Russian": "пт, 27 нояб. 2026 г. в 11:30, R <s@r.example>:",
    "Russian, Mail.ru": "Пятница, 27 ноября 2026, 11:30 +03:00 от R <s@r.example>:",
    "Russian, Apple": "27 нояб. 2026 г., в 11:30, R <s@r.example> написал(а):",
    "Serbian": "пет, 27. нов 2026. у 11:30 R <s@r.example> је написао/ла:",
    "Slovak": "pi 27. 11. 2026 o 11:30 R <s@r.example> napísal(a):",
    "Slovenian": "V pet., 27. nov. 2026 ob 11:30 je oseba R <s@r.example> napisala:",
    "Spanish": "El vie, 27 nov 2026 a las 11:30, R (<s@r.example>) escribió:",
    "Swedish": "Den fre 27 nov. 2026 kl 11:30 skrev R <s@r.example>:",
    "Thai": "ในวันที่ ศ. 27 พ.ย. 2026 เวลา 11:30 R <s@r.example> เขียนว่า:",
    "Turkish": "R <s@r.example>, 27 Kas 2026 Cum, 11:30 tarihinde şunu yazdı:",
    "Ukrainian": "пт, 27 лист. 2026 р. о 11:30 R <s@r.example> пише:",
    "Vietnamese": "Vào Th 6, 27 thg 11, 2026 vào lúc 11:30 R <s@r.example> đã viết:",
}


@pytest.mark.parametrize("mark", ["> ", ""])
@pytest.mark.parametrize("name", INTROS)
def test_the_introduction_starts_the_quoted_mail(name, mark):
    quoted = f"{INTROS[name]}\n\n{mark}Hello,\n{mark}which version is it?\n"
    assert split_quoted(NEW + quoted) == (NEW, quoted)


@pytest.mark.parametrize("name", INTROS)
def test_an_introduction_in_two_lines_is_found(name):
    first, space, rest = INTROS[name].rpartition(" <")
    if not any(char.isdigit() for char in first):
        first, space, rest = INTROS[name].rpartition(" ")
    quoted = f"{first}\n{space.strip()}{rest}\n> Which version is it?\n"
    assert split_quoted(NEW + quoted) == (NEW, quoted)


KEPT_WHOLE = {
    "a form": "De: Recife\nPara: Manaus\nPeso: 5 kg\n\nO frete não calcula.\n",
    "labels of a log": "Data: 27/11/2026\nOd: node-1\nstatus: down\n\nCo robić?\n",
    "a sentence with a verb": "Wczoraj o 10:00 serwer napisał:\nbłąd 42\n\nCo robić?\n",
    "a colleague's words": "27.11. 10:00 Bob пишет:\nсервер стоит\nи всё.\n",
    "answer below": "pt., 27 lis 2026 o 11:30 R <s@r.example> napisał(a):\n> Wersja?\n\n7.10\n",
    "a list": "Od: 10:00\nDo: 12:00\nTemat: przerwa\n\nPotwierdzam.\n",
}


@pytest.mark.parametrize("name", KEPT_WHOLE)
def test_words_that_only_look_alike_stay_in_the_reply(name):
    assert split_quoted(NEW + KEPT_WHOLE[name]) == (NEW + KEPT_WHOLE[name], "")


FORWARDS = [
    "---------- Forwarded message ---------", "Begin forwarded message:",
    "---------- Mensagem encaminhada ---------", "-------- Weitergeleitete Nachricht --------",
    "Début du message transféré :", "-------- Пересылаемое сообщение --------",
]  # fmt: skip


@pytest.mark.parametrize("forward", FORWARDS)
def test_a_forwarded_mail_is_new_text(forward):
    text = f"{NEW}{forward}\nDe: R <s@r.example>\nDate: Fri\nSubject: x\nTo: Ann\n{OLD}"
    assert split_quoted(text) == (text, "")


SEPARATORS = [
    "-----Mensagem Original-----", "----- Oprindelig meddelelse -----", "-----Původní zpráva-----",
    "-----Wiadomość oryginalna-----", "-----Исходное сообщение-----", "-----元のメッセージ-----",
    "-----邮件原件-----", "-----원본 메시지-----", "-----הודעה מקורית-----",
    "-----Özgün İleti-----",
    "-----Eredeti üzenet-----", "-----Alkuperäinen viesti-----", "-----Messaggio originale-----",
]  # fmt: skip


@pytest.mark.parametrize("separator", SEPARATORS)
def test_the_separator_starts_the_quoted_mail(separator):
    quoted = f"{separator}\n{OLD}"
    assert split_quoted(NEW + quoted) == (NEW, quoted)


HOSTILE = {
    "verbs": ("\n11:30 a@b 2026 " + "skrev " * 60 + ":\n") * 2_000,
    "closing words": ("\n11:30 a@b 2026" + " ezt írta (időpont" * 20 + ":\n") * 2_000,
    "paragraphs": "\n11:30 a@b 2026:\n" * 20_000,
    "labels": "De: x\nData: y\n" * 50_000,
    "spaces in labels": ("De" + " " * 390 + "x\n") * 10_000,
    "invisible": "\u200f" * 500_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_split_in_linear_time(name):
    new, quoted = run_within(400, split_quoted, HOSTILE[name])
    assert new + quoted == HOSTILE[name]
