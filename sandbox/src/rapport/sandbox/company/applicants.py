"""Makes up the people who apply and writes down what they say about themselves."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from rapport.sandbox.company import catalogue, names
from rapport.sandbox.company.batch_writer import Sheets, structure
from rapport.sandbox.company.biographies import earlier_jobs
from rapport.sandbox.company.organisation import Job
from rapport.sandbox.company.parameters import DAY, Parameters
from rapport.sandbox.company.random_source import chance
from rapport.sandbox.company.reference_data import ReferenceData

FIRST_CANDIDATE = 1_000_001
_PRIVATE = 250  # one person in so many is private: only those who work on them see them
_AGAIN = 79  # one person in so many was there before, and nobody noticed: they are in the ATS twice
_BETWEEN = 12  # so many people came since
_IDENTIFIED = 0.62  # of people answer the demographic questions
_CONSENTING = 0.7  # of these may be found by their answers
_EEOC_FIELDS = ("gender", "race", "veteran_status", "disability_status")


@dataclass(frozen=True, slots=True)
class Person:
    """What a generated person says about themselves."""

    first_name: str
    last_name: str
    title: str
    company: str
    location: str
    time_zone: str

    def again(self, number: int) -> "Person":
        """Return how they write themselves another time: as before, mistyped, or the last name first."""
        match number // _AGAIN % 3:
            case 0:
                return self
            case 1 if len(self.last_name) > 3:
                return replace(self, last_name=self.last_name[:-2] + self.last_name[-1])
            case _:
                return replace(self, first_name=self.last_name, last_name=self.first_name)

    def profile(self, number: int, tags: Sequence[str], reached_as: int | None = None) -> dict[str, object]:
        """Return the fields of the candidate's record that the person brings along.

        `reached_as` is the number of the record that has the same contact points, if not this one.
        """
        return {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "title": self.title,
            "company": self.company,
            "time_zone": self.time_zone,
            "is_private": int(number % _PRIVATE == 0),
            "can_email": int(number % 50 != 0),
            "tags": structure(list(tags)),
            "custom_fields": structure(_own_fields(number)),
            **self._contact_points(reached_as or number),
        }

    def _contact_points(self, number: int) -> dict[str, str]:
        """Return addresses that are not deliverable."""
        handle = f"{catalogue.ascii_name(self.first_name)}.{catalogue.ascii_name(self.last_name)}.{number}"
        emails = [{"value": f"{handle}@example.org", "type": "personal"}]
        if number % 6 == 0:
            emails.append({"value": f"{handle}@example.net", "type": "work"})
        phones = [{"value": f"+1 555 01{number % 100:02} {number % 10_000:04}", "type": "mobile"}]
        return {
            "email_addresses": structure(emails),
            "phone_numbers": structure(phones if number % 4 else []),
            "addresses": structure([{"value": self.location, "type": "home"}]),
            "social_media_addresses": structure([{"value": f"https://profiles.example.com/in/{handle}"}]),
            "website_addresses": structure([{"value": f"https://{handle}.example.org"}] if number % 5 == 0 else []),
        }


def _own_fields(number: int) -> dict[str, str]:
    """Return what the account's own fields say of two people in three."""
    if number % 3 == 0:
        return {}
    choices = {name: options for kind, name, options, _ in catalogue.CUSTOM_FIELDS if kind == "candidate" and options}
    fields = {
        name.lower().replace(" ", "_"): options[number // step % len(options)]
        for step, (name, options) in enumerate(choices.items(), 1)
    }
    return fields | {"salary_expectation": f"{50 + number % 60},000"}


def draw_person(random: Random, department: str) -> Person:
    """Generate a person who might apply to a job of the department."""
    location, time_zone = random.choice(names.LOCATIONS)
    return Person(
        first_name=random.choice(names.FIRST_NAMES),
        last_name=random.choice(names.LAST_NAMES),
        title=random.choice(names.TITLES[department]),
        company=random.choice(names.COMPANIES),
        location=location,
        time_zone=time_zone,
    )


def files_of(person: Person, number: int) -> list[dict[str, object]]:
    """Return the files that a person sent: a resume from most, a letter from some."""
    name = f"{catalogue.ascii_name(person.first_name)}-{catalogue.ascii_name(person.last_name)}".title()
    kinds = [("resume", "Resume")] if number % 9 else []
    kinds += [("cover_letter", "Cover-Letter")] if number % 6 == 1 else []
    common = {"candidate_id": number, "content_type": "application/pdf", "visibility": "public"}
    return [{**common, "type": kind, "filename": f"{name}-{suffix}.pdf"} for kind, suffix in kinds]


class Applicants:
    """Writes people and, once per person, what they volunteered."""

    def __init__(self, sheets: Sheets, parameters: Parameters, reference_data: ReferenceData) -> None:
        self._sheets = sheets
        self._furniture = reference_data
        self._seed = parameters.seed
        self._random = chance(parameters.seed, "people")
        sheets.number_from("candidates", FIRST_CANDIDATE)
        self._next = FIRST_CANDIDATE
        self._before = deque[Person](maxlen=_BETWEEN)

    def introduce(self, job: Job, *, first_seen: int, last_active: int) -> int:
        """Write a new person; return the candidate's number."""
        random, number = self._random, self._next
        self._next += 1
        person, reached_as = self._written(draw_person(random, job.department), number)
        tags = random.sample(names.TAGS, 2) if random.random() < 0.15 else []
        team = {"recruiter_id": job.recruiter.id, "coordinator_id": job.coordinator.id}
        values = {"id": number, **team, **person.profile(number, tags, reached_as)}
        self._sheets.add("candidates", {**values, "last_activity_at": last_active}, at=first_seen, changed=last_active)
        for tag in tags:
            applied = {"candidate_id": number, "candidate_tag_id": self._furniture.tags[tag]}
            self._sheets.add("applied_candidate_tags", applied, at=first_seen)
        self._biography(person, number, first_seen, job.department)
        for file in files_of(person, number):
            self._sheets.add("attachments", file, at=first_seen)
        return number

    def _written(self, person: Person, number: int) -> tuple[Person, int | None]:
        """Return who comes, as they write themselves, and the earlier record with the same contact points, if any."""
        reached_as = None
        if number % _AGAIN == 0 and len(self._before) == _BETWEEN:
            before = self._before[0]
            person = before.again(number)
            # Whoever writes themselves as before uses the same mailbox.
            reached_as = number - _BETWEEN if person == before else None
        self._before.append(person)
        return person, reached_as

    def _biography(self, person: Person, number: int, at: int, department: str) -> None:
        random = self._random
        year = 2026 - random.randrange(1, 9)
        if random.random() < 0.7:
            job = {"candidate_id": number, "company_name": person.company, "title": person.title}
            self._sheets.add("candidate_employments", {**job, "start_date": f"{year}-03-01"}, at=at)
            for earlier in earlier_jobs(self._seed, number, department, year):
                self._sheets.add("candidate_employments", earlier, at=at)
        if random.random() < 0.5:
            degree = {
                "candidate_id": number,
                "school_name": random.choice(names.SCHOOLS),
                "degree": random.choice(names.DEGREES),
                "discipline": random.choice(names.DISCIPLINES),
                "start_date": f"{year - 5}-09-01",
                "end_date": f"{year - 1}-06-30",
            }
            self._sheets.add("candidate_educations", degree, at=at)

    def identify(self, candidate: int, application: int, at: int) -> None:
        """Write the person's answers to the demographic questions, if they gave any."""
        random = self._random
        if random.random() >= _IDENTIFIED:
            return
        eeoc: dict[str, object] = {"application_id": application, "candidate_id": candidate, "submitted_at": at}
        questions = zip(self._furniture.options, catalogue.DEMOGRAPHIC_QUESTIONS, _EEOC_FIELDS, strict=True)
        for (question, options), (_, answers, shares), field in questions:
            place = random.choices(range(len(answers)), shares)[0]
            answer = {"application_id": application, "demographic_question_id": question}
            self._sheets.add("demographic_answers", {**answer, "demographic_answer_option_id": options[place]}, at=at)
            eeoc[field] = structure({"id": place + 1, "description": answers[place]})
        self._sheets.add("eeoc", eeoc, at=at)
        question, options = self._furniture.consent
        # A source of its own: whatever else is drawn stays as it is.
        agreed = chance(self._seed, "consent", candidate).random() < _CONSENTING
        answer = {"application_id": application, "demographic_question_id": question}
        self._sheets.add(
            "demographic_answers", {**answer, "demographic_answer_option_id": options[0 if agreed else 1]}, at=at
        )

    def was_prospect(self, candidate: int, job: Job, *, since: int, converted_at: int | None) -> None:
        """Write that a person was a prospect before they became a candidate, or is one for later."""
        pool = {"prospect_pool_id": self._furniture.pool, "prospect_pool_stage_id": self._furniture.pool_stage}
        values = {
            **pool,
            "candidate_id": candidate,
            "prospect": 1,
            "status": "active" if converted_at is None else "converted",
            "origin": "sourced",
            "source_id": self._furniture.sources["sourced"][0],
            "referrer_id": self._furniture.referrers[job.sourcer.id],
            "recruiter_id": job.recruiter.id,
            "coordinator_id": job.coordinator.id,
            "custom_fields": "{}",
            "last_activity_at": converted_at or since,
        }
        self._sheets.add("applications", values, at=since, changed=converted_at or since)


def prospect_since(at: int, draw: float) -> int:
    """Return when a sourced person was first found: up to 40 days before applying."""
    return at - round((3 + draw * 37) * DAY)
