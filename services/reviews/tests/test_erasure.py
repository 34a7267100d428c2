"""A person who is erased is forgotten by reviews as well: the profile and the words go, the verdicts stay."""

import json
from pathlib import Path
from typing import Any

from reviews_desk import MARY, RECRUITER, REVIEWER, Desk

from rapport.contracts.facts import Fact, PersonErased, read_fact, subject_of
from rapport.contracts.hiring import PersonEnd, PersonField, Verdict
from rapport.contracts.reviews import GetReviewsByIds
from rapport.kit.identity import derived_id
from rapport.reviews.reactions import PeopleErased

_SMALLEST = Path(__file__).parent / "relies_on" / "pipeline.person.erased.v1.json"


def erased(desk: Desk, person_id: Any, data: PersonErased) -> Fact[Any]:
    return Fact[Any](
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


async def apply(desk: Desk, *facts: Fact[Any]) -> None:
    async with desk.database.work("acme", actor="system:test", cause="test") as unit:
        await PeopleErased().apply(unit, facts)


async def stored(desk: Desk) -> list[Any]:
    rows = await desk.rows("SELECT person_id, profile FROM item ORDER BY position")
    return [(row["person_id"], json.loads(row["profile"])) for row in rows]


async def test_profile_and_notes_of_an_erased_person_go_and_the_verdict_stays(desk: Desk) -> None:
    review = await desk.requested(2)
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
    }
    assert kept[1]["name"] == second.name
    notes = await desk.rows("SELECT note FROM verdict UNION ALL SELECT note FROM verdict_change ORDER BY 1")
    assert [row["note"] for row in notes] == ["Good.", "Good.", None, None, None]
    verdicts = await desk.rows("SELECT verdict FROM verdict ORDER BY 1")
    assert [row["verdict"] for row in verdicts] == ["approved", "rejected"]
    # The review is shown, and can be decided, as before.
    shown = await desk.ask(GetReviewsByIds(ids=(review.id,)), RECRUITER)
    assert [item.profile.name for item in shown.items[0].items] == ["Erased", second.name]  # type: ignore[union-attr]
    changed_again = await desk.given(review, REVIEWER, 0, Verdict.APPROVED)
    assert changed_again.items[0].profile.name == "Erased"
    assert MARY.name not in str(gone)


async def test_only_what_was_anonymized_goes(desk: Desk) -> None:
    review = await desk.requested(1)
    profile = review.items[0].profile
    await desk.given(review, REVIEWER, 0, Verdict.APPROVED, "Good.")
    fields = (PersonField.TITLE, PersonField.TAGS, PersonField.EMAILS)
    said = PersonErased(reason=PersonEnd.ANONYMIZED, whole=False, fields=fields)
    await apply(desk, erased(desk, profile.person_id, said))
    [(_, left)] = await stored(desk)
    assert left == json.loads(profile.model_dump_json()) | {"title": None, "tags": []}
    assert [row["note"] for row in await desk.rows("SELECT note FROM verdict")] == ["Good."]


async def test_the_smallest_message_is_enough(desk: Desk) -> None:
    message = json.loads(_SMALLEST.read_text())
    fact = read_fact(json.dumps(message | {"invented": 1}).encode(), subject_of("acme", PersonErased.type))
    review = await desk.requested(1)
    await apply(desk, fact)
    assert [one[0] for one in await stored(desk)] == [review.items[0].profile.person_id]
