"""What mail programs write above the mail that a reply quotes, in their languages.

Outlook, Gmail, Apple Mail, Thunderbird and Yahoo, as data: the labels of the header block, the
attribution ("On …, … wrote:") and the separator line. Compare by `normalize_label`.
"""

import re
import unicodedata

# Language: labels of From, of Sent or Date, and of To or Subject
_LABELS: dict[str, tuple[str, str, str]] = {
    "en": ("From", "Sent|Date|Sent at|Date sent", "To|Subject"),
    "af": ("Van", "Gestuur|Datum", "Aan|Onderwerp"),
    "ar": ("من", "تم الإرسال|تاريخ الإرسال|التاريخ|أرسلت|أُرسلت", "إلى|الموضوع"),
    "az": ("Kimdən", "Göndərildi|Göndərilib|Tarix", "Kimə|Mövzu"),
    "be": ("Ад|Ад каго", "Адпраўлена|Дата", "Каму|Тэма"),
    "bg": ("От", "Изпратено|Изпратен|Дата", "До|Относно|Тема"),
    "ca": ("De", "Enviat|Enviat el|Data|Enviat a", "Per a|A|Assumpte|Tema"),
    "cs": ("Od", "Odesláno|Datum|Posláno", "Komu|Předmět|Pro"),
    "cy": ("Oddi wrth", "Anfonwyd|Dyddiad", "At|Pwnc"),
    "da": ("Fra", "Sendt|Dato", "Til|Emne"),
    "de": ("Von", "Gesendet|Datum|Gesendet am", "An|Betreff"),
    "el": ("Από", "Στάλθηκε|Αποστολή|Ημερομηνία|Εστάλη", "Προς|Θέμα"),
    "es": ("De", "Enviado|Enviados|Enviado el|Enviada el|Fecha|Enviado a las", "Para|A|Asunto"),
    "et": ("Saatja|Kellelt", "Saadetud|Kuupäev|Saatmisaeg", "Saaja|Adressaat|Kellele|Teema"),
    "eu": ("Nork|Bidaltzailea|Igorlea", "Bidalia|Bidaltze-data|Data", "Nori|Hartzailea|Gaia"),
    "fa": ("از", "ارسال شده|ارسال‌شده|تاریخ|فرستاده شده", "به|موضوع"),
    "fi": ("Lähettäjä", "Lähetetty|Päivämäärä|Päiväys", "Vastaanottaja|Aihe|Kenelle"),
    "fr": ("De|Expéditeur", "Envoyé|Date|Envoyé le|Envoye", "À|A|Pour|Objet|Sujet|Destinataire"),
    "gl": ("De", "Enviado|Data", "Para|Asunto"),
    "he": ("מאת", "נשלח|תאריך|נשלח בתאריך", "אל|נושא|לכבוד"),
    "hi": ("प्रेषक|से|द्वारा", "भेजा गया|भेजी गई|दिनांक|भेजा", "प्रति|को|विषय|प्राप्तकर्ता"),
    "hr": ("Od|Šalje|Pošiljatelj", "Poslano|Datum|Poslato", "Za|Prima|Primatelj|Predmet"),
    "hu": ("Feladó|Küldő", "Elküldve|Dátum|Küldve|Küldés dátuma", "Címzett|Tárgy"),
    "id": ("Dari|Pengirim", "Dikirim|Terkirim|Tanggal|Date", "Kepada|Ke|Untuk|Subjek|Perihal"),
    "is": ("Frá", "Sent|Dagsetning", "Til|Efni"),
    "it": ("Da", "Inviato|Data|Inviata|Inviato il", "A|Oggetto"),
    "ja": ("差出人|送信者|送信元|From", "送信日時|日付|日時|送信日", "宛先|送信先|件名"),
    "ka": ("გამომგზავნი|ვისგან", "გაგზავნილია|გაიგზავნა|თარიღი", "ადრესატი|ვის|თემა"),
    "kk": ("Кімнен", "Жіберілді|Жіберілген|Күні", "Кімге|Тақырып|Тақырыбы"),
    "ko": ("보낸 사람|보낸사람|보낸이|발신", "보낸 날짜|보낸날짜|날짜|보낸 시간|발신 시간",
           "받는 사람|받는사람|받는이|수신|제목"),
    "lt": ("Nuo|Siuntėjas", "Išsiųsta|Data|Siųsta", "Kam|Iki|Gavėjas|Tema"),
    "lv": ("No|Sūtītājs", "Nosūtīts|Datums|Nosūtīta", "Kam|Adresāts|Temats|Tēma|Priekšmets"),
    "mk": ("Од", "Испратено|Датум", "До|Тема|Предмет"),
    "ms": ("Daripada|Dari", "Dihantar|Tarikh|Dihantar pada", "Kepada|Subjek|Perkara"),
    "nb": ("Fra", "Sendt|Dato", "Til|Emne"),
    "nl": ("Van", "Verzonden|Datum|Verstuurd", "Aan|Onderwerp"),
    "pl": ("Od|Nadawca", "Wysłano|Wysłane|Data|Data wysłania", "Do|Adresat|Temat"),
    "pt": ("De", "Enviada em|Enviado em|Enviada|Enviado|Enviadas|Data|Enviada a|Enviado a",
           "Para|Assunto"),
    "ro": ("De la|Expeditor", "Trimis|Data|Dată|Dată trimitere", "Către|Catre|Subiect"),
    "ru": ("От|От кого|Отправитель", "Отправлено|Дата|Отправлен|Отправлено в",
           "Кому|Получатель|Тема"),
    "sk": ("Od|Odosielateľ", "Odoslané|Dátum|Poslané", "Komu|Pre|Adresát|Predmet"),
    "sl": ("Od|Pošiljatelj", "Poslano|Datum|Poslana", "Za|Zadeva|Prejemnik"),
    "sq": ("Nga", "Dërguar|Data|Dërguar më", "Për|Tek|Subjekti|Tema|Lënda"),
    "sr": ("Od|Од|Пошиљалац|Šalje", "Poslato|Послато|Датум|Datum|Poslato dana",
           "Za|За|Kome|Коме|Naslov|Наслов|Tema|Тема|Predmet"),
    "sv": ("Från", "Skickat|Datum|Skickades", "Till|Ämne"),
    "th": ("จาก", "ส่ง|วันที่|ส่งเมื่อ|วันที่ส่ง", "ถึง|เรื่อง|ชื่อเรื่อง|หัวเรื่อง"),
    "tr": ("Kimden|Gönderen", "Gönderildi|Gönderme Tarihi|Tarih|Gönderilme zamanı|Gönderim",
           "Kime|Alıcı|Konu"),
    "uk": ("Від|Від кого|Відправник", "Надіслано|Відправлено|Дата|Надіслана", "Кому|Тема"),
    "vi": ("Từ|Người gửi", "Đã gửi|Ngày|Gửi|Đã Gửi|Ngày gửi|Gửi lúc",
           "Đến|Tới|Cho|Người nhận|Chủ đề|Tiêu đề"),
    "zh-hans": ("发件人|寄件人|发送人|发自", "发送时间|日期|时间|发送日期|已发送",
                "收件人|发送至|主题"),
    "zh-hant": ("寄件者|寄件人|發件人", "寄件日期|傳送時間|日期|寄件時間|傳送日期|已傳送|發送時間",
                "收件者|收件人|主旨|主題"),
}  # fmt: skip

