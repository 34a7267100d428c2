"""Classify why a mail was not delivered, from the responses of mail servers.

Responses are nested, because servers quote other servers: ``5.1.0 - Unknown address error 550-['5.2.2 Mailbox full']``.
The innermost one comes from the server that refused the mail, so it is classified first; an outer one counts only if
the inner ones are inconclusive. Within a response, the text counts more than the codes, which servers often choose
carelessly. In doubt the address is not to blame: a wrongly suppressed address would never be written to again, a dead
one that is missed is found with the next mail.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

_MOST_SAID = 4_000
_MOST_ANSWERS = 8


class Cause(StrEnum):
    """Why a mail was not delivered."""

    ADDRESS = "address"
    """The mailbox does not exist, or its domain has no mail server."""
    MAILBOX = "mailbox"
    """The mailbox exists, but is full, disabled or receives too much."""
    SENDER = "sender"
    """The server rejects the sender, the sending server or the content."""
    PASSING = "passing"
    """Temporary: the network, a name server, rate limiting, greylisting."""
    UNKNOWN = "unknown"
    """Inconclusive."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a report contains about one recipient."""

    status: str | None
    """The enhanced status code (RFC 3463) of the report itself."""
    words: tuple[str, ...]
    """The texts it quotes, most significant first."""
    step: "Step | None" = None
    """The step of the SMTP dialogue that was refused, if known."""


class Step(StrEnum):
    """A step of the SMTP dialogue."""

    BEFORE_RECIPIENT = "before_recipient"
    """Greeting, login or MAIL FROM: the server does not know the recipient yet."""
    RECIPIENT = "recipient"
    TEXT = "text"
    """DATA: the recipient was accepted before."""


def cause_of(evidence: Evidence) -> Cause:
    """Classify the evidence."""
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
    """The step of the SMTP dialogue that was refused, if the report says so."""
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
        # With pipelining, the response to RCPT can follow DATA, whose own response is then 503.
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
    """Whether a server's response to RCPT, which begins with its code, says that the mailbox does not exist."""
    return cause_of(Evidence(status_code(answer), (answer,), Step.RECIPIENT)) is Cause.ADDRESS


# Nested responses -----------------------------------------------------------------------------------------


_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]{0,12}\d)")
_WITHIN = re.compile(
    # openings with which a report quotes another server
    r"->|\bsaid: |\bremote host said: ?|\(reason: |<<< ?|\bserver returned:? (?=['\"\d])|\bresponse was: ?"
    r"|\bresponse from the remote server was: ?|\bunknown address error(?: |$)|\bother mail system problem(?: |$)"
    r"|\bdelivery expired(?: |$)(?=['\"\d])"
    # a reply code after any opening
    r"|[\['\"(]{1,2}(?=[245]\d\d[ -])|: (?=[245]\d\d[ -][245]\.\d)",
)


def _answers(text: str) -> list[str]:
    """The nested responses, outermost first."""
    joined = " ".join(text[:_MOST_SAID].lower().replace("\u2019", "'").split())
    return [part for part in _WITHIN.split(_one_line_of(joined)) if part.strip()][-_MOST_ANSWERS:]


_CONTINUED = re.compile(r"(?<![\d.])([245]\d\d)-((?:[245]\.\d{1,3}\.\d{1,3} )?)")


def _one_line_of(text: str) -> str:
    """A multi-line response joined, without the code that each continuation line repeats."""
    begun = _CONTINUED.search(text)
    if begun is None or "-['" in text[begun.start() : begun.end() + 2]:
        return text
    head, rest = text[: begun.end()], text[begun.end() :]
    code, status = begun[1], begun[2].strip()
    repeated = rf"\s{code}[ -](?:{re.escape(status)}(?:\s|$))?" if status else rf"\s{code}[ -]"
    return head + re.sub(repeated, " ", rest)


# Classifying a response ------------------------------------------------------------------------------------


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
"""The mailbox is full."""

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
"""Temporary conditions."""

