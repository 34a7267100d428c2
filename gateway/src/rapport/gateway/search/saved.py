"""Searches that users save and share."""

import json
from typing import Annotated
from uuid import UUID

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.contracts.identity import Role
from rapport.contracts.vocabulary import PeopleSort, SearchSharing
from rapport.gateway.errors import from_refusal
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_inputs import write_input
from rapport.gateway.graph.contract_types import enumeration, exposes
from rapport.gateway.graph.fields import field, mutation
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.graph.inputs import InputParser, idempotency_key
from rapport.gateway.graph.nodes import Node, fetches
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound
from rapport.gateway.jobs.resolvers import job_by_id
from rapport.gateway.jobs.types import Job
from rapport.gateway.search.inputs import IDS, SavedQueryInput, saved_query
from rapport.gateway.search.loaders import new_people_by_search, saved_searches_by_id
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User


@strawberry.type(description="What you may do about a saved search.")
class SavedSearchPermissions:
    change: bool = strawberry.field(description="Whether you may rename, change, share and remove it.")


@exposes(
    pipeline.SavedSearch,
    "looked_at",
    "version",
    id_of=Kind.SAVED_SEARCH,
    name="Its name.",
    sharing="Who may open it; those who saved it always may.",
)
class SavedSearch(Node):
    """A search for people that can be opened again."""

    @field("Whether every organisation has it: nobody saved it, and nobody changes it.")
    @staticmethod
    def built_in(search: strawberry.Parent[pipeline.SavedSearch]) -> bool:
        return search.owner_id is None

    @field("The words it searches for.")
    @staticmethod
    def text(search: strawberry.Parent[pipeline.SavedSearch]) -> str | None:
        return search.query.text

    @field("Its filter, as JSON: a value that `searchPeople` takes as its `filter`. Null: everybody.")
    @staticmethod
    def filter(search: strawberry.Parent[pipeline.SavedSearch]) -> str | None:
        given = search.query.filter
        return None if given is None else json.dumps(write_input(given, IDS), ensure_ascii=False)

    @field("What its list is sorted by.", graphql_type=enumeration(PeopleSort))
    @staticmethod
    def sort(search: strawberry.Parent[pipeline.SavedSearch]) -> PeopleSort:
        return search.query.sort

    @field("Who saved it; null if it is built in.", graphql_type=User | None)
    @staticmethod
    async def owner(search: strawberry.Parent[pipeline.SavedSearch], info: Info) -> pipeline.User | None:
        return await user_of(info, search.owner_id) if search.owner_id else None

    @field("The job whose hiring team may open it, if you see that job.", graphql_type=Job | None)
    @staticmethod
    async def job(search: strawberry.Parent[pipeline.SavedSearch], info: Info) -> pipeline.Job | None:
        return await job_by_id(info, search.job_id) if search.job_id else None

    @field(
        "How many people it finds whom it did not find when you last opened it. Null if you never did, or if it finds "
        f"more than {pipeline.MAX_FOLLOWED:,}."
    )
    @staticmethod
    async def new_people(search: strawberry.Parent[pipeline.SavedSearch], info: Info) -> int | None:
        return await info.context.loader(new_people_by_search).load(search.id)

    @field("What you may do about it.")
    @staticmethod
    def viewer_can(search: strawberry.Parent[pipeline.SavedSearch], info: Info) -> SavedSearchPermissions:
        viewer = info.context.session.viewer
        own = search.owner_id == viewer.user_id or Role.ADMIN in viewer.roles
        return SavedSearchPermissions(
            change=search.owner_id is not None and pipeline.ChangeSavedSearch.rule.allows(viewer, own=own)
        )


@fetches(Kind.SAVED_SEARCH)
async def saved_search_by_id(info: Info, search_id: UUID) -> pipeline.SavedSearch | None:
    """The search, if the viewer may open it."""
    return await info.context.loader(saved_searches_by_id).load(search_id)


@strawberry.type
class SavedSearchQueries:
    @field(
        "The searches that you may open: those built in, your own, and those that others share with you, at most "
        f"{pipeline.MAX_SHARED_SEARCHES}; each by name.",
        graphql_type=list[SavedSearch] | None,
    )
    async def saved_searches(self, info: Info) -> list[pipeline.SavedSearch]:
        answer = await info.context.services.call(pipeline.GetSavedSearches())
        if isinstance(answer, refusals.Refusal):
            raise from_refusal(answer)
        return list(answer.items)


_SHARING = "Who may open it"
_JOB = "The job whose hiring team may open it: with `HIRING_TEAM`, and with nothing else."


