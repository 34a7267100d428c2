"""The one who asks."""

import strawberry

from rapport.contracts.identity import Role
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.graph.permissions import ViewerPermissions
from rapport.gateway.session import Session


@strawberry.type(description="You, as the organisation's directory knows you.")
class Viewer:
    @classmethod
    def is_type_of(cls, value: object, _: object) -> bool:
        """The session's viewer."""
        return isinstance(value, Session)

    @field("Your id as a user.")
    @staticmethod
    def id(session: strawberry.Parent[Session]) -> strawberry.ID:
        return global_id(Kind.USER, session.viewer.user_id)

    @field("Your name.")
    @staticmethod
    def name(session: strawberry.Parent[Session]) -> str:
        return session.identity.name

    @field("Your e-mail address.")
    @staticmethod
    def email(session: strawberry.Parent[Session]) -> str:
        return session.identity.email

    @field("What you may do across the organisation.", graphql_type=list[enumeration(Role)])  # type: ignore[misc]
    @staticmethod
    def roles(session: strawberry.Parent[Session]) -> list[Role]:
        return sorted(session.viewer.roles)

    @field("What your roles let you do, for menus and navigation.")
    @staticmethod
    def can(session: strawberry.Parent[Session]) -> ViewerPermissions:
        return ViewerPermissions.of(session.viewer)
