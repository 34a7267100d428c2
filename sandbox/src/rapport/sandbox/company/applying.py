"""Writes applications: the record itself, its way through the stages, its end, and the openings hires fill."""

from rapport.sandbox.company import catalogue
from rapport.sandbox.company.batch_writer import Sheets, structure
from rapport.sandbox.company.catalogue import DECLINE_REASONS
from rapport.sandbox.company.evidence import Evidence, Subject
from rapport.sandbox.company.journeys import Journey
from rapport.sandbox.company.names import NOTES
from rapport.sandbox.company.organisation import Job
from rapport.sandbox.company.parameters import DAY, Parameters
from rapport.sandbox.company.random_source import chance
from rapport.sandbox.company.reference_data import ReferenceData

FIRST_APPLICATION = 5_000_001
_NOTED = 0.4
_WITHDREW = {"applied": 0.03, "screen": 0.2, "interview": 0.25, "onsite": 0.2, "offer": 0.0}


class Applications:
    """Writes one application after the other."""

    def __init__(
        self, sheets: Sheets, parameters: Parameters, reference_data: ReferenceData, evidence: Evidence
    ) -> None:
        self._sheets = sheets
        self._end = parameters.end
        self._furniture = reference_data
        self._evidence = evidence
        self._random = chance(parameters.seed, "applications")
        self._filled: dict[int, int] = {}
        sheets.number_from("applications", FIRST_APPLICATION)

    def write(self, candidate: int, job: Job, journey: Journey) -> int:
        """Write an application and everything that follows from its journey; return its number."""
        subject = Subject(self._sheets.number("applications"), candidate, job, journey)
        opening = self._fill_opening(subject) if journey.status == "hired" else None
        declined: list[str] = []
        offer = self._evidence.of_offer(subject, opening, lambda: self._decline(declined))
        reason = self._reason(journey, offer, declined) if journey.status == "rejected" else None
        self._application(subject, reason)
        self._stages(subject)
        if reason is not None:
            self._rejection(subject, reason)
        self._evidence.of_stages(subject)
        self._note(subject)
        return subject.application

    def _application(self, subject: Subject, reason: int | None) -> None:
        job, journey, last = subject.job, subject.journey, subject.journey.last
        last_activity = journey.ended_at or last.entered_at
        sources = self._furniture.sources[journey.origin]
        values: dict[str, object] = {
            "id": subject.application,
            "candidate_id": subject.candidate,
            "job_id": job.id,
            "stage_id": last.stage.id,
            "stage_name": last.stage.name,
            "status": journey.status,
            "prospect": 0,
            "origin": journey.origin,
            "source_id": sources[subject.candidate % len(sources)],
            "referrer_id": self._credited(subject),
            "recruiter_id": job.recruiter.id,
            "coordinator_id": job.coordinator.id,
            "rejection_reason_id": reason,
            "job_post_id": self._furniture.posts[job.id] if journey.origin == "applied" else None,
            "location": structure({"address": catalogue.OFFICES[job.office][1]}),
            "custom_fields": "{}",
            "current_stage_at": last.entered_at,
            "last_activity_at": last_activity,
            "rejected_at": journey.ended_at if journey.status == "rejected" else None,
            "hired_at": journey.ended_at if journey.status == "hired" else None,
        }
        self._sheets.add("applications", values, at=journey.applied_at, changed=last_activity)

    def _credited(self, subject: Subject) -> int | None:
        if subject.journey.origin == "sourced":
            return self._furniture.referrers[subject.job.sourcer.id]
        if subject.journey.origin == "referral":
            return self._furniture.referrers[self._random.choice(subject.job.interviewers).id]
        return None

    def _stages(self, subject: Subject) -> None:
        job = subject.job
        for entry in subject.journey.entries:
            mover = job.coordinator if entry.stage.kind == "onsite" else job.recruiter
            values: dict[str, object] = {
                "application_id": subject.application,
                "job_interview_stage_id": entry.stage.id,
                "moved_by_id": mover.id,
                "entered_at": entry.entered_at,
                "exited_at": entry.exited_at,
                "ended_at": None if entry.exited_at else subject.journey.ended_at,
            }
            self._sheets.add("application_stages", values, at=entry.entered_at, changed=entry.exited_at)

    def _decline(self, declined: list[str]) -> str:
        """Draw why an offer was declined, which is also why the application ends."""
        declined.append(self._random.choice(DECLINE_REASONS[:2]))
        return declined[-1]

    def _reason(self, journey: Journey, offer: str | None, declined: list[str]) -> int:
        random, reasons = self._random, self._furniture.reasons
        if declined:
            return reasons[declined[0]]
        if offer is not None or journey.in_burst:
            return reasons["Position closed"] if offer else reasons["Hired another candidate"]
        withdrew = random.random() < _WITHDREW[journey.last.stage.kind]
        return random.choice(self._furniture.reasons_of[2 if withdrew else 1])

    def _rejection(self, subject: Subject, reason: int) -> None:
        job, journey = subject.job, subject.journey
        by_manager = not journey.in_burst and self._random.random() < 0.25
        at = journey.ended_at or self._end
        values = {
            "application_id": subject.application,
            "rejection_reason_id": reason,
            "rejected_by_id": (job.hiring_manager if by_manager else job.recruiter).id,
            "custom_fields": "{}",
            "rejected_at": at,
        }
        self._sheets.add("rejection_details", values, at=at)

    def _note(self, subject: Subject) -> None:
        """Write what a recruiter noted about some of those who got beyond the review."""
        last = subject.journey.last
        if last.stage.position == 0 or self._random.random() > _NOTED:
            return
        values = {
            "candidate_id": subject.candidate,
            "application_id": subject.application,
            "user_id": subject.job.recruiter.id,
            "body": self._random.choice(NOTES),
            "visibility": self._random.choice(("public", "public", "private", "admin_only")),
            "type": "NOTE",
        }
        self._sheets.add("notes", values, at=last.entered_at)

    def _fill_opening(self, subject: Subject) -> int:
        """Write the opening a hire closes; it was opened one to four months before."""
        hired_at = subject.journey.ended_at or self._end
        opened_at = max(subject.job.opened_at, hired_at - round(self._random.uniform(35, 120) * DAY))
        filled = {"application_id": subject.application, "close_reason_id": self._furniture.hired_reason}
        return self._opening(subject.job, opened_at, {**filled, "status": "closed", "closed_at": hired_at})

    def leave_open(self, job: Job) -> None:
        """Write the openings that are not filled at the end of history: none of a closed job."""
        if job.closed_at is not None:
            return
        for _ in range(self._random.randrange(1, 4)):
            opened_at = max(job.opened_at, self._end - round(self._random.uniform(5, 70) * DAY))
            self._opening(job, opened_at, {"status": "open"})

    def _opening(self, job: Job, opened_at: int, values: dict[str, object]) -> int:
        number = self._filled[job.id] = self._filled.get(job.id, 0) + 1
        complete = {**values, "job_id": job.id, "opening_id": f"{job.id}-{number}", "opened_at": opened_at}
        closed_at = values.get("closed_at")
        return self._sheets.add(
            "openings", complete, at=opened_at, changed=closed_at if isinstance(closed_at, int) else None
        )
