"""What the sender of a message wrote: without the message that is answered, and without the signature.

Doubt decides for keeping: what follows a mark of forwarding stays, and so does everything where nothing else is left.
"""

from __future__ import annotations

import re

_ATTRIBUTION_LINES = 3
"""Lines of "On … wrote:" at most; a judgement."""
_ATTRIBUTION_CHARACTERS = 300
"""Characters of it at most; a judgement."""
_SIGNATURE_LINES = 20
"""Lines of a signature at most; a judgement. Below a longer one stands more than a signature."""
_SIGNATURE_CHARACTERS = 1_500
"""Characters of a signature at most; a judgement."""
_HEADER_LINES = 6
"""Lines in which the header of an answered message names sender, day and receiver; a judgement."""
_ATTRIBUTION = re.compile(
    r"On\b.*\bwrote\s?:|Vào\b.*\bđã viết\s?:|Le\b.*\ba écrit\s?:|Am\b.*\bschrieb\b.*:|El\b.*\bescribió\s?:|"
    r"Em\b.*\bescreveu\s?:|Il\b.*\bha scritto\s?:|Op\b.*\bschreef\b.*:|Pada\b.*\bmenulis\s?:|"
    r".*\d.*\b(?:пишет|написала?)\s?:|.*\d.*写道\s?[:：]"
)
_ATTRIBUTION_BEGINS = re.compile(r"(?:On|Vào|Le|Am|El|Em|Il|Op|Pada)\b|.*\d")
_TELLS_WHO = re.compile(r"\S@\S|\d{1,2}[:h]\d\d")
"""An address or a time of day, which a sentence about something that was written seldom has."""
_ORIGINAL = re.compile(
    r"-{3,}\s*(?:Original (?:Message|Appointment)|Thư gốc|Tin nhắn gốc|Message d[’']origine|Message original|"
    r"Ursprüngliche Nachricht|Original-Nachricht|Mensaje original|Mensagem original|Messaggio originale|"
    r"Исходное сообщение)\s*-{3,}",
    re.I,
)
_FORWARDED = re.compile(
    r"-{3,}.*(?:forwarded|chuyển tiếp|transféré|weitergeleitet|reenviado|encaminhada|inoltrato|пересыла).*|"
    r"(?:Begin forwarded message|Bắt đầu thư chuyển tiếp|Début du message (?:transféré|réexpédié)|"
    r"Anfang der weitergeleiteten Nachricht)\s?:",
    re.I,
)
_FROM = re.compile(r"\**(?:From|Từ|Người gửi|De|Von|Da|Van|От)\**\s?:\**\s*\S")
_SENT = re.compile(
    r"\**(?:Sent|Date|Đã gửi|Ngày|Envoyé|Gesendet|Datum|Enviado(?: el)?|Fecha|Data|Inviato|Verzonden|Отправлено|Дата)"
    r"\**\s?:\**\s*\S"
)
_TO = re.compile(
    r"\**(?:To|Subject|Đến|Tới|Chủ đề|À|Objet|An|Betreff|Para|Asunto|Assunto|A|Oggetto|Aan|Кому|Тема)\**\s?:"
)
_SUBJECT = re.compile(r"\**(?:Subject|Chủ đề|Objet|Betreff|Asunto|Assunto|Oggetto|Onderwerp|Тема)\**\s?:")
"""What tells a header from lines about a journey: "From: Huế, To: Vinh, Date: 3 May"."""
_QUOTED = re.compile(r" ?>(?!From )")


def own_words(text: str) -> str:
    """Return the lines that the sender wrote; all of `text`, in NFC, where nothing else is left."""
    lines = text.split("\n")
    kept: list[str] = []
    number = 0
    is_divided = False
    while number < len(lines):
        line = lines[number].rstrip()
        if _FORWARDED.fullmatch(line.strip()):
            kept += lines[number:]
            break
        if _ORIGINAL.fullmatch(line.strip()) or _is_header(lines, number):
            break
        attribution = _attribution_at(lines, number)
        if attribution:
            number += attribution
            if not _is_quoted_from(lines, number):
                break
        elif line == "--" and not is_divided and (signature := _signature_at(lines, number)):
            number += signature
        else:
            is_divided = is_divided or line == "--"
            if not _QUOTED.match(line):
                kept.append(line.removeprefix(">"))  # ">From " is how mailers write a line that begins so
            number += 1
    words = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return words if any(map(str.isalnum, words)) else text


def answers_another(text: str) -> bool:
    """Whether a line says that what follows was written by somebody else at another time."""
    lines = [line.removeprefix("> ") for line in text.split("\n")]
    return any(_attribution_at(lines, number) for number in range(len(lines)))


def _attribution_at(lines: list[str], number: int) -> int:
    """Return how many lines from `number` on say who wrote what follows, and when; 0 where none do."""
    if not _ATTRIBUTION_BEGINS.match(lines[number][:_ATTRIBUTION_CHARACTERS]):
        return 0
    for count in range(1, _ATTRIBUTION_LINES + 1):
        pieces = lines[number : number + count]
        joined = " ".join(piece.strip() for piece in pieces)
        if len(joined) > _ATTRIBUTION_CHARACTERS or not pieces[-1].strip():
            return 0
        if _ATTRIBUTION.fullmatch(joined) and any(map(str.isdigit, joined)):
            is_sure = _TELLS_WHO.search(joined) or _is_quoted_from(lines, number + count)
            return count if is_sure else 0
    return 0


def _is_quoted_from(lines: list[str], number: int) -> bool:
    following = next((line for line in lines[number : number + _ATTRIBUTION_LINES] if line.strip()), "")
    return _QUOTED.match(following) is not None


def _is_header(lines: list[str], number: int) -> bool:
    """Whether the header of the answered message begins here, as Outlook writes it."""
    if not _FROM.match(lines[number]):
        return False
    following = [line.strip() for line in lines[number + 1 : number + _HEADER_LINES]]
    if not any(map(_SENT.match, following)) or not any(map(_TO.match, following)):
        return False
    return "@" in lines[number] or any("@" in line or _SUBJECT.match(line) for line in following)


def _signature_at(lines: list[str], number: int) -> int:
    """Return how many lines the signature has, with the mark above it; 0 where too much stands below the mark.

    Where another mark follows, both are lines between parts of the message.
    """
    count = 1
    while number + count < len(lines) and count <= _SIGNATURE_LINES and not _QUOTED.match(lines[number + count]):
        if _attribution_at(lines, number + count) or _is_header(lines, number + count):
            break
        if lines[number + count].rstrip() == "--":
            return 0
        count += 1
    signature = lines[number : number + count]
    is_short = count <= _SIGNATURE_LINES and sum(map(len, signature)) <= _SIGNATURE_CHARACTERS
    return count if is_short else 0
