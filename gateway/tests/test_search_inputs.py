"""A filter as a client writes it becomes the contract's, whatever its parts are."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from rapport.contracts import pipeline
from rapport.contracts.vocabulary import ApplicationStatus, Rating, StageKind
from rapport.gateway.errors import ClientError
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.search import inputs


def test_every_kind_of_value_arrives() -> None:
    job, since = uuid4(), datetime(2026, 3, 1, tzinfo=UTC)
    application = inputs.ApplicationFilter(
        job=[global_id(Kind.JOB, job)],
        status=[ApplicationStatus.REJECTED, ApplicationStatus.WITHDRAWN],
        furthest_stage=inputs.StageRange(at_least=StageKind.ONSITE),
        lowest_rating=inputs.RatingRange(at_most=Rating.NO),
        attribute=inputs.AttributeRating(name="Python", at_least=Rating.YES),
        applied_at=inputs.TimeRange(since=since, at_most_days_ago=3),
        close_reason=["Too far"],
    )
    given = inputs.PeopleFilter(
        all=[inputs.PeopleFilter(applications=inputs.ApplicationsFilter(some=application))],
        not_=inputs.PeopleFilter(title="engineer", may_be_emailed=False),
    )
    assert inputs.query_of(" engineer ", given)["filter"] == pipeline.PeopleFilter(
        all=(
            pipeline.PeopleFilter(
                applications=pipeline.ApplicationsFilter(
                    some=pipeline.ApplicationFilter(
                        job=(job,),
                        status=(ApplicationStatus.REJECTED, ApplicationStatus.WITHDRAWN),
                        furthest_stage=pipeline.StageRange(at_least=StageKind.ONSITE),
                        lowest_rating=pipeline.RatingRange(at_most=Rating.NO),
                        attribute=pipeline.AttributeRating(name="Python", at_least=Rating.YES),
                        applied_at=pipeline.TimeRange(since=since, at_most_days_ago=3),
                        close_reason=("Too far",),
                    )
                )
            ),
        ),
        not_=pipeline.PeopleFilter(title="engineer", may_be_emailed=False),
    )


def test_an_id_of_something_else_is_located() -> None:
    given = inputs.PeopleFilter(project=[global_id(Kind.JOB, uuid4())])
    with pytest.raises(ClientError) as refused:
        inputs.query_of(None, given)
    assert "filter.project.0" in str(refused.value)
