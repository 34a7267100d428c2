"""What webhooks say, in the shapes the vendor documents: still those of the older API, with nested objects."""

import sqlite3
from typing import Any

import orjson

from rapport.sandbox.vendors.greenhouse.records import as_time

Payload = dict[str, Any]
_SITE = "https://app.example.com"


def application(connection: sqlite3.Connection, number: int) -> Payload:
    """Describe an application as of now. Only its current stage is named, never the previous one."""
    row = _row(connection, "applications", number)
    return {
        "id": row["id"],
        "rejected_at": as_time(row["rejected_at"]),
        "prospect": bool(row["prospect"]),
        "status": row["status"],
        "applied_at": as_time(row["created_at"]),
        "last_activity_at": as_time(row["last_activity_at"]),
        "url": f"{_SITE}/people/{row['candidate_id']}?application_id={row['id']}",
        "source": _source(connection, row["source_id"]),
        "credited_to": _credited_to(connection, row["referrer_id"]),
        "rejection_reason": _reason(connection, row["rejection_reason_id"]),
        "rejection_details": {"custom_fields": {}} if row["rejection_reason_id"] else None,
        "current_stage": _stage(connection, row),
        "prospect_detail": {"prospect_pool": None, "prospect_stage": None, "prospect_owner": None},
        "custom_fields": {},
        "candidate": candidate(connection, row["candidate_id"]),
        "jobs": [job(connection, row["job_id"])] if row["job_id"] else [],
    }


def candidate(connection: sqlite3.Connection, number: int) -> Payload:
    """Describe a candidate."""
    row = _row(connection, "candidates", number)
    return {
        "id": row["id"],
        "first_name": row["first_name"],
        "last_name": row["last_name"],
        "title": row["title"],
        "company": row["company"],
        "created_at": as_time(row["created_at"]),
        "external_id": None,
        "photo_url": None,
        "url": f"{_SITE}/people/{row['id']}",
        "is_private": bool(row["is_private"]),
        "can_email": bool(row["can_email"]),
        **{
            name: orjson.loads(row[name] or "[]")
            for name in (
                "phone_numbers",
                "email_addresses",
                "addresses",
                "website_addresses",
                "social_media_addresses",
                "tags",
            )
        },
        "educations": [],
        "employments": [],
        "recruiter": user(connection, row["recruiter_id"]),
        "coordinator": user(connection, row["coordinator_id"]),
        "attachments": [],
        "custom_fields": {},
    }


def deleted_candidate(row: sqlite3.Row, applications: list[int]) -> Payload:
    """Describe a candidate who is gone, with the applications that went too."""
    return {"person": {**_gone(row), "deleted_application_ids": applications}}


def merged_candidate(row: sqlite3.Row, into: int) -> Payload:
    """Describe a candidate who was merged into another one."""
    return {"person": {**_gone(row), "new_candidate_id": into}}


def anonymized_candidate(number: int, fields: list[str]) -> Payload:
    """Say what was taken away of a candidate."""
    return {"candidate_id": number, "anonymized_fields": fields}


def _gone(row: sqlite3.Row) -> Payload:
    return {
        "id": row["id"],
        "first_name": row["first_name"],
        "last_name": row["last_name"],
        "company": row["company"],
        "title": row["title"],
        "created_at": as_time(row["created_at"]),
        "headline": None,
        "is_private": bool(row["is_private"]),
        "recruiter_user_id": row["recruiter_id"],
        "coordinator_user_id": row["coordinator_id"],
        "can_email": bool(row["can_email"]),
    }


def deleted_application(row: sqlite3.Row, rejected_by: int | None) -> Payload:
    """Describe an application that is gone; the person stays."""
    return {
        "application": {
            "id": row["id"],
            "candidate_id": row["candidate_id"],
            "job_id": row["job_id"],
            "created_at": as_time(row["created_at"]),
            "source_id": row["source_id"],
            "candidate_rejection_reason_id": row["rejection_reason_id"],
            "rejection_note_id": None,
            "rejected_at": as_time(row["rejected_at"]),
            "referrer_id": row["referrer_id"],
            "prospect": bool(row["prospect"]),
            "rejected_by_user_id": rejected_by,
        }
    }


def deleted_job(row: sqlite3.Row) -> Payload:
    """Name a job that is gone."""
    return {"job": {"id": row["id"], "name": row["name"]}}


def deleted_stage(row: sqlite3.Row) -> Payload:
    """Describe a stage that its job no longer has."""
    return {
        "job_interview_stage": {
            "id": row["id"],
            "job_id": row["job_id"],
            "created_at": as_time(row["created_at"]),
            "updated_at": as_time(row["updated_at"]),
            "name": row["name"],
            "active": bool(row["active"]),
        }
    }


def deleted_department(row: sqlite3.Row, children: list[int]) -> Payload:
    """Describe a department that is gone."""
    described = {name: row[name] for name in ("id", "name", "parent_id", "external_id")}
    return {"department": {**described, "child_ids": children}}


def deleted_office(row: sqlite3.Row, children: list[int]) -> Payload:
    """Describe an office that is gone."""
    described = {name: row[name] for name in ("id", "name", "parent_id", "external_id")}
    return {"office": {**described, "location": orjson.loads(row["location"] or "null"), "child_ids": children}}


def deleted_scorecard(row: sqlite3.Row) -> Payload:
    """Describe a scorecard that is gone."""
    return {
        "scorecard": {
            "id": row["id"],
            "candidate_id": row["candidate_id"],
            "interviewed_at": as_time(row["interviewed_at"]),
            "created_at": as_time(row["created_at"]),
            "updated_at": as_time(row["updated_at"]),
            "scorecard_status": row["status"],
        }
    }


