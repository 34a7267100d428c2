"""Documents that clients name by their SHA-256 instead of sending them.

Either any document is remembered once it was sent with its hash (Apollo's automatic persisted queries), or only the
documents of a file are executed.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import orjson
from cachetools import LRUCache

from rapport.gateway.errors import ClientError, Code
from rapport.gateway.execution.limits import scan

_MAX_DOCUMENTS = 1000
"""Documents of a process; the limits of documents keep each of them small."""


class Documents(Protocol):
    """Where the text of a request's document comes from."""

    def text(self, query: str | None, extensions: Mapping[str, Any] | None) -> str | None:
        """The document to execute; None if the request names none.

        Args:
            query: the text that came with the request.
            extensions: of the request, where ``persistedQuery.sha256Hash`` names a document.

        Raises:
            ClientError: the document is unknown, or must not be executed.
        """


class AutomaticPersistedQueries:
    """Documents that were sent once with their hash; a client that names an evicted one has to send it again."""

    def __init__(self) -> None:
        """No documents yet."""
        self._texts: LRUCache[str, str] = LRUCache(_MAX_DOCUMENTS)

    def text(self, query: str | None, extensions: Mapping[str, Any] | None) -> str | None:
        """The text by its hash, or ``query``, which is remembered if it came with its hash."""
        named = _hash_of(extensions)
        if named is None:
            return query
        if not query:
            return self._known(named)
        if _sha256(query) != named:
            raise ClientError(Code.BAD_REQUEST, "provided sha does not match query")
        scan(query)
        self._texts[named] = query
        return query

    def _known(self, named: str) -> str:
        if named not in self._texts:
            # The message is what clients look for.
            raise ClientError(Code.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
        return self._texts[named]


class TrustedDocuments:
    """The documents of a file, and no others."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """``texts``: by their SHA-256."""
        self._texts = texts

    def text(self, query: str | None, extensions: Mapping[str, Any] | None) -> str | None:
        """The text by its hash; the text of a trusted document may also be sent itself."""
        named = _hash_of(extensions) or (_sha256(query) if query else None)
        if named is None:
            return None
        if named not in self._texts or query not in {None, "", self._texts[named]}:
            raise ClientError(Code.DOCUMENT_NOT_TRUSTED, "only trusted documents are executed")
        return self._texts[named]


def trusted_documents(file: Path, problems_of: Callable[[str], object]) -> TrustedDocuments:
    """Read the documents of a file.

    Args:
        file: a JSON object of SHA-256 and document.
        problems_of: returns what is wrong with a document, if anything.

    Raises:
        ValueError: the file is malformed, or a document is invalid.
    """
    texts = orjson.loads(file.read_bytes())
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise ValueError(f"{file} must be a JSON object of SHA-256 and document")
    for named, text in texts.items():
        if _sha256(text) != named:
            raise ValueError(f"{file}: {named} is not the SHA-256 of its document")
        if problems := problems_of(text):
            raise ValueError(f"{file}: {named} cannot be executed: {problems}")
    return TrustedDocuments(texts)


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