# Attributions whose first word is known: (language, how they begin, the rest up to the colon)
_LED_INTROS = [
    ("en", "on", r".{5,} wrote"),
    ("de", "am", r".{5,} (?:schrieb\b.*|hat .{2,} geschrieben)"),
    ("fr", "le", r".{5,} a [ée]crit"),
    ("es", "el", r".{5,} escribi[óo]"),
    ("pt", "em|a|no dia|às", r".{5,} escreveu"),
    ("it", "il|in data", r".{5,} ha scritto"),
    ("nl", "op", r".{5,} (?:schreef\b.*|heeft .{2,} geschreven)"),
    ("da, nb, sv", r"den|på|d\.|kl\.?", r".{5,} (?:skrev|skreiv)\b.*"),
    ("ca", "el|el dia", r".{5,} (?:va escriure|ha escrit|escrigué)"),
    ("cs, sk", "dne|dňa|d[ňn]a", r".{5,} (?:napsal|napísal|nap[ií]sal)(?:[/(]?a\)?)?"),
    ("pl", "wiadomość napisana przez", r".{5,} w dniu .{5,}"),
    ("ca", "missatge de", r".{5,} del dia .{5,}"),
    ("pl", "w dniu|dnia", r".{5,} (?:napisał|pisze|napisal)(?:[/(]?[ao]\(?[ao]?\)?)?"),
    ("sl, hr, sr", "dana|dne|u|v|дана", r".{5,} (?:je napisa\w+|napisa\w+ je|је написа\w+)\b.*"),
    ("ro", r"pe|în data de|în|la", r".{5,} a scris"),
    ("tr", "tarihinde", r".{5,} yazd[ıi]"),
    ("el", "στις|την|τη|το", r".{5,} έγραψε"),
    ("he", "בתאריך|ב-|‫בתאריך", r".{5,}(?:מאת.{3,}|כתבה?)"),
    ("ar", "في|بتاريخ", r".{5,} (?:كتب|كتبت).*"),
    ("fa", "در|در تاریخ", r".{5,} نوشت(?:ه است)?"),
    ("th", "ในวันที่|เมื่อ|เมื่อวันที่", r".{5,} ?(?:เขียนว่า|เขียน|ได้เขียน)"),
    ("vi", "vào|vào lúc|ngày|lúc", r".{5,} (?:đã )?viết"),
    ("id, ms", "pada", r".{5,} menulis.*"),
    ("zh", "于|在|於", r".{5,} ?(?:写道|寫道|写到|撰写|撰寫)"),
    ("hu", "ekkor", r".{5,} (?:ezt )?írta"),
]

