"""Which program reaches which server, and over which fault proxy a test can do something to that."""

from contextlib import AsyncExitStack
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from rapport.local import ports
from rapport.testing.fault_proxy import FaultProxy, cable_to


class Proxies:
    """Gives each program the addresses of its servers: behind a fault proxy of its own, or as they are."""

    def __init__(self, cables_end_with: AsyncExitStack | None = None) -> None:
        """Without anything that ends the fault proxies there are none."""
        self._exits = cables_end_with
        self.fault_proxies: dict[tuple[str, str], FaultProxy] = {}
        """By program and what it reaches: ``("outreach", "mail server")``."""
        self._near_ends: dict[tuple[str, str], int] = {}

    async def url(self, program: str, server: str, url: str) -> str:
        """The address of a server for one program."""
        if self._exits is None:
            return url
        parts = urlsplit(url)
        # A database is reached over a socket whose folder is named beside the address.
        named = dict(parse_qsl(parts.query))
        host = named.get("host") or parts.hostname or ""
        port = await self.port(program, server, int(named.get("port") or parts.port or 0), host=host)
        credentials, at, _ = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=f"{credentials}{at}{ports.LOOPBACK}:{port}", query=""))

    async def port(self, program: str, server: str, port: int, *, host: str = ports.LOOPBACK) -> int:
        """The port of a server for one program."""
        if self._exits is None:
            return port
        ends = (program, server)
        if ends not in self.fault_proxies:
            self.fault_proxies[ends], self._near_ends[ends] = await self._exits.enter_async_context(
                cable_to(host, port)
            )
        return self._near_ends[ends]
