"""Whose fault it is that a mail could not be delivered, told from what mail servers say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.outreach.domain.diagnosis import Cause, Evidence, cause_of, refuses_address, status_code, step_of

NOBODY = [
    ("Postfix", "550 5.1.1 <kate@example.org>: Recipient address rejected: User unknown in virtual mailbox table"),
    (
        "Gmail",
        (
            "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking "
            "the recipient's email address for typos or unnecessary spaces. Learn more at "
            "https://support.google.com/mail/?p=NoSuchUser x - gsmtp"
        ),
    ),
    (
        "Gmail",
        (
            "550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 "
            "double-checking the recipient's email address for typos or 550-5.1.1 unnecessary spaces. Learn "
            "more at 550 5.1.1 https://support.google.com/mail/?p=NoSuchUser"
        ),
    ),
    (
        "Exchange",
        (
            "550 5.4.1 Recipient address rejected: Access denied. AS(201806281) "
            "[DB5EUR03FT010.eop-EUR03.prod.protection.outlook.com]"
        ),
    ),
    ("Exchange", "550 5.4.1 All recipient addresses rejected : Access denied. AS(201806271)"),
    ("Exchange", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"),
    (
        "Exchange",
        (
            "550 5.1.351 Remote server returned unknown recipient or mailbox unavailable -> 550 5.1.1 "
            "<x@y.org>: Recipient address rejected: User unknown"
        ),
    ),
    ("Domino", "550 kate (kate@example.org) not listed in Domino Directory"),
    ("Domino", "X-Notes; User kate (kate@example.org) not listed in Domino Directory"),
    (
        "Exchange",
        ("550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). [x.prod.protection.outlook.com]"),
    ),
    ("other", "550 Requested action not taken: mailbox unavailable"),
    ("Postfix", "550 5.1.1 <x@y.org>: Recipient address rejected"),
    (
        "Postfix",
        (
            "550 <x@y.org>: Recipient address rejected: undeliverable address: host mx.y.org[1.2.3.4] said: "
            "550 5.1.1 User unknown (in reply to RCPT TO command)"
        ),
    ),
    ("iCloud", "550 5.1.1 unknown or illegal alias: kate@icloud.com"),
    ("other", "550 5.1.1 : invalid final delivery userid: kate@example.org"),
    ("Cisco", "550 #5.1.0 Address rejected."),
    ("Exim", "550 Unrouteable address"),
    ("Exim", "Unrouteable address"),
    ("Exim", "all relevant MX records point to non-existent hosts"),
    ("qmail", "550 5.1.1 sorry, no mailbox here by that name (#5.1.1 - chkuser)"),
    ("qmail", "Sorry, no mailbox here by that name. (#5.1.1)"),
    ("qmail", "Sorry, I couldn't find any host named nowhere.invalid. (#5.1.2)"),
    ("Postfix", "Host or domain name not found. Name service error for name=example.org type=A: Host not found"),
    ("Amazon SES", "550 5.4.4 Invalid domain"),
    ("Exchange", "550 5.4.310 DNS domain example.invalid does not exist [Message=InfoDomainNonexistent]"),
    ("Cisco", "5.1.2 - Bad destination host 'DNS Hard Error looking up example.invalid (MX):  NXDomain'"),
    ("Cisco", "5.1.0 - Unknown address error 550-'No Such User Here'"),
    ("Cisco", '5.3.0 - Other mail system problem 550-"5.1.1 <x@y.org>... User unknown"'),
    (
        "Yahoo",
        ("554 delivery error: dd This user doesn't have a yahoo.com account (x@yahoo.com) [0] - mta1.mail.yahoo.com"),
    ),
    ("Yahoo", "552 1 Requested mail action aborted, mailbox not found"),
    ("Mimecast", "550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550 [abc.uk123]"),
    ("Barracuda", "550 permanent failure for one or more recipients (x@y.org:550 5.1.1 <x@y.org>... User unknown)"),
    ("other", "550 No such user (x@y.org)"),
    ("other", "551 5.1.6 User has moved; please try <z@y.org>"),
    ("iCloud", "550 5.1.6 recipient no longer on server: x@mac.com"),
    ("other", "556 5.1.10 Domain does not accept mail (nullMX)"),
    ("other", "550 Host does not accept mail"),
    ("Orange", "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]"),
    ("GMX", "550 5.1.1 Mailbox <x@web.de> existiert nicht"),
    ("other", "550 Benutzer unbekannt"),
    ("other", "550 5.1.1 El usuario no existe"),
    ("other", "550 5.1.1 Usuário desconhecido"),
    ("other", "550 Mailbox not found or access denied"),
    ("other", "550 User not exist"),
    ("other", "550 5.1.1 userid does not exist"),
    ("Postfix", "550 5.7.1 <x@y.org>: Recipient address rejected: User unknown"),
    ("other", "554 5.1.1 kate@example.org: user unknown in table"),
    ("other", "550 RCPT TO:<x@y.org> User unknown"),
    ("Postfix", "550 5.1.2 <x@y.org>: Recipient address rejected: Domain not found"),
    ("Postfix", ("550-Callout verification failed: 550 550 5.1.1 <x@y.org>: Recipient address rejected: User unknown")),
    ("Proofpoint", "550 5.1.1 <x@y.org>... Recipient not found. <https://www.proofpoint.com/x>"),
    (
        "other",
        (
            "smtp;554 The mail could not be delivered to the recipient because the domain is not reachable. "
            "Please check the domain and try again (-1915321397:308:-2147467259)"
        ),
    ),
    ("other", "553 5.3.0 <x@y.org>... No such user here"),
    ("other", "550 5.1.1 <x@y.org> is not a valid mailbox"),
    ("other", "550 That address is not a valid one here: no such person at this address"),
    ("qmail", "550 sorry, this recipient is not in my validrcptto list (#5.7.1)"),
    ("other", "550 Address unknown"),
    ("other", "550 5.1.1 Пользователь не найден"),
    ("other", "550 5.1.1 No such user! / 用户不存在"),
    ("other", "550 该邮箱不存在"),
    (
        "other",
        (
            "DNS Error: DNS type 'mx' lookup of example.invalid responded with code NXDOMAIN Domain name not "
            "found: example.invalid"
        ),
    ),
    ("Exchange", "550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found"),
    ("other", "553 sorry, that recipient is not in our database"),
    ("other", "550 Account not available"),
    (
        "Amazon SES",
        (
            "550 5.1.1 Amazon SES has suppressed sending to this address because it has a recent history of "
            "bouncing as an invalid address."
        ),
    ),
    ("other", "550 x@y.org is no longer valid"),
    ("other", "550 Unknown recipient"),
    ("other", "550 Recipient unknown"),
    ("other", "550 Invalid recipient <x@y.org>"),
    ("other", "550 mailbox unavailable"),
    (
        "other",
        ("550 The recipient cannot be verified. Please check all recipients of this message to verify they are valid."),
    ),
    ("other", "550 5.0.0 x@y.org... No such person here"),
    ("other", "503 5.1.1 user unknown"),
    ("other", "550 5.1.3 Invalid address"),
    ("any", "550 5.1.1 <x@y.de>: Empfänger unbekannt"),
    ("any", "550 5.1.1 User does not exist - x@y"),
    ("any", "554 5.7.1 <x@y>: Recipient address rejected: user x@y does not exist"),
    ("any", "550 5.0.350 Remote server returned an error -> 550 5.1.1 No such user"),
    (
        "any",
        ("550 5.1.1 The e-mail address you entered couldn't be found. Please check the recipient's e-mail address"),
    ),
    ("any", "511 5.1.1 unknown address or alias: x@y"),
    ("any", "550 5.1.1 Recipient address rejected: {Gateway}"),
    ("any", "550 5.1.1 <x@y>: user does not exist"),
    ("any", "550 Mailbox does not exist!"),
    ("any", "550 RCPT (<x@y>) dosn't exist"),
    ("any", "550 no mailbox by that name is currently available"),
    ("any", "550 Unknown local part x in <x@y>"),
    ("any", "550 Addressee unknown"),
    ("any", "550 MAILBOX NOT FOUND"),
    ("any", "550 <x@y> Recipient not found"),
    ("any", "553 5.1.1 <x@y>... Invalid recipient"),
    ("any", "550 x@y... No such user"),
    ("any", "550 5.1.1 sorry, no such mailbox here"),
    ("any", "550 Invalid mailbox: x@y"),
    ("any", "550 sorry, that mailbox does not exist"),
    ("any", "550 No account by that name here"),
    ("any", "554 Invalid recipient: x@y (Mode: normal)"),
    ("any", "5.1.1 (unknown or illegal alias)"),
    ("any", "550 Account is not valid. x@y"),
    ("any", "550 5.1.1 Not our Customer"),
    ("any", "550 #5.1.0 Address rejected x@y"),
    ("any", "550 5.4.1 [x@y.org]: Recipient address rejected: Access denied"),
    ("any", "smtp; 550 5.1.1 RESOLVER.ADR.RecipNotFound; not found"),
    ("any", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient x@y not found by SMTP address lookup"),
    ("any", "550 RESOLVER.ADR.RecipNotFound"),
    ("any", "No such local user"),
    ("any", "Unknown local user: x"),
    ("any", "The recipient name is not recognized"),
    ("any", "Recipient not found in directory"),
    ("any", "550 Domain does not exist"),
    ("any", "550 5.1.2 Host unknown (Name server: y.org: host not found)"),
    ("any", "smtp; 550 Host unknown"),
    ("any", "Domain y.org has no MX records or is invalid"),
    ("any", 'unrouteable mail domain "y.org"'),
    ("any", "550 Unroutable address"),
    ("any", "DNS Error: Domain name not found"),
    ("any", "The domain does not exist in DNS"),
    ("any", "Host y.org not found"),
    ("any", "550 Recipient does not exist"),
    ("any", "550 no such recipient"),
    ("any", "550 user not found"),
    ("any", "550 5.1.1 The user does not exist"),
    ("any", "550 Utente sconosciuto"),
    ("any", "550 5.1.1 Utilisateur inconnu"),
    ("any", "550 Destinatario desconocido"),
    ("any", "550 Нет такого пользователя"),
    ("any", "550 5.1.1 收件人不存在"),
    ("any", "550 User unknown, not local address"),
    ("any", "550 Not a valid recipient"),
    ("any", "550 not a known user"),
    ("any", "551 This is not a relay host. User x not local"),
    ("any", "550 Sorry, no user by that name"),
    ("any", "550 user account doesn't exist"),
    ("any", "550 This address no longer accepts mail."),
    ("any", "550 x@y: mailbox is no longer in use"),
    ("any", "550 5.1.1 This mailbox has been deleted"),
    ("any", "550 5.1.1 Email address could not be found, or was misspelled (G8)"),
    ("any", "550 We do not have a user by that name"),
    ("any", "550 5.1.1 <x@y>: Email address unknown"),
    ("any", "450 then 550 5.1.1 unknown user account"),
]
"""What servers say of an address at which there is nobody, or of a domain that takes no mail; with whose words."""

ANYTHING_ELSE = [
    ("Cisco", "5.1.0 - Unknown address error 550-['5.2.2 Mailbox Full']"),
    ("other", "550 5.1.0 Address rejected: 552 5.2.2 Mailbox Full"),
    ("other", "552 5.2.2 The email account that you tried to reach is over quota"),
    (
        "Gmail",
        (
            "552-5.2.2 The recipient's inbox is out of storage space and inactive. Please direct the "
            "552-5.2.2 recipient to 552 5.2.2 https://support.google.com/mail/?p=OverQuotaPerm"
        ),
    ),
    (
        "other",
        (
            "550-5.2.1 The user you are trying to contact is receiving mail at a rate that prevents "
            "additional messages from being delivered."
        ),
    ),
    ("other", "450 4.2.1 The user you are trying to contact is receiving mail too quickly"),
    ("Postfix", "450 4.1.1 <x@y.org>: Recipient address rejected: User unknown in local recipient table"),
    (
        "Postfix",
        ("Host or domain name not found. Name service error for name=example.org type=MX: Host not found, try again"),
    ),
    ("other", "451 4.4.3 Temporary DNS failure"),
    ("other", "550 5.4.312 DNS query failed; [Message=DNS server returned SERVFAIL]"),
    ("other", "550 5.7.1 Message rejected due to local policy: SPF check failed"),
    ("GoDaddy", "554 5.7.1 Service unavailable; Client host [1.2.3.4] blocked using zen.spamhaus.org"),
    ("other", "550 5.1.8 <r@example.com>: Sender address rejected: Domain not found"),
    ("other", "550 5.1.8 Access denied, bad outbound sender"),
    ("Postfix", "550 5.7.1 <x@y.org>: Recipient address rejected: Access denied"),
    ("Postfix", "550 5.7.1 <x@y.org>: Recipient address rejected: Greylisted, see http://postgrey"),
    ("Postfix", "450 4.7.1 <x@y.org>: Recipient address rejected: Greylisted"),
    (
        "Postfix",
        ("450 4.2.0 <x@y.org>: Recipient address rejected: Greylisted, see http://isg.ee.ethz.ch/tools/postgrey/"),
    ),
    ("other", "554 5.7.1 <x@y.org>: Relay access denied"),
    ("Exchange", "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; Delivery restriction"),
    ("other", "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP"),
    ("other", "550 5.7.606 Access denied, banned sending IP [1.2.3.4]"),
    ("other", "550 SC-001 (BAY004-MC1F1) Unfortunately, messages from 1.2.3.4 weren't sent."),
    (
        "GMX",
        (
            "554-gmx.net (mxgmx001) Nemesis ESMTP Service not available 554-No SMTP service 554-Bad DNS PTR "
            "resource record. 554 For explanation visit"
        ),
    ),
    ("GMX", "550 Requested action not taken: mailbox unavailable / invalid DNS MX or A/AAAA resource record"),
    ("other", "450 Requested mail action not taken: mailbox unavailable"),
    ("other", "552 5.3.4 Message size exceeds fixed limit"),
    ("Exchange", "550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient"),
    ("other", "550 5.4.6 Routing loop detected"),
    ("other", "554 5.4.14 Hop count exceeded - possible mail loop"),
    ("Exchange", "550 4.4.7 QUEUE.Expired; message expired"),
    ("other", "550 5.4.300 Message expired"),
    (
        "Mimecast",
        ("451 Internal resources are temporarily unavailable - https://community.mimecast.com/docs/DOC-1369#451"),
    ),
    ("Mimecast", "550 Administrative prohibition - envelope blocked"),
    ("Mimecast", "554 Email rejected due to security policies - MCSpamSignature.sa.2.2"),
    ("GoDaddy", "550 5.1.1 <x@y.org> - 203.0.113.222 has sent to too many recipients this hour. IB607"),
    ("GoDaddy", "553 5.1.3 http://www.spamhaus.org/query/bl?ip=192.0.2.222"),
    ("other", "550 5.7.1 IP address blacklisted by recipient"),
    ("other", "550 5.2.1 The email account that you tried to reach is disabled."),
    ("other", "525 5.7.13 Disabled recipient address"),
    ("Yahoo", ("554 30 Sorry, your message to x@yahoo.com cannot be delivered. This mailbox is disabled (554.30).")),
    ("other", "550 5.7.26 This mail has been blocked because the sender is unauthenticated."),
    ("other", "550 High probability of spam"),
    ("other", "451 4.7.1 Greylisting in action, please come back later"),
    ("qmail", ("Connected to 192.0.2.112 but my name was rejected. Remote host said: 501 5.0.0 Invalid domain name")),
    (
        "Exchange",
        (
            "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1) I'm not going to try again; this "
            "message has been in the queue too long."
        ),
    ),
    ("Postfix", "connect to mx.example.org[1.2.3.4]:25: Connection timed out"),
    ("Exim", "retry timeout exceeded"),
    ("Exim", "all hosts for 'example.org' have been failing for a long time (and retry time not reached)"),
    ("qmail", "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"),
    ("other", "550 5.7.1 TLS required"),
    ("other", "530 5.7.0 Must issue a STARTTLS command first"),
    ("other", "554 5.7.9 Message not accepted for policy reasons"),
    ("Yahoo", "421 4.7.0 [TSS04] Messages from 192.0.2.192 temporarily deferred due to user complaints"),
    ("other", "554 5.7.1 [P4] Message blocked due to spam content in the message."),
    ("other", "550 5.7.1 Unable to relay for x@y.org"),
    ("other", "571 Delivery not authorized, message refused"),
    ("other", "550 sender verify failed"),
    ("Exim", "550 Verification failed for <ruth@example.com> Unrouteable address Sender verify failed"),
    ("Exim", "550-Verification failed for <ruth@example.com> 550-No Such User Here 550 Sender verify failed"),
    ("other", "450 4.7.1 <host>: Helo command rejected: Host not found"),
    (
        "other",
        (
            "550 5.7.25 The IP address sending this message does not have a PTR record setup, or the "
            "corresponding forward DNS entry does not point to the sending IP."
        ),
    ),
    ("other", "554 Transaction failed: Duplicate header 'DKIM-Signature'."),
    ("other", "552 5.7.0 This message was blocked because its content presents a potential security issue"),
    ("other", "450 4.1.8 <ruth@example.com>: Sender address rejected: Domain not found"),
    ("Exchange", "550 5.2.0 STOREDRV.Deliver; mailbox server is out of space"),
    ("other", "452 4.5.3 Too many recipients"),
    ("other", "550 5.5.0 Sender domain does not exist"),
    ("other", "501 5.1.7 Invalid address of sender"),
    ("other", "550 maximum allowed line length is 998 octets, got 1000"),
    ("other", "554 5.2.0 spam detected"),
    ("any", "452 4.2.2 The email account that you tried to reach is over quota. Please direct"),
    ("any", "552 5.2.2 <x@y>: mailbox full"),
    ("any", "550 Mailbox quota exceeded"),
    ("any", "552 Message exceeds mailbox quota"),
    ("any", "550 5.2.2 user x@y is over quota"),
    ("any", "554 5.2.2 mailbox full; sz=52428800/52428800 ct=100/1000"),
    ("any", "522 mailbox full"),
    ("any", "550 5.7.350 Remote server returned message detected as spam -> 554 5.7.1 spam"),
    ("any", "550 5.7.64 TenantAttribution; Relay Access Denied"),
    ("any", "550 5.7.501 Access denied, spam abuse detected"),
    ("any", "550 5.4.1 Relay Access Denied"),
    ("any", "554 5.4.4 SMTPSEND.DNS.MxLoopback; DNS records for this domain are configured in a loop"),
    ("any", "550 5.4.317 Message expired, cannot connect to remote server -> 451 4.7.0"),
    ("any", "550 5.4.316 Message expired, connection refused"),
    ("any", "450 4.4.312 DNS query failed"),
    ("any", "554 Your email was rejected because the sending mail server does not identify itself correctly"),
    ("any", "550 5.7.1 Our system has detected that this message is likely unsolicited mail"),
    ("any", "421-4.7.28 Our system has detected an unusual rate of unsolicited mail"),
    ("any", "550-5.7.26 Unauthenticated email from example.com is not accepted due to domain's DMARC policy"),
    ("any", "550 SPF: 1.2.3.4 is not allowed to send mail from example.com"),
    ("any", "550 Message was not accepted -- invalid mail. Try again later"),
    ("any", "550 JunkMail rejected - host is in an RBL"),
    ("any", "550 Rejected: spam"),
    ("any", "550 Email blocked by recipient's content policy"),
    ("any", "550 rejected because 1.2.3.4 is in a black list at zen.spamhaus.org"),
    ("any", "571 Email from 1.2.3.4 is currently blocked by Verizon Online's anti-spam system"),
    ("any", "550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)"),
    ("any", "550 Host is not allowed to relay"),
    ("any", "550 relay not permitted"),
    ("any", "550 5.7.1 Relaying denied. Proper authentication required."),
    ("any", "530 5.7.57 Client not authenticated to send mail"),
    ("any", "535 Authentication failed"),
    ("any", "554 5.6.0 Invalid message content"),
    ("any", "552 size limit exceeded"),
    ("any", "554 message too large"),
    ("any", "552 5.3.4 Requested mail action aborted: exceeded storage allocation"),
    ("any", "550 5.3.5 system incorrectly configured"),
    ("any", "554 5.4.0 mail loops back to myself"),
    ("any", "554 too many hops"),
    ("any", "550 5.7.0 Local Policy Violation"),
    ("any", "451 4.3.0 Error: queue file write error"),
    ("any", "451 Temporary local problem - please try later"),
    ("any", "421 Too many concurrent SMTP connections"),
    ("any", "550 Sender unknown"),
    ("any", "550 Domain of sender address ruth@example.com does not exist"),
    ("any", "553 sorry, your envelope sender is in my badmailfrom list"),
    (
        "any",
        (
            "550 <ruth@example.com>: Sender address rejected: undeliverable address: host mx.example.com "
            "said: 550 5.1.1 user unknown"
        ),
    ),
    ("any", "550 Sender verification failed"),
    ("any", "550 Your domain has no MX records"),
    ("any", "550 5.1.8 Bad sender's system address"),
    ("any", "550 Previous (cached) callout verification failure"),
    ("any", "550 5.7.1 Recipient not authorized, your IP has been found on a block list"),
    ("any", "550 User is suspended"),
    ("any", "550 account is locked"),
    ("any", "550 Account inactive"),
    ("any", "550 5.2.1 Mailbox disabled for this recipient"),
    ("any", "550 permanent failure for one or more recipients (x@y:blocked)"),
    ("any", "550 x@y - user has blocked your address"),
    ("any", "550 Mail rejected by Windows Live Hotmail for policy reasons"),
    ("any", "550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy"),
    ("any", "550 5.7.124 sender not in allowed-senders list"),
    ("any", ("550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients")),
    (
        "any",
        ("550 5.2.122 The recipient has exceeded their limit for the number of messages they can receive per hour"),
    ),
    ("any", "554 5.2.0 STOREDRV.Deliver.Exception:AccountDisabledException"),
    ("any", "554 5.7.1 The file attached is not permitted (virus)"),
    ("any", "550 virus found"),
    ("any", "554 Transaction failed"),
    (
        "any",
        (
            "554 delivery error: dd Sorry your message cannot be delivered. This account has been disabled "
            "or discontinued [#102]"
        ),
    ),
    ("any", "connection timed out"),
    ("any", "lost connection with mx.y.org while receiving the initial server greeting"),
    ("any", "Server did not reply"),
    ("any", "host y.org refused to talk to me: 554 5.7.1 blocked"),
    ("any", "550 The message was rejected because the recipient requires encryption"),
]
"""What they say when the address is not to blame."""


def cause(words: str) -> Cause:
    return cause_of(Evidence(status_code(words), (words,), step_of(words)))


@pytest.mark.parametrize(("_", "words"), NOBODY)
def test_an_address_is_dead_if_the_server_does_not_know_it(_: str, words: str) -> None:
    assert cause(words) is Cause.ADDRESS


@pytest.mark.parametrize(("_", "words"), ANYTHING_ELSE)
def test_an_address_is_not_blamed_for_anything_else(_: str, words: str) -> None:
    assert cause(words) is not Cause.ADDRESS


@pytest.mark.parametrize(
    "words",
    [
        "550 Die Absenderadresse ist ung\u00fcltig",
        "550 L'adresse de l'exp\u00e9diteur est inconnue",
        "550 Direcci\u00f3n del remitente inv\u00e1lida",
        "550 O endere\u00e7o do remetente n\u00e3o existe",
        "550 L'indirizzo del mittente non esiste",
        "550 adres van afzender onbekend",
        "550 адрес отправителя не существует",
        "550 \u53d1\u4ef6\u4eba\u5730\u5740\u4e0d\u5b58\u5728",
        "550 5.1.1 Sender <hr@mail.example.com> user unknown",
    ],
)
def test_an_unknown_sender_does_not_make_the_address_dead_in_any_language(words: str) -> None:
    assert cause(words) is Cause.SENDER


@pytest.mark.parametrize(
    ("status", "words", "found"),
    [
        ("5.1.1", "450 4.2.0 Greylisted, please come back later", Cause.PASSING),
        ("4.4.7", "550 5.1.1 User unknown", Cause.ADDRESS),
        ("5.1.1", "552 5.2.2 over quota", Cause.MAILBOX),
        ("5.1.0", "5.1.0 - Unknown address error 550-['5.1.1 User unknown']", Cause.ADDRESS),
        ("5.0.0", "smtp; 550 5.7.1 blocked", Cause.SENDER),
        ("5.1.1", "", Cause.ADDRESS),
        ("5.7.1", "", Cause.SENDER),
        ("5.2.1", "", Cause.MAILBOX),
        ("4.1.1", "", Cause.PASSING),
        (None, "", Cause.UNKNOWN),
        (None, "550 something in a language that nobody foresaw", Cause.UNKNOWN),
    ],
)
def test_what_the_innermost_server_says_counts_more_than_what_is_wrapped_around_it(
    status: str | None, words: str, found: Cause
) -> None:
    assert cause_of(Evidence(status, (words,))) is found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("550 Unknown user kate@example.org (in reply to end of DATA command)", Cause.SENDER),
        ("550 5.1.1 Unknown user kate@example.org (in reply to end of DATA command)", Cause.ADDRESS),
        ("550 Unknown user kate@example.org (in reply to RCPT TO command)", Cause.ADDRESS),
        ("550 5.1.1 user unknown (in reply to MAIL FROM command)", Cause.SENDER),
    ],
)
def test_the_step_at_which_a_server_refused_tells_what_it_can_mean(words: str, found: Cause) -> None:
    assert cause(words) is found


@pytest.mark.parametrize(
    ("answer", "dead"),
    [
        ("550 5.1.1 <kate@example.org>: Recipient address rejected: User unknown", True),
        ("550 no such user", True),
        ("553 5.1.2 domain not found", True),
        ("554 5.7.1 Relay access denied", False),
        ("550 5.7.1 rejected by policy", False),
        ("552 5.2.2 mailbox full", False),
        ("550 5.1.8 sender domain not found", False),
        ("550 no", False),
    ],
)
def test_a_response_to_rcpt_is_diagnosed_like_a_report(answer: str, dead: bool) -> None:
    assert refuses_address(answer) is dead


@given(
    st.lists(
        st.one_of(
            st.text(max_size=60),
            st.sampled_from([words for _, words in NOBODY + ANYTHING_ELSE]),
            st.sampled_from(["550-", "->", "['", "said: ", "\n", "5.1.1 ", "<" * 50, "mailbox " * 300, "user " * 300]),
        ),
        max_size=12,
    ),
    st.none() | st.from_regex(r"[245]\.\d\.\d{1,3}", fullmatch=True),
)
def test_every_response_has_a_cause(said: list[str], status: str | None) -> None:
    words = "".join(said)
    assert cause_of(Evidence(status, (words,), step_of(words))) in Cause