# Attributions that begin with the date or the name: the words before the colon
_CLOSING_WORDS = {
    "af": r"\bhet .{0,40}geskryf|\bskryf",
    "az": r"yazıb|yazdı",
    "be": r"піша|напісаў(?:ла)?",
    "cy": r"ysgrifennodd",
    "gl": r"\bescribiu",
    "is": r"skrifaði",
    "ka": r"დაწერა|წერს|წერდა",
    "kk": r"жазды|деп жазды",
    "mk": r"напиша",
    "ar": r"كتبت?",
    "bg": r"написаа?|пише",
    "ca": r"va escriure|ha escrit|escrigué",
    "bs, hr, sr, sl": r"je napisa\w+|napisa\w+ je|је написа\w+|написа\w+ је|piše",
    "cs, sk": r"(?:napsal|napísal)(?:[/(]?a\)?)?|píše",
    "da, nb, sv": r"skrev(?: følgende| följande)?|skreiv",
    "de": r"schrieb(?: am .{5,40})?|hat (?:am .{5,40} )?geschrieben",
    "el": r"έγραψε",
    "en": r"\bwrote(?: on .{5,60})?|\bwrites",
    "es": r"\bescribi[óo]",
    "et": r"kirjutas(?: järgmist| kuupäeval .{5,60})?",
    "eu": r"(?:hau )?idatzi (?:du|zuen)|igorleak hau idatzi du",
    "fi": r"kirjoitti(?: viestissään.{0,60})?",
    "fr": r"\ba [ée]crit",
    "he": r"כתבה?",
    "hi": r"ने लिखा|लिखा",
    "hu": r"(?:ezt |a következőt |az alábbit )?írta(?: \(időpont.{0,60}\))?",
    "ja": r"(?:さん)?(?:が|は)?(?:書きました|次のように書きました)|のメッセージ|のメール",
    "ko": r"(?:님이|이|가)?\s?(?:작성|작성함|작성했습니다|썼습니다|다음과 같이 작성|쓴 글)",
    "it": r"\bha scritto",
    "lt": r"(?:parašė|rašė)",
    "lv": r"(?:uz)?rakstīja",
    "pl": r"(?:napisał|napisal)(?:[/(]?[ao]\(?[ao]?\)?)?|pisze",
    "nl": r"schreef|heeft geschreven",
    "pt": r"escreveu",
    "ro": r"\ba scris",
    "ru": r"пишет|написала?|написал\(а\)|писал[аи]?",
    "sq": r"shkroi|ka shkruar",
    "tr": r"(?:şunu |şunları |tarihinde )?yazd[ıi]",
    "uk": r"пише|написала?|написав(?:ла|\(ла\))?|писав",
    "vi": r"(?:đã )?viết",
    "zh": r"写道|寫道|写到|撰写|撰寫",
}

