"""What can be done to an application, and what is refused without changing anything."""

import aiohttp
import pytest


async def _state(ats, application):
    return (
        await ats.record("applications", application["id"]),
        await ats.records("application_stages", application_ids=application["id"]),
        await ats.records("rejection_details", application_ids=application["id"]),
        await ats.records("offers", application_ids=application["id"]),
    )


async def test_a_move_leaves_one_stage_and_enters_another(ats):
    application = await ats.an_active_application()
    stages = await ats.stages(application["job_id"])
    target = stages[-1]
    body = {"from_stage_id": application["stage_id"], "to_stage_id": target["id"]}
    status, moved = await ats.post(f"applications/{application['id']}/move", body)
    assert status == 200
    assert (moved["stage_id"], moved["stage_name"], moved["status"]) == (target["id"], target["name"], "active")
    assert moved["updated_at"] == moved["current_stage_at"] == moved["last_activity_at"]
    assert moved == await ats.record("applications", application["id"])
    new, *left = await ats.records("application_stages", application_ids=application["id"])
    assert (new["job_interview_stage_id"], new["current"], new["exited_at"]) == (target["id"], True, None)
    assert left[0]["exited_at"] == new["entered_at"] == moved["current_stage_at"]
    assert left[0]["current"] is False


async def test_coming_back_to_a_stage_is_another_entry(ats):
    application = await ats.an_active_application()
    path = f"applications/{application['id']}/move"
    _, moved = await ats.post(path, {"from_stage_id": application["stage_id"]})
    status, _ = await ats.post(path, {"from_stage_id": moved["stage_id"], "to_stage_id": application["stage_id"]})
    assert status == 200
    entries = await ats.records("application_stages", application_ids=application["id"])
    assert [entry["job_interview_stage_id"] for entry in entries].count(application["stage_id"]) == 2
    assert sum(entry["current"] for entry in entries) == 1


async def test_invalid_moves_are_refused_and_change_nothing(ats):
    application = await ats.an_active_application()
    stages = [stage["id"] for stage in await ats.stages(application["job_id"])]
    foreign = next(each["id"] for each in await ats.records("job_interview_stages") if each["id"] not in stages)
    here = application["stage_id"]
    elsewhere = next(stage for stage in stages if stage != here)
    before = await _state(ats, application)
    for body, reason in (
        ({"from_stage_id": elsewhere, "to_stage_id": here}, "is not the application's current stage"),
        ({"from_stage_id": here, "to_stage_id": foreign}, "is not an active stage of job"),
        ({"from_stage_id": here, "to_stage_id": 7}, "is not an active stage of job"),
        ({"from_stage_id": here, "to_stage_id": here}, "in that stage already"),
        ({"to_stage_id": elsewhere}, "from_stage_id is missing"),
        ({"from_stage_id": "first"}, "from_stage_id must be an integer"),
    ):
        status, response = await ats.post(f"applications/{application['id']}/move", body)
        assert status == 422
        assert reason in response["errors"][0]
    assert await _state(ats, application) == before


async def test_only_an_active_application_moves(ats):
    rejected = (await ats.records("applications", status="rejected"))[0]
    status, response = await ats.post(f"applications/{rejected['id']}/move", {"from_stage_id": rejected["stage_id"]})
    assert (status, response) == (422, {"errors": ["The application is rejected, not active."]})


async def test_an_unknown_application_is_not_found(ats):
    for name in ("move", "reject", "unreject", "hire"):
        body = {"from_stage_id": 1, "rejection_reason_id": 1}
        assert (await ats.post(f"applications/999/{name}", body))[0] == 404


async def test_a_rejection_keeps_the_stage_and_can_be_taken_back(ats):
    application = await ats.an_active_application()
    reason = (await ats.records("rejection_reasons"))[0]
    templates = await ats.records("email_templates")
    email = {"send_email_at": "2026-12-01T09:30:00Z", "email_template_id": templates[0]["id"]}
    body = {"rejection_reason_id": reason["id"], "notes": "Not this time", "rejection_email": email}
    status, rejected = await ats.post(f"applications/{application['id']}/reject", body)
    assert status == 200
    assert (rejected["status"], rejected["stage_id"]) == ("rejected", application["stage_id"])
    assert (rejected["rejection_reason_id"], rejected["rejected_at"]) == (reason["id"], rejected["updated_at"])
    (detail,) = await ats.records("rejection_details", application_ids=application["id"])
    assert (detail["rejected_by_id"], detail["notes"]) == (ats.user, "Not this time")
    assert (await ats.post(f"applications/{application['id']}/reject", body))[0] == 422

    status, back = await ats.post(f"applications/{application['id']}/unreject")
    assert status == 200
    assert (back["status"], back["rejected_at"], back["rejection_reason_id"]) == ("active", None, None)
    assert await ats.records("rejection_details", application_ids=application["id"]) == []
    assert (await ats.post(f"applications/{application['id']}/unreject"))[0] == 422


async def test_invalid_rejections_are_refused_and_change_nothing(ats):
    application = await ats.an_active_application()
    reason = (await ats.records("rejection_reasons"))[0]["id"]
    before = await _state(ats, application)
    for body in (
        {},
        {"rejection_reason_id": 1},
        {"rejection_reason_id": reason, "rejection_email": {"email_template_id": 1}},
        {"rejection_reason_id": reason, "rejection_email": {"send_email_at": "soon", "email_template_id": 1}},
    ):
        assert (await ats.post(f"applications/{application['id']}/reject", body))[0] == 422
    assert await _state(ats, application) == before


