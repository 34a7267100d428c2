"""Actions on many people or applications: what would become of each, and what became of them."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.contracts.requests import MAX_PAGE, Page
from rapport.contracts.reviews import Review as ReviewModel
from rapport.contracts.vocabulary import BulkActionKind, BulkOutcome
from rapport.gateway.applications.refusals import StageConflict
from rapport.gateway.applications.resolvers import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.bulk.loaders import bulk_actions_by_id
from rapport.gateway.crm.resolvers import project_by_id
from rapport.gateway.crm.types import Project
from rapport.gateway.graph.connections import After, Connection, First, connection, page_request
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration, exposes
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import Node, fetches
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound
from rapport.gateway.jobs.resolvers import job_by_id
from rapport.gateway.jobs.types import Job
from rapport.gateway.outreach.loaders import contactability_by_person
from rapport.gateway.people.resolvers import person_of
from rapport.gateway.people.types import Person
from rapport.gateway.reviews.resolvers import review_of
from rapport.gateway.reviews.types import Review


@exposes(pipeline.OutcomeCount, "outcome", "people")
class OutcomeCount:
    """How many people or applications have an outcome."""


BulkRefusal = Annotated[
    StageConflict | NotFound | Forbidden | InvalidInput,
    strawberry.union("BulkRefusal", description="Why it was not done to one application of an action on many."),
]


@exposes(pipeline.BulkPerson, "number", "expected", "in_process", "outcome", "reason", "mail")
class BulkPerson:
    """One of the people, or of the applications, of an action on many."""

    @field("Who; null if there is nobody by that id whom you may see.", graphql_type=Person | None)
    @staticmethod
    async def person(selected: strawberry.Parent[pipeline.BulkPerson], info: Info) -> pipeline.Person | None:
        return await person_of(info, selected.person_id) if selected.person_id else None

    @field(
        "Of an action on applications: which; null if there is none by that id that you may see.",
        graphql_type=Application | None,
    )
    @staticmethod
    async def application(selected: strawberry.Parent[pipeline.BulkPerson], info: Info) -> pipeline.Application | None:
        return await application_by_id(info, selected.application_id) if selected.application_id else None

    @field(
        "Why it was not done to this application, as it would be said of this one alone.",
        graphql_type=BulkRefusal | None,
    )
    @staticmethod
    def refusal(selected: strawberry.Parent[pipeline.BulkPerson]) -> refusals.Refusal | None:
        return refusals.refusals.validate_python(selected.refusal) if selected.refusal else None


@exposes(
    pipeline.BulkAction,
    "expected",
    "outcomes",
    "in_process",
    "mails",
    id_of=Kind.BULK_ACTION,
    requested_at="When it was checked, or started if it is about applications.",
    state="How far it is.",
    people="How many people or applications it is about.",
    version="Grows as it goes on.",
)
class BulkAction(Node):
    """An action on many people that you checked, and started or not; or one on many applications that you started."""

    @field("What is done with each.", graphql_type=enumeration(BulkActionKind))
    @staticmethod
    def kind(bulk: strawberry.Parent[pipeline.BulkAction]) -> BulkActionKind:
        return bulk.action.kind

    @field("The tag that is added or removed.")
    @staticmethod
    def tag(bulk: strawberry.Parent[pipeline.BulkAction]) -> str | None:
        return bulk.action.tag

    @field("The project that they are added to.", graphql_type=Project | None)
    @staticmethod
    async def project(bulk: strawberry.Parent[pipeline.BulkAction], info: Info) -> pipeline.Project | None:
        return await project_by_id(info, bulk.action.project_id) if bulk.action.project_id else None

    @field("The job that they are added to.", graphql_type=Job | None)
    @staticmethod
    async def job(bulk: strawberry.Parent[pipeline.BulkAction], info: Info) -> pipeline.Job | None:
        return await job_by_id(info, bulk.action.job_id) if bulk.action.job_id else None

    @field("The review that was requested.", graphql_type=Review | None)
    @staticmethod
    async def review(bulk: strawberry.Parent[pipeline.BulkAction], info: Info) -> ReviewModel | None:
        return await review_of(info, bulk.result_id) if bulk.result_id else None

    @field("With how many of them somebody else is in touch now. Null for those who do not write to people.")
    @staticmethod
    async def owned_by_others(bulk: strawberry.Parent[pipeline.BulkAction], info: Info) -> int | None:
        ids = [each.person_id async for each in people_of(info, bulk.id) if each.person_id]
        found = await info.context.loader(contactability_by_person).load_many(ids)
        owners = [each.ownership.user_id for each in found if each is not None and each.ownership is not None]
        if ids and all(each is None for each in found):
            return None
        return sum(owner != info.context.session.viewer.user_id for owner in owners)

    @field("Its people or applications, in the order of the selection.", graphql_type=Connection[BulkPerson] | None)
    @staticmethod
    async def members(
        bulk: strawberry.Parent[pipeline.BulkAction],
        info: Info,
        outcome: Annotated[
            enumeration(BulkOutcome) | None,  # type: ignore[valid-type]
            strawberry.argument(description="Only those of whom this became, or would become before it was tried."),
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        of_list = f"bulk people:{bulk.id}:{outcome or ''}"
        page = page_request(of_list, first, after)
        request = pipeline.GetBulkActionPeople(bulk_action_id=bulk.id, outcome=outcome, page=page)
        return connection(of_list, await info.context.services.read(request), after)


async def people_of(
    info: Info, action_id: UUID, outcome: BulkOutcome | None = None
) -> AsyncIterator[pipeline.BulkPerson]:
    """All the people or applications of an action, or those with an outcome."""
    after: tuple[str, ...] | None = None
    while True:
        request = pipeline.GetBulkActionPeople(
            bulk_action_id=action_id, outcome=outcome, page=Page(first=MAX_PAGE, after=after)
        )
        page = await info.context.services.read(request)
        for edge in page.edges:
            yield edge.node
        if not page.has_next:
            return
        after = page.edges[-1].cursor


@fetches(Kind.BULK_ACTION)
async def bulk_action_by_id(info: Info, action_id: UUID) -> pipeline.BulkAction | None:
    """The action, if it is the viewer's."""
    return await info.context.loader(bulk_actions_by_id).load(action_id)
