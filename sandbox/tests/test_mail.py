"""The sandbox's mail over SMTP, IMAP and JSON, and on its pages."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from html import unescape
from pathlib import Path
from typing import Any, TypeVar

import aiosmtplib
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from rapport.kit.mail import assembled, encoded_mailbox, encoded_text, text_and_page
from rapport.sandbox.app import MAIL, sandbox
from rapport.sandbox.settings import SandboxSettings

_T = TypeVar("_T")
PASSWORD = "the password of every mailbox"
EVE, NOAH = "eve@example.com", "noah@example.org"
WITHIN = 20


def settings(folder: Path, **more: Any) -> SandboxSettings:
    nowhere = "http://127.0.0.1:9"
    usual = {"http_port": 8090, "state": folder, "gateway_url": nowhere, "webhook_url": nowhere, "webhook_secret": "w"}
    return SandboxSettings(**usual, client_id="rapport", client_secret="c", mail_password=PASSWORD, **more)


@dataclass
class World:
    """A sandbox that is served, and ways to reach its mail."""

    http: "TestClient[web.Request, web.Application]"
    smtp_port: int
    imap_port: int

    async def send(
        self, mail: EmailMessage | bytes, *recipients: str, sender: str = EVE, **options: Any
    ) -> tuple[dict[str, Any], str]:
        """Send a mail by SMTP; return the refused recipients with the server's responses."""
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=self.smtp_port, start_tls=False, timeout=WITHIN, **options)
        async with client:
            content = mail if isinstance(mail, bytes) else mail.as_bytes(policy=policy.SMTP)
            return await client.sendmail(sender, recipients or [NOAH], content)

    @contextmanager
    def imap(self, mailbox: str, password: str = PASSWORD) -> Iterator[IMAPClient]:
        """A blocking IMAP connection, for use in a thread."""
        with IMAPClient("127.0.0.1", self.imap_port, ssl=False, timeout=WITHIN) as client:
            client.login(mailbox, password)
            yield client

    async def inbox(self, mailbox: str) -> list[bytes]:
        """The mails of a mailbox, read by IMAP."""

        def read() -> list[bytes]:
            with self.imap(mailbox) as client:
                client.select_folder("INBOX", readonly=True)
                found = client.fetch(client.search(), ["BODY.PEEK[]"])
                return [found[uid][b"BODY[]"] for uid in sorted(found)]

        return await asyncio.to_thread(read)

    async def listed(self, **query: str) -> list[dict[str, Any]]:
        """The mails that the JSON API lists."""
        async with self.http.get("/api/mail", params=query) as response:
            assert response.status == 200, await response.text()
            mails: list[dict[str, Any]] = await response.json()
            return mails

    async def answer(self, mail: dict[str, Any], kind: str, **more: str) -> tuple[int, dict[str, Any]]:
        """Reply to a mail by the JSON API."""
        place = f"/api/mail/{mail['mailbox']}/{mail['id']}/answers"
        async with self.http.post(place, json={"kind": kind} | more) as response:
            return response.status, await response.json()

    async def page(self, place: str, **query: str) -> str:
        async with self.http.get(place, params=query) as response:
            assert response.status == 200, await response.text()
            return await response.text(errors="replace")


def names_in(folder: Path) -> set[str]:
    return {str(file) for file in folder.rglob("*")}


@asynccontextmanager
async def world(given: SandboxSettings) -> AsyncIterator[World]:
    application = sandbox(given, None, [], {})
    async with TestClient(TestServer(application)) as client:
        yield World(client, application[MAIL].smtp_port, application[MAIL].imap_port)


@pytest_asyncio.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(settings(tmp_path)) as running:
        yield running


