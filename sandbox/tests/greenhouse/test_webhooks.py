"""Webhooks: signed, retried, never lost."""

import json
from pathlib import Path

from rapport.local.waiting import eventually
from rapport.sandbox.vendors.greenhouse.settings import WebhookEndpoint

_EXAMPLES = Path(__file__).parents[3] / "tests" / "fixtures" / "greenhouse"
"""What the vendor documents."""


async def _move(ats):
    application = await ats.an_active_application()
    body = {"from_stage_id": application["stage_id"]}
    status, moved = await ats.post(f"applications/{application['id']}/move", body)
    assert status == 200
    return moved


async def test_the_first_delivery_is_a_ping(listening):
    assert listening.actions == ["ping"]


async def test_the_webhook_of_a_move_names_the_new_stage_only(ats, listening):
    moved = await _move(ats)
    _, told = await listening.until(2)
    assert told["signed"]
    application = told["payload"]["application"]
    assert (told["action"], application["id"], application["status"]) == (
        "candidate_stage_change",
        moved["id"],
        "active",
    )
    assert application["current_stage"]["id"] == moved["stage_id"]
    assert application["last_activity_at"] == moved["last_activity_at"]
    assert application["jobs"][0]["id"] == moved["job_id"]
    assert application["candidate"]["id"] == moved["candidate_id"]


async def test_what_is_not_ascii_is_escaped_in_the_signed_body(ats, listening):
    job = (await ats.records("jobs", status="open"))[0]["id"]
    await ats.control("changes", change="apply", first_name="Zoë", last_name="Łuk", job_id=job)
    _, told = await listening.until(2)
    assert told["signed"]
    assert told["raw"].isascii()
    assert told["payload"]["application"]["candidate"]["first_name"] == "Zoë"


async def test_every_kind_of_change_sends_a_webhook(ats, listening):
    application = await ats.an_active_application()
    number, candidate = application["id"], application["candidate_id"]
    reason = (await ats.records("rejection_reasons"))[0]["id"]
    interviewer = (await ats.records("user_job_permissions", job_ids=application["job_id"]))[0]["user_id"]
    jobs = await _jobs_of(ats, candidate)
    strangers = [each["id"] for each in await ats.records("candidates") if each["id"] != candidate]
    apart = [each for each in strangers[:20] if not jobs & await _jobs_of(ats, each)]
    others = [apart[0], *(each for each in strangers if each != apart[0])]
    moving = await ats.records("applications", candidate_ids=others[0])

    async def happens(change, **body):
        return (await ats.control("changes", change=change, user=ats.user, **body))["id"]

    await happens("apply", first_name="Ada", last_name="Example", job_id=application["job_id"])
    interview = await happens("schedule_interview", application_id=number, interviewer_id=interviewer, in_hours=-2)
    await happens("submit_scorecard", interview_id=interview, candidate_rating="yes")
    other = await happens("schedule_interview", application_id=number, interviewer_id=interviewer, in_hours=48)
    await happens("call_off_interview", interview_id=other)
    await ats.post(f"applications/{number}/reject", {"rejection_reason_id": reason})
    await ats.post(f"applications/{number}/unreject")
    offer = await happens("make_offer", application_id=number)
    await happens("decline_offer", offer_id=offer)
    await ats.post(f"applications/{number}/hire")
    await happens("correct_candidate", candidate_id=candidate, fields={"title": "Engineer"})
    await happens("merge_candidates", duplicate_id=others[0], into_id=candidate)
    await happens("anonymize_candidate", candidate_id=others[1])
    await happens("delete_candidate", candidate_id=others[2])
    job = await happens("open_job", template_id=application["job_id"], name="Another one")
    await happens("set_job_status", job_id=job, status="closed")
    expected = [
        "ping",
        "new_candidate_application",
        "interview_created",
        "interview_updated",
        "interview_created",
        "interview_deleted",
        "reject_candidate",
        "unreject_candidate",
        "offer_created",
        "offer_updated",
        "hire_candidate",
        "update_candidate",
        "merge_candidate",
        "candidate_anonymized",
        "delete_candidate",
        "job_created",
        "job_updated",
    ]
    received = await listening.until(len(expected))
    assert listening.actions == expected
    assert all(delivery["signed"] for delivery in received)
    assert len({delivery["event"] for delivery in received}) == len(received)
    deleted = received[-3]["payload"]["person"]
    assert deleted["id"] == others[2]
    gone = ",".join(map(str, deleted["deleted_application_ids"]))
    assert await ats.records("applications", ids=gone) == []
    assert await ats.records("application_stages", application_ids=gone) == []
    assert received[12]["payload"]["person"]["new_candidate_id"] == candidate
    lived_on = ",".join(str(each["id"]) for each in moving)
    assert {each["candidate_id"] for each in await ats.records("applications", ids=lived_on)} == {candidate}
    assert await ats.records("candidates", ids=f"{others[0]},{others[2]}") == []
    assert len(await ats.stages(job)) == len(await ats.stages(application["job_id"]))


