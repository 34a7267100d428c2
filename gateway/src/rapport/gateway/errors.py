"""Errors as clients see them: a message, a code to act on, and no internals.

A failure that a resolver expects is raised as :class:`ClientError`. Everything else is translated here: an unavailable
service is named; the unexpected is masked, with a trace id.
"""

import logging
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from rapport.contracts.refusals import (
    AgreedActionConflict,
    AssignmentConflict,
    FieldProblem,
    Forbidden,
    Invalid,
    NoteConflict,
    NotFound,
    Refusal,
    ReviewConflict,
    StageConflict,
    TemplateConflict,
    TooSoon,
    VerdictConflict,
)
from rapport.gateway.session import UnauthenticatedError
from rapport.kit.errors import ServiceFailedError, ServiceUnavailableError
from rapport.kit.telemetry import trace_id

_log = logging.getLogger(__name__)


class Code(StrEnum):
    """``extensions.code`` of an error."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    BAD_REQUEST = "BAD_REQUEST"
    INVALID_ID = "INVALID_ID"
    INVALID_CURSOR = "INVALID_CURSOR"
    PAGE_TOO_LARGE = "PAGE_TOO_LARGE"
    TOO_COMPLEX = "TOO_COMPLEX"
    """The document, or the cost of the operation, is beyond a limit."""
    SLOW_SUBSCRIBER = "SLOW_SUBSCRIBER"
    """The client did not read its changes fast enough; it should reload and subscribe again."""
    CURSOR_EXPIRED = "CURSOR_EXPIRED"
    """Too much has happened since; the client should reload and subscribe again, without a cursor."""
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    """The document is not known by its hash; the client should send it with the hash."""
    DOCUMENT_NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"


class ClientError(GraphQLError):
    """An error that says what the client did wrong, or what it should do now."""

    def __init__(self, code: Code, message: str, **extensions: Any) -> None:
        """``extensions`` appear beside the code; they must hold no personal data."""
        super().__init__(message, extensions={"code": code, **extensions})


def from_refusal(refusal: Refusal, argument: str | None = None) -> ClientError:
    """The error of a query that a service refuses; ``argument`` named what was not found."""
    match refusal:
        case NotFound(what=what):
            return not_found(what, argument)
        case Forbidden(reason=reason):
            return ClientError(Code.FORBIDDEN, reason)
        case Invalid(problems=problems):
            return _invalid(problems)
        case StageConflict():
            return ClientError(Code.BAD_REQUEST, "the application was changed in the meantime")
        case (
            VerdictConflict()
            | ReviewConflict()
            | NoteConflict()
            | AgreedActionConflict()
            | AssignmentConflict()
            | TemplateConflict()
        ):
            return ClientError(Code.BAD_REQUEST, "it was changed in the meantime")
        case TooSoon(reason=reason):
            return ClientError(Code.BAD_REQUEST, reason)


def _invalid(problems: Sequence[FieldProblem]) -> ClientError:
    if any(problem.path == "page.after" for problem in problems):
        return ClientError(Code.INVALID_CURSOR, "after is not a cursor", argument="after")
    listed = [{"path": camel_case_path(problem.path), "message": problem.message} for problem in problems]
    message = "; ".join(f"{problem['path']} {problem['message']}" for problem in listed)
    return ClientError(Code.BAD_REQUEST, message, problems=listed)


def camel_case_path(path: str) -> str:
    """The path of a service's field, ``page.job_id``, as the schema spells it: ``page.jobId``."""
    return ".".join(
        first + "".join(map(str.capitalize, rest)) for first, *rest in (p.split("_") for p in path.split("."))
    )


def not_found(what: str, argument: str | None) -> ClientError:
    """The error for an unknown id; an id the viewer may not see looks the same."""
    extensions = {"argument": argument} if argument else {}
    return ClientError(Code.NOT_FOUND, f"there is no {what} with this id that you may see", **extensions)


def to_client_error(error: GraphQLError, *, executing: bool) -> GraphQLError:
    """The error as the client may see it.

    Args:
        error: graphql-core's.
        executing: whether the document was valid.
    """
    if error.extensions and "code" in error.extensions:
        return error
    cause = _root(error)
    if isinstance(cause, UnauthenticatedError):
        return _copied(error, cause.message, code=Code.UNAUTHENTICATED, reason=cause.reason)
    if isinstance(cause, ServiceUnavailableError):
        return _copied(error, str(cause), code=Code.UNAVAILABLE, service=cause.service)
    if isinstance(cause, ServiceFailedError):
        return _copied(error, "internal error", code=Code.INTERNAL, traceId=cause.trace_id or trace_id())
    if isinstance(cause, RecursionError):
        return _copied(error, "the document is nested too deeply", code=Code.TOO_COMPLEX)
    if _is_the_clients(error, cause):
        return _copied(error, error.message, code=_code(error, executing=executing))
    _log.error("an operation failed unexpectedly", exc_info=cause)
    return _copied(error, "internal error", code=Code.INTERNAL, traceId=trace_id())


def _root(error: GraphQLError) -> Exception:
    cause: Exception = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _is_the_clients(error: GraphQLError, cause: Exception) -> bool:
    """Whether it is graphql-core's error about the document, its variables or an argument."""
    return isinstance(cause, GraphQLError) and (error.path is None or error.message.startswith("Argument "))


def _code(error: GraphQLError, *, executing: bool) -> Code:
    if isinstance(error, GraphQLSyntaxError):
        return Code.GRAPHQL_PARSE_FAILED
    return Code.BAD_REQUEST if executing else Code.GRAPHQL_VALIDATION_FAILED


def _copied(error: GraphQLError, message: str, **extensions: Any) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={key: value for key, value in extensions.items() if value is not None},
    )
