"""The one form of a mail address: what is hashed, compared, matched, suppressed and sent to.

``Ana@Bücher.example.`` and ``ana@xn--bcher-kva.example`` are one address: who unsubscribes one must not be written
to at the other.
"""

import re
import unicodedata
from typing import Annotated

import idna
from pydantic import AfterValidator

from rapport.contracts.text import CleanText, clean_identifier, clean_text

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_LONGEST_DOMAIN = 253
_LONGEST_LOCAL_PART = 64
_NOT_IN_A_LOCAL_PART = re.compile(r"[\s\x00-\x1f\x7f-\x9f<>()\[\],;:@\\\"]")
"""Quoted local parts are left out: no person has one, and every program reads them differently."""


def canonical_address(text: str) -> str | None:
    """The address in its one form, or None if it is none.

    Trimmed, without invisible characters, NFC, lower case, the domain as :func:`canonical_domain` has it. A canonical
    address is its own canonical form.
    """
    before, at, after = text.rpartition("@")
    local, domain = _lower(clean_identifier(before)), canonical_domain(after)
    if not at or domain is None or not 0 < len(local.encode()) <= _LONGEST_LOCAL_PART:
        return None
    return None if _NOT_IN_A_LOCAL_PART.search(local) else f"{local}@{domain}"


def canonical_domain(text: str) -> str | None:
    """The domain as A-labels by IDNA 2008 (UTS 46, non-transitional), without a final dot; None if it is none."""
    # Joiners are part of some labels, which IDNA decides by their neighbours; elsewhere they are merely invisible.
    spellings = (clean_text(text).strip(), clean_identifier(text))
    domain = next(filter(None, map(_a_labels, spellings)), "").removesuffix(".")
    proper = len(domain) <= _LONGEST_DOMAIN and all(map(_LABEL.fullmatch, domain.split(".")))
    return domain if proper else None


def comparable_address(text: str) -> str:
    """The canonical address; of what is none, the text itself as identifiers are compared."""
    return canonical_address(text) or _lower(clean_identifier(text))


def same_address(one: str, other: str) -> bool:
    """Whether two addresses are one, however they are spelt."""
    return comparable_address(one) == comparable_address(other)


def domain_of(address: str) -> str:
    """The domain of a canonical address."""
    return address.rpartition("@")[2]


def _a_labels(domain: str) -> str | None:
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return None


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text.lower())


ComparableAddress = Annotated[CleanText, AfterValidator(comparable_address)]
"""A field by which a user or person is looked up."""
