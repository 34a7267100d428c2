"""Tables of the running sandbox beside the collections: former versions, webhooks, writes."""

from rapport.sandbox.vendors.greenhouse.collections import COLLECTIONS, Collection

_OTHERS = (
    """
    CREATE TABLE webhook_endpoint (
        id INTEGER PRIMARY KEY,
        url TEXT NOT NULL UNIQUE,
        secret TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        configured INTEGER NOT NULL DEFAULT 0
    )
    """,
    # A delivery stays until it has been answered with a 2xx or has used up its tries; then it is history.
    """
    CREATE TABLE webhook_delivery (
        id INTEGER PRIMARY KEY,
        endpoint_id INTEGER NOT NULL REFERENCES webhook_endpoint,
        event_id TEXT NOT NULL,
        action TEXT NOT NULL,
        body BLOB NOT NULL,
        created_at INTEGER NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        due_at INTEGER,
        delivered_at INTEGER,
        outcome TEXT
    )
    """,
    "CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, due_at) WHERE due_at IS NOT NULL",
    # The trickle picks among those who are still in the running: a few in a hundred.
    "CREATE INDEX applications_active ON applications (id, stage_id) WHERE status = 'active'",
    """
    CREATE TABLE performed_write (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, user_id INTEGER, application_id INTEGER, summary TEXT NOT NULL
    )
    """,
)


def live_tables() -> list[str]:
    """Return the statements that prepare a generated company for changes."""
    return [*_OTHERS, *(statement for each in COLLECTIONS.values() for statement in _former_versions(each))]


def former_versions_of(collection: Collection) -> str:
    """Name the table with a collection's former versions."""
    return f"former_{collection.name}"


def _former_versions(collection: Collection) -> list[str]:
    """Keep what a change replaces, so that lists can show records as they were a while ago.

    `replaced_at` is when the version stopped being the current one; `existed` is 0 for a record that was created
    then. A deletion leaves no time of its own, so the clock decides.
    """
    former, columns = former_versions_of(collection), ", ".join(f'"{name}"' for name in collection.stored)
    old = ", ".join(f'OLD."{name}"' for name in collection.stored)
    trigger = f'CREATE TRIGGER "{collection.name} {{}}" AFTER {{}} ON "{collection.name}" BEGIN {{}}; END'
    clock = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
    keep = f'INSERT INTO "{former}" (replaced_at, existed, {columns}) VALUES ({{}}, 1, {old})'  # noqa: S608 - our names
    created = f'INSERT INTO "{former}" (replaced_at, existed, id) VALUES (NEW.updated_at, 0, NEW.id)'  # noqa: S608
    return [
        f'CREATE TABLE "{former}" (replaced_at INTEGER NOT NULL, existed INTEGER NOT NULL, {columns})',
        f'CREATE INDEX "{former} by time" ON "{former}" (replaced_at)',
        trigger.format("changed", "UPDATE", keep.format("NEW.updated_at")),
        trigger.format("deleted", "DELETE", keep.format(clock)),
        trigger.format("created", "INSERT", created),
    ]
