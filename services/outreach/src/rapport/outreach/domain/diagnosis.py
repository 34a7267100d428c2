"""Whose fault it is that a mail could not be delivered, told from what mail servers say.

A report quotes servers that quote other servers: ``5.1.0 - Unknown address error 550-['5.2.2 Mailbox full']``. The
innermost words come from whoever knows, so they are looked at first and decide if they can. Of one server's answer,
words count more than codes: codes are often given carelessly, words seldom are. In doubt it is not the address: one
that is suppressed wrongly is never written to again, one that is not is found out with the next mail.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

_MOST_SAID = 4_000
_MOST_ANSWERS = 8


class Cause(StrEnum):
    """Why a mail was not delivered."""

    ADDRESS = "address"
    """There is nobody at this address, or no mail server for its domain."""
    MAILBOX = "mailbox"
    """Somebody is there, but their mailbox is full, disabled or overrun."""
    SENDER = "sender"
    """The server does not like the sender, its server, or what the mail says."""
    PASSING = "passing"
    """Something that passes: the network, a name server, a server that asks for patience."""
    UNKNOWN = "unknown"
    """It cannot be told."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a report says of one recipient."""

    status: str | None
    """The enhanced status code (RFC 3463) that the report gives itself."""
    words: tuple[str, ...]
    """What it quotes, the most telling first."""
    step: "Step | None" = None
    """To which step of the dialogue it was the answer, if that is known."""


class Step(StrEnum):
    """A step of the dialogue with a mail server."""

    BEFORE_RECIPIENT = "before_recipient"
    """Greeting, login, sender: nothing was said of the recipient yet."""
    RECIPIENT = "recipient"
    TEXT = "text"
    """The recipient was accepted."""


def cause_of(evidence: Evidence) -> Cause:
    """Whose fault it is."""
    if evidence.step is Step.BEFORE_RECIPIENT:
        return Cause.SENDER
    for text in evidence.words:
        for answer in reversed(_answers(text)):
            cause = _cause_of_answer(answer, evidence)
            if cause is not Cause.UNKNOWN:
                return cause
    return _cause_of_code(evidence.status)


def status_code(text: str) -> str | None:
    """The first enhanced status code in a text: ``5.1.1``."""
    found = _STATUS.search(text)
    return found[0] if found else None


def step_of(text: str) -> Step | None:
    """To which step of the dialogue a refusal was the answer, as far as a report says it."""
    joined = " ".join(text[:_MOST_SAID].lower().split())
    return next((step for step, said in _STEPS if said.search(joined)), None)


_STEPS = (
    (
        Step.BEFORE_RECIPIENT,
        re.compile(
            r"in reply to (?:mail from|helo|ehlo|starttls|auth)|\bafter (?:mail from|helo|ehlo|initial connection"
            r"|starttls)"
            r"|my name was rejected|sender was rejected|sender address rejected|sender verif"
            r"|while performing the (?:helo|ehlo|initial)"
        ),
    ),
    (
        Step.RECIPIENT,
        # A server that was sent several commands at once answers the recipient after DATA, and DATA with 503.
        re.compile(r"in reply to rcpt|\bafter rcpt|>>> rcpt to:[^<]{0,300}<[^<>]{0,260}>\W{0,4}<<<|<<< 503|need rcpt"),
    ),
    (
        Step.TEXT,
        re.compile(
            r"in reply to (?:end of )?data|\bafter (?:end of )?data|failed after i sent the message|smtp command data"
            r"|>>> data <<< 5"
        ),
    ),
)


def refuses_address(answer: str) -> bool:
    """Whether a server's answer to RCPT, which begins with its code, says that there is nobody at the address."""
    return cause_of(Evidence(status_code(answer), (answer,), Step.RECIPIENT)) is Cause.ADDRESS


# One answer within another --------------------------------------------------------------------------------


_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]{0,12}\d)")
_WITHIN = re.compile(
    # where a report begins to quote another server
    r"->|\bsaid: |\bremote host said: ?|\(reason: |<<< ?|\bserver returned:? (?=['\"\d])|\bresponse was: ?"
    r"|\bresponse from the remote server was: ?|\bunknown address error(?: |$)|\bother mail system problem(?: |$)"
    r"|\bdelivery expired(?: |$)(?=['\"\d])"
    # a reply code that follows an opening of any kind
    r"|[\['\"(]{1,2}(?=[245]\d\d[ -])|: (?=[245]\d\d[ -][245]\.\d)",
)


