"""Who was found, and why."""

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.applications.loaders import applications_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.people.resolvers import person_by_id
from rapport.gateway.people.types import Person


@exposes(pipeline.MatchedWord, "word", field="Where it was found best.", quality="How it was found there.")
class MatchedWord:
    """A word of the search text, and where it was found."""


@exposes(pipeline.PersonMatch, "words")
class PersonMatch:
    """A person who was found, and why."""

    @field("Their id, as `person` has it.")
    @staticmethod
    def id(match: strawberry.Parent[pipeline.PersonMatch]) -> strawberry.ID:
        return global_id(Kind.PERSON, match.person_id)

    @field("The person; null if they are gone since.", graphql_type=Person | None)
    @staticmethod
    async def person(match: strawberry.Parent[pipeline.PersonMatch], info: Info) -> pipeline.Person | None:
        return await person_by_id(info, match.person_id)

    @field(
        "Applications by which a condition on some application holds, the newest first, at most "
        f"{pipeline.MATCHED_APPLICATIONS}.",
        graphql_type=list[Application],
    )
    @staticmethod
    async def applications(match: strawberry.Parent[pipeline.PersonMatch], info: Info) -> list[pipeline.Application]:
        found = await info.context.loader(applications_by_id).load_many(list(match.application_ids))
        return [application for application in found if application is not None]


@exposes(pipeline.FacetChoice, "value", people="How many of the people have it.")
class FacetChoice:
    """A value by which a search can be narrowed."""


@exposes(pipeline.Facet, facet="By what they are counted.", choices="The most frequent first, at most 100.")
class Facet:
    """How many of the people of a search have each value of something."""


@exposes(pipeline.PeopleFacets, "total", facets="Those that were asked for.")
class PeopleFacets:
    """How the people of a search are spread."""
