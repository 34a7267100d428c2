"""Lists: pages, filters, and what is refused."""

import pytest

from rapport.sandbox.vendors.greenhouse.collections import COLLECTIONS


async def test_every_collection_is_served_with_numbers_and_times(ats):
    for name, collection in COLLECTIONS.items():
        records = await ats.records(name)
        assert records, name
        for record in records[:3]:
            assert set(record) == {field.name for field in collection.served}
            assert isinstance(record["id"], int)
            assert record["created_at"] <= record["updated_at"], record


async def test_records_refer_to_records_that_exist(ats):
    numbers = {name: {record["id"] for record in await ats.records(name)} for name in COLLECTIONS}
    for name, field, referred in (
        ("applications", "candidate_id", "candidates"),
        ("applications", "job_id", "jobs"),
        ("applications", "stage_id", "job_interview_stages"),
        ("applications", "source_id", "sources"),
        ("applications", "referrer_id", "referrers"),
        ("applications", "recruiter_id", "users"),
        ("applications", "rejection_reason_id", "rejection_reasons"),
        ("applications", "job_post_id", "job_posts"),
        ("applications", "prospect_pool_stage_id", "prospect_pool_stages"),
        ("application_stages", "application_id", "applications"),
        ("application_stages", "job_interview_stage_id", "job_interview_stages"),
        ("interviews", "application_id", "applications"),
        ("interviewers", "scorecard_id", "scorecards"),
        ("scorecards", "interview_id", "interviews"),
        ("offers", "opening_id", "openings"),
        ("openings", "application_id", "applications"),
        ("openings", "close_reason_id", "close_reasons"),
        ("rejection_details", "rejected_by_id", "users"),
        ("user_job_permissions", "role_id", "user_roles"),
        ("job_hiring_managers", "user_id", "users"),
        ("demographic_answers", "demographic_answer_option_id", "demographic_answer_options"),
        ("applied_candidate_tags", "candidate_tag_id", "candidate_tags"),
        ("jobs", "department_id", "departments"),
    ):
        used = {record[field] for record in await ats.records(name)} - {None}
        assert used, (name, field)
        assert used <= numbers[referred], (name, field)


async def test_pages_run_from_the_highest_number_down_without_gaps(ats):
    at_once = [record["id"] for record in await ats.records("applications", per_page=500)]
    in_pages = [record["id"] for record in await ats.records("applications", per_page=7)]
    assert in_pages == at_once == sorted(at_once, reverse=True)


async def test_paging_while_people_apply_and_move_sees_every_record_once(ats):
    before = {record["id"] for record in await ats.records("applications")}
    seen: list[int] = []
    _, page, response = await ats.get("applications", per_page=25)
    while True:
        seen += [record["id"] for record in page]
        await ats.control("trickle", steps=3)
        if "next" not in response.links:
            break
        _, page, response = await ats.get(str(response.links["next"]["url"]))
    assert len(seen) == len(set(seen))
    assert set(seen) == before
    assert len(await ats.records("applications")) > len(before)


async def test_a_cursor_must_be_the_only_parameter(ats):
    _, _, response = await ats.get("applications", per_page=5, status="active")
    following = response.links["next"]["url"]
    assert set(following.query) == {"cursor"}
    status, body, _ = await ats.get("applications", cursor=following.query["cursor"], per_page=5)
    assert status == 422
    assert body == {"errors": ["When passing a cursor, do not include other query params."]}


async def test_the_next_page_keeps_filters_and_size(ats):
    _, page, response = await ats.get("applications", per_page=5, status="rejected")
    _, following, _ = await ats.get(str(response.links["next"]["url"]))
    assert len(page) == len(following) == 5
    assert {record["status"] for record in [*page, *following]} == {"rejected"}
    assert max(record["id"] for record in following) < min(record["id"] for record in page)


@pytest.mark.parametrize("cursor", ["", "x", "bm90aGluZw", "W1tbIjE7IERST1AgVEFCTEUiLCI9IiwxXV0sNSw1XQ"])
async def test_a_made_up_cursor_is_refused(ats, cursor):
    assert (await ats.get("applications", cursor=cursor))[:2] == (422, {"errors": ["Invalid cursor."]})


