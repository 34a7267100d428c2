"""Two ways to fail at a message boundary, and what counts as the world not being ready.

Exception
├── RetryLater    the world is not ready: the message is tried again
└── Reject    the message is wrong: it is parked at once, with the reason
"""

import asyncpg
import nats.errors


class RetryLater(Exception):  # noqa: N818 - it is an answer, not an error
    """Try this message again after ``delay`` seconds."""

    def __init__(self, reason: str, *, delay: float = 1.0) -> None:
        """``reason`` is stored if the message is parked in the end; it must not contain personal data."""
        super().__init__(reason)
        self.delay = delay


class Reject(Exception):  # noqa: N818 - it is an answer, not an error
    """This message can never succeed; its argument says why and must not contain personal data."""


class ServiceUnavailableError(Exception):
    """A service did not answer within the deadline, or is not there."""

    def __init__(self, service: str) -> None:
        """``service`` is its short name."""
        super().__init__(f"{service} is not available")
        self.service = service


class ServiceFailedError(Exception):
    """A service failed unexpectedly; what went wrong is in its trace and logs."""

    def __init__(self, service: str, trace_id: str | None) -> None:
        """``trace_id`` finds the trace."""
        super().__init__(f"{service} failed")
        self.service = service
        self.trace_id = trace_id


TRANSIENT: tuple[type[Exception], ...] = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.TransactionRollbackError,
    nats.errors.Error,
)
"""The database or the broker is away, or asks to be asked again (a deadlock): whatever was tried may be tried again,
and costs no message a try."""