@strawberry.input(description="A search to be saved.")
class SaveSearchInput:
    name: str = strawberry.field(description=f"At most {pipeline.MAX_SEARCH_NAME} characters.")
    query: SavedQueryInput = strawberry.field(description="What it searches for.")
    sharing: enumeration(SearchSharing) | None = strawberry.field(  # type: ignore[valid-type]
        default=None, description=f"{_SHARING}: `PRIVATE`, if left out."
    )
    job_id: strawberry.ID | None = strawberry.field(default=None, description=_JOB)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What is to be different about a saved search.")
class ChangeSavedSearchInput:
    saved_search_id: strawberry.ID = strawberry.field(description="Which search.")
    name: str | None = strawberry.field(
        default=None,
        description=f"At most {pipeline.MAX_SEARCH_NAME} characters; as it is, if left out.",
    )
    query: SavedQueryInput | None = strawberry.field(
        default=None, description="What it searches for from now on; as it is, if left out."
    )
    sharing: enumeration(SearchSharing) | None = strawberry.field(  # type: ignore[valid-type]
        default=None, description=f"{_SHARING}; as it is, if left out."
    )
    job_id: strawberry.ID | None = strawberry.field(default=None, description=_JOB)


@strawberry.input(description="Which search.")
class OpenSavedSearchInput:
    saved_search_id: strawberry.ID = strawberry.field(description="Which search.")


@strawberry.input(description="Which search.")
class RemoveSavedSearchInput:
    saved_search_id: strawberry.ID = strawberry.field(description="Which search.")


@strawberry.type(description="The search is no more.")
class SavedSearchRemoved:
    saved_search_id: strawberry.ID = strawberry.field(description="Which search it was.")


SavedSearchResult = Annotated[
    SavedSearch | NotFound | Forbidden | InvalidInput,
    strawberry.union("SavedSearchResult", description="What became of a change to a saved search."),
]
RemoveSavedSearchResult = Annotated[
    SavedSearchRemoved | NotFound | Forbidden | InvalidInput,
    strawberry.union("RemoveSavedSearchResult", description="What became of removing a saved search."),
]


@strawberry.type
class SavedSearchMutations:
    @mutation(
        f"Save a search, for yourself or for others as well; at most {pipeline.MAX_SAVED_SEARCHES}.",
        graphql_type=SavedSearchResult,
    )
    async def save_search(
        self,
        info: Info,
        input: SaveSearchInput,  # noqa: A002
    ) -> pipeline.SavedSearch | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            pipeline.SaveSearch,
            search_name=input.name,
            query=saved_query(input.query),
            sharing=input.sharing or SearchSharing.PRIVATE,
            job_id=parser.optional_id(Kind.JOB, input.job_id, "job_id"),
        )
        return await info.context.services.call_valid(request, key=key)

    @mutation("Rename a saved search, change what it searches for, or share it.", graphql_type=SavedSearchResult)
    async def change_saved_search(
        self,
        info: Info,
        input: ChangeSavedSearchInput,  # noqa: A002
    ) -> pipeline.SavedSearch | refusals.Refusal:
        parser = InputParser()
        request = parser.build(
            pipeline.ChangeSavedSearch,
            search_id=parser.id(Kind.SAVED_SEARCH, input.saved_search_id, "saved_search_id"),
            search_name=input.name,
            query=None if input.query is None else saved_query(input.query),
            sharing=input.sharing,
            job_id=parser.optional_id(Kind.JOB, input.job_id, "job_id"),
        )
        return await info.context.services.call_valid(request)

    @mutation(
        "Say that you look at what a search finds: whom it finds now is no longer new to you.",
        graphql_type=SavedSearchResult,
    )
    async def open_saved_search(
        self,
        info: Info,
        input: OpenSavedSearchInput,  # noqa: A002
    ) -> pipeline.SavedSearch | refusals.Refusal:
        parser = InputParser()
        search_id = parser.id(Kind.SAVED_SEARCH, input.saved_search_id, "saved_search_id")
        return await info.context.services.call_valid(parser.build(pipeline.OpenSavedSearch, search_id=search_id))

    @mutation("Remove a saved search.", graphql_type=RemoveSavedSearchResult)
    async def remove_saved_search(
        self,
        info: Info,
        input: RemoveSavedSearchInput,  # noqa: A002
    ) -> SavedSearchRemoved | refusals.Refusal:
        parser = InputParser()
        search_id = parser.id(Kind.SAVED_SEARCH, input.saved_search_id, "saved_search_id")
        removed = await info.context.services.call_valid(parser.build(pipeline.RemoveSavedSearch, search_id=search_id))
        if isinstance(removed, refusals.Refusal):
            return removed
        return SavedSearchRemoved(saved_search_id=global_id(Kind.SAVED_SEARCH, removed.id))