async def test_a_hire_accepts_the_offer_and_fills_an_opening(ats):
    application = await ats.an_active_application()
    offer = (await ats.control("changes", change="make_offer", application_id=application["id"], user=ats.user))["id"]
    await ats.control("changes", change="send_offer", offer_id=offer, user=ats.user)
    status, hired = await ats.post(f"applications/{application['id']}/hire")
    assert (status, hired["status"], hired["stage_id"]) == (200, "hired", application["stage_id"])
    accepted = await ats.record("offers", offer)
    assert (accepted["status"], accepted["resolved_at"]) == ("Accepted", hired["updated_at"])
    filled = [each for each in await ats.records("openings") if each["application_id"] == application["id"]]
    assert [(each["status"], each["closed_at"]) for each in filled] == [("closed", hired["updated_at"])]
    assert (await ats.post(f"applications/{application['id']}/hire"))[0] == 422


async def test_a_hire_says_when_the_person_begins(ats):
    application = await ats.an_active_application()
    offer = (await ats.control("changes", change="make_offer", application_id=application["id"], user=ats.user))["id"]
    path = f"applications/{application['id']}/hire"
    assert (await ats.post(path, {"start_date": "soon"}))[0] == 422
    assert (await ats.post(path, {"opening_id": 1}))[0] == 422
    assert (await ats.record("applications", application["id"]))["status"] == "active"
    assert (await ats.post(path, {"start_date": "2027-02-01"}))[0] == 200
    assert (await ats.record("offers", offer))["starts_on"] == "2027-02-01"


async def test_a_transfer_begins_in_the_first_stage_of_the_other_job(ats):
    application = await ats.an_active_application()
    other = next(each for each in await ats.records("jobs", status="open") if each["id"] != application["job_id"])
    path = f"applications/{application['id']}/move"
    body = {"from_stage_id": application["stage_id"], "to_job_id": other["id"]}
    first = min(await ats.stages(other["id"]), key=lambda stage: stage["sort_order"])
    for refused in (
        body | {"from_stage_id": first["id"]},
        body | {"to_job_id": 7},
        body | {"to_stage_id": first["id"]},
    ):
        assert (await ats.post(path, refused))[0] == 422
    assert await ats.record("applications", application["id"]) == application
    status, moved = await ats.post(path, body)
    assert (status, moved["job_id"], moved["stage_id"]) == (200, other["id"], first["id"])
    entries = await ats.records("application_stages", application_ids=application["id"])
    assert [each["job_interview_stage_id"] for each in entries if each["current"]] == [first["id"]]
    back = {"from_stage_id": first["id"], "to_job_id": other["id"]}
    assert (await ats.post(path, back))[0] == 422


async def test_a_new_version_of_an_offer_replaces_the_one_before(ats):
    application = await ats.an_active_application()
    for _ in range(2):
        await ats.control("changes", change="make_offer", application_id=application["id"], user=ats.user)
    offers = await ats.records("offers", application_ids=application["id"])
    assert [(offer["version"], offer["status"]) for offer in offers] == [(2, "Created"), (1, "Deprecated")]


@pytest.mark.parametrize("user", [None, 999])
async def test_writes_are_on_behalf_of_a_user(ats, user):
    application = await ats.an_active_application()
    await ats.log_in(user)
    before = await _state(ats, application)
    status, _ = await ats.post(f"applications/{application['id']}/move", {"from_stage_id": application["stage_id"]})
    assert status == 403
    assert await _state(ats, application) == before


async def test_a_candidate_gets_a_recruiter_and_loses_their_coordinator(ats):
    candidate = (await ats.an_active_application())["candidate_id"]
    user = next(each["id"] for each in await ats.records("users") if not each["deactivated"])
    body = {"recruiter_id": user, "coordinator_id": None}
    status, changed = await ats.post(f"candidates/{candidate}", body, method="PATCH")
    assert (status, changed["recruiter_id"], changed["coordinator_id"]) == (200, user, None)
    assert changed == await ats.record("candidates", candidate)


async def test_only_users_who_are_there_look_after_candidates(ats):
    candidate = (await ats.an_active_application())["candidate_id"]
    before = await ats.record("candidates", candidate)
    for body, reason in (
        ({"recruiter_id": 999}, "recruiter_id 999 does not exist or is deactivated"),
        ({"recruiter_id": "somebody"}, "recruiter_id must be an integer"),
        ({"first_name": "Ana"}, "can be changed here"),
        ({}, "can be changed here"),
    ):
        status, response = await ats.post(f"candidates/{candidate}", body, method="PATCH")
        assert status == 422
        assert reason in response["errors"][0]
    assert await ats.record("candidates", candidate) == before
    assert (await ats.post("candidates/999999", {"recruiter_id": None}, method="PATCH"))[0] == 404


async def test_a_write_may_be_performed_without_a_response(ats):
    application = await ats.an_active_application()
    await ats.control("faults", drop_after_write=1)
    path, body = f"applications/{application['id']}/move", {"from_stage_id": application["stage_id"]}
    with pytest.raises(aiohttp.ClientError):
        await ats.post(path, body)
    assert (await ats.record("applications", application["id"]))["stage_id"] != application["stage_id"]
    assert (await ats.post(path, body))[0] == 422


async def test_the_body_must_be_an_object(ats, session):
    application = await ats.an_active_application()
    url = f"{ats.address}/v3/applications/{application['id']}/move"
    headers = {"Authorization": f"Bearer {ats.token}"}
    for raw, status in ((b"{", 400), (b"[]", 422)):
        async with session.post(url, data=raw, headers=headers) as response:
            assert response.status == status