def _answers(text: str) -> list[str]:
    """What one server after the other said, the outermost first."""
    joined = " ".join(text[:_MOST_SAID].lower().replace("\u2019", "'").split())
    return [part for part in _WITHIN.split(_one_line_of(joined)) if part.strip()][-_MOST_ANSWERS:]


_CONTINUED = re.compile(r"(?<![\d.])([245]\d\d)-((?:[245]\.\d{1,3}\.\d{1,3} )?)")


def _one_line_of(text: str) -> str:
    """Words of an answer on several lines, without the codes that its other lines repeat."""
    begun = _CONTINUED.search(text)
    if begun is None or "-['" in text[begun.start() : begun.end() + 2]:
        return text
    head, rest = text[: begun.end()], text[begun.end() :]
    code, status = begun[1], begun[2].strip()
    repeated = rf"\s{code}[ -](?:{re.escape(status)}(?:\s|$))?" if status else rf"\s{code}[ -]"
    return head + re.sub(repeated, " ", rest)


# What an answer says --------------------------------------------------------------------------------------


def _words(*families: str) -> re.Pattern[str]:
    return re.compile("|".join(families))


_FULL = _words(
    r"\b(?:mail ?box|inbox|maildrop|disk|storage|user|account|folder|mail ?file)\b[^.;]{0,40}?\b(?:full\b|exhausted)",
    r"quota",
    r"out of (?:disk |storage |mailbox )?(?:space|storage)",
    r"(?:insufficient|not enough|no) (?:system |disk |storage |free )?(?:storage|space|disk|room)",
    r"exceed\w{0,3} (?:\w+ ){0,3}(?:storage|space|allocation|mailbox size|mailbox limit)",
    r"(?:mailbox|storage) (?:size )?(?:limit|exceed)|mailbox size|maximum number of (?:stored )?messages",
    r"bo[iî]te[^.;]{0,30} pleine|postfach[^.;]{0,30} voll|buz[oó]n[^.;]{0,30} lleno|casella[^.;]{0,30} piena",
    r"caixa[^.;]{0,30} cheia|ящик[^.;]{0,30} переполнен|skrzynka[^.;]{0,30} pełna|mailbox[^.;]{0,10} vol\b",
    r"容量|已满|已滿|満杯|いっぱい|가득",
)
"""The mailbox is there and takes no more."""

_PATIENCE = _words(
    r"receiving (?:mail|messages) (?:at a rate|too quickly)|rate[- ]?limit|throttl|too (?:many|much|fast|frequent)",
    r"exceeded (?:the |its |your )?(?:maximum |daily |hourly |sending )*(?:number|rate|limit)",
    r"(?:try|retry|come back|send)(?: it| again)? (?:again )?(?:later|in \d|after)|again later|please retry|try later",
    r"gr[ae]y-?list|temporar|temporaire|transient|deferr?ed|postgrey|not found,? try again",
    r"servfail|(?:dns|name service|lookup|query|resolv\w{0,3}|resolution)\b[^.;]{0,60}?(?:time[d ]{0,2}-?out"
    r"|refused|failed temp)",
    r"time[d ]{0,2}-?out|connection (?:refused|reset|lost|dropped|closed|rate)|lost connection|no route to host",
    r"(?:network|host|server) (?:is )?(?:unreachable|not reachable)|retry time|message expired|queue\.expired"
    r"|delivery expired|too old|too long in",
    r"have been failing|in the queue too long|verification in progress|unverified address|unreachable for",
    r"service (?:is )?(?:currently |temporarily )?(?:unavailable|not available)|not accepting connections",
    r"establish an smtp connection|could ?n[o']t connect|could not connect|plus tard|später|más tarde|позже|稍后",
)
"""It passes."""