_SENDER = _words(
    r"\bsender(?:'s)?\b(?:[^.;]|\.(?=\S)){0,60}?\b(?:reject|den(?:y|ied)|refus|unknown|invalid|verif|block|blacklist|polic|domain"
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
    # in other languages
    r"\b(?:absender|exp[eé]diteur|[eé]metteur|remitente|remetente|mittente|afzender|avsändare|avsender|afsender|nadawc"
    r"|odes[ií]latel|felad[oó]|lähettäjä|gönderen|отправител|відправник)\w{0,12}\b(?:[^.;]|\.(?=\S)){0,60}?"
    r"(?:inconn|inexist|inv[aá]lid|introuvable|n.existe|no existe|n[aã]o existe|non esiste|non valid|sconosciut"
    r"|desconocid|desconhecid|unbekannt|ung(?:ü|ue)ltig|existiert nicht|onbekend|bestaat niet|ongeldig|okänd|ukjent"
    r"|ukendt|nieznan|nie istnieje|neznám|neexistuj|ismeretlen|tuntematon|bilinmi|не существует|не найден|неизвест"
    r"|не існує|refus|reject|rechaz|rejeit|rifiut|abgelehnt|gesperrt|geweigerd|отклон|заблокир)",
    r"(?:发件人|發件人|寄件者|寄件人|发信人|送信者|差出人|送信元|보낸 ?사람|발신자|송신자)[^。;]{0,20}?"
    r"(?:不存在|无效|無效|不正确|拒绝|拒絕|存在し|見つか|ありません|不明|拒否|없습니다|존재하지|찾을 수 없|거부)",
)
"""The sender is rejected, not the recipient."""

