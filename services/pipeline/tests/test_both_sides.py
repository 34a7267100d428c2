"""Whatever users do here and in the ATS at once, and whatever fails in between, both sides end up equal.

``WALKS="7 8 9" WALK_STEPS=400 make test ARGS=services/pipeline/tests/test_both_sides.py`` takes longer walks.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

import aiohttp
import pytest
from aiohttp import web

from rapport.contracts.events import ApplicationRemoved, SyncChanged
from rapport.contracts.pipeline import (
    AcceptAtsState,
    Application,
    ApplicationResult,
    Applications,
    CompareWithAts,
    GetApplicationsByIds,
    HireApplication,
    MoveResult,
    RejectApplication,
    ReopenApplication,
    TransferApplication,
    WithdrawApplication,
)
from rapport.contracts.refusals import Refusal
from rapport.contracts.vocabulary import ApplicationStatus, ClosedBy, SyncState
from rapport.kit.database.queries import Statement
from rapport.kit.web.http import listening
from rapport.local import ports
from rapport.local.waiting import eventually
from rapport.pipeline.connectors.connector import AtsRefusedError, AtsUnavailableError
from rapport.pipeline.domain.records import ApplicationRecord, Collection
from rapport.pipeline.http import WebhookReceiver
from rapport.pipeline.settings import PipelineSettings
from rapport.pipeline.store import sync
from rapport.pipeline.sync.comparison import ComparisonWorker
from rapport.pipeline.sync.deliveries import Deliveries
from rapport.pipeline.sync.ingest import Ingest
from rapport.pipeline.sync.runs import SyncRunner
from rapport.pipeline.sync.writes import WriteBackWorker
from rapport.testing.databases import Templates
from services.pipeline.tests.support.two_way import Card, TwoWay, served

_SEEDS = [int(seed) for seed in os.environ.get("WALKS", "1").split()]
_STEPS = int(os.environ.get("WALK_STEPS", "150"))
_CARDS = 5
_CLOSED_UNHIRED = frozenset({ApplicationStatus.REJECTED, ApplicationStatus.WITHDRAWN})
_SETTINGS = PipelineSettings.model_construct(
    ats_poll_seconds=3600.0, ats_lag_seconds=1.0, ats_compare_seconds=0.0, ats_compare_pause_seconds=0.0
)
_HURRY = (
    Statement("UPDATE ats_write SET next_try_at = now() WHERE state = 'waiting'"),
    Statement("UPDATE delivery SET next_try_at = now() WHERE state = 'waiting'"),
)
_DUE = (
    "SELECT FROM ats_write w WHERE state = 'waiting' AND next_try_at <= now() AND NOT EXISTS ("
    "   SELECT FROM ats_write e WHERE e.application_id = w.application_id AND e.state = 'waiting'"
    "   AND (e.requested_at, e.id) < (w.requested_at, w.id))"
    " UNION ALL SELECT FROM delivery WHERE state = 'waiting' AND next_try_at <= now() LIMIT 1"
)


@dataclass
class Walk:
    """Steps of both sides, drawn at random."""

    both: TwoWay
    random: Random
    cards: list[Card]
    control: str
    session: aiohttp.ClientSession
    seen: dict[UUID, Application] = field(default_factory=dict)
    """What users have on their screens, which may be old."""
    log: list[str] = field(default_factory=list)

    async def step(self) -> None:
        kinds: list[tuple[Callable[[], Awaitable[None]], int]] = [
            (self.act_here, 6),
            (self.act_there, 5),
            (self.go_wrong, 3),
            (self.work, 3),
            (self.work_and_die, 2),
            (self.read_changes, 1),
        ]
        [kind] = self.random.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])
        await kind()

    # Here ------------------------------------------------------------------------------------------------

    async def act_here(self) -> None:
        card = self.random.choice(self.cards)
        if card.application not in self.seen or self.random.random() < 0.7:
            await self.look(card)
        seen = self.seen.get(card.application)
        if seen is None:
            return
        before = await self.shown(card)
        action = self.random.choice(
            [self._move, self._move, self._reject, self._withdraw, self._reopen, self._transfer]
        )
        if self.random.random() < 0.1:
            action = self._hire
        if seen.sync.refused_action and self.random.random() < 0.5:
            action = self._accept
        result = await action(card, seen)
        self.log.append(f"here {action.__name__} {card.ref}: {type(result).__name__}")
        if not isinstance(result, MoveResult | ApplicationResult):
            assert await self.shown(card) == before, "a refused action changed something"

    async def _move(self, card: Card, seen: Application) -> MoveResult | Refusal:
        ats = seen.sync.ats_stage.id if seen.sync.ats_stage else None
        return await self.both.move(card, seen.stage.id, await self.stage_of(seen.job_id), ats=ats)

    async def _reject(self, _: Card, seen: Application) -> ApplicationResult | Refusal:
        reason = await self.both.reason()
        request = RejectApplication(
            application_id=seen.id, stage_id=seen.stage.id, reason_id=reason.id, note=self.random.choice([None, "no"])
        )
        return await self.both.actions.close_application(request, self.both.context())

    async def _withdraw(self, _: Card, seen: Application) -> ApplicationResult | Refusal:
        reason = await self.both.reason(ClosedBy.PERSON)
        request = WithdrawApplication(application_id=seen.id, stage_id=seen.stage.id, reason_id=reason.id)
        return await self.both.actions.close_application(request, self.both.context())

    async def _reopen(self, _: Card, seen: Application) -> ApplicationResult | Refusal:
        return await self.both.actions.reopen_application(
            ReopenApplication(application_id=seen.id), self.both.context()
        )

    async def _transfer(self, _: Card, seen: Application) -> ApplicationResult | Refusal:
        job = self.random.choice(await self.both.rows("SELECT id FROM job WHERE status = 'open' ORDER BY id"))
        request = TransferApplication(application_id=seen.id, stage_id=seen.stage.id, to_job_id=job["id"])
        return await self.both.actions.transfer_application(request, self.both.context())

    async def _hire(self, _: Card, seen: Application) -> ApplicationResult | Refusal:
        request = HireApplication(application_id=seen.id, stage_id=seen.stage.id, opening_id=None, starts_on=None)
        return await self.both.actions.hire_application(request, self.both.context())

    async def _accept(self, _: Card, seen: Application) -> ApplicationResult | Refusal:
        return await self.both.actions.accept_ats_state(AcceptAtsState(application_id=seen.id), self.both.context())

    async def look(self, card: Card) -> None:
        shown = await self.shown(card)
        if shown is None:
            self.seen.pop(card.application, None)
        else:
            self.seen[card.application] = shown

    async def shown(self, card: Card) -> Application | None:
        request = GetApplicationsByIds(ids=(card.application,))
        found = await self.both.requests.get_applications_by_ids(request, self.both.context())
        return next(iter(Applications.model_validate_json(found).items), None)

    async def stage_of(self, job: UUID) -> UUID:
        stages = await self.both.rows("SELECT id FROM job_stage WHERE job_id = $1 AND active ORDER BY position", job)
        return UUID(str(self.random.choice(stages)["id"]))

    # There -----------------------------------------------------------------------------------------------

    async def act_there(self) -> None:
        card = self.random.choice(self.cards)
        record = await self.in_ats(card)
        if record is None:
            return
        what = (
            "delete"
            if self.random.random() < 0.02
            else self.random.choice(["move", "move", "reject", "unreject", "hire"])
        )
        try:
            match what:
                case "delete":
                    await self.both.change_in_ats("delete_application", application_id=int(card.ref))
                case "move":
                    to = await self.stage_of(record.job_id)
                    await self.both.move_in_ats(card, record.stage_id, to)
                case "reject":
                    reason = await self.both.reason_ref(await self.both.reason())
                    await self.both.act_in_ats(card, "reject", rejection_reason_id=int(reason))
                case "hire" if self.random.random() < 0.8:
                    return
                case _:
                    await self.both.act_in_ats(card, what)
        except (AtsRefusedError, AtsUnavailableError) as refused:
            what = f"{what} ({type(refused).__name__})"
        self.log.append(f"there {what} {card.ref}")

    async def in_ats(self, card: Card) -> ApplicationRecord | None:
        """The ATS's own record; None if it has none, or does not answer now."""
        try:
            page = await self.both.connector.by_ids(Collection.APPLICATIONS, [card.ref])
        except AtsUnavailableError:
            return None
        return next((record for record in page.records if isinstance(record, ApplicationRecord)), None)

    # In between ------------------------------------------------------------------------------------------

    async def go_wrong(self) -> None:
        fault = self.random.choice(
            [
                "outage_requests",
                "rate_limit_requests",
                "drop_after_write",
                "webhook_duplicates",
                "webhook_reorder",
                "webhook_losses",
            ]
        )
        await self.both.fault(**{fault: self.random.randint(1, 3)})
        self.log.append(fault)

    async def hurry(self) -> None:
        """What waits for its next try is due: the time until then passes."""
        async with self.both.pipeline.work("acme", actor="system:test", cause="test") as unit:
            for statement in _HURRY:
                await unit.execute(statement)
        async with self.session.post(f"{self.control}/webhooks/retry", json={}) as response:
            response.raise_for_status()

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """The workers that write to the ATS and apply its webhooks."""
        await self.hurry()
        ingest = Ingest(self.both.connector)
        workers = (
            WriteBackWorker(self.both.connector, self.both.pipeline, ingest).worker,
            Deliveries(self.both.connector, self.both.pipeline, ingest, read_changes=lambda: None).worker,
        )
        running = [asyncio.create_task(worker.run()) for worker in workers]
        try:
            yield
        finally:
            for task in running:
                task.cancel()
            ended = await asyncio.gather(*running, return_exceptions=True)
        assert all(isinstance(reason, asyncio.CancelledError) for reason in ended), ended

    async def work(self) -> None:
        async with self.working():
            await eventually(self.nothing_due, within=30, what="the workers")

    async def work_and_die(self) -> None:
        async with self.working():
            await asyncio.sleep(self.random.random() * 0.05)
        self.log.append("died")

    async def nothing_due(self) -> bool:
        return not await self.both.rows(_DUE)

    async def read_changes(self) -> None:
        """A run reads what its lists say changed."""
        [[began]] = await self.both.rows("SELECT started_at FROM sync_run")
        runner = SyncRunner(self.both.connector, self.both.pipeline, Ingest(self.both.connector), _SETTINGS)
        running = asyncio.create_task(runner.run())

        async def read() -> bool:
            async with self.both.pipeline.read_session("acme") as session:
                run = await sync.current_run(session, "greenhouse")
            return run is not None and run.phase == "idle" and run.started_at != began

        await eventually(read, within=60, what="the end of the run")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    async def compare(self) -> None:
        """Everything is compared with the ATS, as an admin asks for it."""
        await self.both.requests.compare_with_ats(CompareWithAts(connection="greenhouse"), self.both.context())
        ingest = Ingest(self.both.connector)
        running = asyncio.create_task(
            ComparisonWorker(self.both.connector, self.both.pipeline, ingest, _SETTINGS).run()
        )

        async def compared() -> bool:
            [[state, requested_at]] = await self.both.rows("SELECT state, requested_at FROM comparison")
            return state == "idle" and requested_at is None

        await eventually(compared, within=120, what="the comparison")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    async def calm(self) -> None:
        """Nothing goes wrong any more, everything is written, and the ATS is compared."""
        await self.both.fault(
            outage_requests=0,
            rate_limit_requests=0,
            drop_after_write=0,
            webhook_duplicates=0,
            webhook_reorder=0,
            webhook_losses=0,
        )

        async def quiet() -> bool:
            await self.work()
            waiting = await self.both.rows("SELECT FROM ats_write WHERE state = 'waiting'")
            return not waiting

        await eventually(quiet, within=60, what="every write")
        await self.read_changes()
        await self.compare()
        await eventually(quiet, within=60, what="every write")


