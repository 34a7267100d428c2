"""Contact points as people are recognised by them: addresses, numbers and profiles in one form each.

An empty key matches nobody: what cannot be read as an address, a number or a profile has none.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import phonenumbers

from rapport.contracts.addresses import canonical_address, canonical_domain, domain_of
from rapport.contracts.text import clean_identifier
from rapport.contracts.vocabulary import ContactKind

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_SECOND_NAMES = ("www.", "m.", "mobile.")
"""Names before a domain that lead to the same pages."""
_PROFILES = re.compile(r"^(?P<country>[a-z]{2}\.)?(?P<domain>linkedin\.com|xing\.com)$")
"""Networks that answer under the names of countries as well."""
_MEANT_PATHS = {"linkedin.com": re.compile(r"^/in/[^/]+"), "github.com": re.compile(r"^/[^/]+")}
"""Of these sites only the beginning of a path names the person; what follows are views of the profile."""


class ContactKey(NamedTuple):
    """What two contact points have in common if they are one."""

    kind: ContactKind
    key: str


def contact_key(kind: ContactKind, value: str, *, region: str | None = None) -> ContactKey | None:
    """The key of a contact point; None if it has none.

    Args:
        kind: what it is.
        value: as somebody wrote it.
        region: the country (ISO 3166-1, two capitals) of telephone numbers that name none.
    """
    key = _KEYS[kind](value) if kind is not ContactKind.PHONE else phone_key(value, region)
    return ContactKey(kind, key) if key else None


def email_key(value: str) -> str:
    """The address in its one form; empty if it is none that a person could have: their domains have a dot."""
    address = canonical_address(value) or ""
    return address if "." in domain_of(address) else ""


@lru_cache(maxsize=4096)
def phone_key(value: str, region: str | None = None) -> str:
    """The number as E.164, with its extension if it has one; empty if it is no possible number."""
    number = _parsed(value, region)
    if number is None:
        return ""
    form = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{form};ext={number.extension}" if number.extension else form


def _parsed(value: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    text = clean_identifier(value)
    if text.startswith("00") and not text.startswith("000"):
        text = f"+{text[2:]}"
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def link_key(value: str) -> str:
    """The address of a page without scheme, capitals of its host, query and fragment; empty if it is none."""
    text = clean_identifier(value)
    if any(character.isspace() for character in text):
        return ""
    try:
        parts = urlsplit(text if _SCHEME.match(text) else f"https://{text}")
        host = canonical_domain(parts.hostname or "") or ""
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or "." not in host:
        return ""
    for name in _SECOND_NAMES:
        host = host.removeprefix(name)
    if network := _PROFILES.match(host):
        host = network["domain"]
    path = unquote(parts.path).rstrip("/")
    if meant := _MEANT_PATHS.get(host):
        named = meant.match(path)
        path = named[0].lower() if named else path
    return f"{host}{path}" if path else ""


_KEYS = {ContactKind.EMAIL: email_key, ContactKind.LINK: link_key}


def is_region(text: str) -> bool:
    """Whether a text is a country whose telephone numbers are known."""
    return text in phonenumbers.SUPPORTED_REGIONS
