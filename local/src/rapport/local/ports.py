"""Find ports on this machine: the usual ones if they are free, others if not."""

import socket
from collections.abc import Collection

LOOPBACK = "127.0.0.1"
_HOW_FAR_TO_LOOK = 200


def is_free(port: int) -> bool:
    """Whether a port of the loopback address is free."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections still linger is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def is_listening(port: int) -> bool:
    """Whether something accepts connections on a port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOOPBACK, port)) == 0


def next_free(wanted: int, *, taken: Collection[int] = ()) -> int:
    """Return the wanted port or the first free one above it."""
    for port in range(wanted, wanted + _HOW_FAR_TO_LOOK):
        if port not in taken and is_free(port):
            return port
    raise OSError(f"no free port between {wanted} and {wanted + _HOW_FAR_TO_LOOK}")
