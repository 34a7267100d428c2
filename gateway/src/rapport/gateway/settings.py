"""The gateway's settings, from its environment."""

from pathlib import Path

from pydantic import Field

from rapport.gateway.execution.cost import MAX_COST
from rapport.kit.runtime.settings import Settings


class GatewaySettings(Settings):
    """Where identity comes from, and what clients may do."""

    oidc_issuer: str
    """The address of the OpenID Connect issuer, exactly as its tokens name it."""
    oidc_audience: str
    """The audience that tokens must name: tokens for other applications are refused."""
    oidc_web_client: str = "rapport-web"
    """The web app's client id at the issuer: a public client, with the code flow and PKCE."""
    web_app_folder: Path | None = None
    """The build of the web app, to be served on every path but the API's."""
    graphql_introspection: bool = False
    """Whether clients may ask for the schema."""
    client_origins: frozenset[str] = frozenset()
    """JSON: the origins of pages that may use the API from a browser, as ``["https://app.example.com"]``."""
    client_heartbeat: float = 20.0
    """Seconds between pings to subscribers; a client that does not answer is dropped."""
    operation_deadline: float = 5.0
    """Seconds an operation may wait for services, in total."""
    response_cache_seconds: float = Field(default=0.05, ge=0, le=1)
    """Seconds for which the response to a query is cached for its user, unless an event invalidates it; see
    :mod:`rapport.gateway.execution.response_cache`. 0 turns caching off."""
    trusted_documents_file: Path | None = None
    """JSON object of SHA-256 and document: if given, nothing else is executed."""
    operation_cost: int = MAX_COST
    """The maximum cost of an operation; see :mod:`rapport.gateway.execution.cost` for how it is counted."""