async def _jobs_of(ats, candidate):
    return {each["job_id"] for each in await ats.records("applications", candidate_ids=candidate)}


async def test_endings_are_sent_in_the_vendors_payloads(ats, listening):
    """Every event about something that ends has the members the vendor documents, and what ended is in no list."""
    scorecard, offer = (await ats.records("scorecards"))[0], (await ats.records("offers"))[0]
    people = [each["id"] for each in await ats.records("candidates")]
    application = (await ats.records("applications", candidate_ids=people[0]))[0]
    closed = (await ats.records("jobs", status="closed"))[0]["id"]
    empty = await _empty_stage(ats)
    department, office = (await ats.records("departments"))[0]["id"], (await ats.records("offices"))[0]["id"]
    ended = [
        ("delete_application", "application_deleted", "applications", {"application_id": application["id"]}),
        ("merge_candidates", "candidate_merged", "candidates", {"duplicate_id": people[1], "into_id": people[2]}),
        ("anonymize_candidate", "candidate_anonymized", None, {"candidate_id": people[3]}),
        ("delete_candidate", "candidate_deleted", "candidates", {"candidate_id": people[4]}),
        ("delete_scorecard", "scorecard_deleted", "scorecards", {"scorecard_id": scorecard["id"]}),
        ("delete_offer", "offer_deleted", "offers", {"offer_id": offer["id"]}),
        ("delete_stage", "job_stage_deleted", "job_interview_stages", {"stage_id": empty}),
        ("delete_job", "job_deleted", "jobs", {"job_id": closed}),
        ("delete_department", "department_deleted", "departments", {"department_id": department}),
        ("delete_office", "office_deleted", "offices", {"office_id": office}),
    ]
    for change, example, collection, body in ended:
        before = len(listening.actions)
        await ats.control("changes", change=change, user=ats.user, **body)
        documented = json.loads((_EXAMPLES / f"{example}.json").read_bytes())

        async def told(action=documented["action"], before=before):
            return next((each for each in listening.received[before:] if each["action"] == action), None)

        delivery = await eventually(told, within=60, what=f"the delivery of {change}")
        assert _members(delivery["payload"]) == _members(documented["payload"]), change
        if collection:
            assert await ats.records(collection, ids=next(iter(body.values()))) == []


async def test_an_anonymized_candidate_is_listed_by_the_id_alone(ats, listening):
    candidate = (await ats.records("candidates"))[0]["id"]
    await ats.control("changes", change="anonymize_candidate", candidate_id=candidate, fields=["full_name"])
    [left] = await ats.records("candidates", ids=candidate)
    assert (left["first_name"], left["last_name"]) == ("Anonymized", str(candidate))
    assert left["email_addresses"]
    _, told = await listening.until(2)
    assert told["payload"] == {"candidate_id": candidate, "anonymized_fields": ["full_name"]}


async def test_what_must_not_be_deleted_is_refused(ats):
    job = (await ats.records("jobs", status="open"))[0]["id"]
    stage = (await ats.an_active_application())["stage_id"]
    for body in ({"change": "delete_job", "job_id": job}, {"change": "delete_stage", "stage_id": stage}):
        async with ats.session.post(f"{ats.address}/control/changes", json=body) as response:
            assert response.status == 422
    assert await ats.records("jobs", ids=job)
    assert await ats.records("job_interview_stages", ids=stage)