def a_mail(subject: str = "A job for you", *, to: str = f"Noah Visser <{NOAH}>", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    usual = {"From": f"Eve Smith <{EVE}>", "To": to, "Subject": subject, "Date": formatdate()}
    for name, value in (usual | {"Message-ID": make_msgid(domain="example.com")} | headers).items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Hi Noah,\n\nshall we talk?\n")
    mail.add_alternative("<html><body><p>Hi Noah,</p><p>shall we <b>talk</b>?</p></body></html>", subtype="html")
    return mail


# Programs hand mail in and read it ------------------------------------------------------------------------


async def test_a_mail_arrives_in_the_recipients_mailbox_as_it_was_sent(here: World) -> None:
    mail = a_mail("Grüße aus Köln")
    assert (await here.send(mail))[0] == {}
    [arrived] = await here.inbox("NOAH@Example.org")
    assert arrived.endswith(mail.as_bytes(policy=policy.SMTP))
    stamped = message_from_bytes(arrived, policy=policy.default)
    assert (stamped["Return-Path"], stamped["Delivered-To"]) == (f"<{EVE}>", NOAH)
    assert await here.inbox(EVE) == []


async def test_one_mail_to_five_recipients_is_delivered_to_five_mailboxes_known_or_not(here: World) -> None:
    five = [f"{name}@unknown.example" for name in "abcde"]
    await here.send(a_mail(), *five, five[0].upper())
    for mailbox in five:
        assert len(await here.inbox(mailbox)) == 1
        assert [mail["mailbox"] for mail in await here.listed(to=mailbox)] == [mailbox]


async def test_mail_is_kept_over_a_restart_and_its_numbers_stay(tmp_path: Path) -> None:
    def numbers(running: World) -> Callable[[], tuple[int, list[int]]]:
        def read() -> tuple[int, list[int]]:
            with running.imap(NOAH) as client:
                return client.select_folder("INBOX")[b"UIDVALIDITY"], client.search()

        return read

    async with world(settings(tmp_path)) as first:
        await first.send(a_mail("kept"))
        before = await asyncio.to_thread(numbers(first))
    async with world(settings(tmp_path)) as second:
        assert await asyncio.to_thread(numbers(second)) == before
        await second.send(a_mail("new"))
        validity, uids = await asyncio.to_thread(numbers(second))
        assert (validity, uids[:-1]) == before
        assert [mail["subject"] for mail in await second.listed(to=NOAH)] == ["kept", "new"]


async def test_an_open_imap_connection_sees_new_mail(here: World) -> None:
    await here.send(a_mail("first"))
    loop = asyncio.get_running_loop()

    def look() -> tuple[list[int], list[int], list[int], list[Any]]:
        def send(subject: str) -> None:
            asyncio.run_coroutine_threadsafe(here.send(a_mail(subject)), loop).result(WITHIN)

        with here.imap(NOAH) as client:
            client.select_folder("INBOX", readonly=True)
            first = client.search()
            send("second")
            client.noop()
            second = client.search(["UID", f"{first[-1] + 1}:*"])
            client.idle()
            send("third")
            told = client.idle_check(timeout=WITHIN)
            client.idle_done()
            return first, second, client.search(), told

    first, second, all_, told = await asyncio.to_thread(look)
    assert (len(first), len(second), len(all_)) == (1, 1, 3)
    assert (3, b"EXISTS") in told


async def test_reading_with_peek_changes_nothing_and_what_is_deleted_is_gone(here: World) -> None:
    await here.send(a_mail("read"))
    await here.send(a_mail("deleted"))

    def look() -> tuple[Any, list[int]]:
        with here.imap(NOAH) as client:
            client.select_folder("INBOX")
            first, second = client.search()
            client.fetch([first], ["BODY.PEEK[]"])
            flags = client.get_flags([first])[first]
            client.delete_messages([second])
            client.expunge()
            return flags, client.search()

    flags, left = await asyncio.to_thread(look)
    assert flags == ()
    assert len(left) == 1
    assert [mail["subject"] for mail in await here.listed(to=NOAH)] == ["read"]


async def test_a_wrong_password_opens_no_mailbox_and_sends_nothing(here: World) -> None:
    await here.send(a_mail())

    def look() -> None:
        with here.imap(NOAH, "guessed"):
            raise AssertionError("the password was wrong")

    with pytest.raises(LoginError):
        await asyncio.to_thread(look)
    with pytest.raises(aiosmtplib.SMTPAuthenticationError):
        await here.send(a_mail("refused"), username=EVE, password="guessed")
    assert [mail["subject"] for mail in await here.listed()] == ["A job for you"]

    await here.send(a_mail("let in"), username=EVE, password=PASSWORD)
    assert [mail["subject"] for mail in await here.listed()] == ["A job for you", "let in"]


async def test_a_mail_of_more_than_ten_mebibytes_is_refused_before_it_is_sent(here: World) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=here.smtp_port, start_tls=False) as client:
        await client.ehlo()
        assert "SIZE 10485760" in client.last_ehlo_response.message  # type: ignore[union-attr]
        with pytest.raises(aiosmtplib.SMTPResponseException) as refused:
            await client.mail(EVE, options=["SIZE=10485761"])
        assert refused.value.code == 552
    assert await here.listed() == []


