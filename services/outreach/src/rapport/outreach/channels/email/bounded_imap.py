"""IMAP connections with bounded memory for any server response."""

import imaplib
from typing import Any

from imapclient import IMAPClient
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS

LARGEST_MAIL = 2 * 1024 * 1024
"""Bytes of a mail that are read; what it says stands before what is attached."""
_MOST_ANSWERED = LARGEST_MAIL + 1024 * 1024
"""Bytes of the response to one command: a server may ignore every limit in it."""


class TooMuchError(Exception):
    """A response exceeds the limit. The rest is not read: the connection is lost."""

    def __init__(self, beginning: bytes | None) -> None:
        """``beginning``: of a mail, if it is one that does not end."""
        super().__init__("the response exceeds the limit")
        self.beginning = beginning


class _Bounded(imaplib.IMAP4):
    """Limits the bytes read for one command."""

    lost = False
    _left = _MOST_ANSWERED

    def _command(self, name: str, *args: Any) -> Any:
        self._left = _MOST_ANSWERED
        return super()._command(name, *args)  # type: ignore[misc]

    def read(self, size: int) -> bytes:
        """A literal of the length that the server has announced."""
        if size > min(LARGEST_MAIL, self._left):
            self.lost = True
            announced = self.mo.string.upper()
            raise TooMuchError(super().read(min(LARGEST_MAIL, self._left)) if b"BODY[" in announced else None)
        return self._counted(super().read(size))

    def readline(self) -> bytes:
        """A line; the library sees to it that none is long."""
        return self._counted(super().readline())

    def _counted(self, content: bytes) -> bytes:
        self._left -= len(content)
        if self._left < 0:
            self.lost = True
            raise TooMuchError(None)
        return content


class _Plain(_Bounded, IMAP4WithTimeout):  # type: ignore[misc]
    """Over a connection that is open, or secured by STARTTLS."""


class _Secured(_Bounded, IMAP4_TLS):  # type: ignore[misc]
    """Over TLS from the beginning."""


class BoundedClient(IMAPClient):  # type: ignore[misc]
    """The library's client, on bounded connections."""

    def _create_IMAP4(self) -> _Bounded:  # noqa: N802 - the library's name
        if self.ssl:
            return _Secured(self.host, self.port, self.ssl_context, self._timeout.connect)  # type: ignore[call-arg]
        return _Plain(self.host, self.port, self._timeout.connect)

    @property
    def is_lost(self) -> bool:
        """Whether a response exceeded the limit, so that nothing more can be read on this connection."""
        return bool(self._imap.lost)

    def leave(self) -> None:
        """Log out, unless the connection is lost."""
        if self.is_lost:
            self.shutdown()
        else:
            self.logout()
