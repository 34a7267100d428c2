"""Who sees a review, its verdicts and its notes: every rule for every role of a viewer."""

from dataclasses import replace
from uuid import UUID

import pytest

from rapport.contracts.authorisation import SEE_PRIVATE_PEOPLE
from rapport.contracts.identity import Role, Viewer
from rapport.contracts.vocabulary import NoteVisibility, ReviewStatus, Verdict
from rapport.reviews.domain.access import manages, others_hidden, reads_note, sees, sees_verdict
from rapport.reviews.domain.review import GivenVerdict, ReviewerVerdict
from rapport.reviews.domain.views import view_for, visible_verdicts
from services.reviews.tests.support.reviews_built import OTHER, PERSON, review
from services.reviews.tests.support.reviews_desk import (
    ADMIN,
    BEGIN,
    COLLEAGUE,
    KATE,
    MARY,
    OMAR,
    OUTSIDER,
    RECRUITER,
    REVIEWER,
    STRANGER,
    viewer,
)

TEAM = viewer(STRANGER, Role.HIRING_MANAGER)
EXECUTIVE = Viewer(org_id="acme", user_id=UUID(int=77), roles=frozenset({Role.EXECUTIVE}))
REQUESTER_WITHOUT_ROLE = viewer(KATE)


def said(
    who: UUID,
    verdict: Verdict = Verdict.APPROVED,
    visibility: NoteVisibility = NoteVisibility.PUBLIC,
    on: UUID = PERSON,
) -> ReviewerVerdict:
    return ReviewerVerdict(
        UUID(int=who.int ^ on.int), who, on, GivenVerdict(verdict, "a note", visibility), BEGIN, BEGIN
    )


OMARS = said(OMAR.id)
MARYS = said(MARY.id)


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (ADMIN, True),
        (RECRUITER, True),
        (EXECUTIVE, True),
        (REQUESTER_WITHOUT_ROLE, True),
        (REVIEWER, True),
        (COLLEAGUE, True),
        (OUTSIDER, False),
    ],
)
def test_a_review_is_visible_to_its_participants(who: Viewer, seen: bool) -> None:
    assert sees(review(), who) is seen


def test_a_review_is_seen_by_the_jobs_hiring_team() -> None:
    assert not sees(review(team=False), TEAM)
    assert sees(review(team=True), TEAM)


@pytest.mark.parametrize("who", [RECRUITER, ADMIN, EXECUTIVE, TEAM])
def test_a_viewer_who_is_not_a_reviewer_sees_every_verdict_at_once(who: Viewer) -> None:
    assert sees_verdict(review(OMARS, team=True), OMARS, who)


@pytest.mark.parametrize("roles", [(), (Role.HIRING_MANAGER,), (Role.ADMIN,), (Role.RECRUITER,)])
def test_a_reviewer_sees_the_others_verdicts_on_a_person_only_after_their_own(roles: tuple[Role, ...]) -> None:
    mary = viewer(MARY, *roles)
    assert not sees_verdict(review(OMARS), OMARS, mary)
    assert not sees_verdict(review(OMARS, said(MARY.id, on=OTHER)), OMARS, mary)
    assert sees_verdict(review(OMARS, MARYS), OMARS, mary)


def test_a_skip_does_not_reveal_the_others_verdicts() -> None:
    skipped = said(MARY.id, Verdict.SKIPPED)
    assert not sees_verdict(review(OMARS, skipped), OMARS, REVIEWER)
    assert sees_verdict(review(OMARS, skipped), skipped, REVIEWER)
    assert sees_verdict(review(OMARS, skipped, status=ReviewStatus.COMPLETED), OMARS, REVIEWER)


def test_a_requester_who_reviews_is_restricted_like_every_reviewer() -> None:
    mary = viewer(MARY, Role.RECRUITER)
    assert not sees_verdict(replace(review(OMARS), requested_by=MARY.id), OMARS, mary)


@pytest.mark.parametrize("status", [ReviewStatus.COMPLETED, ReviewStatus.EXPIRED, ReviewStatus.CANCELLED])
def test_when_the_review_is_closed_a_reviewer_sees_every_verdict(status: ReviewStatus) -> None:
    assert sees_verdict(review(OMARS, status=status), OMARS, REVIEWER)


PUBLIC, HIRING_TEAM, PRIVATE = NoteVisibility.PUBLIC, NoteVisibility.HIRING_TEAM, NoteVisibility.PRIVATE


