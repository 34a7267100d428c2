"""Reading users."""

from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.context import Info
from rapport.gateway.errors import ClientError, Code, not_found
from rapport.gateway.fields import field
from rapport.gateway.ids import Kind, uuid_of
from rapport.gateway.jobs.types import User
from rapport.gateway.pages import After, Connection, First, asked_page, connection

_LONGEST = 100


@strawberry.type
class UserQueries:
    @field("A user by their id, also one who has left.", shown_as=User | None)
    async def user(self, info: Info, id: strawberry.ID) -> pipeline.User:  # noqa: A002 - the argument's name
        user = await info.context.loaders.users_by_id.load(uuid_of(Kind.USER, id, "id"))
        if user is None:
            raise not_found("user", "id")
        return user

    @field("The organisation's active users, by name.", shown_as=Connection[User] | None)
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
        request = pipeline.GetUsers(containing=containing, page=asked_page(of_list, first, after))
        return connection(of_list, await info.context.asking.read(request), after)
