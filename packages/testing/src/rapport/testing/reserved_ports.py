"""Ports that belong to a test before a server listens on them, and while it is being restarted."""

import socket
import weakref

from rapport.local import ports


class ReservedPort:
    """A port of the loopback address that the system gives to nobody else for as long as this object lives.

    It is bound and not listened on. A server that sets ``SO_REUSEADDR``, as servers do, can listen on it; what asks
    for any port (another test's server, the near end of a connection) gets a different one. A port that is merely free
    when it is chosen can be somebody else's by the time its server starts.
    """

    def __init__(self) -> None:
        bound = socket.socket()
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((ports.LOOPBACK, 0))
        self.number: int = bound.getsockname()[1]
        weakref.finalize(self, bound.close)