@pytest.mark.parametrize(
    ("visibility", "who", "read"),
    [(PUBLIC, who, True) for who in (ADMIN, RECRUITER, EXECUTIVE, TEAM, REVIEWER, COLLEAGUE)]
    + [(HIRING_TEAM, who, True) for who in (ADMIN, RECRUITER, REQUESTER_WITHOUT_ROLE, TEAM, COLLEAGUE)]
    + [(HIRING_TEAM, who, False) for who in (EXECUTIVE, REVIEWER)]
    + [(PRIVATE, who, False) for who in (ADMIN, RECRUITER, EXECUTIVE, TEAM, REVIEWER)]
    + [(PRIVATE, COLLEAGUE, True)],
)
def test_a_note_is_visible_to_the_readers_its_author_chose(visibility: NoteVisibility, who: Viewer, read: bool) -> None:
    omars = said(OMAR.id, visibility=visibility)
    assert reads_note(review(omars, MARYS, team=True), omars, who) is read


@pytest.mark.parametrize(("who", "may"), [(RECRUITER, True), (ADMIN, True), (REVIEWER, False), (EXECUTIVE, False)])
def test_a_review_is_managed_by_its_requester_and_admins(who: Viewer, may: bool) -> None:
    assert manages(review(), who) is may


def test_a_dispute_shows_only_in_what_the_viewer_may_see() -> None:
    disputed = review(said(OMAR.id, Verdict.REJECTED), said(MARY.id, Verdict.STARRED))
    assert [item.disputed for item in view_for(disputed, RECRUITER).items] == [True, False]
    undecided = review(said(OMAR.id, Verdict.REJECTED))
    assert [item.verdicts for item in view_for(undecided, REVIEWER).items] == [(), ()]
    assert not view_for(undecided, REVIEWER).items[0].disputed


@pytest.mark.parametrize(
    ("who", "given", "hidden"),
    [
        (REVIEWER, (OMARS,), True),
        (REVIEWER, (OMARS, MARYS), False),
        (REVIEWER, (OMARS, said(MARY.id, Verdict.SKIPPED)), True),
        (REVIEWER, (OMARS, said(MARY.id, on=OTHER)), True),
        (RECRUITER, (OMARS,), False),
        (TEAM, (), False),
    ],
)
def test_a_view_says_whether_the_others_verdicts_are_hidden(
    who: Viewer, given: tuple[ReviewerVerdict, ...], hidden: bool
) -> None:
    assert view_for(review(*given), who).items[0].others_hidden is hidden
    assert not view_for(review(*given, status=ReviewStatus.COMPLETED), who).items[0].others_hidden


def test_the_only_reviewer_has_nothing_hidden_from_them() -> None:
    alone = review()
    assert not others_hidden(replace(alone, reviewers=alone.reviewers[:1]), PERSON, REVIEWER)


def test_a_view_counts_people_and_disputes_also_without_its_items() -> None:
    disputed = review(OMARS, said(MARY.id, Verdict.REJECTED))
    view = view_for(disputed, RECRUITER, include_items=False)
    assert (view.items, view.people_count, view.disputed_count) == ((), 2, 1)
    assert view_for(review(OMARS), REVIEWER, include_items=False).disputed_count == 0


def test_a_skip_disputes_nothing() -> None:
    skipped = review(said(OMAR.id, Verdict.SKIPPED), said(MARY.id, Verdict.REJECTED))
    assert not view_for(skipped, RECRUITER).items[0].disputed


PERMITTED = ADMIN.model_copy(update={"grants": frozenset({SEE_PRIVATE_PEOPLE})})


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (REQUESTER_WITHOUT_ROLE, True),
        (REVIEWER, True),
        (COLLEAGUE, True),
        (TEAM, True),
        (PERMITTED, True),
        (ADMIN, False),
        (EXECUTIVE, False),
    ],
)
def test_a_private_person_is_absent_from_a_review_for_those_who_do_not_work_on_them(who: Viewer, seen: bool) -> None:
    plain = review(OMARS, said(OMAR.id, on=OTHER), status=ReviewStatus.COMPLETED, team=True)
    private, other = plain.profiles
    hidden = replace(plain, profiles=(private.model_copy(update={"is_private": True}), other))
    shown = view_for(hidden, who)
    assert [item.profile.person_id for item in shown.items] == ([PERSON, OTHER] if seen else [OTHER])
    assert shown.people_count == len(shown.items)
    assert [verdict.person_id for verdict in visible_verdicts(hidden, who)] == ([PERSON, OTHER] if seen else [OTHER])
    assert len(view_for(plain, who).items) == 2


def test_who_was_put_on_the_team_here_sees_the_review_without_the_private_person() -> None:
    """Nobody lets themselves see whom the ATS hides: its own members of the team do."""
    plain = review(OMARS, said(OMAR.id, on=OTHER), status=ReviewStatus.COMPLETED, team=True)
    private, other = plain.profiles
    hidden = replace(
        plain, profiles=(private.model_copy(update={"is_private": True}), other), ats_team=frozenset({MARY.id})
    )
    assert sees(hidden, TEAM)
    assert [item.profile.person_id for item in view_for(hidden, TEAM).items] == [OTHER]
    assert [verdict.person_id for verdict in visible_verdicts(hidden, TEAM)] == [OTHER]
