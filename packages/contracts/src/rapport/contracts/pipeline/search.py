"""Searching for people over everything that is known of them: a text, and filters that nest.

What is set side by side in one filter must all hold; ``all``, ``any`` and ``not_`` nest. Names are compared without
case and accents. A value that is not known matches no condition: who was never contacted was not contacted long ago
either, and is found by a negation.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from rapport.contracts.authorisation import SEARCH_PEOPLE, Rule
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.requests import MAX_NAME, MAX_SEARCH, Page, Result
from rapport.contracts.text import CleanText
from rapport.contracts.vocabulary import (
    ApplicationStatus,
    ClosedBy,
    MatchQuality,
    OfferStatus,
    Origin,
    PeopleFacet,
    PeopleSort,
    Rating,
    StageKind,
    TextField,
)

MAX_CONDITIONS = 50
"""The most conditions of one filter; each costs a pass over all applications or all people."""
MAX_DEPTH = 8
"""How deep filters may nest."""
MAX_VALUES = 50
"""The most values of which a condition accepts any."""
MAX_DAYS = 36_500
MATCHED_APPLICATIONS = 3
"""The most applications that explain one result."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Names = tuple[Annotated[CleanText, Field(min_length=1, max_length=MAX_NAME)], ...]


class TimeRange(_Part):
    """When something happened: all that is given must hold."""

    since: AwareDatetime | None = None
    """Then or later."""
    until: AwareDatetime | None = None
    """Before then."""
    at_least_days_ago: int | None = Field(default=None, ge=0, le=MAX_DAYS)
    """That many days ago or longer, from the moment of the search."""
    at_most_days_ago: int | None = Field(default=None, ge=0, le=MAX_DAYS)
    """Within that many days."""


class StageRange(_Part):
    """How far an application came, in the order of the funnel."""

    at_least: StageKind | None = None
    """This kind of stage or one further on."""
    at_most: StageKind | None = None
    """This kind of stage or one before."""


class RatingRange(_Part):
    """What interviewers said."""

    at_least: Rating | None = None
    """As good or better."""
    at_most: Rating | None = None
    """As bad or worse."""


class AttributeRating(_Part):
    """The rating of one attribute in a scorecard."""

    name: CleanText = Field(min_length=1, max_length=MAX_NAME)
    """As the scorecards call it."""
    at_least: Rating
    """As good or better, in any scorecard."""


class ApplicationFilter(_Part):
    """Which applications."""

    all: tuple["ApplicationFilter", ...] | None = Field(default=None, min_length=1)
    """Each of these holds."""
    any: tuple["ApplicationFilter", ...] | None = Field(default=None, min_length=1)
    """At least one of these holds."""
    not_: "ApplicationFilter | None" = None
    """This does not hold."""
    job: tuple[UUID, ...] | None = Field(default=None, min_length=1, max_length=MAX_VALUES)
    """For one of these jobs."""
    department: Names | None = Field(default=None, min_length=1, max_length=MAX_VALUES)
    """For a job of one of these departments."""
    location: Names | None = Field(default=None, min_length=1, max_length=MAX_VALUES)
    """For a job at one of these locations."""
    source: Names | None = Field(default=None, min_length=1, max_length=MAX_VALUES)
    """From one of these sources, as the account calls them."""
    origin: tuple[Origin, ...] | None = Field(default=None, min_length=1, max_length=MAX_VALUES)
    """That came about in one of these ways."""
    status: tuple[ApplicationStatus, ...] | None = Field(default=None, min_length=1, max_length=MAX_VALUES)
    """That are in one of these states."""
    furthest_stage: StageRange | None = None
    """By the furthest kind of stage they reached."""
    applied_at: TimeRange | None = None
    """By when the person applied."""
    closed_at: TimeRange | None = None
    """By when they ended."""
    closed_by: tuple[ClosedBy, ...] | None = Field(default=None, min_length=1, max_length=MAX_VALUES)
    """Ended by us or by the person, without a hire."""
    close_reason: Names | None = Field(default=None, min_length=1, max_length=MAX_VALUES)
    """Ended for one of these reasons, as the account calls them."""
    best_rating: RatingRange | None = None
    """By the best overall rating of their scorecards."""
    lowest_rating: RatingRange | None = None
    """By the lowest overall rating of their scorecards."""
    attribute: AttributeRating | None = None
    """By the rating of an attribute."""
    offer: tuple[OfferStatus, ...] | None = Field(default=None, min_length=1, max_length=MAX_VALUES)
    """By what became of the latest version of the offer."""
    offer_resolved_at: TimeRange | None = None
    """By when the person answered the offer."""
    decline_reason: Names | None = Field(default=None, min_length=1, max_length=MAX_VALUES)
    """Declined for one of these reasons."""


class ApplicationsFilter(_Part):
    """Which applications a person has: all that is given must hold."""

    some: ApplicationFilter | None = None
    """At least one is like this."""
    every: ApplicationFilter | None = None
    """Each is like this; true of somebody who has none."""
    none: ApplicationFilter | None = None
    """None is like this; true of somebody who has none."""


_Words = Field(default=None, min_length=1, max_length=MAX_SEARCH)


