"""Interviews: scheduled, cancelled, and the scorecards that follow them."""

from rapport.sandbox.vendors.greenhouse.changes.change import Change
from rapport.sandbox.vendors.greenhouse.refusals import Refused
from rapport.sandbox.vendors.greenhouse.webhooks import payloads

_LASTS = 45 * 60_000


def schedule(change: Change, application: int, interviewer: int, starts_at: int) -> int:
    """Schedule an interview of the stage an application is in."""
    row = change.find("applications", application)
    if row["status"] != "active":
        raise Refused(422, f"The application is {row['status']}, not active.")
    ends_at = starts_at + _LASTS
    interview = change.insert(
        "interviews",
        application_id=application,
        job_interview_id=row["stage_id"] * 10,
        job_interview_stage_id=row["stage_id"],
        organizer_id=row["coordinator_id"],
        name=row["stage_name"],
        status="scheduled" if ends_at > change.at else "awaiting_feedback",
        location="Video call",
        video_conferencing_url=f"https://meet.example.com/{application}-{row['stage_id']}",
        starts_at=starts_at,
        ends_at=ends_at,
    )
    change.insert("interviewers", interview_id=interview, user_id=interviewer, status="needs_action")
    change.update("applications", application, last_activity_at=change.at)
    change.note_write("interview scheduled", application)
    change.tell("interview_created", {"interview": payloads.interview(change.connection, interview)})
    return interview


def submit_scorecard(change: Change, interview: int, rating: str, notes: str) -> int:
    """Write the scorecard an interviewer owes."""
    row = change.find("interviews", interview)
    seat = change.one("SELECT * FROM interviewers WHERE interview_id = ? AND scorecard_id IS NULL LIMIT 1", interview)
    if seat is None:
        raise Refused(422, "No scorecard is owed for this interview.")
    application = change.find("applications", row["application_id"])
    scorecard = change.insert(
        "scorecards",
        application_id=application["id"],
        candidate_id=application["candidate_id"],
        interview_id=interview,
        interviewer_id=seat["user_id"],
        submitter_id=seat["user_id"],
        interview_name=row["name"],
        candidate_rating=rating,
        status="complete",
        notes=notes,
        attributes="[]",
        questions="[]",
        interviewed_at=row["ends_at"],
        submitted_at=change.at,
    )
    change.update("interviewers", seat["id"], scorecard_id=scorecard)
    change.update("interviews", interview, status="complete")
    change.update("applications", application["id"], last_activity_at=change.at)
    change.note_write(f"scorecard: {rating}", application["id"])
    change.tell("interview_updated", {"interview": payloads.interview(change.connection, interview)})
    return scorecard


def call_off(change: Change, interview: int) -> None:
    """Delete an interview that will not take place."""
    row = change.find("interviews", interview)
    for seat in change.all("SELECT id FROM interviewers WHERE interview_id = ?", interview):
        change.remove("interviewers", seat["id"])
    change.remove("interviews", interview)
    change.note_write("interview cancelled", row["application_id"])
    change.tell("interview_deleted", {"interview": {"id": interview}})


def delete_scorecard(change: Change, scorecard: int) -> None:
    """Delete a scorecard; its interviewer owes one again."""
    row = change.find("scorecards", scorecard)
    for seat in change.all("SELECT id FROM interviewers WHERE scorecard_id = ?", scorecard):
        change.update("interviewers", seat["id"], scorecard_id=None)
    change.remove("scorecards", scorecard)
    change.note_write("scorecard deleted", row["application_id"])
    change.tell("scorecard_deleted", payloads.deleted_scorecard(row))
