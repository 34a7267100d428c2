"""What can be fetched again by its id."""

import strawberry


@strawberry.interface(description="A thing that can be fetched again by its id.")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque; stands for the same thing wherever it appears.")
