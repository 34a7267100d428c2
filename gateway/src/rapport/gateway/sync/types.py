"""The ATS connections."""

import strawberry

from rapport.contracts import pipeline
from rapport.contracts.pipeline import CollectionState, ComparisonState, SyncPhase
from rapport.gateway.graph.contract_types import enumeration, exposes
from rapport.gateway.graph.fields import field


@exposes(pipeline.CollectionProgress, "records", name="What is read.", done="Whether all of it has been read.")
class CollectionProgress:
    """How far the reading of one kind of record has come."""


@exposes(
    pipeline.ComparedCollection,
    "read",
    "expected",
    "missing_there",
    "missing_here",
    "different",
    name="What is compared.",
)
class ComparedCollection:
    """How far the comparison of one kind of record has come, and what it found."""

    @field("Where it stands.", graphql_type=enumeration(CollectionState))
    @staticmethod
    def state(collection: strawberry.Parent[pipeline.ComparedCollection]) -> CollectionState:
        return collection.state


@exposes(
    pipeline.Comparison,
    "requested",
    "finished_at",
    started_at="When the current or last one began.",
    collections="How far the current or last one has come.",
)
class Comparison:
    """The slow comparison of everything with the ATS, which finds what no webhook reported."""

    @field("What it is doing.", graphql_type=enumeration(ComparisonState))
    @staticmethod
    def state(comparison: strawberry.Parent[pipeline.Comparison]) -> ComparisonState:
        return comparison.state


@exposes(
    pipeline.ConnectionSync,
    "full",
    "unknown_deliveries",
    "unread_records",
    "unapplied_endings",
    "unapplied_ending_kinds",
    comparison="The comparison of everything with the ATS.",
    connection="The connection's name.",
    kind="Which ATS it is.",
    started_at="When the current or last run began.",
    finished_at="When the last run ended.",
    error="Why the last run failed.",
    collections="How far the current or last run has come.",
    pending_writes="Changes made here that the ATS has not confirmed.",
    conflicts="Applications on which the ATS disagrees.",
)
class ConnectionSync:
    """How one connection to an ATS is doing."""

    @field("What it is doing.", graphql_type=enumeration(SyncPhase))
    @staticmethod
    def state(connection: strawberry.Parent[pipeline.ConnectionSync]) -> SyncPhase:
        return connection.phase


@exposes(pipeline.SyncStatus, connections="How the connections are doing now.")
class StartSyncSuccess:
    """The run was asked for."""


@exposes(pipeline.SyncStatus, connections="How the connections are doing now.")
class CompareWithAtsSuccess:
    """The comparison was asked for."""
