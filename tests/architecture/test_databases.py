"""Rules for every service's database: statements fit the schema, migrations only grow, organisations are isolated."""

import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from rapport.kit.database.migrate import migrate
from rapport.kit.database.queries import Queries
from rapport.testing import DatabaseFactory

_ROOT = Path(__file__).parents[2]
_SERVICES = ("reviews", "outreach", "pipeline", "analytics")
_BY_THE_SYSTEM_ROLE = {
    "waiting_events", "mark_published", "forget_published_after", "published_at_rank", "last_published",
    "count_published", "known_stream", "remember_stream", "is_waiting", "parked_messages",
    "organisations_applied",
}  # fmt: skip


def _statements(package: str) -> dict[str, str]:
    has_queries = files(package).joinpath("queries").is_dir()
    return dict(Queries(package).all()) if has_queries else {}


@pytest.mark.parametrize("service", _SERVICES)
async def test_every_statement_may_be_run_by_the_role_that_runs_it(service: str, database: DatabaseFactory) -> None:
    made = await database(service)
    ours, system = await asyncpg.connect(made.url), await asyncpg.connect(made.system_url)
    try:
        for name, statement in _statements("rapport.kit").items():
            await _planned(system if name in _BY_THE_SYSTEM_ROLE else ours, name, statement)
        for name, statement in _statements(f"rapport.{service}").items():
            await _planned(ours, name, statement)
    finally:
        await ours.close()
        await system.close()


async def test_a_statement_that_its_role_may_not_run_is_detected(database: DatabaseFactory) -> None:
    ours = await asyncpg.connect((await database("pipeline")).url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await _planned(ours, "forget", "DELETE FROM transition WHERE id = $1")
    finally:
        await ours.close()


async def _planned(connection: asyncpg.Connection, name: str, statement: str) -> None:
    """Have the statement planned for execution, which is when the server looks at the role's rights."""
    prepared = await connection.prepare(statement)
    given = f"({', '.join(['NULL'] * len(prepared.get_parameters()))})" if prepared.get_parameters() else ""
    await connection.execute(f"PREPARE checked_{name} AS {statement}")
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    await connection.execute(f"EXPLAIN EXECUTE checked_{name}{given}")


@pytest.mark.parametrize("service", _SERVICES)
async def test_migrations_applied_twice_change_nothing(service: str, database: DatabaseFactory) -> None:
    made = await database(service)
    assert await migrate(made.owner_url, f"rapport.{service}") == []


@pytest.mark.parametrize("package", ["rapport.kit", *(f"rapport.{s}" for s in _SERVICES)])
def test_a_migration_that_was_committed_is_never_changed(package: str) -> None:
    folder = _folder(package)
    current = {str(file.relative_to(_ROOT)): file.read_text() for file in (_ROOT / folder).glob("*.sql")}
    for commit in _commits_since_baseline(folder):
        for path in _git("ls-tree", "--name-only", commit, f"{folder}/").split():
            if path.endswith(".sql"):
                assert current.get(path) == _git("show", f"{commit}:{path}"), f"{path} differs from {commit[:10]}"


def _commits_since_baseline(folder: str) -> list[str]:
    """The commits that touch a package's migrations, from the one that introduced its baseline.

    What was committed beside the baseline and merged later does not count: it descends from no baseline.
    """
    baseline = _git(
        "log", "-1", "--diff-filter=A", "--no-renames", "--format=%H", "--", f"{folder}/0001_baseline.sql"
    ).strip()
    if not baseline:
        return []
    later = _git("log", "--ancestry-path", "--full-history", "--format=%H", f"{baseline}..HEAD", "--", folder)
    return [baseline, *later.split()]


@pytest.mark.parametrize("service", _SERVICES)
async def test_every_table_has_row_level_security_that_binds_its_owner_too(
    service: str, database: DatabaseFactory
) -> None:
    made = await database(service)
    tables = await _fetch(
        made.owner_url,
        "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
        " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace",
    )
    unforced = {"schema_migration", "stream_identity"}  # they hold nothing of any organisation
    assert [t["relname"] for t in tables if not t["relrowsecurity"]] == []
    assert {t["relname"] for t in tables if not t["relforcerowsecurity"]} <= unforced


@pytest.mark.parametrize("service", _SERVICES)
async def test_every_key_and_index_begins_with_the_organisation(service: str, database: DatabaseFactory) -> None:
    made = await database(service)
    rows = await _fetch(
        made.owner_url,
        "SELECT t.relname AS name, i.relname AS index, (SELECT attname FROM pg_attribute a"
        " WHERE a.attrelid = t.oid AND a.attnum = x.indkey[0]) AS first FROM pg_index x"
        " JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid"
        " WHERE t.relnamespace = 'public'::regnamespace",
    )
    # What spans organisations: the outbox's order and the stream's identity, which the relay reads; versions of rows.
    spanning = ("publication_", "stream_identity", "schema_migration", "read_model_version")
    assert [r["index"] for r in rows if r["first"] != "org_id" and not r["index"].startswith(spanning)] == []


async def test_a_query_without_a_where_shows_only_the_organisation_of_the_request(database: DatabaseFactory) -> None:
    made = await database("analytics")
    connection = await asyncpg.connect(made.url)
    try:
        for org in ("acme", "globex"):
            await connection.execute("SELECT set_config('rapport.org_id', $1, false)", org)
            await connection.execute("INSERT INTO projection VALUES ($1, 'c', now())", org)
            assert [r["org_id"] for r in await connection.fetch("SELECT * FROM projection")] == [org]
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("INSERT INTO projection VALUES ('acme', 'd', now())")
        await connection.execute("SELECT set_config('rapport.org_id', '', false)")
        assert await connection.fetch("SELECT * FROM projection") == []
    finally:
        await connection.close()


async def test_history_and_events_cannot_be_rewritten(database: DatabaseFactory) -> None:
    made = await database("pipeline")
    connection = await asyncpg.connect(made.url)
    try:
        for statement in (
            "UPDATE transition SET kind = 'x'",
            "DELETE FROM transition",
            "UPDATE outbox SET body = ''",
            "DELETE FROM outbox",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def _fetch(url: str, sql: str) -> list[Any]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(sql)
    finally:
        await connection.close()


def _folder(package: str) -> str:
    where = Path(str(files(package).joinpath("migrations")))
    return str(where.relative_to(_ROOT))


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=_ROOT, check=True, capture_output=True, text=True).stdout