_SEPARATOR_WORDS = (
    r"original[- ](?:message|mail|e-mail|appointment|nachricht)|reply message|mail original"
    r"|urspr[üu]ngliche (?:nachricht|mail|e-mail)|originalnachricht"
    r"|message d['’]origine|message original|message initial|mensaje original|missatge original"
    r"|mensagem original|messaggio originale|messaggio original|oorspronkelijk bericht"
    r"|oprindelig (?:meddelelse|besked)|original meddelelse|opprinnelig (?:melding|e-post)"
    r"|ursprungligt meddelande|originalmeddelande|alkuperäinen viesti|alkuperäinen sähköposti"
    r"|(?:wiadomość|wiadomosc) oryginalna|oryginalna wiadomość|původní (?:zpráva|e-mail)"
    r"|pôvodná správa|izvirno sporočilo|izvorna poruka|originalna poruka|оригинална порука"
    r"|eredeti üzenet|mesaj(?:ul)? original|оригинално (?:съобщение|писмо)"
    r"|(?:исходное|оригинальное|первоначальное) сообщение"
    r"|(?:вихідне|оригінальне|початкове) повідомлення|αρχικό μήνυμα"
    r"|özgün ileti|orijinal (?:mesaj|ileti)|algne (?:kiri|sõnum)|sākotnējais ziņojums"
    r"|originalus laiškas|pradinis pranešimas|הודעה מקורית|الرسالة الأصلية|رسالة أصلية|پیام اصلی"
    r"|元のメッセージ|原始邮件|邮件原件|原始郵件|原始訊息|原邮件|원본 (?:메시지|메일|이메일)"
    r"|ข้อความต้นฉบับ|ข้อความเดิม|th[ưu] gốc|tin nhắn gốc|pesan asli|mesej asal|मूल संदेश"
)

# Parts of words that mean "forwarded", and where the words stand alone, as Apple Mail writes them
_FORWARD_STEMS = (
    r"forward|weitergeleit|encaminhad|transf[ée]r|réexpédi|reenvi|inoltrat|doorgestuurd|przekazan"
    r"|p[řr]eposl|videresend|vidarebefordra|välitet|edasta|továbbít|redirec[țt]ionat|proslijeđen"
    r"|prosleđen|posredovan|pārsūtīt|persiųst|iletilen|yönlendiril|diteruskan|dimajukan|chuyển tiếp"
    r"|пересыл|переслан|переадрес|препратен|прослеђен|προωθ|הועבר|מועבר|إعادة توجيه"
    r"|معاد توجيه|بازارسال"
    r"|転送|转发|轉寄|轉發|전달|ส่งต่อ|अग्रेषित"
)
_FORWARD_WORDS = (
    r"(?:begin )?forwarded message|(?:anfang der )?weitergeleiteten? (?:nachricht|e-mail)"
    r"|início da mensagem (?:re)?encaminhada|mensagem (?:re)?encaminhada"
    r"|(?:début du )?message (?:transféré|réexpédié)|(?:inicio del )?mensaje reenviado"
    r"|(?:inizio )?messaggio inoltrato|(?:begin )?doorgestuurd bericht"
    r"|(?:początek )?przekaz(?:ana|ywanej) wiadomo(?:ść|ści)|(?:začátek )?přeposlan[áé] zpráv[ay]"
    r"|(?:start på )?videresendt (?:meddelelse|besked|melding)"
    r"|(?:vidarebefordrat|början på vidarebefordrat) (?:brev|meddelande)"
    r"|(?:начало )?(?:переадресованно|пересылаемо|пересланно)\w+ (?:сообщени|письм)\w+"
    r"|転送(?:された)?メッセージ|下面是被转发的邮件|开始转发的邮件|以下是轉寄的郵件|전달된 메시지"
    r"|iletilmiş ileti başlangıcı"
)