def deleted_offer(row: sqlite3.Row) -> Payload:
    """Describe an offer that is gone; unlike the others about offers, this event is wrapped in a name."""
    return {
        "offer": {
            "id": row["id"],
            "application_id": row["application_id"],
            "offering_user_id": row["user_id"],
            "offer_status": row["status"],
            "version": row["version"],
            "sent_on": row["sent_on"],
            "resolved_at": as_time(row["resolved_at"]),
            "notes": None,
            "job_id": row["job_id"],
        }
    }


def user(connection: sqlite3.Connection, number: int | None) -> Payload | None:
    """Name a user, if there is one."""
    if number is None:
        return None
    row = _row(connection, "users", number)
    return {"id": row["id"], "email": row["primary_email"], "name": row["name"], "employee_id": row["employee_id"]}


def job(connection: sqlite3.Connection, number: int) -> Payload:
    """Describe a job with its department and offices."""
    row = _row(connection, "jobs", number)
    department = _row(connection, "departments", row["department_id"]) if row["department_id"] else None
    offices = [_row(connection, "offices", office) for office in orjson.loads(row["office_ids"])]
    return {
        "id": row["id"],
        "name": row["name"],
        "requisition_id": row["requisition_id"],
        "notes": row["notes"],
        "confidential": bool(row["confidential"]),
        "status": row["status"],
        "created_at": as_time(row["created_at"]),
        "opened_at": as_time(row["opened_at"]),
        "closed_at": as_time(row["closed_at"]),
        "departments": (
            [{"id": department["id"], "name": department["name"], "external_id": None}] if department else []
        ),
        "offices": [
            {"id": office["id"], "name": office["name"], "location": orjson.loads(office["location"])["name"]}
            for office in offices
        ],
        "custom_fields": {},
    }


def job_with_team(connection: sqlite3.Connection, number: int) -> Payload:
    """Describe a job as events about jobs do: with its team and its openings."""
    managers = connection.execute("SELECT user_id FROM job_hiring_managers WHERE job_id = ?", (number,))
    team: dict[str, list[Payload]] = {
        "hiring_managers": [{"user_id": row["user_id"], "employee_id": None} for row in managers],
        "sourcers": [],
        "recruiters": [],
        "coordinators": [],
    }
    for row in connection.execute("SELECT user_id, type FROM job_owners WHERE job_id = ?", (number,)):
        team[f"{row['type']}s"].append({"user_id": row["user_id"], "employee_id": None})
    openings = connection.execute("SELECT id, opening_id FROM openings WHERE job_id = ? AND status = 'open'", (number,))
    return {
        **job(connection, number),
        "hiring_team": team,
        "openings": [{"id": row["id"], "opening_id": row["opening_id"], "custom_fields": []} for row in openings],
    }


def offer(connection: sqlite3.Connection, number: int) -> Payload:
    """Describe an offer; these events are not wrapped in a name."""
    row = _row(connection, "offers", number)
    return {
        "id": row["id"],
        "application_id": row["application_id"],
        "job_id": row["job_id"],
        "user_id": row["user_id"],
        "version": row["version"],
        "sent_on": row["sent_on"],
        "resolved_at": as_time(row["resolved_at"]),
        "start_date": row["starts_on"],
        "notes": None,
        "offer_status": row["status"],
        "custom_fields": {},
    }


def interview(connection: sqlite3.Connection, number: int) -> Payload:
    """Describe a scheduled interview with those who hold it."""
    row = _row(connection, "interviews", number)
    seats = connection.execute("SELECT * FROM interviewers WHERE interview_id = ?", (number,)).fetchall()
    return {
        "id": row["id"],
        "application_id": row["application_id"],
        "start": {"date_time": as_time(row["starts_at"])},
        "end": {"date_time": as_time(row["ends_at"])},
        "location": row["location"],
        "status": row["status"],
        "updated_at": as_time(row["updated_at"]),
        "interview": {"id": row["job_interview_id"], "name": row["name"]},
        "organizer": user(connection, row["organizer_id"]),
        "interviewers": [
            {**(user(connection, seat["user_id"]) or {}), "scorecard_id": seat["scorecard_id"]} for seat in seats
        ],
    }


def _row(connection: sqlite3.Connection, collection: str, number: int) -> sqlite3.Row:
    row: sqlite3.Row = connection.execute(
        f'SELECT * FROM "{collection}" WHERE id = ?',  # noqa: S608 - our own names
        (number,),
    ).fetchone()
    return row


def _source(connection: sqlite3.Connection, number: int | None) -> Payload | None:
    if number is None:
        return None
    row = _row(connection, "sources", number)
    return {"id": row["id"], "name": row["name"], "public_name": row["name"]}


def _credited_to(connection: sqlite3.Connection, referrer: int | None) -> Payload | None:
    return None if referrer is None else user(connection, _row(connection, "referrers", referrer)["user_id"])


def _reason(connection: sqlite3.Connection, number: int | None) -> Payload | None:
    if number is None:
        return None
    row = _row(connection, "rejection_reasons", number)
    return {"id": row["id"], "name": row["name"], "type": orjson.loads(row["type"])}


def _stage(connection: sqlite3.Connection, application_row: sqlite3.Row) -> Payload | None:
    if application_row["stage_id"] is None:
        return None
    held = connection.execute(
        "SELECT job_interview_id, name, status FROM interviews WHERE application_id = ? AND job_interview_stage_id = ?",
        (application_row["id"], application_row["stage_id"]),
    )
    interviews = [
        {"id": row["job_interview_id"], "name": row["name"], "status": row["status"], "interviewers": []}
        for row in held
    ]
    return {"id": application_row["stage_id"], "name": application_row["stage_name"], "interviews": interviews}