_SENDER = _words(
    r"\bsender(?:'s)?\b[^.;]{0,60}?\b(?:reject|den(?:y|ied)|refus|unknown|invalid|verif|block|blacklist|polic|domain"
    r"|address|not (?:exist|found|accept|allowed|auth|valid|permitted)|does ?n.t exist|does not exist)",
    r"(?:unknown|invalid|bad|unverifiable|forged|unauthenticated|blocked|verify) (?:envelope )?(?:sender|return)\b",
    r"domain of (?:the )?sender|return[- ]path|reverse[- ]path|envelope[- ]from|\bfrom[: -]{1,2}(?:header|address"
    r"|domain)",
    r"\bmail from\b[^.;]{0,40}?(?:reject|refus|denied|invalid|unknown|domain|allow)",
    r"\bhelo\b|\behlo\b|my name was rejected|reverse (?:dns|lookup|hostname)|\bptr\b|\brdns\b|client host",
    r"(?:your|sending|connecting|client|originating|source) (?:ip|host|hostname|server|domain|e?smtp|mail ?server"
    r"|network)",
    r"host network|\bip address|\bip=|invalid dns mx|bad dns|\b5\.1\.[78]\b|\bspf\b|\bdkim|\bdmarc|unauthenticated",
    r"messages? from (?:\[|\d|your)|authentication information|(?:may|might) not (?:exist|have permission)",
)
"""It is about who sends, not about who receives."""

