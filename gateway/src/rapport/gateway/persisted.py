"""Documents that clients name by their SHA-256 instead of sending them.

Either any document is remembered once it came with its hash (Apollo's automatic persisted queries), or only those in a
file are executed at all.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import orjson

from rapport.gateway.errors import ClientError, Code
from rapport.gateway.limits import glance

_REMEMBERED = 1000
"""Documents of a process; each has few characters, or it would not be looked at."""


class Documents(Protocol):
    """Where the text of a request's document comes from."""

    def text(self, query: str | None, extensions: Mapping[str, Any] | None) -> str | None:
        """The document to execute; None if the request names none.

        Args:
            query: the text that came with the request.
            extensions: of the request, where ``persistedQuery.sha256Hash`` names a document.

        Raises:
            ClientError: the document is not known here, or must not be executed.
        """


class Remembered:
    """Documents that came once with their hash; who names one forgotten since is asked to send it again."""

    def __init__(self) -> None:
        """None is known yet."""
        self._texts: OrderedDict[str, str] = OrderedDict()

    def text(self, query: str | None, extensions: Mapping[str, Any] | None) -> str | None:
        """The text by its hash, or the text given, which is remembered if it came with its hash."""
        named = _hash_of(extensions)
        if named is None:
            return query
        if not query:
            return self._known(named)
        if _sha256(query) != named:
            raise ClientError(Code.BAD_REQUEST, "provided sha does not match query")
        glance(query)
        self._texts[named] = query
        if len(self._texts) > _REMEMBERED:
            self._texts.popitem(last=False)
        return query

    def _known(self, named: str) -> str:
        if named not in self._texts:
            # The message is what clients look for.
            raise ClientError(Code.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
        self._texts.move_to_end(named)
        return self._texts[named]


class Trusted:
    """Documents of a file, and no others."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """``texts``: by their SHA-256."""
        self._texts = texts

    def text(self, query: str | None, extensions: Mapping[str, Any] | None) -> str | None:
        """The text by its hash; a text may also be sent as it is, if it is one of them."""
        named = _hash_of(extensions) or (_sha256(query) if query else None)
        if named is None:
            return None
        if named not in self._texts or query not in {None, "", self._texts[named]}:
            raise ClientError(Code.DOCUMENT_NOT_TRUSTED, "only documents known in advance are executed here")
        return self._texts[named]


def trusted(file: Path, problems_of: Callable[[str], object]) -> Trusted:
    """The documents of a file.

    Args:
        file: a JSON object of SHA-256 and document.
        problems_of: what is wrong with a document; nothing must be.

    Raises:
        ValueError: it is no such file; says which document is wrong.
    """
    texts = orjson.loads(file.read_bytes())
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise ValueError(f"{file} must be a JSON object of SHA-256 and document")
    for named, text in texts.items():
        if _sha256(text) != named:
            raise ValueError(f"{file}: {named} is not the SHA-256 of its document")
        if problems := problems_of(text):
            raise ValueError(f"{file}: {named} cannot be executed: {problems}")
    return Trusted(texts)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _hash_of(extensions: Mapping[str, Any] | None) -> str | None:
    """The hash by which a request names its document, if it does."""
    persisted = (extensions or {}).get("persistedQuery")
    if persisted is None:
        return None
    named = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if not isinstance(named, str) or persisted.get("version") != 1:
        raise ClientError(Code.BAD_REQUEST, "extensions.persistedQuery must have version 1 and a sha256Hash")
    return named.lower()