@pytest.mark.parametrize(
    "address", ['"../../etc/passwd"@example.org', "..@example.org", "a/../../b@example.org", "~root/.ssh@example.org"]
)
async def test_a_hostile_address_has_a_mailbox_like_any_other_and_reaches_no_file(
    address: str, here: World, tmp_path: Path
) -> None:
    files = names_in(tmp_path)
    await here.send(a_mail(to=EVE), address)
    [mail] = await here.listed()
    assert names_in(tmp_path) == files
    [row] = [part for part in (await here.page("/mail")).split('"') if part.endswith(f"/{mail['id']}")]
    assert "A job for you" in await here.page(unescape(row))
    assert len(await here.inbox(mail["mailbox"])) == 1


@pytest.mark.parametrize("address", ["nobody", "@example.org", f"{'x' * 250}@example.org", "a@"])
async def test_what_is_no_address_is_refused(address: str, here: World) -> None:
    with pytest.raises((aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPResponseException)):
        await here.send(a_mail(), address)
    assert await here.listed() == []


async def test_the_oldest_mails_are_deleted(tmp_path: Path) -> None:
    async with world(settings(tmp_path, mails_kept=3)) as running:
        for number in range(5):
            await running.send(a_mail(str(number)))
        assert [mail["subject"] for mail in await running.listed()] == ["2", "3", "4"]
        assert len(await running.inbox(NOAH)) == 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no headers at all",
        b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
        b"Content-Type: text/plain; charset=klingon\r\nSubject: =?klingon?q?x?=\r\n\r\nh\xe9llo\r\n",
        b"Subject: \xff\xfe\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n",
        b"From: <<>>\r\nTo: ,,,\r\nContent-Type: text\r\n\r\nx\r\n",
        b"Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\nx\r\n",
        b"From: " + b"(((<a@b.c>," * 80 + b"\r\n" + b" (((<a@b.c>,\r\n" * 400 + b"\r\nx\r\n",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1000)),
    ],
)
async def test_a_broken_mail_is_delivered_shown_and_read_all_the_same(content: bytes, here: World) -> None:
    await here.send(content)
    [mail] = await here.listed()
    for place in ("/mail", f"/mail/{NOAH}/{mail['id']}", f"/mail/{NOAH}/{mail['id']}/raw"):
        await here.page(place)
    assert len(await here.inbox(NOAH)) == 1
    status, _ = await here.answer(mail, "bounce")
    assert status == 201


async def test_a_mail_with_too_many_parts_is_refused(here: World) -> None:
    with pytest.raises(aiosmtplib.SMTPDataError):
        await here.send(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 10_001)
    assert await here.listed() == []


async def test_mails_are_listed_after_the_last_one_seen(here: World) -> None:
    for number in range(3):
        await here.send(a_mail(str(number)), NOAH, "other@example.org")
    first, *_ = await here.listed(to=NOAH)
    assert [mail["subject"] for mail in await here.listed(to=NOAH.upper(), since=str(first["id"]))] == ["1", "2"]
    assert [mail["subject"] for mail in await here.listed(to=NOAH, since="0", limit="1")] == ["0"]
    async with here.http.get("/api/mail", params={"since": "yesterday", "whom": "me"}) as response:
        assert response.status == 400
        assert "since: Input should be a valid integer" in await response.text()
        assert "whom: Extra inputs are not permitted" in await response.text()


