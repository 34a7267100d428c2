"""Reading who may do what."""

from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.directory.types import DirectoryChange, UserAccess
from rapport.gateway.graph.connections import After, Connection, First, connection, page_request, search_words
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind, uuid_of


@strawberry.type
class DirectoryQueries:
    @field(
        "The organisation's active users by name, with what they may do; admins only.",
        graphql_type=Connection[UserAccess] | None,
    )
    async def directory(
        self,
        info: Info,
        containing: Annotated[
            str | None, strawberry.argument(description="Only those whose name or address holds this text.")
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        of_list = f"directory:{search_words(containing, 'containing')}"
        request = pipeline.GetDirectory(containing=containing, page=page_request(of_list, first, after))
        return connection(of_list, await info.context.services.read(request), after)

    @field(
        "What was changed here of what users may do, the newest first; admins only.",
        graphql_type=Connection[DirectoryChange] | None,
    )
    async def directory_changes(
        self,
        info: Info,
        user_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this user alone.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        user = uuid_of(Kind.USER, user_id, "userId") if user_id else None
        of_list = f"directoryChanges:{user}"
        request = pipeline.GetDirectoryChanges(user_id=user, page=page_request(of_list, first, after))
        return connection(of_list, await info.context.services.read(request), after)