async def test_unknown_parameters_are_refused_by_name(ats):
    status, body, _ = await ats.get("applications", page=2, stat="x")
    assert status == 422
    assert body == {"errors": ["Unpermitted query parameter: page", "Unpermitted query parameter: stat"]}


@pytest.mark.parametrize(
    "query",
    [
        {"per_page": 0},
        {"per_page": 501},
        {"per_page": "many"},
        {"ids": "1,two"},
        {"ids": ",".join(["1"] * 51)},
        {"prospect": "maybe"},
        {"updated_at": "2026-01-01T00:00:00Z"},
        {"updated_at": "after|2026-01-01T00:00:00Z"},
        {"updated_at": "gte|yesterday"},
    ],
)
async def test_invalid_values_are_refused(ats, query):
    status, body, _ = await ats.get("applications", **query)
    assert status == 422
    assert body["errors"]


async def test_there_is_no_single_record_and_no_unknown_collection(ats, session):
    headers = {"Authorization": f"Bearer {ats.token}"}
    async with session.get(f"{ats.address}/v3/applications/5000001", headers=headers) as response:
        assert response.status == 404
    assert (await ats.get("salaries"))[0] == 404


async def test_a_page_has_a_hundred_records_by_default(ats):
    assert len((await ats.get("applications"))[1]) == 100


async def test_lists_of_numbers_choose_among_them(ats):
    everything = await ats.records("applications", prospect="false")
    job, candidate = everything[0]["job_id"], everything[9]["candidate_id"]
    chosen = await ats.records("applications", job_ids=job, prospect="false")
    assert chosen == [record for record in everything if record["job_id"] == job]
    some = [everything[3]["id"], everything[5]["id"]]
    assert [record["id"] for record in await ats.records("applications", ids=f"{some[0]},{some[1]}")] == some
    assert {each["candidate_id"] for each in await ats.records("applications", candidate_ids=candidate)} == {candidate}
    entries = await ats.records("application_stages", application_ids=some[0])
    assert {entry["application_id"] for entry in entries} == {some[0]}


async def test_times_choose_a_window(ats):
    everything = await ats.records("applications")
    low, high = "2026-03-01T00:00:00.000Z", "2026-06-01T00:00:00.000Z"
    expected = [record for record in everything if low <= record["updated_at"] <= high]
    assert 20 < len(expected) < len(everything)
    assert await ats.records("applications", updated_at=f"gte|{low}|lte|{high}") == expected
    assert await ats.records("applications", **{"updated_at[gte]": low, "updated_at[lte]": high}) == expected
    created = [record for record in everything if record["created_at"] > high]
    assert await ats.records("applications", created_at=f"gt|{high}") == created


async def test_statuses_and_flags_choose(ats):
    everything = await ats.records("applications")
    prospects = await ats.records("applications", prospect="true")
    assert prospects == [record for record in everything if record["prospect"]]
    assert all(record["job_id"] is None and record["stage_id"] is None for record in prospects)
    hired_or_active = await ats.records("applications", status="hired,active")
    assert hired_or_active == [record for record in everything if record["status"] in ("hired", "active")]


async def test_candidates_are_found_by_address(ats):
    wanted = (await ats.records("candidates"))[7]
    assert await ats.records("candidates", email=wanted["email_addresses"][0]["value"]) == [wanted]


async def test_links_begin_with_the_address_clients_use(start):
    ats = await start(address="https://ats.example.com/somewhere")
    _, _, response = await ats.get("applications", per_page=1)
    assert str(response.links["next"]["url"]).startswith("https://ats.example.com/somewhere/v3/applications?cursor=")


async def test_a_stage_entry_is_current_until_it_is_left(ats):
    for entry in await ats.records("application_stages"):
        assert entry["current"] is (entry["exited_at"] is None)
        assert entry["days_in_stage"] >= 0
    by_application: dict[int, int] = {}
    for entry in await ats.records("application_stages"):
        by_application[entry["application_id"]] = by_application.get(entry["application_id"], 0) + entry["current"]
    assert set(by_application.values()) == {1}
