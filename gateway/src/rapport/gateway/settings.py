"""What the gateway needs to know from its environment."""

from pathlib import Path

from pydantic import Field

from rapport.gateway.cost import MOST
from rapport.kit.runtime.settings import Settings


class GatewaySettings(Settings):
    """Where identity comes from, and what clients may do."""

    oidc_issuer: str
    """The address of the OpenID Connect issuer, exactly as its tokens name it."""
    oidc_audience: str
    """The audience that tokens must name: tokens for other applications are refused."""
    graphql_introspection: bool = False
    """Whether clients may ask for the schema."""
    client_origins: frozenset[str] = frozenset()
    """JSON: the origins of pages that may ask from a browser, as ``["https://app.example.com"]``."""
    client_heartbeat: float = 20.0
    """Seconds between signs of life to clients that watch; who does not answer is dropped."""
    operation_deadline: float = 5.0
    """Seconds an operation may wait for services, all of them together."""
    answers_kept: float = Field(default=0.05, ge=0, le=1)
    """Seconds for which the same user is given the same answer to the same query again, unless something happens
    meanwhile; see :mod:`rapport.gateway.kept`. 0 to find everything out anew."""
    trusted_documents_file: Path | None = None
    """JSON object of SHA-256 and document: if given, nothing else is executed."""
    operation_cost: int = MOST
    """What one operation may cost; see :mod:`rapport.gateway.cost` for how it is counted."""