_NOBODY = _words(
    # what is unknown or invalid, before the noun
    r"(?:unknown|invalid|no such|non-?existent|bad|incorrect|unroute?able|undeliverable|illegal|no valid|wrong"
    r"|unrecogni[sz]ed)[ -]+(?:or \w+ )?"
    r"(?:local |virtual |e-?mail |mail |destination |final |delivery |smtp |(?:the )?recipient'?s? )*"
    r"(?:user(?: ?id| ?name)?|recipient|mail ?box|address|account|alias|domain|host|person|name|addressee|e-?mail"
    r"|customer|people|system|part)\b",
    r"unknown or illegal alias|user or domain unknown",
    # the noun, then what is the matter with it
    r"(?:user|recipient|mail ?box|inbox|address|account|addressee|person|alias|domain|e-?mail|host|customer)s?\b"
    r"(?:[^.;]|\.(?=\S)){0,80}?\b(?:unknown|not (?:be )?(?:found|known|exist|valid|recogni[sz]ed|listed|located"
    r"|reachable|local)"
    r"|does ?n.?t exist|do(?:es)? not exist|could ?n.t be found|was ?n.t found|can ?not be found"
    r"|no longer (?:available|valid|active|exists?|in use|here|on|accept|with)|ha(?:s|ve) (?:been )?(?:moved|left"
    r"|removed"
    r"|deleted|closed)|is (?:invalid|undeliverable)|nonexistent|non-existent)",
    r"recipient (?:name )?is not recogni[sz]ed|user name[^.;]{0,40} not recogni[sz]ed",
    # there is none
    r"\b(?:not|\w{0,6}n'?t) exists?\b|(?:do|does)(?: not|n't) have an? (?:user|account|mailbox|recipient)\b",
    r"(?:not|no) (?:a )?(?:valid|known|local|existing) (?:user|recipient|mailbox|address|account)",
    r"(?:does not|doesn't|does n.t) have an? [^;]{0,60}?account|no mail ?box\b|not our (?:customer|user)",
    r"no (?:mailbox|account|user|one|recipient)\b[^.;]{0,30}?(?:here|by that name|with that name|of that name)",
    r"nobody (?:here|by that)|not (?:listed|found) in (?:the )?(?:domino|public|name|directory)|recipnotfound"
    r"|adr\.recip",
    r"is not (?:a )?(?:known|valid|listed)\b[^.;]{0,30}|bouncing as an invalid address",
    r"recipient\b[^.;]{0,20}? (?:is )?not in (?:my|our)\b|no longer valid|recipients? (?:can ?not"
    r"|could not) be verified",
    # no way to its domain
    r"unroute?able|nxdomain|null ?mx|no mx\b|no mail exchanger|no smtp service"
    r"|does ?n[o']t accept (?:e-?)?mail\b(?! from)"
    r"|does not accept (?:e-?)?mail\b(?! from)|name service error|name or service not known|(?:could"
    r"|can) ?not be resolved"
    r"|could ?n.t find any host|no relevant answers|non-?existent ?domain|dns (?:domain|hard)|(?:mail"
    r"|domain) exchanger? not"
    r"|non-existent hosts?|lookup (?:[^.;]|\.(?=\S)){0,60}?no such (?:host|domain)",
    # in other languages
    r"(?:destinataire|utilisateur|adresse|bo[iî]te|compte)\b(?:[^.;]|\.(?=\S)){0,60}?(?:inconnue?|invalide"
    r"|inexistante?|introuvable"
    r"|n.existe (?:pas|plus))",
    r"unbekannte[rs]? (?:empfänger|benutzer|adresse)|(?:empfänger|benutzer|postfach|adresse"
    r"|konto)\w{0,10}\b(?:[^.;]|\.(?=\S)){0,60}?"
    r"(?:unbekannt|nicht (?:gefunden|bekannt|vorhanden|aufgeführt)|existiert nicht|ungültig)",
    r"(?:usuario|destinatario|buz[oó]n|direcci[oó]n|cuenta)\b(?:[^.;]|\.(?=\S)){0,60}?(?:desconocid|inexistente"
    r"|no (?:existe"
    r"|figura|se"
    r" encuentra|encontrad)|inv[aá]lid|no v[aá]lid)",
    r"(?:usu[aá]rio|utilizador|destinat[aá]rio|caixa|endere[cç]o|conta)\b(?:[^.;]|\.(?=\S)){0,60}?(?:desconhecid"
    r"|inexistente|n[aã]o"
    r" (?:existe|encontrad)|inv[aá]lid)",
    r"(?:utente|destinatario|casella|indirizzo)\b(?:[^.;]|\.(?=\S)){0,60}?(?:sconosciut|inesistente|non (?:esiste"
    r"|trovat|valid"
    r"|è elencat"
    r"|presente))",
    r"(?:gebruiker|adres|postvak|postbus|ontvanger)\b(?:[^.;]|\.(?=\S)){0,60}?(?:onbekend|bestaat niet|niet gevonden)",
    r"(?:użytkownik|adres|skrzynka|odbiorca|konto)\b(?:[^.;]|\.(?=\S)){0,60}?(?:nie istnieje|nieznan|nie znalezion)",
    r"(?:пользовател|адрес|ящик|получател|абонент)\w{0,5}\b(?:[^.;]|\.(?=\S)){0,60}?(?:не существует|не найден|неизвест"
    r"|не зарегистр)"
    r"|нет такого",
    r"(?:アドレス|ユーザ|宛先|受信者|メールボックス|ディレクトリ)[^。;]{0,40}(?:存在し|見つか|見当たり|ありません|不明)",
    r"(?:用户|用戶|邮箱|郵箱|收件人|地址|帐号|账号|帳號)[^。;]{0,20}(?:不存在|不正确|未找到|找不到|无效|無效|不可用)"
    r"|(?:不存在|无效|無效|找不到)的?(?:用户|用戶|邮箱|郵箱|收件人|地址)",
    r"(?:사용자|수신자|메일|주소|계정)[^.;]{0,20}(?:없습니다|존재하지|찾을 수 없|알 수 없)",
)
"""There is nobody at this address, or no way to its domain."""

_DISABLED = _words(
    r"disabled|suspend|\blocked|inactive|frozen|deactivated|discontinued|not active|not unique"
    r"|ambiguous"
)
"""Somebody was there, and may be again."""

_UNWANTED = _words(
    r"too (?:large|big|long)|(?:message|mail)\b[^.;]{0,40}?\b(?:size|large|big)|size limit|exceeds|content|virus"
    r"|malware",
    r"spam|junk|unsolicited|\bube\b|block|black ?list|deny ?list|banned|\brbl\b|reputation|polic(?:y|ies)|denied",
    r"prohibited|not (?:permitted|allowed|authori[sz]ed)|relay|authenticat|filter|loop|hop|restricted|refused|protocol",
    r"connection|system error|resources|security|suspicious|abuse|/bl\b|\bbl/|query/|starttls|\btls\b|certificate",
)
"""The server does not want this mail, or not from us."""

