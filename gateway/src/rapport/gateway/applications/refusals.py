"""Why an application was not changed."""

from enum import StrEnum

import strawberry

from rapport.contracts import refusals
from rapport.gateway.applications.resolvers import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.errors import not_found
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration, exposes
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.refusals import Refusal
from rapport.gateway.jobs.resolvers import stage_by_id
from rapport.gateway.jobs.types import Stage
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User


class ConflictReason(StrEnum):
    """What has happened in the meantime."""

    MOVED = "moved"
    """It is in another stage."""
    CLOSED = "closed"
    """It was closed."""
    ATS_CHANGED = "ats_changed"
    """The conflict with the ATS that you saw was settled, or the ATS has moved the application on."""
    REOPENED = "reopened"
    """It is not closed any more."""
    JOB_CLOSED = "job_closed"
    """Its job is closed."""


@exposes(
    refusals.ApplicationState,
    status="Whether it is still under way.",
    version="Grows with every change.",
    sync="Where it stands between Rapport and the ATS.",
    refused_action="What the ATS refused, if it was not a move; only for a conflict.",
)
class ApplicationState:
    """Where an application stood when a change to it was refused."""

    @field("The stage it is in.", graphql_type=Stage | None)
    @staticmethod
    async def stage(state: strawberry.Parent[refusals.ApplicationState], info: Info) -> object:
        return await stage_by_id(info, state.job_id, state.stage_id)


@exposes(refusals.StageConflict, current="Where it is now.")
class StageConflict(Refusal):
    """The application is no longer where you expected it: someone else has moved or closed it."""

    @field("What has happened in the meantime.", graphql_type=enumeration(ConflictReason))
    @staticmethod
    def reason(refusal: strawberry.Parent[refusals.StageConflict]) -> ConflictReason:
        return ConflictReason(refusal.reason)

    @field("Who changed it last; null if it was the ATS.", graphql_type=User | None)
    @staticmethod
    async def changed_by(refusal: strawberry.Parent[refusals.StageConflict], info: Info) -> object:
        return await user_of(info, refusal.changed_by) if refusal.changed_by else None

    @field("The application as it is now.", graphql_type=Application)
    @staticmethod
    async def application(refusal: strawberry.Parent[refusals.StageConflict], info: Info) -> object:
        application = await application_by_id(info, refusal.current.application_id)
        if application is None:
            raise not_found("application", None)
        return application