# Replies --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "words"),
    [("interested", "this sounds interesting"), ("no_thanks", "no thanks"), ("text", "Is it remote? Für immer?")],
)
async def test_a_reply_looks_like_one_of_a_real_mail_program(kind: str, words: str, here: World) -> None:
    asked = a_mail("Engineers wanted, größer", References="<earlier@example.com>")
    await here.send(asked)
    [mail] = await here.listed(to=NOAH)
    status, outcome = await here.answer(mail, kind, **({"text": words} if kind == "text" else {}))
    assert (status, [each["mailbox"] for each in outcome["delivered"]]) == (201, [EVE])

    [raw] = await here.inbox(EVE)
    reply = message_from_bytes(raw, policy=policy.default)
    assert reply["Return-Path"] == f"<{NOAH}>"
    assert (reply["From"], reply["To"]) == (f"Noah Visser <{NOAH}>", f"Eve Smith <{EVE}>")
    assert reply["Subject"] == "Re: Engineers wanted, größer"
    assert reply["In-Reply-To"] == asked["Message-ID"]
    assert reply["References"].split() == ["<earlier@example.com>", asked["Message-ID"]]
    assert reply["Message-ID"] == outcome["delivered"][0]["message_id"] != asked["Message-ID"]
    assert "Auto-Submitted" not in reply
    text, html = (reply.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert words in text.partition("wrote:")[0]
    assert f"On {asked['Date']}, Eve Smith <{EVE}> wrote:\n\n> Hi Noah,\n>\n> shall we talk?" in text
    assert words.partition("?")[0] in html.partition("<blockquote")[0]
    assert "shall we <b>talk</b>?" in html.partition("<blockquote")[2]


@pytest.mark.parametrize("kind", ["interested", "out_of_office"])
async def test_names_and_subject_of_the_answered_mail_inject_no_headers(kind: str, here: World) -> None:
    injection = "=?utf-8?q?x=0D=0AReply-To:_a@evil.example=0D=0A=0D=0Abody?="
    headers = [
        ("From", encoded_mailbox("From", injection, EVE)),
        ("To", encoded_mailbox("To", injection, NOAH)),
        ("Subject", encoded_text("Subject", injection)),
        ("Message-ID", "<1@example.com>"),
    ]
    await here.send(assembled(headers, text_and_page("Hi", None)))
    [mail] = await here.listed(to=NOAH)
    await here.answer(mail, kind)

    [raw] = await here.inbox(EVE)
    reply = message_from_bytes(raw, policy=policy.compat32)
    assert "Reply-To" not in reply
    assert str(make_header(decode_header(reply["Subject"]))).endswith(f": {injection}")
    assert reply.get_content_type() in ("multipart/alternative", "text/plain")


async def test_a_reply_goes_where_the_sender_wants_it(here: World) -> None:
    await here.send(a_mail("Re: so far", Reply_To="Team <team@example.com>, lead@example.com"))
    [mail] = await here.listed(to=NOAH)
    await here.answer(mail, "interested")
    assert await here.inbox(EVE) == []
    for mailbox in ("team@example.com", "lead@example.com"):
        assert [each["subject"] for each in await here.listed(to=mailbox)] == ["Re: so far"]


async def test_an_automatic_reply_says_that_it_is_one_and_names_a_date(here: World) -> None:
    await here.send(a_mail(Reply_To="other@example.com"), sender="bounces@example.com")
    [mail] = await here.listed(to=NOAH)
    await here.answer(mail, "out_of_office", until="2026-12-14")

    [raw] = await here.inbox("bounces@example.com")
    reply = message_from_bytes(raw, policy=policy.default)
    assert reply["Auto-Submitted"] == "auto-replied"
    assert reply["Return-Path"] == "<>"
    assert reply["Subject"] == "Automatic reply: A job for you"
    assert reply["In-Reply-To"] == mail["message_id"]
    assert "until Monday, 14 December 2026" in reply.get_content()


async def test_a_bounce_is_a_delivery_status_report_to_the_envelope_sender(here: World) -> None:
    asked = a_mail()
    await here.send(asked, sender="bounces@example.com")
    [mail] = await here.listed(to=NOAH)
    await here.answer(mail, "bounce")

    [raw] = await here.inbox("bounces@example.com")
    report = message_from_bytes(raw, policy=policy.default)
    assert (report.get_content_type(), report.get_param("report-type")) == ("multipart/report", "delivery-status")
    assert (report["Return-Path"], report["From"]) == ("<>", "Mail Delivery System <mailer-daemon@example.org>")
    assert report["Auto-Submitted"] == "auto-replied"
    for_people, status, returned = report.iter_parts()  # type: ignore[union-attr]
    assert NOAH in for_people.get_content()
    about_mail, about_recipient = status.get_payload()
    assert about_mail["Reporting-MTA"] == "dns; mail.example.org"
    assert about_recipient["Final-Recipient"] == f"rfc822; {NOAH}"
    assert (about_recipient["Action"], about_recipient["Status"]) == ("failed", "5.1.1")
    assert about_recipient["Diagnostic-Code"].startswith("smtp; 550 5.1.1")
    assert returned.get_content_type() == "text/rfc822-headers"
    assert message_from_bytes(returned.get_payload(decode=True))["Message-ID"] == asked["Message-ID"]


async def test_machines_do_not_answer_machines(here: World) -> None:
    await here.send(a_mail("a notice", Auto_Submitted="auto-generated"))
    await here.send(a_mail("a bounce"), sender="")
    notification, bounce = await here.listed(to=NOAH)
    for mail, kind in ((notification, "out_of_office"), (bounce, "out_of_office"), (bounce, "bounce")):
        status, outcome = await here.answer(mail, kind)
        assert status == 409
        assert outcome["error"].startswith(
            "its envelope has no sender" if mail is bounce else "it was sent by a machine"
        )
    assert await here.inbox(EVE) == []


async def test_an_invalid_reply_is_refused_and_sends_nothing(here: World) -> None:
    await here.send(a_mail())
    [mail] = await here.listed()
    place = f"/api/mail/{NOAH}/{mail['id']}/answers"
    for body, status, words in (
        (
            {"kind": "shrug"},
            400,
            "kind: Input should be 'interested', 'no_thanks', 'out_of_office', 'bounce' or 'text'",
        ),
        ({"kind": "text", "text": " "}, 409, "an answer needs a text"),
        ({}, 400, "kind: Field required"),
    ):
        async with here.http.post(place, json=body) as response:
            assert response.status == status
            assert words in await response.text()
    async with here.http.post(place, data="{}") as response:
        assert response.status == 415
    async with here.http.post(f"/api/mail/{EVE}/{mail['id']}/answers", json={"kind": "bounce"}) as response:
        assert response.status == 404
    assert await here.listed() == [mail]


# A person looks at it -------------------------------------------------------------------------------------


async def test_mail_is_searched_filtered_and_paged(here: World) -> None:
    for number in range(52):
        await here.send(a_mail(f"number {number:02}"), NOAH if number % 2 else "other@example.org")
    newest = await here.page("/mail")
    assert "number 51" in newest
    assert "number 01" not in newest
    [older] = [part for part in newest.split('"') if "before=" in part]
    assert "number 01" in await here.page(unescape(older))
    assert "number 02" not in await here.page(f"/mail/{NOAH}")
    assert "number 51" not in await here.page("/mail", to="other@")
    found = await here.page("/mail", q="NUMBER 17")
    assert "number 17" in found
    assert "number 16" not in found
    assert "Nothing matches." in await here.page("/mail", q="no such words")


async def test_hostile_subjects_names_and_bodies_are_shown_as_text(here: World) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f'"{hostile}" <{EVE}>', f'"{hostile}" <{NOAH}>', f'"{hostile}'
    mail["X-Hostile"] = hostile
    mail.set_content(f"{hostile} http://example.com/?\"onclick=alert(1) 'x' javascript:alert(1)")
    mail.add_attachment(b"x", maintype="image", subtype="png", filename=f"{hostile}.png")
    await here.send(mail)
    [listed] = await here.listed()
    await here.answer(listed, "interested")
    for place in ("/mail", f"/mail/{NOAH}", f"/mail/{NOAH}/{listed['id']}", f"/mail/{EVE}/{listed['id'] + 1}"):
        text = await here.page(place)
        assert "<img" not in text
        assert '"onclick' not in text
        assert 'href="javascript' not in text
    assert "<script>" not in await here.page("/mail", q='"><script>', to='"><script>')
    assert "<script>" not in await here.page("/mail/%22%3E%3Cscript%3E@x")


async def test_a_mails_html_is_framed_where_it_can_do_nothing(here: World) -> None:
    mail = a_mail()
    mail.get_payload()[1].set_content("<p style='color:red'>Hi</p><script>alert(1)</script>", subtype="html")  # type: ignore[index, union-attr]
    await here.send(mail)
    [listed] = await here.listed()
    place = f"/mail/{NOAH}/{listed['id']}"
    async with here.http.get(place) as response:
        text = await response.text()
        assert "alert(1)" not in text
        assert f'<iframe src="{place}/html"' in text
        assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in text
        directives = response.headers["Content-Security-Policy"].split("; ")
        assert "frame-src 'self'" in directives
        assert "script-src 'self'" in directives
        assert not any("unsafe" in each for each in directives)
    async with here.http.get(f"{place}/html") as response:
        directives = response.headers["Content-Security-Policy"].split("; ")
        assert "default-src 'none'" in directives
        assert "style-src 'unsafe-inline'" in directives
        assert "sandbox allow-popups allow-popups-to-escape-sandbox" in directives
        assert "frame-ancestors 'self'" in directives
        assert not any(each.startswith(("script-src", "connect-src", "frame-src")) for each in directives)
        assert '<base target="_blank">' in await response.text()


async def test_a_click_on_the_page_replies_to_the_mail(here: World) -> None:
    await here.send(a_mail())
    [mail] = await here.listed()
    place = f"/mail/{NOAH}/{mail['id']}/answers"
    async with here.http.post(place, data={"kind": "text", "text": "Gladly"}) as response:
        assert response.status == 200
        assert f'now in the mailbox of <a href="/mail/{EVE}">' in await response.text()
    [reply] = await here.listed(to=EVE)
    assert reply["text"].startswith("Gladly")
    async with here.http.post(place, data={"kind": "bounce"}, headers={"Sec-Fetch-Site": "cross-site"}) as response:
        assert response.status == 403
    assert await here.listed(to=EVE) == [reply]


async def test_unsubscribing_with_one_click_sends_what_a_mail_program_sends(tmp_path: Path) -> None:
    asked: list[tuple[str, str, str]] = []

    async def unsubscribe(request: web.Request) -> web.Response:
        asked.append((request.path, request.content_type, await request.text()))
        return web.Response(status=202)

    application = web.Application()
    application.add_routes([web.post("/u/{token}", unsubscribe)])
    async with TestServer(application) as server:
        reached = {"http://rapport.example": str(server.make_url("")).rstrip("/")}
        async with world(settings(tmp_path, reached_at=reached)) as running:
            link, promise = "<http://rapport.example/u/token>", "List-Unsubscribe=One-Click"
            await running.send(
                a_mail("both", List_Unsubscribe=f"<mailto:x@y.z>, {link}", List_Unsubscribe_Post=promise)
            )
            await running.send(a_mail("page only", List_Unsubscribe=link))
            await running.send(
                a_mail("gone", List_Unsubscribe="<http://127.0.0.1:9/u/t>", List_Unsubscribe_Post=promise)
            )
            both, page_only, gone = (f"/mail/{NOAH}/{mail['id']}" for mail in await running.listed())

            assert asked == []
            async with running.http.post(f"{both}/unsubscribe") as response:
                assert "answered with status 202" in await response.text()
            assert asked == [("/u/token", "application/x-www-form-urlencoded", promise)]
            assert "one click" not in await running.page(page_only)
            async with running.http.post(f"{page_only}/unsubscribe") as response:
                assert response.status == 409
            async with running.http.post(f"{gone}/unsubscribe") as response:
                assert "its address cannot be reached" in await response.text()
            assert len(asked) == 1