_NOT_TAKEN = _words(
    r"(?:recipient|address|addressee|rcpt|destination|user|mail ?box|account)(?:es|s)?\b(?:[^.;]"
    r"|\.(?=\S)){0,40}?\b(?:reject|refused"
    r"|unavailable|not available|not accepted|undeliverable|unreachable)",
    r"reject\w{0,3} (?:recipient|address)|invalid (?:recipient|address)",
)
"""The address was not taken, for no reason that is given: that is how many servers say that there is nobody."""

_REPLY = re.compile(r"^\W{0,3}(?:smtp;? ?)?([245])\d\d(?![\d.])")
_ABOUT_ADDRESS = re.compile(r"5\.(?:1\.(?:[01236]|10|351)|4\.(?:4|310))")
"""Enhanced status codes (RFC 3463, RFC 5248, and Exchange's) about the address itself, or the way to it."""
_ABOUT_MAILBOX = re.compile(r"[45]\.2\.\d{1,3}")
_ABOUT_SENDER = re.compile(r"[45]\.(?:1\.[78]|7\.\d{1,3}|6\.\d{1,3})")
_SAYS_NOTHING = re.compile(r"5\.(?:0\.\d{1,3}|5\.\d{1,3}|1\.\d{1,3}|3\.0)")
"""Codes that leave it to the words whether an address that was not taken is there."""
_HIDDEN = re.compile(r"recipient address(?:es)? rejected|(?<!relay )access denied")
"""What Exchange Online says with 5.4.1 of addresses that its directory does not have."""
_GONE_REPLY = re.compile(r"^\W{0,3}(?:smtp;? ?)?55[16](?![\d.])")
"""Replies that only mean an address: not here any more, and a domain that takes no mail."""
_BARE = re.compile(
    r"(?:^|(?<![\d.])5\d\d)[^\w<]{0,4}(?:<?[^\s<>]{1,250}@[^\s<>]{1,250}>?[^\w<]{0,5})?"
    r"(?:unknown user|user unknown|no such user|unknown recipient|recipient unknown)(?: here)?"
    r"[^\w<]{0,5}(?:<?[^\s<>]{1,250}@[^\s<>]{1,250}>?)?[^\w<]{0,5}(?:\(in reply.{0,60}|-{2,}.{0,200})?$"
)
"""With these words alone some servers also refuse a text that they do not like."""


def _cause_of_answer(answer: str, evidence: Evidence) -> Cause:
    """What one server's answer says, if anything."""
    code = status_code(answer)
    if (code or _class_of_reply(answer) or evidence.status or "5").startswith("4"):
        return Cause.PASSING
    for family, cause in ((_FULL, Cause.MAILBOX), (_SENDER, Cause.SENDER), (_PATIENCE, Cause.PASSING)):
        if family.search(answer):
            return cause
    if _NOBODY.search(answer):
        unsupported = code is None and not _ABOUT_ADDRESS.fullmatch(evidence.status or "")
        refuses_text = evidence.step is Step.TEXT and unsupported and _BARE.search(answer)
        return Cause.SENDER if refuses_text else Cause.ADDRESS
    return _cause_of_vague_words(answer, code or evidence.status) or _cause_of_code(code)


def _cause_of_vague_words(answer: str, code: str | None) -> Cause | None:
    """What words say that do not say who is there."""
    if code == "5.4.1" and _HIDDEN.search(answer):
        return Cause.ADDRESS
    if _DISABLED.search(answer):
        return Cause.MAILBOX
    if _UNWANTED.search(answer):
        return Cause.SENDER
    if _NOT_TAKEN.search(answer):
        return Cause.ADDRESS if code is None or _SAYS_NOTHING.fullmatch(code) else _cause_of_code(code)
    return Cause.ADDRESS if _GONE_REPLY.match(answer) else None


def _class_of_reply(answer: str) -> str | None:
    found = _REPLY.match(answer)
    return found[1] if found else None


def _cause_of_code(code: str | None) -> Cause:
    if code is None:
        return Cause.UNKNOWN
    if _ABOUT_ADDRESS.fullmatch(code):
        return Cause.ADDRESS
    if code.startswith("4"):
        return Cause.PASSING
    if _ABOUT_MAILBOX.fullmatch(code):
        return Cause.MAILBOX
    return Cause.SENDER if _ABOUT_SENDER.fullmatch(code) else Cause.UNKNOWN