class PeopleFilter(_Part):
    """Which people."""

    all: tuple["PeopleFilter", ...] | None = Field(default=None, min_length=1)
    """Each of these holds."""
    any: tuple["PeopleFilter", ...] | None = Field(default=None, min_length=1)
    """At least one of these holds."""
    not_: "PeopleFilter | None" = None
    """This does not hold."""
    applications: ApplicationsFilter | None = None
    """By their applications."""
    title: CleanText | None = _Words
    """Whose current title has each of these words, or words that begin like them."""
    company: CleanText | None = _Words
    """Whose current company has each of these words."""
    past_job: CleanText | None = _Words
    """Who held a job whose title or company have each of these words."""
    education: CleanText | None = _Words
    """Whose schools, degrees and disciplines have each of these words."""
    location: CleanText | None = _Words
    """Who live where each of these words is part of the place's name."""
    tag: Names | None = Field(default=None, min_length=1, max_length=MAX_VALUES)
    """Who have one of these tags."""
    project: tuple[UUID, ...] | None = Field(default=None, min_length=1, max_length=MAX_VALUES)
    """Who are in one of these projects."""
    added_at: TimeRange | None = None
    """By when they became known."""
    last_activity_at: TimeRange | None = None
    """By when something last happened with them."""
    last_contacted_at: TimeRange | None = None
    """By when the last message was sent to them."""
    last_replied_at: TimeRange | None = None
    """By when they last replied."""
    may_be_emailed: bool | None = None
    """Whether they agreed to be written to by mail."""
    suppressed: bool | None = None
    """Whether they must not be written to at all: by suppressions of the whole person, not of an address alone."""
    active: bool | None = None
    """Whether they have an application under way."""
    has_applied: bool | None = None
    """Whether they have ever had an application."""
    changed_job: bool | None = None
    """Whether they have begun another job since they last applied."""
    diversity: bool | None = None
    """Who said of themselves one of what the organisation chose, and agreed to be found by it; never which. Where it is
    switched on, for who has the grant: true, beside the other conditions or in a part of ``all``, and nowhere else;
    without a text, and without ``tag`` and ``project`` anywhere, by which one could ask about a certain person."""


def conditions(part: BaseModel) -> Iterator[str]:
    """The path of every condition of a filter; one that accepts several values counts once."""
    for name in part.model_fields_set:
        value = getattr(part, name)
        if value is None:
            continue
        if isinstance(value, PeopleFilter | ApplicationsFilter | ApplicationFilter):
            yield from (f"{name}.{path}" for path in conditions(value))
        elif name in ("all", "any"):
            for at, each in enumerate(value):
                yield from (f"{name}.{at}.{path}" for path in conditions(each))
        else:
            yield name


def depth(part: Any) -> int:
    """How deep a filter nests: 1 for one without parts."""
    parts = [
        each
        for name in ("all", "any", "not_", "applications", "some", "every", "none")
        if (value := getattr(part, name, None)) is not None
        for each in (value if isinstance(value, tuple) else (value,))
    ]
    return 1 + max(map(depth, parts), default=0)


class MatchedWord(Result):
    """A word of the search text, and where in the person it was found best."""

    word: str
    """As it was searched for."""
    field: TextField
    quality: MatchQuality


class PersonMatch(Result):
    """A person who was found, and why."""

    person_id: UUID
    words: tuple[MatchedWord, ...]
    """For each word of the text, where it was found."""
    application_ids: tuple[UUID, ...]
    """Applications by which a filter over some applications holds, at most ``MATCHED_APPLICATIONS``."""


class PersonMatchEdge(Result):
    cursor: tuple[str, ...]
    node: PersonMatch


class PersonMatchPage(Result):
    edges: tuple[PersonMatchEdge, ...]
    has_next: bool
    end: tuple[str, ...] | None = None
    """Where the next page begins; the last ones found may have been left out of this one."""
    total: int
    """Of all who were found and whom the viewer may see."""


class SearchQuery(BaseModel):
    """What is searched for."""

    text: CleanText | None = Field(default=None, max_length=MAX_SEARCH)
    """Words that must all be found: in the name, title, company, skills, history, or notes that the viewer may read.
    Nothing in it is an operator."""
    filter: PeopleFilter | None = None


class SearchPeople(SearchQuery, PipelineRequest[PersonMatchPage]):
    """Find people. Viewers bound to hiring teams find who applied for jobs of theirs, by those applications alone."""

    rule: ClassVar[Rule] = SEARCH_PEOPLE

    sort: PeopleSort = PeopleSort.RELEVANCE
    page: Page = Page()


class FacetChoice(Result):
    """A value, and how many of the people have it."""

    value: str
    """A name as the account has it; of states and stages, the value of the enumeration."""
    people: int


class Facet(Result):
    facet: PeopleFacet
    choices: tuple[FacetChoice, ...]
    """The most frequent first, at most ``MAX_CHOICES``."""


class PeopleFacets(Result):
    """How the people of a search are spread."""

    total: int
    """All who were found."""
    facets: tuple[Facet, ...]


class GetPeopleFacets(SearchQuery, PipelineRequest[PeopleFacets]):
    """Count the people of a search, all together and by some of their properties."""

    rule: ClassVar[Rule] = SEARCH_PEOPLE

    facets: tuple[PeopleFacet, ...] = Field(default=tuple(PeopleFacet), max_length=len(PeopleFacet))
