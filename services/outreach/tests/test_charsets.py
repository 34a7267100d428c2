"""What the labels of charsets mean, in bodies and in headers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.outreach.channels.email.parsing.charsets import decoded
from rapport.outreach.channels.email.parsing.mail import parse_mail


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("gb2312", "gb18030", "朱镕基"),
        ("GB_2312-80", "gb18030", "朱镕基"),
        ("iso-8859-1", "cp1252", "’–“€…"),
        ("latin1", "cp1252", "’–“€…"),
        ("iso-8859-9", "cp1254", "ığ€"),
        ("iso-8859-11", "cp874", "ไทย€"),
        ("tis-620", "cp874", "ไทย€"),
        ("shift_jis", "cp932", "①㈱～"),
        ("x-sjis", "cp932", "①"),
        ("euc-kr", "cp949", "똠방각하"),
        ("ks_c_5601-1987", "cp949", "똠방각하"),
        ("big5", "big5hkscs", "測試"),
        ("koi8-r", "koi8-r", "Привет"),
        ("windows-1251", "cp1251", "Привет"),
        ("iso-2022-jp", "iso2022_jp", "面接"),
        ("iso-2022-kr", "iso2022_kr", "한국"),
        ("unicode-1-1-utf-7", "utf-7", "Grüße"),
        ("us-ascii", "utf-8", "Grüße"),
        ("us-ascii", "cp1252", "Grüße’"),
        (None, "utf-8", "Grüße"),
        (None, "cp1252", "Grüße’"),
        ("nonsense", "utf-8", "Grüße"),
        ("rot13", "utf-8", "Grüße"),
    ],
)
def test_a_label_means_what_everybody_takes_it_for(label: str | None, codec: str, text: str) -> None:
    assert decoded(text.encode(codec), label) == text


def test_japanese_that_its_standard_lacks_is_read() -> None:
    assert decoded(b'\x1b$B-!$"\x1b(B abc', "iso-2022-jp") == "①あ abc"


@given(
    st.binary(max_size=300),
    st.sampled_from(["gb2312", "iso-2022-jp", "utf-7", "latin1", "x", None, "hz-gb-2312", "cp437"]),
)
def test_any_bytes_are_some_text(content: bytes, label: str | None) -> None:
    assert len(decoded(content, label)) <= 4 * len(content) + 4


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        ("Grüße – heute".encode(), "Grüße – heute"),
        ("Grüße – heute".encode("cp1252"), "Grüße – heute"),
        ("面接".encode("iso2022_jp"), "面接"),
        (b"=?gb2312?B?u9i4tKO61uzpRrv5?=", "回复：朱镕基"),
        (b"=?iso-8859-1?Q?I=92m_free?=", "I’m free"),
        (b"=?utf-8?B?R3LDvMOfZQ==?= and \xc3\xbc", "Grüße and ü"),
        (b"=?utf-8?B?5pY=?= =?utf-8?B?h+Wtlw==?=", "文字"),
        (b"=?x-unknown?Q?a=FC?=", "aü"),
        (b"plain", "plain"),
    ],
)
def test_headers_with_any_bytes_are_read(raw: bytes, subject: str) -> None:
    assert parse_mail(b"From: a@example.org\nSubject: " + raw + b"\n\nHello").subject == subject


def test_a_page_may_name_its_own_charset() -> None:
    page = '<html><head><meta charset="windows-1251"></head><body>Привет</body></html>'.encode("cp1251")
    assert parse_mail(b"From: a@example.org\nContent-Type: text/html\n\n" + page).text == "Привет"
