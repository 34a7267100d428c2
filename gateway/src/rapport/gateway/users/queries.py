"""Reading users."""

from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.errors import ClientError, Code, not_found
from rapport.gateway.graph.connections import After, Connection, First, connection, page_request
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind, uuid_of
from rapport.gateway.users.resolvers import user_by_id
from rapport.gateway.users.types import User

_LONGEST = 100


@strawberry.type
class UserQueries:
    @field("A user by their id, also one who has left.", graphql_type=User | None)
    async def user(self, info: Info, id: strawberry.ID) -> pipeline.User:  # noqa: A002 - the argument's name
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
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        if containing is not None and len(containing) > _LONGEST:
            message = f"containing may have {_LONGEST} characters at most"
            raise ClientError(Code.BAD_REQUEST, message, argument="containing")
        of_list = f"users:{containing or ''}"
        request = pipeline.GetUsers(containing=containing, page=page_request(of_list, first, after))
        return connection(of_list, await info.context.services.read(request), after)
