"""The oracle agrees with the protocol, and knows the kinds of stages."""

import sqlite3
from contextlib import closing
from datetime import datetime
from itertools import pairwise

from rapport.sandbox.demo_users import demo_users
from rapport.sandbox.vendors.greenhouse.oracle import all_true_applications, stage_kinds, true_applications, true_jobs


async def test_histories_agree_with_the_lists(ats, small_company):
    listed: dict[int, list[tuple[datetime, int, bool]]] = {}
    for entry in await ats.records("application_stages"):
        moment = datetime.fromisoformat(entry["entered_at"])
        listed.setdefault(entry["application_id"], []).append(
            (moment, entry["job_interview_stage_id"], entry["current"])
        )
    applications = {record["id"]: record for record in await ats.records("applications", prospect="false")}
    truths = {truth.application_id: truth for truth in all_true_applications(small_company)}
    assert truths.keys() == applications.keys() == listed.keys()
    for number, truth in truths.items():
        told = [(entry.entered_at, entry.stage_id, entry.exited_at is None) for entry in truth.entries]
        assert told == sorted(listed[number])
        record = applications[number]
        assert (truth.status, truth.job_id, truth.candidate_id) == (
            record["status"],
            record["job_id"],
            record["candidate_id"],
        )
        assert truth.applied_at == datetime.fromisoformat(record["created_at"])
        assert (truth.ended_at is None) is (truth.status == "active")
        if truth.status == "rejected":
            assert truth.ended_at == datetime.fromisoformat(record["rejected_at"])


async def test_it_includes_live_changes(ats, small_company):
    application = await ats.an_active_application()
    await ats.post(f"applications/{application['id']}/move", {"from_stage_id": application["stage_id"]})
    await ats.post(f"applications/{application['id']}/hire")
    (truth,) = [
        each
        for each in true_applications(small_company, application["job_id"])
        if each.application_id == application["id"]
    ]
    assert truth.status == "hired"
    assert truth.ended_at is not None
    assert truth.entries[-1].exited_at is None
    assert truth.entries[-2].exited_at == truth.entries[-1].entered_at


def test_histories_contain_what_makes_funnels_hard(company):
    skipped = back = again = withdrew = 0
    applications = list(all_true_applications(company))
    for truth in applications:
        positions = [entry.position for entry in truth.entries]
        skipped += any(later - earlier > 1 for earlier, later in pairwise(positions))
        back += any(later < earlier for earlier, later in pairwise(positions))
        again += len(set(positions)) < len(positions)
        withdrew += truth.withdrew
        moments = [entry.entered_at for entry in truth.entries]
        assert moments == sorted(moments)
        assert all(entry.exited_at == following.entered_at for entry, following in pairwise(truth.entries))
        assert truth.applied_at == moments[0]
        assert truth.ended_at is None or truth.ended_at > moments[-1]
    moves = sum(len(truth.entries) - 1 for truth in applications)
    assert skipped > 50
    assert 0.01 < back / moves < 0.06
    assert again == back
    assert withdrew > 100


def test_each_job_begins_with_the_review_and_ends_with_the_offer(company):
    kinds = stage_kinds(company)
    assert set(kinds.values()) == {"applied", "screen", "interview", "onsite", "offer"}
    for job in true_jobs(company):
        told = [kind for _, _, kind in job.stages]
        assert (told[0], told[-1]) == ("applied", "offer")
        assert told == sorted(told, key=["applied", "screen", "interview", "onsite", "offer"].index)


def test_the_demo_has_a_user_of_each_role(company):
    people = demo_users(company)
    assert [person.role for person in people] == [
        "admin",
        "recruiter",
        "sourcer",
        "coordinator",
        "hiring_manager",
        "hiring_manager",
        "executive",
        "interviewer",
    ]
    assert len({person.user_id for person in people}) == 8
    assert people[-1].about == "Interviews for 4 open jobs, is on no hiring team, and decides where asked to"
    with_busiest, without = people[4:6]
    assert "Senior Backend Engineer" in with_busiest.about
    assert "Senior Backend Engineer" not in without.about
    managed = {}
    for person in (with_busiest, without):
        managed[person.user_id] = _jobs_of(company, person.user_id)
    assert len(managed[with_busiest.user_id]) >= 2
    assert not managed[with_busiest.user_id] & managed[without.user_id]


def _jobs_of(company, user):
    with closing(sqlite3.connect(company)) as connection:
        rows = connection.execute("SELECT job_id FROM job_hiring_managers WHERE user_id = ?", (user,))
        return {row[0] for row in rows}
