"""Searching for people."""

from hashlib import sha256
from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.contracts.vocabulary import PeopleFacet, PeopleSort
from rapport.gateway.graph.connections import After, Connection, First, connection, page_request
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import field
from rapport.gateway.search.inputs import Filter, Text, query_of
from rapport.gateway.search.types import PeopleFacets, PersonMatch


@strawberry.type
class SearchQueries:
    @field(
        "Find people over everything that is known of them and that you may see.",
        graphql_type=Connection[PersonMatch] | None,
    )
    async def search_people(
        self,
        info: Info,
        *,
        text: Text = None,
        filter: Filter = None,  # noqa: A002 - the argument's name
        sort: Annotated[
            enumeration(PeopleSort),  # type: ignore[valid-type]
            strawberry.argument(description="What the list is sorted by."),
        ] = PeopleSort.RELEVANCE,
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        query = query_of(text, filter)
        searched = pipeline.SearchQuery(**query).model_dump_json(exclude_defaults=True)
        # Too long for a cursor, which only has to be told from those of other searches.
        of_list = f"search:{sort}:{sha256(searched.encode()).hexdigest()[:16]}"
        page = await info.context.services.read(
            pipeline.SearchPeople(**query, sort=sort, page=page_request(of_list, first, after))
        )
        return connection(of_list, page, after, end=page.end)

    @field(
        "How the people of a search are spread, with how many there are.",
        graphql_type=PeopleFacets | None,
    )
    async def people_facets(
        self,
        info: Info,
        *,
        text: Text = None,
        filter: Filter = None,  # noqa: A002 - the argument's name
        facets: Annotated[
            list[enumeration(PeopleFacet)] | None,  # type: ignore[valid-type]
            strawberry.argument(description="By what to count them; left out: by everything."),
        ] = None,
    ) -> pipeline.PeopleFacets:
        wanted = tuple(PeopleFacet) if facets is None else tuple(dict.fromkeys(facets))
        return await info.context.services.read(pipeline.GetPeopleFacets(**query_of(text, filter), facets=wanted))
