"""Moving a card: what a client hears back."""

from typing import Any
from uuid import uuid4

import pytest

from gateway.tests.support.gateway_client import Acme, id_of
from gateway.tests.support.gateway_peer import state_of
from rapport.contracts import pipeline
from rapport.contracts.refusals import Forbidden, Invalid, StageConflict
from rapport.contracts.vocabulary import StageKind
from rapport.gateway.graph.ids import Kind, global_id
from rapport.kit.rpc.envelope import HandlerResult, RequestContext

MOVE = """
mutation Move($input: MoveApplicationInput!) {
  moveApplication(input: $input) {
    __typename
    ... on Refusal { message }
    ... on MoveApplicationSuccess { application { id version stage { name } } }
    ... on StageConflict { reason current { version status stage { name } } application { stage { name } } }
    ... on NotFound { what id }
    ... on InvalidInput { problems { path message } }
  }
}
"""


@pytest.fixture
def job(acme: Acme) -> pipeline.Job:
    return acme.peer.job(cards=1)


@pytest.fixture
def application(acme: Acme, job: pipeline.Job) -> pipeline.Application:
    return next(iter(acme.peer.applications.values()))


async def move(acme: Acme, job: pipeline.Job, application: pipeline.Application, **given: Any) -> dict[str, Any]:
    usual = {
        "applicationId": id_of(application),
        "fromStageId": id_of(job.stages[0]),
        "toStageId": id_of(job.stages[1]),
    }
    return (await acme.execute(MOVE, {"input": usual | given})).data["moveApplication"]


async def test_a_moved_card_is_shown_where_it_is_now(
    acme: Acme, job: pipeline.Job, application: pipeline.Application
) -> None:
    result = await move(acme, job, application, idempotencyKey="move-1")

    assert result == {
        "__typename": "MoveApplicationSuccess",
        "application": {"id": id_of(application), "version": 2, "stage": {"name": "Screen"}},
    }
    (asked,) = acme.peer.asked_for(pipeline.MoveApplication)
    assert (asked.from_stage_id, asked.to_stage_id) == (job.stages[0].id, job.stages[1].id)


async def test_a_repeated_move_carries_the_same_key_and_none_of_the_clients_words(
    acme: Acme, job: pipeline.Job, application: pipeline.Application
) -> None:
    await move(acme, job, application, idempotencyKey="move-1")
    await move(acme, job, application, idempotencyKey="move-1")
    await move(acme, job, application, idempotencyKey="move-2")

    keys = [key for key in acme.peer.keys if key]
    assert len({key for key in keys if keys.count(key) == 2}) == 1
    assert not any("move" in key for key in keys)


async def test_a_card_that_somebody_else_has_moved_is_a_conflict(
    acme: Acme, job: pipeline.Job, application: pipeline.Application
) -> None:
    async def conflict(_: object, __: RequestContext | None) -> HandlerResult:
        return StageConflict(reason="moved", current=state_of(application))

    acme.peer.answering[pipeline.MoveApplication] = conflict
    result = await move(acme, job, application)

    assert result == {
        "__typename": "StageConflict",
        "message": "The application has been moved in the meantime.",
        "reason": "MOVED",
        "current": {"version": 1, "status": "ACTIVE", "stage": {"name": "Applied"}},
        "application": {"stage": {"name": "Applied"}},
    }


async def test_a_conflict_with_the_ats_is_settled_as_the_viewer_saw_it(
    acme: Acme, job: pipeline.Job, application: pipeline.Application
) -> None:
    async def conflict(_: object, __: RequestContext | None) -> HandlerResult:
        return StageConflict(reason="ats_changed", current=state_of(application))

    acme.peer.answering[pipeline.MoveApplication] = conflict
    here, there = id_of(job.stages[0]), id_of(job.stages[1])
    result = await move(acme, job, application, toStageId=here, atsStageId=there)

    assert (result["__typename"], result["reason"]) == ("StageConflict", "ATS_CHANGED")
    assert result["message"] == (
        "The conflict with the ATS was settled in the meantime, or the ATS has moved the application on."
    )
    (asked,) = acme.peer.asked_for(pipeline.MoveApplication)
    assert (asked.from_stage_id, asked.to_stage_id) == (job.stages[0].id, job.stages[0].id)
    assert asked.ats_stage_id == job.stages[1].id


@pytest.mark.parametrize("kind", list(StageKind))
@pytest.mark.parametrize("active", [True, False])
async def test_a_stage_says_whether_applications_may_be_moved_there(acme: Acme, kind: StageKind, active: bool) -> None:
    job = acme.peer.job(cards=0)
    stage = job.stages[0].model_copy(update={"kind": kind, "active": active})
    acme.peer.jobs[job.id] = job.model_copy(update={"stages": (stage,)})
    query = "query ($id: ID!) { job(id: $id) { stages { acceptsMoves } } }"
    stages = (await acme.execute(query, {"id": id_of(job)})).data["job"]["stages"]
    assert stages == [{"acceptsMoves": active and kind is not StageKind.HIRED}]


async def test_an_unknown_application_is_named_as_the_client_named_it(acme: Acme, job: pipeline.Job) -> None:
    unknown = global_id(Kind.APPLICATION, uuid4())
    result = await move(acme, job, next(iter(acme.peer.applications.values())), applicationId=unknown)

    assert result == {
        "__typename": "NotFound",
        "message": "There is no application with this id that you may see.",
        "what": "application",
        "id": unknown,
    }


async def test_a_viewer_who_may_not_move_gets_the_reason(
    acme: Acme, job: pipeline.Job, application: pipeline.Application
) -> None:
    async def forbid(_: object, __: RequestContext | None) -> HandlerResult:
        return Forbidden(reason="interviewers move nobody")

    acme.peer.answering[pipeline.MoveApplication] = forbid
    result = await move(acme, job, application)

    assert result == {"__typename": "Forbidden", "message": "interviewers move nobody"}


async def test_invalid_fields_are_named_and_nothing_is_sent(
    acme: Acme, job: pipeline.Job, application: pipeline.Application
) -> None:
    result = await move(acme, job, application, applicationId="x", toStageId=id_of(job), idempotencyKey="a\r\nb: c")

    assert result["__typename"] == "InvalidInput"
    assert result["problems"] == [
        {"path": "idempotencyKey", "message": "must be 1 to 200 visible ASCII characters"},
        {"path": "applicationId", "message": "must be an id"},
        {"path": "toStageId", "message": "must be the id of a Stage, not of a Job"},
    ]
    assert not acme.peer.asked_for(pipeline.MoveApplication)


async def test_what_the_service_finds_wrong_is_named_as_the_client_named_it(
    acme: Acme, job: pipeline.Job, application: pipeline.Application
) -> None:
    async def refuse(_: object, __: RequestContext | None) -> HandlerResult:
        return Invalid.because("to_stage_id", "the stage is no longer used")

    acme.peer.answering[pipeline.MoveApplication] = refuse
    result = await move(acme, job, application)

    assert result["problems"] == [{"path": "toStageId", "message": "the stage is no longer used"}]


async def test_a_sync_can_be_started(acme: Acme) -> None:
    mutation = """mutation { startSync(input: { connection: "main", full: true }) {
        ... on StartSyncSuccess { connections { connection state } } } }"""
    response = await acme.execute(mutation)

    assert response.data["startSync"] == {"connections": [{"connection": "main", "state": "IDLE"}]}
    assert acme.peer.asked_for(pipeline.StartSync) == [pipeline.StartSync(connection="main", full=True)]