def normalize_label(text: str) -> str:
    """Return a label as the sets hold it: composed, case-folded, with single plain spaces."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _collect(column: int) -> frozenset[str]:
    labels = [label for row in _LABELS.values() for label in row[column].split("|")]
    return frozenset(normalize_label(label) for label in labels)


FROM_LABELS, DATE_LABELS, OTHER_LABELS = _collect(0), _collect(1), _collect(2)
TO_LABELS = frozenset(normalize_label(row[2].split("|")[0]) for row in _LABELS.values())

SEPARATOR = re.compile(rf"[-_]{{2,}}\s*(?:{_SEPARATOR_WORDS})\s*[-_]{{2,}}", re.IGNORECASE)
# What follows is the reason for the mail, not the history of a reply
FORWARD = re.compile(
    rf"[-=_*]{{2,}}[^-=_*]{{0,40}}(?:{_FORWARD_STEMS})[^-=_*]{{0,40}}[-=_*]{{2,}}"
    rf"|(?:{_FORWARD_WORDS})\s?[:：]",
    re.IGNORECASE,
)
# What other help desks write above the history
OTHER_MARKER = re.compile(
    r"[-#*=\s]*(?:please )?(?:(?:type|write|enter|add) )?(?:your )?(?:reply|response|answer)"
    r" (?:to this e?-?mail )?above this line[^a-z]*",
    re.IGNORECASE,
)

_STARTS = "|".join(rf"(?:{start})" for _, start, _ in _LED_INTROS)
# "in-data", then an address: what old Gmail and Japanese Gmail write has no verb
_DATE_AND_ADDRESS = r"\d{4}(?:-\d{1,2}-\d{1,2}|[年/.]\s?\d{1,2}[月/.]).{3,}<[^<>\s@]+@[^<>\s@]+>"
_LED = "|".join(rf"(?:{start})(?:\s|(?=\d)){rest}" for _, start, rest in _LED_INTROS)
INTRO_START = re.compile(rf"(?:{_STARTS})(?:\s\S|\d)|\d{{4}}[-年/.]", re.IGNORECASE)
INTRO = re.compile(
    rf"(?:{_LED}|.{{3,}} wrote on .{{5,}}|.{{3,}} schrieb am .{{5,}}|{_DATE_AND_ADDRESS})\s*[:：]",
    re.IGNORECASE,
)
_CLOSED = "|".join(rf"(?:{words})" for words in _CLOSING_WORDS.values())
_SUFFIX = r"(?:[/(]\w{1,4}\)?)?(?:\s\(.{0,80}\))?"  # написао/ла, escreveu (27/11/2026)
_DATE_BEHIND = (
    r"(?:\s[^:：]{0,24}\d{1,4}[-./年 ][^<>@]{2,40}\d)?"  # "kirjoitti 20.11.2026 klo 11.30"
)
# Searched at the end of a line that has an address or a year
CLOSED_INTRO = re.compile(rf"(?<!^)(?:{_CLOSED}){_SUFFIX}{_DATE_BEHIND}\s*[:：]$", re.IGNORECASE)
YEAR_OR_ADDRESS = re.compile(r"\d{4}|\d[./-]\s?\d{1,2}[./-]\s?\d{2}|[^\s<>@]@[^\s<>@]")
# A date with its year, a time, and an address directly before the colon: in any language
SENDER_AT_END = re.compile(r"<[^<>\s@]{1,100}@[^<>\s@]{1,150}>\s*[:：]$")
# The date may follow the address: Apple Mail in Polish, Gmail in Catalan
SENDER_THEN_TIME = re.compile(r"<[^<>\s@]{1,100}@[^<>\s@]{1,150}>.{0,60}\d[:.]\d{2}.{0,6}[:：]$")
SENDER_NEAR_END = re.compile(r"[^<>\s@]{1,100}@[^<>\s@]{1,150}.{0,30}[:：]$")
# Tuta and Rambler: nothing but the date and the sender, who may be only an address
DATE_AND_SENDER = re.compile(
    r".{4,24}\d[:.]\d{2}(?:[:.]\d{2})?(?:\s[ap]\.?m\.?)?\s\S{1,6}\s[^<>\s@]+@[^<>\s@]+[:：]"
    r"|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.{0,12}\d[:.]\d{2}.{0,120}<[^<>\s@]+@[^<>\s@]+>",
    re.IGNORECASE,
)
YEAR_AND_TIME = re.compile(r"(?=.*\d{4}).*\d[:.]\d{2}")
# What Horde writes, without a date
QUOTING = re.compile(
    r"(?:quoting|zitat von|citando(?: a)?|citeren|cytowanie|cituji|citerar|citat fr[åa]|lainaus"
    r"|цитирование|цитат|citation de|alıntı|idézet)\s.{0,200}@.{1,200}[:：]",
    re.IGNORECASE,
)
# What Yahoo writes for Android: the earlier mail follows on the same line
INTRO_IN_LINE = re.compile(rf"(?:{_LED})\s?[:：](?=\s{{2,}}\S)", re.IGNORECASE)
# What GroupWise writes
GROUPWISE = re.compile(r">>>\s.{2,200}\d[:.]\d{2}.{0,12}>>>")
