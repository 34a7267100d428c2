"""A beginning in the demo organisation: a review waits for a hiring manager, a candidate has replied to a recruiter.

A project holds people, with tags and notes, and there are templates for those who are rejected.
A check-in was held two weeks ago; one of two agreed actions is done. What came of some interviews was seen.

It is made once for each stack, by the public API and by the sandbox's mailboxes, as its users would make it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import aiohttp

from rapport.local.supervisor.demo import DemoUser

_PATIENCE = aiohttp.ClientTimeout(total=15)
_WITHIN = 20.0
"""Seconds for all of it: the mail is sent and answered within two or three."""
_EVERY = 0.25
_DUE_IN = timedelta(days=2)
_PEOPLE = 4
_LOOKED_AT = 3
_CHECKED_IN = timedelta(days=14)
_Change = Callable[..., Awaitable[dict[str, Any]]]
"""Makes a change: its mutation, the key by which it is made once, and what it is given."""
_JOBS = """{ jobs(first: 20, filter: {status: OPEN, mine: true}) { nodes { id title
    team { user { id email } }
    people(first: 20) { nodes { id name emails { value } contactability { canBeWrittenTo } } } } }
    users(first: 200) { nodes { id email } } }"""
_REQUEST = """mutation ($input: RequestReviewInput!) { requestReview(input: $input) {
    __typename ... on Refusal { message } } }"""
_SEND = """mutation ($input: SendMessageInput!) { sendMessage(input: $input) {
    __typename ... on Refusal { message } ... on Message { toAddress } } }"""


_PROJECT = """mutation ($input: CreateProjectInput!) { createProject(input: $input) {
    __typename ... on Refusal { message } ... on Project { id } } }"""
_JOIN = """mutation ($input: ChangeProjectPeopleInput!) { changeProjectPeople(input: $input) {
    __typename ... on Refusal { message } } }"""
_SEARCH = """mutation ($input: SaveSearchInput!) { saveSearch(input: $input) {
    __typename ... on Refusal { message } } }"""
_TAG = "mutation ($input: ChangeTagsInput!) { changeTags(input: $input) { __typename ... on Refusal { message } } }"
_APPLICATIONS = "query ($id: ID!) { person(id: $id) { applications { id status job { id } } } }"
_INTERVIEWS = """query ($id: ID!) { job(id: $id) { people(first: 20) { nodes { applications {
    interviews { id toBeSeen } actions { action reason } } } } } }"""
_SEEN = """mutation ($input: MarkInterviewSeenInput!) { markInterviewSeen(input: $input) {
    __typename ... on Refusal { message } } }"""
_ATS_NOTE = """mutation ($input: AddApplicationNoteInput!) { addApplicationNote(input: $input) {
    __typename ... on Refusal { message } } }"""
_NOTE = "mutation ($input: AddNoteInput!) { addNote(input: $input) { __typename ... on Refusal { message } } }"
_TEMPLATE = """mutation ($input: CreateTemplateInput!) { createTemplate(input: $input) {
    __typename ... on Refusal { message } } }"""
_GREETING = 'Dear {{ candidate_first_name | default("candidate") }},\n\n'
_CLOSING = "\n\nKind regards\n{{ sender_name }}"
_TEMPLATES = (
    {
        "kind": "REJECTION",
        "name": "After the application",
        "subject": "Your application: {{ job_title }}",
        "body": f"{_GREETING}thank you for your interest in the role of {{{{ job_title }}}}. We have read your"
        f" application with care, and decided to go on with others, whose experience is closer to the role.{_CLOSING}",
        "shared": True,
    },
    {
        "kind": "REJECTION",
        "name": "After an interview",
        "subject": "{{ job_title }}: thank you for your time",
        "body": f"{_GREETING}thank you for the time that you took to talk to us about the role of {{{{ job_title }}}}."
        " The decision was not easy; this time we go on with somebody else. I am glad to tell you more about our"
        f" reasons: just reply to this mail.{_CLOSING}",
        "shared": True,
    },
    {
        "kind": "GENERAL",
        "name": "Shall we talk?",
        "subject": "{{ job_title }}: shall we talk?",
        "body": f"{_GREETING}your work caught our eye. Would you like to hear more about the role?{_CLOSING}",
        "shared": False,
    },
)


_HOLD = "mutation ($input: HoldCheckInInput!) { holdCheckIn(input: $input) { __typename ... on Refusal { message } } }"
_AGREE = """mutation ($input: AddAgreedActionInput!) { addAgreedAction(input: $input) {
    __typename ... on Refusal { message } ... on AgreedAction { id } } }"""
_COMPLETE = """mutation ($input: CompleteAgreedActionInput!) { completeAgreedAction(input: $input) {
    __typename ... on Refusal { message } } }"""


class NothingToDoError(Exception):
    """The organisation has nobody for it, or the API refused."""


@dataclass(frozen=True)
class _Place:
    """A job of both, and people who applied for it and may be written to."""

    job: str
    title: str
    manager: str
    people: Sequence[dict[str, Any]]


async def begin(gateway: str, sandbox: str, users: Sequence[DemoUser]) -> None:
    """Request reviews, write to somebody who replies, and ask to write from the hiring manager's mailbox.

    The hiring manager is asked about four people, and an interviewer, if there is one, about two of them.

    Raises:
        NothingToDoError: there is no such job, or something was refused.
        TimeoutError: the mail did not arrive.
        aiohttp.ClientError: the gateway or the sandbox does not answer.
    """
    recruiter = next(user for user in users if user.role == "recruiter")
    manager = next(user for user in users if user.role == "hiring_manager")
    interviewer = next((user for user in users if user.role == "interviewer"), None)
    headers = {"Authorization": f"Bearer {recruiter.token}"}
    async with asyncio.timeout(_WITHIN), aiohttp.ClientSession(timeout=_PATIENCE) as session:

        async def execute(query: str, **variables: Any) -> dict[str, Any]:
            body = {"query": query, "variables": variables}
            async with session.post(f"{gateway}/graphql", json=body, headers=headers) as response:
                answer = await response.json(content_type=None)
            if errors := answer.get("errors"):
                raise NothingToDoError(errors[0]["message"])
            return dict(answer["data"])

        async def change(mutation: str, key: str | None, **given: Any) -> dict[str, Any]:
            keyed = given if key is None else {**given, "idempotencyKey": f"demo-{key}"}
            [result] = (await execute(mutation, input=keyed)).values()
            if "message" in result:
                raise NothingToDoError(result["message"])
            return dict(result)

        found = await execute(_JOBS)
        place = _place(found, manager.email)
        people = [person["id"] for person in place.people[:_PEOPLE]]
        due_at = (datetime.now(UTC) + _DUE_IN).replace(minute=0, second=0, microsecond=0).isoformat()
        review = {"jobId": place.job, "dueAt": due_at}
        question = "Who of these should we talk to first?"
        await change(_REQUEST, "review", personIds=people, reviewerIds=[place.manager], note=question, **review)
        if interviewer is not None:
            [asked] = [user["id"] for user in found["users"]["nodes"] if user["email"] == interviewer.email]
            question = "Would you like to interview these two?"
            await change(_REQUEST, "interviewer", personIds=people[:2], reviewerIds=[asked], note=question, **review)
        first, second = place.people[0], place.people[1]
        sent = await change(_SEND, "message", **_letter(place, first))
        await change(_SEND, "on-behalf", fromUserId=place.manager, **_letter(place, second))
        project = await change(_PROJECT, "project", name="Keep in touch")
        await change(_JOIN, None, projectId=project["id"], add=[person["id"] for person in place.people[:_PEOPLE]])
        await change(_TAG, None, personId=first["id"], add=["Relocates", "Speaks at meetups"])
        nobody = {"filter": {"tag": ["Relocates"], "not": {"active": True}}}
        await change(_SEARCH, "search", name="Would relocate, and is free", query=nobody, sharing="ORGANISATION")
        about = {"personId": first["id"], "jobId": place.job}
        team = "Met at a meetup; would move for the right team."
        await change(_NOTE, "note-team", visibility="HIRING_TEAM", body=team, **about)
        await change(_NOTE, "note-private", visibility="PRIVATE", body="Ask about the notice period.", **about)
        known = "Two offers elsewhere; answers by the end of the month."
        applied = await execute(_APPLICATIONS, id=second["id"])
        for application in _of_job(applied["person"], place.job):
            await change(_ATS_NOTE, "note-ats", applicationId=application, visibility="PUBLIC", body=known)
        await _check_in(change, place)
        for interview in _to_be_seen(await execute(_INTERVIEWS, id=place.job))[:_LOOKED_AT]:
            await change(_SEEN, None, interviewId=interview)
        for number, template in enumerate(_TEMPLATES):
            await change(_TEMPLATE, f"template-{number}", **template)
        await _reply(session, sandbox, sent["toAddress"])


async def _check_in(change: _Change, place: _Place) -> None:
    """Held two weeks ago; one of two actions is done."""
    now = datetime.now(UTC)
    await change(_HOLD, "check-in", jobId=place.job, heldAt=(now - _CHECKED_IN).isoformat())
    agreed = {"jobId": place.job, "ownerId": place.manager}
    range_ = "Agree on a salary range with finance"
    done = await change(_AGREE, "range", text=range_, dueOn=(now - timedelta(days=5)).date().isoformat(), **agreed)
    await change(_COMPLETE, None, actionId=done["id"])
    seats = "Find two more interviewers for the onsite"
    await change(_AGREE, "seats", text=seats, dueOn=(now + timedelta(days=2)).date().isoformat(), **agreed)


def _place(found: dict[str, Any], manager: str) -> _Place:
    for job in found["jobs"]["nodes"]:
        known = {member["user"]["email"]: member["user"]["id"] for member in job["team"]}
        people = [
            person
            for person in job["people"]["nodes"]
            if person["emails"] and (person["contactability"] or {}).get("canBeWrittenTo")
        ]
        if manager in known and len(people) >= _PEOPLE:
            return _Place(job["id"], job["title"], known[manager], people)
    raise NothingToDoError("the recruiter and the hiring manager have no job in common with people to write to")


def _of_job(person: dict[str, Any], job: str) -> list[str]:
    """The application for a job, if it is under way."""
    found = person["applications"]
    return [each["id"] for each in found if each["status"] == "ACTIVE" and each["job"] and each["job"]["id"] == job]


def _to_be_seen(found: dict[str, Any]) -> list[str]:
    """The interviews whose outcome the recruiter may mark as seen."""
    return [
        interview["id"]
        for person in found["job"]["people"]["nodes"]
        for application in person["applications"]
        if {"action": "MARK_SEEN", "reason": None} in application["actions"]
        for interview in application["interviews"]
        if interview["toBeSeen"]
    ]


def _letter(place: _Place, person: dict[str, Any]) -> dict[str, str]:
    first_name = person["name"].split()[0]
    return {
        "personId": person["id"],
        "jobId": place.job,
        "subject": f"{place.title}: shall we talk?",
        "body": f"Hello {first_name},\n\nyour work caught our eye. Would you like to hear more about the role?",
    }


async def _reply(session: aiohttp.ClientSession, sandbox: str, address: str) -> None:
    """Answer the mail in a candidate's mailbox, as soon as it has arrived."""
    while True:
        async with session.get(f"{sandbox}/api/mail", params={"to": address}) as response:
            response.raise_for_status()
            mails = await response.json()
        if mails:
            place = f"{sandbox}/api/mail/{quote(mails[-1]['mailbox'], safe='')}/{mails[-1]['id']}/answers"
            async with session.post(place, json={"kind": "interested"}) as response:
                response.raise_for_status()
            return
        await asyncio.sleep(_EVERY)
