"""The gateway as a process: what it needs to start, and how it ends."""

from pathlib import Path

import aiohttp

from gateway.tests.support.gateway_client import RECRUITER, Socket
from gateway.tests.support.gateway_peer import Peer
from rapport.sandbox.issuer import Issuer
from rapport.testing import NatsForTests, ProgramFactory


async def test_on_a_stop_signal_it_closes_its_sockets_as_going_away_and_ends(
    start_program: ProgramFactory, jetstream: NatsForTests, services: None, peer: Peer, issuer: Issuer, tmp_path: Path
) -> None:
    env = {"NATS_URL": jetstream.url_for("gateway"), "OIDC_ISSUER": issuer.url, "OIDC_AUDIENCE": issuer.audience}
    program = await start_program("rapport.gateway", "serve", env=env)
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{program.url}/graphql", protocols=["graphql-transport-ws"]) as connection,
    ):
        token = f"Bearer {issuer.token(RECRUITER)}"
        await connection.send_json({"type": "connection_init", "payload": {"Authorization": token}})
        client = Socket(connection)
        await client.acknowledged()
        await client.subscribe("{ me { name } }")
        assert (await client.receive())["payload"]["data"] == {"me": {"name": "Rita"}}
        assert (await client.receive())["type"] == "complete"

        program.process.terminate()
        assert await client.closed() == (1001, "the gateway is being restarted")

    assert await program.ended() == 0
    assert token.removeprefix("Bearer ") not in program.log


async def test_without_its_settings_it_names_them_and_ends(start_program: ProgramFactory) -> None:
    program = await start_program("rapport.gateway", "serve", env={}, wait_ready=False)

    assert await program.ended() == 1
    assert "NATS_URL: Field required\nOIDC_ISSUER: Field required\nOIDC_AUDIENCE: Field required" in program.log
