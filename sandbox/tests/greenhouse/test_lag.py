"""Lists that lag behind, as the vendor's do."""

from rapport.local.waiting import eventually


async def test_lists_show_records_as_they_were_a_while_ago(start):
    now = [1_800_000_000_000]
    ats = await start(list_lag=300, clock=lambda: now[0], token_lifetime=10_000)
    before = await ats.an_active_application()
    status, moved = await ats.post(f"applications/{before['id']}/move", {"from_stage_id": before["stage_id"]})
    assert status == 200
    assert moved["stage_id"] != before["stage_id"]
    assert await ats.record("applications", before["id"]) == before
    now[0] += 100_000
    await ats.post(f"applications/{before['id']}/move", {"from_stage_id": moved["stage_id"]})
    now[0] += 199_999
    assert await ats.record("applications", before["id"]) == before
    now[0] += 1
    assert await ats.record("applications", before["id"]) == moved
    now[0] += 100_000
    assert (await ats.record("applications", before["id"]))["stage_id"] not in (before["stage_id"], moved["stage_id"])


async def test_filters_see_what_the_lagging_list_shows(start):
    now = [1_800_000_000_000]
    ats = await start(list_lag=60, clock=lambda: now[0], token_lifetime=10_000)
    application = await ats.an_active_application()
    (reason, *_) = await ats.records("rejection_reasons")
    await ats.post(f"applications/{application['id']}/reject", {"rejection_reason_id": reason["id"]})
    assert application in await ats.records("applications", status="active")
    assert await ats.records("rejection_details", application_ids=application["id"]) == []
    now[0] += 60_000
    assert application["id"] not in {each["id"] for each in await ats.records("applications", status="active")}
    assert len(await ats.records("rejection_details", application_ids=application["id"])) == 1


async def test_what_was_deleted_stays_in_the_lists_until_the_lag_has_passed(start):
    ats = await start(list_lag=0.3)
    candidate = (await ats.records("candidates"))[0]
    await ats.control("changes", change="delete_candidate", candidate_id=candidate["id"])
    assert await ats.records("candidates", ids=candidate["id"]) == [candidate]

    async def gone() -> bool:
        return await ats.records("candidates", ids=candidate["id"]) == []

    await eventually(gone, within=60, what="the deletion in the list")


async def test_without_lag_a_change_is_in_the_list_at_once(ats):
    before = await ats.an_active_application()
    _, moved = await ats.post(f"applications/{before['id']}/move", {"from_stage_id": before["stage_id"]})
    assert await ats.record("applications", before["id"]) == moved
