"""Text and addresses from outside."""

import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from rapport.contracts.addresses import canonical_address, canonical_domain, comparable_address, same_address
from rapport.contracts.text import clean_identifier, clean_text

_ANY_TEXT = st.text(st.characters(codec=None))


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("Cy\x00", "Cy"),
        ("Ana \ud83d", "Ana \ufffd"),
        ("\ude00\ud83d Ana", "\ufffd\ufffd Ana"),
        ("\ud83d\ude00 Ana", "😀 Ana"),
        ("Ame\u0301lie", "Amélie"),
        ("one\r\n\ttwo\x0b\x1b[31m\x7f", "one\r\n\ttwo[31m"),
        ("نامه\u200cای", "نامه\u200cای"),
    ],
)
def test_a_text_keeps_what_can_be_stored(typed: str, clean: str) -> None:
    assert clean_text(typed) == clean


@given(_ANY_TEXT)
def test_a_clean_text_can_be_stored_and_stays_as_it_is(typed: str) -> None:
    clean = clean_text(typed)
    assert "\x00" not in clean
    assert clean.encode().decode() == clean == unicodedata.normalize("NFC", clean) == clean_text(clean)


@given(_ANY_TEXT)
def test_an_identifier_has_nothing_that_cannot_be_seen(typed: str) -> None:
    identifier = clean_identifier(typed)
    assert not regex.search(r"\p{Default_Ignorable_Code_Point}", identifier)
    assert identifier == identifier.strip() == clean_identifier(identifier)


def test_every_default_ignorable_character_is_known() -> None:
    pattern = regex.compile(r"\p{Default_Ignorable_Code_Point}")
    every = [chr(code) for code in range(0x110000) if pattern.match(chr(code))]
    assert len(every) > 4000
    assert clean_identifier("".join(every)) == ""


@pytest.mark.parametrize(
    ("spelt", "canonical"),
    [
        ("  Ana@Example.ORG \n", "ana@example.org"),
        ("ana@example.org.", "ana@example.org"),
        ("ana@exam\u200bple.org", "ana@example.org"),
        ("ana@exam\u200dple.org", "ana@example.org"),
        ("ana@exam\u2060ple.org", "ana@example.org"),
        ("a\u00adna\u200e@example.org\u200b", "ana@example.org"),
        ("\ufeffana@example.org", "ana@example.org"),
        ("cy@example.org\x00", "cy@example.org"),
        ("ana@faß.example", "ana@xn--fa-hia.example"),
        ("ana@κλαρα-σωλις.example", "ana@xn----ylba7abgd9bnh0e.example"),
        ("ana@BÜCHER.EXAMPLE", "ana@xn--bcher-kva.example"),
        ("ana@bu\u0308cher.example", "ana@xn--bcher-kva.example"),
        ("ana@bücher。example。", "ana@xn--bcher-kva.example"),
        ("ana@XN--BCHER-KVA.example", "ana@xn--bcher-kva.example"),
        ("ana@ＥＸＡＭＰＬＥ.org", "ana@example.org"),
        ("ana@نامه\u200cای.example", "ana@xn--mgba3gch31f060k.example"),
        ("Jose\u0301@example.org", "josé@example.org"),
        ("ana+jobs@example.org", "ana+jobs@example.org"),
        ("o'brien=x@ex_ample.org", "o'brien=x@ex_ample.org"),
        ("ana@ab--cd.example", "ana@ab--cd.example"),
    ],
)
def test_an_address_has_one_form(spelt: str, canonical: str) -> None:
    assert canonical_address(spelt) == canonical
    assert same_address(spelt, canonical)


@pytest.mark.parametrize(
    "typed",
    [
        "", "@", "ana", "ana@", "@example.org", "ana@-example.org", "ana@example..org", "ana@exa mple.org",
        "an a@example.org", "ana@example.org\r\nRCPT TO:<x@example.org>", "<ana@example.org>", '"a b"@example.org',
        "ana@example.org, bo@example.org", "ana@i❤.example", f"{'a' * 65}@example.org", f"ana@{'a' * 64}.org",
        f"ana@{'a.' * 130}org", "ana@a@example.org", "ana@exa\ud83dmple.org", "ana@[192.0.2.1]",
    ],
)  # fmt: skip
def test_what_is_no_address_is_none(typed: str) -> None:
    assert canonical_address(typed) is None


def test_different_addresses_stay_different() -> None:
    assert canonical_address("ana@faß.example") != canonical_address("ana@fass.example")
    assert canonical_domain("نامه\u200cای.example") != canonical_domain("نامهای.example")


_ADDRESSES = st.builds(
    lambda local, domain, end: f"{local}@{domain}{end}",
    st.text(st.characters(codec=None), max_size=12),
    st.text(st.characters(codec=None), max_size=20),
    st.sampled_from(["", ".example", ".example.", "\u200b.org"]),
)


@given(_ADDRESSES | _ANY_TEXT)
def test_the_one_form_of_an_address_is_its_own(typed: str) -> None:
    comparable = comparable_address(typed)
    assert comparable == comparable_address(comparable)
    canonical = canonical_address(typed)
    if canonical is not None:
        assert canonical == comparable == canonical_address(canonical)
        assert canonical.rpartition("@")[2].isascii()