_NOBODY = _words(
    # the adjective before the noun: "unknown user"
    r"(?:unknown|invalid|no such|non-?existent|bad|incorrect|unroute?able|undeliverable|illegal|no valid|wrong"
    r"|unrecogni[sz]ed)[ -]+(?:or \w+ )?"
    r"(?:local |virtual |e-?mail |mail |destination |final |delivery |smtp |(?:the )?recipient'?s? )*"
    r"(?:user(?: ?id| ?name)?|recipient|mail ?box|address|account|alias|domain|host|person|name|addressee|e-?mail"
    r"|customer|people|system|part)\b",
    r"unknown or illegal alias|user or domain unknown",
    # the noun first: "user not found"
    r"(?:user|recipient|mail ?box|inbox|address|account|addressee|person|alias|domain|e-?mail|host|customer)s?\b"
    r"(?:[^.;]|\.(?=\S)){0,80}?\b(?:unknown|not (?:be )?(?:found|known|exist|valid|recogni[sz]ed|listed|located"
    r"|reachable|local)"
    r"|does ?n.?t exist|do(?:es)? not exist|could ?n.t be found|was ?n.t found|can ?not be found"
    r"|no longer (?:available|valid|active|exists?|in use|here|on|accept|with)|ha(?:s|ve) (?:been )?(?:moved|left"
    r"|removed"
    r"|deleted|closed)|is (?:marked as )?(?:invalid|undeliverable)|nonexistent|non-existent)",
    r"recipient (?:name )?is not recogni[sz]ed|user name[^.;]{0,40} not recogni[sz]ed",
    # "does not exist", "no such"
    r"\b(?:not|\w{0,6}n'?t) exists?\b|(?:do|does)(?: not|n't) have an? (?:user|account|mailbox|recipient)\b",
    r"(?:not|no) (?:a )?(?:valid|known|local|existing) (?:user|recipient|mailbox|address|account)",
    r"(?:does not|doesn't|does n.t) have an? [^;]{0,60}?account|no mail ?box\b|not our (?:customer|user)",
    r"no (?:mailbox|account|user|one|recipient)\b[^.;]{0,30}?(?:here|by that name|with that name|of that name)",
    r"nobody (?:here|by that)|not (?:listed|found) in (?:the )?(?:domino|public|name|directory)|recipnotfound"
    r"|adr\.recip",
    r"is not (?:a )?(?:known|valid|listed)\b[^.;]{0,30}|bouncing as an invalid address",
    r"recipient\b[^.;]{0,20}? (?:is )?not in (?:my|our)\b|no longer valid|recipients? (?:can ?not"
    r"|could not) be verified",
    # the domain cannot be reached
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
    r"unbekannte[rs]? (?:empf(?:ä|ae)nger|benutzer|adresse)|(?:empf(?:ä|ae)nger|benutzer|postfach|adresse"
    r"|konto)\w{0,10}\b(?:[^.;]|\.(?=\S)){0,60}?"
    r"(?:unbekannt|nicht (?:gefunden|bekannt|vorhanden|aufgeführt)|existiert nicht|ung(?:ü|ue)ltig)",
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
"""The mailbox does not exist, or its domain takes no mail."""

_DISABLED = _words(
    r"disabled|suspend|\blocked|inactive|frozen|deactivated|discontinued|not active|not unique"
    r"|ambiguous"
)
"""The mailbox exists, but is disabled; it may be enabled again."""

_UNWANTED = _words(
    r"too (?:large|big|long)|(?:message|mail)\b[^.;]{0,40}?\b(?:size|large|big)|size limit|exceeds|content|virus"
    r"|malware",
    r"spam|junk|unsolicited|\bube\b|block|black ?list|deny ?list|banned|\brbl\b|reputation|polic(?:y|ies)|denied",
    r"prohibited|not (?:permitted|allowed|authori[sz]ed)|relay|authenticat|filter|loop|hop|restricted|refused|protocol",
    r"connection|system error|resources|security|suspicious|abuse|/bl\b|\bbl/|query/|starttls|\btls\b|certificate",
)
"""The server rejects this content, or mail from us."""

_NOT_TAKEN = _words(
    r"(?:recipient|address|addressee|rcpt|destination|user|mail ?box|account)(?:es|s)?\b(?:[^.;]"
    r"|\.(?=\S)){0,40}?\b(?:reject|refused"
    r"|unavailable|not available|not accepted|undeliverable|unreachable)",
    r"reject\w{0,3} (?:recipient|address)|invalid (?:recipient|address)",
)
"""The address is rejected without a reason: many servers say so of mailboxes that do not exist."""

_REPLY = re.compile(r"^\W{0,3}(?:smtp;? ?)?([245])\d\d(?![\d.])")
_ABOUT_ADDRESS = re.compile(r"5\.(?:1\.(?:[01236]|10|351)|4\.(?:4|310))")
"""Enhanced status codes (RFC 3463, RFC 5248, and Exchange's own) about the address or the route to it."""
_ABOUT_MAILBOX = re.compile(r"[45]\.2\.\d{1,3}")
_ABOUT_SENDER = re.compile(r"[45]\.(?:1\.[78]|7\.\d{1,3}|6\.\d{1,3})")
_SAYS_NOTHING = re.compile(r"5\.(?:0\.\d{1,3}|5\.\d{1,3}|1\.\d{1,3}|3\.0)")
"""Codes that do not say whether a rejected address exists: the text decides."""
_HIDDEN = re.compile(r"recipient address(?:es)? rejected|(?<!relay )access denied")
"""Exchange Online's text with 5.4.1 for addresses that are not in its directory."""
_GONE_REPLY = re.compile(r"^\W{0,3}(?:smtp;? ?)?55[16](?![\d.])")
"""Reply codes that are only about addresses: 551 (user not local) and 556 (domain takes no mail)."""
_BARE = re.compile(
    r"(?:^|(?<![\d.])5\d\d)[^\w<]{0,4}(?:<?[^\s<>]{1,250}@[^\s<>]{1,250}>?[^\w<]{0,5})?"
    r"(?:unknown user|user unknown|no such user|unknown recipient|recipient unknown)(?: here)?"
    r"[^\w<]{0,5}(?:<?[^\s<>]{1,250}@[^\s<>]{1,250}>?)?[^\w<]{0,5}(?:\(in reply.{0,60}|-{2,}.{0,200})?$"
)
"""Some servers give exactly this text when they reject the content."""


def _cause_of_answer(answer: str, evidence: Evidence) -> Cause:
    """Classify one response."""
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
    """Classify a text that does not say whether the mailbox exists."""
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
