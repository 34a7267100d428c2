"""The searches that every organisation has."""

from collections.abc import Mapping
from uuid import UUID

from rapport.contracts.pipeline import (
    ApplicationFilter,
    ApplicationsFilter,
    PeopleFilter,
    RatingRange,
    SavedQuery,
    SavedSearch,
    StageRange,
    TimeRange,
)
from rapport.contracts.vocabulary import ApplicationStatus, OfferStatus, Rating, SearchSharing, StageKind
from rapport.kit.identity import derived_id


def _some(*conditions: ApplicationFilter) -> PeopleFilter:
    return PeopleFilter(applications=ApplicationsFilter(some=ApplicationFilter(all=conditions)))


def _none(condition: ApplicationFilter) -> PeopleFilter:
    return PeopleFilter(applications=ApplicationsFilter(none=condition))


_EVER = 36_500
"""Days: longer than anybody has been known."""

_FILTERS: Mapping[str, tuple[PeopleFilter, ...]] = {
    "Silver medalists": (
        _some(ApplicationFilter(furthest_stage=StageRange(at_least=StageKind.ONSITE))),
        _none(ApplicationFilter(status=(ApplicationStatus.HIRED,))),
        _none(ApplicationFilter(lowest_rating=RatingRange(at_most=Rating.NO))),
    ),
    "Declined our offer a year ago or more": (
        _some(ApplicationFilter(offer=(OfferStatus.DECLINED,), offer_resolved_at=TimeRange(at_least_days_ago=365))),
    ),
    "Changed jobs since they applied": (
        PeopleFilter(changed_job=True),
        PeopleFilter(not_=PeopleFilter(active=True)),
    ),
    "Written to within a year, never replied": (
        PeopleFilter(last_contacted_at=TimeRange(at_most_days_ago=365)),
        PeopleFilter(not_=PeopleFilter(last_replied_at=TimeRange(at_most_days_ago=_EVER))),
    ),
}

BUILT_IN: Mapping[UUID, SavedSearch] = {
    search.id: search
    for search in (
        SavedSearch(
            id=derived_id("built-in search", name),
            name=name,
            query=SavedQuery(filter=PeopleFilter(all=parts)),
            owner_id=None,
            sharing=SearchSharing.ORGANISATION,
            job_id=None,
            looked_at=None,
            version=0,
        )
        for name, parts in _FILTERS.items()
    )
}
"""By their ids, which are the same in every organisation and release as long as the name is."""