@asynccontextmanager
async def _walk(both: TwoWay, seed: int) -> AsyncIterator[Walk]:
    receiver = WebhookReceiver([both.connector], both.pipeline, stored=lambda _: None)
    hooks = web.Application()
    hooks.add_routes(receiver.routes())
    async with listening(hooks, ports.LOOPBACK, 0) as port, aiohttp.ClientSession() as session:
        url = f"http://{ports.LOOPBACK}:{port}/hooks/greenhouse/acme/greenhouse"
        async with session.post(f"{both.control}/webhooks", json={"url": url, "secret": "secret"}) as response:
            response.raise_for_status()
        yield Walk(both, Random(seed), [both.card() for _ in range(_CARDS)], both.control, session)


@pytest.mark.parametrize("seed", _SEEDS)
async def test_both_sides_end_up_equal_and_every_refusal_is_told(
    seed: int, database_templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with served(database_templates, tmp_path_factory.mktemp("walk")) as both, _walk(both, seed) as walk:
        for _ in range(_STEPS):
            await walk.step()
        await walk.calm()
        for card in walk.cards:
            await _agrees(walk, card)
        # What is left to users is settled by them, and then nothing is left.
        for card in walk.cards:
            await _settle(walk, card)
        await walk.calm()
        for card in walk.cards:
            await _agrees(walk, card, settled=True)
            await _is_told(walk, card)


async def _agrees(walk: Walk, card: Card, *, settled: bool = False) -> None:
    """What is shown is what the ATS has, or says that it is not."""
    here, there = await walk.shown(card), await walk.in_ats(card)
    said = "\n".join(line for line in walk.log if card.ref in line or " " not in line)
    if there is None:
        assert here is None, said
        return
    assert here is not None, said
    assert here.sync.state is not SyncState.PENDING, said
    if here.sync.ats_stage and not settled:
        assert here.sync.ats_stage.id == there.stage_id, said
        return
    assert (here.job_id, _ended(here.status)) == (there.job_id, _ended(there.status)), said
    if here.status is ApplicationStatus.ACTIVE:
        assert here.stage.id == there.stage_id, said
    if settled:
        assert here.sync.state is SyncState.SYNCED, said


def _ended(status: ApplicationStatus) -> str:
    """The ATS tells who withdrew from who was rejected by the reason alone."""
    return "closed" if status in _CLOSED_UNHIRED else status.value


async def _settle(walk: Walk, card: Card) -> None:
    here = await walk.shown(card)
    if here is None or here.sync.state is not SyncState.CONFLICTED:
        return
    if here.sync.refused_action:
        result = await walk.both.actions.accept_ats_state(AcceptAtsState(application_id=here.id), walk.both.context())
        assert isinstance(result, ApplicationResult)
        return
    assert here.sync.ats_stage is not None
    to = walk.random.choice([here.stage.id, here.sync.ats_stage.id])
    moved = await walk.both.move(card, here.stage.id, to, ats=here.sync.ats_stage.id)
    assert isinstance(moved, MoveResult)


async def _is_told(walk: Walk, card: Card) -> None:
    """Its events are each told once, in their order, and a refusal of the ATS is one of them."""
    events = await walk.both.published(card)
    versions = [event.aggregateversion for event in events]
    assert versions == sorted(set(versions))
    refused = await walk.both.rows(
        "SELECT FROM ats_write WHERE application_id = $1 AND state = 'refused'", card.application
    )
    conflicts = [e for e in events if isinstance(e.data, SyncChanged) and e.data.current is SyncState.CONFLICTED]
    assert bool(refused) <= bool(conflicts)
    if await walk.shown(card) is None:
        assert isinstance(events[-1].data, ApplicationRemoved)
