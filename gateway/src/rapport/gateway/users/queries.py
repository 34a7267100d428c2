"""Reading users."""

from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.errors import not_found
from rapport.gateway.graph.connections import After, Connection, First, connection, page_request, search_words
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Id, Kind, uuid_of
from rapport.gateway.users.resolvers import user_by_id
from rapport.gateway.users.types import User


@strawberry.type
class UserQueries:
    @field("A user by their id, also one who has left.", graphql_type=User | None)
    async def user(self, info: Info, id: Id) -> pipeline.User:  # noqa: A002 - the argument's name
        user = await user_by_id(info, uuid_of(Kind.USER, id, "id"))
        if user is None:
            raise not_found("user", "id")
        return user

    @field("The organisation's active users, by name.", graphql_type=Connection[User] | None)
    async def users(
        self,
        info: Info,
        containing: Annotated[
            str | None, strawberry.argument(description="Only those whose name or address holds this text.")
        ] = None,
        in_ats: Annotated[
            bool | None,
            strawberry.argument(
                description="Only those whom the ATS knows (`true`), or only those who were invited here (`false`)."
            ),
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        of_list = f"users:{in_ats}:{search_words(containing, 'containing')}"
        request = pipeline.GetUsers(containing=containing, in_ats=in_ats, page=page_request(of_list, first, after))
        return connection(of_list, await info.context.services.read(request), after)
