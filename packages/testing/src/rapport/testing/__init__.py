"""Fixtures for every member's tests: real servers, private to a test run, that leave nothing behind.

The root `conftest.py` makes them known to pytest. What they give:

* `nats_server`, `nats_url`: an empty JetStream server for one test; the server can be killed and started again.
* `jetstream_url`: the same server with the streams and consumers of `deploy/nats`; any client may do anything.
* `jetstream`: a server with the users as well, who may do what is theirs: `jetstream.url_for("reviews")`.
* `postgres_server`: one server per test worker.
* `database`: `await database("pipeline")` is a fresh, migrated database of a service, with its three roles.
* `start_program`: `await start_program("rapport.pipeline", "serve", env=...)` is a real process that is ready.
* `browser`: the system's Chromium, for tests of pages.
* `issuer`: an OpenID Connect issuer, served; `issuer.token("someone@example.com")` is a token for anyone.
"""

from rapport.testing.databases import DatabaseFactory, TestDatabase
from rapport.testing.identity import impostor
from rapport.testing.programs import ProgramFactory, RunningProgram
from rapport.testing.servers import NatsForTests, PostgresForTests

__all__ = [
    "DatabaseFactory",
    "NatsForTests",
    "PostgresForTests",
    "ProgramFactory",
    "RunningProgram",
    "TestDatabase",
    "impostor",
]
