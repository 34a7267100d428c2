"""The simulator keeps changing the company."""

import shutil

from rapport.local.waiting import eventually


async def test_copies_of_a_company_continue_with_the_same_changes(start, small_company, tmp_path):
    first = await start(shutil.copy(small_company, tmp_path / "another.sqlite"))
    second = await start()
    told = [(await ats.control("trickle", steps=60))["steps"] for ats in (first, second)]
    assert told[0] == told[1]
    assert len(set(told[0])) >= 5

    def lasting(record):
        return {name: value for name, value in record.items() if not name.endswith("_at")}

    for name in ("applications", "candidates", "offers"):
        one, other = [await ats.records(name) for ats in (first, second)]
        assert [lasting(record) for record in one] == [lasting(record) for record in other]


async def test_it_continues_where_it_stopped(start, generated_small_company, tmp_path):
    before = await start()
    steps = (await before.control("trickle", steps=5))["steps"]
    await before.stop()
    after = await start()
    steps += (await after.control("trickle", steps=5))["steps"]
    uninterrupted = await start(shutil.copy(generated_small_company, tmp_path / "another.sqlite"))
    assert (await uninterrupted.control("trickle", steps=10))["steps"] == steps


async def test_changes_are_sent_as_webhooks(ats, listening):
    steps = (await ats.control("trickle", steps=10))["steps"]
    assert len(steps) == 10
    await listening.until(11)
    assert "new_candidate_application" in listening.actions


async def test_it_can_be_switched_on_and_off(start):
    ats = await start(trickle_per_minute=6000)
    number = len(await ats.records("application_stages"))

    async def more():
        return len(await ats.records("application_stages")) > number + 3

    await eventually(more, within=60, what="changes by themselves")
    assert (await ats.control("trickle", per_minute=0))["per_minute"] == 0


async def test_the_company_is_still_consistent_after_many_steps(ats):
    await ats.control("trickle", steps=800)
    stages = {stage["id"]: stage for stage in await ats.records("job_interview_stages")}
    for application in await ats.records("applications", prospect="false"):
        assert stages[application["stage_id"]]["job_id"] == application["job_id"]
        assert stages[application["stage_id"]]["name"] == application["stage_name"]
        assert (application["rejected_at"] is None) is (application["status"] != "rejected")
    assert any(
        each["status"] == "Accepted" for each in await ats.records("offers", updated_at="gt|2026-11-01T12:00:01Z")
    )
