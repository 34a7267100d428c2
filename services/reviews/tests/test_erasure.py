"""Erasing a person deletes their profile and the notes about them; the verdicts stay."""

import asyncio
import json
from pathlib import Path
from typing import Any

from rapport.contracts.events import Event, PersonErased, parse_event, subject_of
from rapport.contracts.reviews import GetReviewsByIds
from rapport.contracts.vocabulary import PersonEnd, PersonField, Verdict
from rapport.kit.identity import derived_id
from rapport.local.waiting import eventually
from rapport.reviews.reactions import PeopleErased
from rapport.reviews.store import lock_people
from services.reviews.tests.support.reviews_desk import MARY, RECRUITER, REVIEWER, Desk

_SMALLEST = Path(__file__).parent / "consumed_events" / "pipeline.person.erased.v1.json"


def erased(desk: Desk, person_id: Any, data: PersonErased) -> Event[Any]:
    return Event[Any](
        id=derived_id(person_id, "erased"),
        type=PersonErased.type,
        source="rapport/pipeline",
        subject=person_id,
        time=desk.time.at,
        recordedat=desk.time.at,
        orgid="acme",
        aggregateversion=1,
        actor="ats",
        cause="delivery:1",
        data=data,
    )


async def apply(desk: Desk, *events: Event[Any]) -> None:
    async with desk.database.work("acme", actor="system:test", cause="test") as unit:
        await PeopleErased().apply(unit, events)


async def stored(desk: Desk) -> list[Any]:
    rows = await desk.rows("SELECT person_id, profile FROM item ORDER BY position")
    return [(row["person_id"], json.loads(row["profile"])) for row in rows]


async def test_profile_and_notes_of_an_erased_person_are_deleted_and_the_verdict_stays(desk: Desk) -> None:
    review = await desk.requested(2, note="Look at the first one, whom I know from Ljubljana.")
    first, second = (item.profile for item in review.items)
    for note in ("Too loud on the phone.", "I met her twice."):
        await desk.given(review, REVIEWER, 0, Verdict.REJECTED, note)
    await desk.given(review, REVIEWER, 1, Verdict.APPROVED, "Good.")
    for _ in range(2):
        await apply(desk, erased(desk, first.person_id, PersonErased(reason=PersonEnd.DELETED, whole=True)))
    (gone, kept) = await stored(desk)
    assert gone[1] == {
        "person_id": str(first.person_id),
        "name": "Erased",
        "title": None,
        "company": None,
        "location": None,
        "links": [],
        "tags": [],
        "employments": [],
        "educations": [],
        "resumes": [],
        "is_private": False,
    }
    assert kept[1]["name"] == second.name
    notes = await desk.rows("SELECT note FROM verdict UNION ALL SELECT note FROM verdict_change ORDER BY 1")
    assert [row["note"] for row in notes] == ["Good.", "Good.", None, None, None]
    verdicts = await desk.rows("SELECT verdict FROM verdict ORDER BY 1")
    assert [row["verdict"] for row in verdicts] == ["approved", "rejected"]
    assert "Ljubljana" not in str(await desk.everything())
    # The review is shown, and can be decided, as before.
    shown = await desk.call(GetReviewsByIds(ids=(review.id,)), RECRUITER)
    assert [item.profile.name for item in shown.items[0].items] == ["Erased", second.name]  # type: ignore[union-attr]
    changed_again = await desk.given(review, REVIEWER, 0, Verdict.APPROVED)
    assert changed_again.items[0].profile.name == "Erased"
    assert MARY.name not in str(gone)


async def test_a_concurrent_page_or_request_restores_nothing_of_an_erased_person(desk: Desk) -> None:
    review = await desk.requested(1)
    profile = review.items[0].profile
    await apply(desk, erased(desk, profile.person_id, PersonErased(reason=PersonEnd.DELETED, whole=True)))
    given = await desk.given(review, REVIEWER, 0, Verdict.APPROVED, "She lives at the sea.")
    assert given.items[0].verdicts[0].note is None
    said = await desk.rows("SELECT note FROM verdict UNION ALL SELECT note FROM verdict_change")
    assert [row["note"] for row in said] == [None, None]
    # Pipeline answered with the profile before it was erased there.
    again = await desk.call(desk.wish(1, person_ids=(profile.person_id,)), RECRUITER)
    assert again.review.items[0].profile.name == "Erased"  # type: ignore[union-attr]
    assert profile.name not in str(await desk.everything())


async def test_notes_about_a_restored_person_are_stored_again(desk: Desk) -> None:
    review = await desk.requested(1)
    person_id = review.items[0].profile.person_id
    await desk.given(review, REVIEWER, 0, Verdict.REJECTED, "Before")
    await apply(desk, erased(desk, person_id, PersonErased(reason=PersonEnd.ABSENT, whole=True)))
    assert "Before" not in str(await desk.everything())
    given = await desk.given(review, REVIEWER, 0, Verdict.APPROVED, "Afterwards")
    assert given.items[0].verdicts[0].note == "Afterwards"


_WAITING = (
    "SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
    " WHERE l.locktype = 'advisory' AND NOT l.granted AND d.datname = current_database()"
)


async def test_an_erasure_waits_for_concurrent_writes_about_the_person(desk: Desk) -> None:
    review = await desk.requested(1)
    person_id = review.items[0].profile.person_id
    async with desk.database.work("acme", actor="system:test", cause="writing") as writing:
        await lock_people(writing, [person_id])
        erasing = asyncio.create_task(
            apply(desk, erased(desk, person_id, PersonErased(reason=PersonEnd.DELETED, whole=True)))
        )

        async def waits() -> bool:
            rows = await desk.rows(
                "SELECT count(*) AS waiting FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            )
            return bool(rows[0]["waiting"])

        await eventually(waits, within=60, what="an erasure that waits")
    await erasing
    assert (await stored(desk))[0][1]["name"] == "Erased"


async def test_only_the_anonymized_fields_are_deleted(desk: Desk) -> None:
    review = await desk.requested(1)
    profile = review.items[0].profile
    await desk.given(review, REVIEWER, 0, Verdict.APPROVED, "Good.")
    fields = (PersonField.TITLE, PersonField.TAGS, PersonField.EMAILS, PersonField.EMPLOYMENTS)
    said = PersonErased(reason=PersonEnd.ANONYMIZED, whole=False, fields=fields)
    await apply(desk, erased(desk, profile.person_id, said))
    [(_, left)] = await stored(desk)
    assert left == json.loads(profile.model_dump_json()) | {"title": None, "tags": [], "employments": []}
    assert [row["note"] for row in await desk.rows("SELECT note FROM verdict")] == ["Good."]


async def test_the_smallest_message_is_enough(desk: Desk) -> None:
    message = json.loads(_SMALLEST.read_text())
    event = parse_event(json.dumps(message | {"invented": 1}).encode(), subject_of("acme", PersonErased.type))
    review = await desk.requested(1)
    await apply(desk, event)
    assert [one[0] for one in await stored(desk)] == [review.items[0].profile.person_id]
