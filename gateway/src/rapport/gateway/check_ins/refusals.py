"""Why an agreed action was not changed."""

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.refusals import Refusal
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User


@exposes(
    refusals.AgreedActionState,
    version="What to send as `expectedVersion` to change it all the same.",
    text="What is to be done; null once it named somebody who was erased.",
    due_on="By which day.",
    done_at="When it was done; null while it is not.",
)
class AgreedActionState:
    """An agreed action as it was when a change to it was refused."""

    @field("Who does it.", graphql_type=User | None)
    @staticmethod
    async def owner(state: strawberry.Parent[refusals.AgreedActionState], info: Info) -> pipeline.User | None:
        return await user_of(info, state.owner_id)


@exposes(refusals.AgreedActionConflict, current="How it is now.")
class AgreedActionConflict(Refusal):
    """The action is not the one you saw: somebody has changed it in the meantime."""
