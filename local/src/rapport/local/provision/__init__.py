"""Makes the databases, roles, streams and consumers that `deploy/` describes.

Repeatable: it creates what is missing, changes what differs, says which, and leaves the rest alone.
"""

from rapport.local.provision.databases import (
    ServiceDatabase,
    declared_databases,
    provision_databases,
    url_for,
)
from rapport.local.provision.jetstream import declared_jetstream, provision_jetstream

__all__ = [
    "ServiceDatabase",
    "declared_databases",
    "declared_jetstream",
    "provision_databases",
    "provision_jetstream",
    "url_for",
]