async def _empty_stage(ats):
    for stage in await ats.records("job_interview_stages"):
        if not await ats.records("applications", stage_ids=stage["id"]):
            return stage["id"]
    raise AssertionError("every stage is occupied")


def _members(value):
    """The names in a structure; what is in lists may be missing."""
    return {name: _members(each) if isinstance(each, dict) else None for name, each in value.items()}


async def test_a_failed_delivery_is_retried(ats, listening):
    listening.answers = lambda made: 500 if made < 4 else 200
    await _move(ats)
    _, *tries = await listening.until(5)
    assert [delivery["status"] for delivery in tries] == [500, 500, 500, 200]
    assert len({delivery["event"] for delivery in tries}) == 1
    assert len({delivery["raw"] for delivery in tries}) == 1


async def test_a_delivery_is_given_up_after_seven_attempts(ats, listening):
    listening.answers = lambda _: 503
    await _move(ats)
    await listening.until(8)

    async def given_up():
        return (await ats.state())["deliveries"]["waiting"] == 0

    await eventually(given_up, within=60, what="giving up")
    listening.answers = lambda _: 200
    await _move(ats)
    received = await listening.until(9)
    assert len({delivery["event"] for delivery in received[1:8]}) == 1
    assert received[8]["event"] != received[7]["event"]


async def test_a_failure_does_not_hold_up_what_follows(start, listener, secret):
    ats = await start(retry_scale=1)
    await ats.control("webhooks", url=listener.url, secret=secret)
    await listener.until(1)
    listener.answers = lambda made: 500 if made == 1 else 200
    await _move(ats)
    await listener.until(2)
    await _move(ats)
    received = await listener.until(3)
    assert received[1]["event"] != received[2]["event"]
    await ats.control("webhooks/retry")
    assert (await listener.until(4))[3]["event"] == received[1]["event"]


async def test_a_restart_loses_no_delivery(start, listener, secret):
    listener.answers = lambda _: 503
    before = await start(retry_scale=1)
    await before.control("webhooks", url=listener.url, secret=secret)
    await listener.until(1)
    await _move(before)
    await listener.until(2)
    await before.stop()
    listener.answers = lambda _: 200
    after = await start(retry_scale=1)
    await after.control("webhooks/retry")
    received = await listener.until(4)
    assert {delivery["event"] for delivery in received[2:]} == {delivery["event"] for delivery in received[:2]}


async def test_pending_deliveries_follow_a_moved_endpoint(start, listener, secret):
    before = await start(retry_scale=1, webhooks=(WebhookEndpoint(listener.url.replace("hook", "old"), secret),))

    async def tried():
        return (await before.state())["deliveries"]["tried"] == 1

    await eventually(tried, within=60, what="a try at the old address")
    await before.stop()
    after = await start(retry_scale=1, webhooks=(WebhookEndpoint(listener.url, secret),))
    await after.control("webhooks/retry")
    await listener.until(1)
    await _move(after)
    await listener.until(2)
    assert listener.actions == ["ping", "candidate_stage_change"]
    assert (await after.state())["deliveries"]["queued"] == 2


async def test_duplicates_have_the_same_event(ats, listening):
    await ats.control("faults", webhook_duplicates=1)
    await _move(ats)
    _, first, second = await listening.until(3)
    assert (first["event"], first["raw"]) == (second["event"], second["raw"])


async def test_deliveries_can_arrive_in_another_order(ats, listening):
    await ats.control("faults", webhook_reorder=3)
    moves = [await _move(ats) for _ in range(3)]
    _, *received = await listening.until(4)
    told = [delivery["payload"]["application"] for delivery in received]
    times = [application["last_activity_at"] for application in told]
    assert times == [moved["last_activity_at"] for moved in reversed(moves)]
    assert len(set(times)) == 3


async def test_deliveries_can_get_lost(ats, listening):
    await ats.control("faults", webhook_losses=1)
    await _move(ats)
    moved = await _move(ats)
    received = await listening.until(2)
    assert received[1]["payload"]["application"]["current_stage"]["id"] == moved["stage_id"]


async def test_a_removed_endpoint_receives_no_more_webhooks(ats, listening):
    await ats.control("webhooks", method="delete", url=listening.url)
    await _move(ats)
    assert (await ats.state())["deliveries"]["queued"] == 0
    assert listening.actions == ["ping"]
