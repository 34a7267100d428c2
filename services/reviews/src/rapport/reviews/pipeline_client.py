"""The job, the people and the users of a review from pipeline, on behalf of a viewer."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from rapport.contracts.identity import Viewer
from rapport.contracts.pipeline import (
    AttachmentLink,
    GetJobsByIds,
    GetPeopleByIds,
    GetProfiles,
    GetUsersByIds,
    Job,
    LinkReviewedAttachment,
    Person,
    PersonProfile,
    User,
    Users,
)
from rapport.contracts.refusals import InputProblemCode, Invalid, NotFound, Refusal
from rapport.contracts.reviews import MAX_FROZEN, MAX_RESUMES, Profile, RequestReview
from rapport.contracts.vocabulary import AttachmentKind
from rapport.kit.errors import ServiceUnavailableError
from rapport.kit.rpc.client import RequestClient

_PATIENCE = 3.0
"""Seconds: the gateway waits five for everything."""


@dataclass(frozen=True, slots=True)
class ReviewSubject:
    """The job, the people and the users of a review."""

    job: Job
    profiles: tuple[Profile, ...]
    reviewers: tuple[User, ...]
    requester: User


class PipelineClient:
    """Calls pipeline."""

    def __init__(self, client: RequestClient) -> None:
        """``client`` reaches the pipeline."""
        self._client = client

    async def subject(self, request: RequestReview, viewer: Viewer) -> ReviewSubject | Refusal:
        """What the request names; not found if the viewer does not see it or it does not exist.

        Raises:
            ServiceUnavailableError: the pipeline did not answer in time.
        """
        people_ids, reviewer_ids = _once(request.person_ids), _once(request.reviewer_ids)
        user_ids = _once((*reviewer_ids, viewer.user_id))
        asking_jobs = self._client.call(GetJobsByIds(ids=(request.job_id,)), viewer, deadline=_PATIENCE)
        asking_people = self._client.call(GetPeopleByIds(ids=people_ids), viewer, deadline=_PATIENCE)
        asking_profiles = self._client.call(GetProfiles(ids=people_ids), viewer, deadline=_PATIENCE)
        asking_users = self._client.call(GetUsersByIds(ids=user_ids), viewer, deadline=_PATIENCE)
        jobs, people, profiles, users = await asyncio.gather(asking_jobs, asking_people, asking_profiles, asking_users)
        if isinstance(jobs, Refusal):
            return jobs
        if isinstance(people, Refusal):
            return people
        if isinstance(profiles, Refusal):
            return profiles
        if isinstance(users, Refusal):
            return users
        known = {profile.person_id: profile for profile in profiles.items}
        return _assembled(request, viewer, jobs.items, people.items, known, users.items)

    async def reviewers(self, ids: Sequence[UUID], viewer: Viewer) -> tuple[User, ...] | Refusal:
        """These users, each once, if all of them can be asked.

        Raises:
            ServiceUnavailableError: the pipeline did not answer in time.
        """
        users = await self._client.call(GetUsersByIds(ids=_once(ids)), viewer, deadline=_PATIENCE)
        if isinstance(users, Refusal):
            return users
        found = {user.id: user for user in users.items}
        if refusal := _refuse_reviewers(ids, found):
            return refusal
        return tuple(found[id_] for id_ in _once(ids))

    async def link(self, org_id: str, attachment_id: UUID, reviewer_id: UUID) -> AttachmentLink | NotFound:
        """A link to a file that a review shows this reviewer.

        Raises:
            ServiceUnavailableError: the pipeline did not answer in time.
        """
        request = LinkReviewedAttachment(org_id=org_id, attachment_id=attachment_id, reviewer_id=reviewer_id)
        link = await self._client.call(request, None, deadline=_PATIENCE)
        return link if isinstance(link, AttachmentLink) else NotFound(what="attachment", id=str(attachment_id))

    async def name_of(self, viewer: Viewer) -> str | None:
        """How a user is called; None if that cannot be found out now."""
        try:
            users = await self._client.call(GetUsersByIds(ids=(viewer.user_id,)), viewer, deadline=_PATIENCE)
        except ServiceUnavailableError:
            return None
        return next((user.name for user in users.items), None) if isinstance(users, Users) else None


def _assembled(
    request: RequestReview,
    viewer: Viewer,
    jobs: Iterable[Job],
    people: Iterable[Person],
    profiles: Mapping[UUID, PersonProfile],
    users: Iterable[User],
) -> ReviewSubject | NotFound | Invalid:
    found_people = {person.id: person for person in people}
    found_users = {user.id: user for user in users}
    job = next((job for job in jobs if job.id == request.job_id), None)
    if job is None:
        return NotFound(what="job", id=str(request.job_id))
    for what, wanted, found in (
        ("person", request.person_ids, found_people.keys()),
        ("user", (*request.reviewer_ids, viewer.user_id), found_users.keys()),
    ):
        if missing := next((each for each in wanted if each not in found), None):
            return NotFound(what=what, id=str(missing))
    if refusal := _refuse_reviewers(request.reviewer_ids, found_users):
        return refusal
    return ReviewSubject(
        job,
        tuple(_profile(found_people[id_], profiles.get(id_)) for id_ in _once(request.person_ids)),
        tuple(found_users[id_] for id_ in _once(request.reviewer_ids)),
        found_users[viewer.user_id],
    )


def _refuse_reviewers(ids: Sequence[UUID], found: Mapping[UUID, User]) -> NotFound | Invalid | None:
    """Why one of these cannot be asked; None if all of them can."""
    for place, reviewer_id in enumerate(ids):
        user = found.get(reviewer_id)
        if user is None:
            return NotFound(what="user", id=str(reviewer_id))
        if not user.active:
            return Invalid.because(
                f"reviewer_ids.{place}", "no longer belongs to the organisation", InputProblemCode.USER_LEFT
            )
        if not user.email:
            return Invalid.because(
                f"reviewer_ids.{place}", "has no e-mail address to send a link to", InputProblemCode.NO_ADDRESS
            )
    return None


def _profile(person: Person, known: PersonProfile | None) -> Profile:
    resumes = [file for file in known.attachments if file.kind is AttachmentKind.RESUME] if known else []
    return Profile(
        person_id=person.id,
        name=f"{person.first_name} {person.last_name}".strip() or "Name unknown",
        title=person.title,
        company=person.company,
        location=person.location,
        links=person.links,
        tags=person.tags,
        employments=known.employments[:MAX_FROZEN] if known else (),
        educations=known.educations[:MAX_FROZEN] if known else (),
        resumes=tuple(resumes[:MAX_RESUMES]),
        is_private=known.is_private if known else False,
    )


def _once(ids: Iterable[UUID]) -> tuple[UUID, ...]:
    """Each id once, in the order of their first appearance."""
    return tuple(dict.fromkeys(ids))
