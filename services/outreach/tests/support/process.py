"""Outreach as a process of its own, asked over the broker as the gateway asks it."""

import json
from pathlib import Path
from typing import Any

from rapport.contracts.identity import Viewer
from rapport.contracts.requests import Request, ResultT
from rapport.outreach.channels.email.accounts import Account
from rapport.testing import ProgramFactory, RunningProgram, TestDatabase
from services.outreach.tests.support.acme import Acme

SECRET = "a secret of the tests"


class Outreach:
    """Starts the process, and starts it again."""

    def __init__(
        self,
        start: ProgramFactory,
        stored: TestDatabase,
        nats_url: str,
        account: Account,
        folder: Path,
        *,
        lease: float,
    ) -> None:
        accounts = folder / "mail-accounts.json"
        said: dict[str, Any] = json.loads(account.model_dump_json()) | {"password": "secret"}
        accounts.write_text(json.dumps([said]))
        self._start = start
        self.environment = {
            "DATABASE_URL": stored.url,
            "SYSTEM_DATABASE_URL": stored.system_url,
            "NATS_URL": nats_url,
            "MAIL_ACCOUNTS_FILE": str(accounts),
            "PUBLIC_URL": "https://rapport.test",
            "LINK_SECRET": SECRET,
            "SEND_LEASE_SECONDS": str(lease),
            "MAIL_POLL_SECONDS": "0.5",
        }

    async def start(self) -> RunningProgram:
        """A process that is ready."""
        return await self._start("rapport.outreach", "serve", env=self.environment)

    @staticmethod
    async def call(acme: Acme, request: Request[ResultT], viewer: Viewer, *, key: str | None = None) -> ResultT:
        """What it answers; a refusal is not expected."""
        result = await acme.client.call(request, viewer, deadline=20, key=key)
        assert isinstance(result, type(request).result), result
        return result  # type: ignore[return-value]
