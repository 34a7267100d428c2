"""Reading the account's own fields."""

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field
from rapport.gateway.profiles.types import CustomField


@strawberry.type
class ProfileQueries:
    @field(
        "The account's own fields of people that can be shown, by name; for admins.",
        graphql_type=list[CustomField] | None,
    )
    async def custom_fields(self, info: Info) -> tuple[pipeline.CustomField, ...]:
        return (await info.context.services.read(pipeline.GetCustomFields())).items
