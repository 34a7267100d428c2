"""What an application leaves behind on its way: interviews, scorecards, offers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from rapport.sandbox.company.batch_writer import Sheets, structure
from rapport.sandbox.company.figures import HIRES_WITHOUT_INTERVIEW, INTERVIEWS_WITHOUT_SCORECARD
from rapport.sandbox.company.journeys import Entry, Journey
from rapport.sandbox.company.names import ATTRIBUTES, VERDICT_NOTES
from rapport.sandbox.company.organisation import Job
from rapport.sandbox.company.parameters import DAY, Parameters
from rapport.sandbox.company.random_source import Deck, chance

HOUR = 3_600_000
_QUARTER = 900_000
_RECORDED = 0.85  # of the stages of those not hired left an interview record
_RATINGS = ("strong_yes", "yes", "mixed", "no", "definitely_not")
_WHEN_PASSED, _WHEN_REJECTED = (25, 60, 13, 2, 0), (1, 14, 35, 40, 10)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom the evidence is about."""

    application: int
    candidate: int
    job: Job
    journey: Journey


def day_of(moment: int) -> str:
    """Return the date of a moment."""
    return datetime.fromtimestamp(moment / 1000, UTC).date().isoformat()


class Evidence:
    """Writes interviews, scorecards and offers in the published proportions."""

    def __init__(self, sheets: Sheets, parameters: Parameters) -> None:
        self._sheets = sheets
        self._end = parameters.end
        self._random = chance(parameters.seed, "evidence")
        self._hire_recorded = Deck.of(self._random, _shares(HIRES_WITHOUT_INTERVIEW), 20)
        self._scorecard_given = Deck.of(self._random, _shares(INTERVIEWS_WITHOUT_SCORECARD), 25)

    def of_stages(self, subject: Subject) -> None:
        """Write the interviews of the stages in which people are interviewed."""
        hired = subject.journey.status == "hired"
        if hired and not self._hire_recorded.draw():
            return
        for entry in subject.journey.entries:
            if entry.stage.kind not in ("screen", "interview", "onsite"):
                continue
            if hired or self._random.random() < _RECORDED:
                for place in range(2 if entry.stage.kind == "onsite" else 1):
                    self._interview(subject, entry, place)

    def _interview(self, subject: Subject, entry: Entry, place: int) -> None:
        left_at = entry.exited_at or subject.journey.ended_at
        starts_at = self._scheduled_for(entry.entered_at, left_at) + place * HOUR
        ends_at = starts_at + 3 * _QUARTER
        over = ends_at < self._end
        scored = over and self._scorecard_given.draw()
        submitted_at = min(self._end, ends_at + round(self._random.uniform(0.3, 30) * HOUR)) if scored else None
        booked = max(entry.entered_at, starts_at - 3 * DAY)
        name = entry.stage.name if not place else f"{entry.stage.name} #{place + 1}"
        interview = self._sheets.add(
            "interviews",
            {
                "application_id": subject.application,
                "job_interview_id": entry.stage.id * 10 + place,
                "job_interview_stage_id": entry.stage.id,
                "organizer_id": subject.job.coordinator.id,
                "name": name,
                "status": "complete" if scored else "awaiting_feedback" if over else "scheduled",
                "location": "Video call",
                "video_conferencing_url": f"https://meet.example.com/{subject.application}-{entry.stage.id}",
                "starts_at": starts_at,
                "ends_at": ends_at,
            },
            at=booked,
            changed=submitted_at or (ends_at if over else booked),
        )
        interviewer = self._interviewer(subject.job, entry.stage.kind)
        scorecard = None
        if submitted_at is not None:
            scorecard = self._scorecard(subject, entry, interview, interviewer, ends_at, submitted_at)
        seat = {"interview_id": interview, "user_id": interviewer, "scorecard_id": scorecard, "status": "accepted"}
        self._sheets.add("interviewers", seat, at=booked, changed=submitted_at)

    def _scheduled_for(self, entered_at: int, left_at: int | None) -> int:
        days = (left_at - entered_at) / DAY * self._random.uniform(0.3, 0.8) if left_at else self._random.uniform(1, 8)
        moment = entered_at + round(days * DAY)
        return moment - moment % _QUARTER if days > 0.1 else moment

    def _interviewer(self, job: Job, kind: str) -> int:
        if kind == "screen":
            return job.recruiter.id
        return job.hiring_manager.id if self._random.random() < 0.35 else self._random.choice(job.interviewers).id

    def _scorecard(
        self, subject: Subject, entry: Entry, interview: int, interviewer: int, held_at: int, submitted_at: int
    ) -> int:
        random = self._random
        failed = subject.journey.status == "rejected" and entry is subject.journey.last
        weights = _WHEN_REJECTED if failed else _WHEN_PASSED
        rating = random.choices(_RATINGS, weights)[0]
        attributes = [
            {"name": name, "type": kind, "rating": random.choices(_RATINGS, weights)[0], "note": None}
            for name, kind in random.sample(ATTRIBUTES, 3)
        ]
        return self._sheets.add(
            "scorecards",
            {
                "application_id": subject.application,
                "candidate_id": subject.candidate,
                "interview_id": interview,
                "interviewer_id": interviewer,
                "submitter_id": interviewer,
                "interview_name": entry.stage.name,
                "candidate_rating": rating,
                "status": "complete",
                "notes": random.choice(VERDICT_NOTES[rating]),
                "attributes": structure(attributes),
                "questions": structure([]),
                "interviewed_at": held_at,
                "submitted_at": submitted_at,
            },
            at=submitted_at,
        )

    def of_offer(self, subject: Subject, opening: int | None, decline: Callable[[], str]) -> str | None:
        """Write the versions of the offer, if it came to one; return how the latest stands.

        `decline` says why it was declined, and is asked only if it was.
        """
        journey = subject.journey
        entered = next((entry.entered_at for entry in journey.entries if entry.stage.kind == "offer"), None)
        if entered is None:
            return None
        until = journey.ended_at or self._end
        moments = [entered + round((until - entered) * part) for part in (0.1, 0.25, 0.5, 0.6)]
        if self._random.random() < 0.25:
            self._offer(subject, opening, 1, "Deprecated", (moments[0], moments[1], moments[2]))
            return self._latest_offer(subject, opening, 2, (moments[2], moments[3]), decline)
        return self._latest_offer(subject, opening, 1, (moments[0], moments[1]), decline)

    def _latest_offer(
        self,
        subject: Subject,
        opening: int | None,
        version: int,
        moments: tuple[int, int],
        decline: Callable[[], str],
    ) -> str:
        created, sent = moments
        ended = subject.journey.ended_at
        if ended is None:
            unsent = self._random.random() < 0.3
            self._offer(subject, opening, version, "Created", (created, None if unsent else sent, None))
            return "Created"
        if subject.journey.status == "hired":
            self._offer(subject, opening, version, "Accepted", (created, sent, ended))
            return "Accepted"
        resolved = max(sent, ended - round(self._random.uniform(0.5, 20) * HOUR))
        status = "Rejected" if self._random.random() < 0.85 else "Deprecated"
        reason = decline() if status == "Rejected" else None
        self._offer(subject, opening, version, status, (created, sent, resolved), reason)
        return status

    def _offer(
        self,
        subject: Subject,
        opening: int | None,
        version: int,
        status: str,
        moments: tuple[int, int | None, int | None],
        decline_reason: str | None = None,
    ) -> None:
        created, sent, resolved = moments
        self._sheets.add(
            "offers",
            {
                "application_id": subject.application,
                "job_id": subject.job.id,
                "candidate_id": subject.candidate,
                "opening_id": opening,
                "user_id": subject.job.recruiter.id,
                "version": version,
                "status": status,
                "sent_on": None if sent is None else day_of(sent),
                "starts_on": day_of(created + 45 * DAY),
                "custom_fields": structure(
                    {"employment_type": "Full-time"} | ({"decline_reason": decline_reason} if decline_reason else {})
                ),
                "sent_at": sent,
                "resolved_at": resolved,
            },
            at=created,
            changed=resolved or sent,
        )


def _shares(missing: float) -> dict[bool, float]:
    return {True: 1 - missing, False: missing}
