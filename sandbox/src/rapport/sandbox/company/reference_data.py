"""Writes down what is there before anybody applies: the organisation and the lists applications refer to."""

from dataclasses import dataclass

from rapport.sandbox.company import catalogue
from rapport.sandbox.company.batch_writer import Sheets, structure
from rapport.sandbox.company.names import TAGS
from rapport.sandbox.company.organisation import Job, Organisation, User
from rapport.sandbox.company.parameters import DAY, Parameters


@dataclass(frozen=True)
class ReferenceData:
    """The numbers of the records applications refer to."""

    sources: dict[str, list[int]]
    referrers: dict[int, int]
    reasons: dict[str, int]
    reasons_of: dict[int, list[int]]
    tags: dict[str, int]
    posts: dict[int, int]
    pool: int
    pool_stage: int
    options: tuple[tuple[int, tuple[int, ...]], ...]
    consent: tuple[int, tuple[int, ...]]
    hired_reason: int


def furnish(sheets: Sheets, parameters: Parameters, organisation: Organisation) -> ReferenceData:
    """Write everything that does not depend on an application."""
    at = parameters.start - 400 * DAY
    departments = _departments_and_offices(sheets, at)
    _users(sheets, organisation, at)
    reasons, reasons_of = _reasons(sheets, at)
    closing = [sheets.add("close_reasons", {"name": name}, at=at) for name in catalogue.CLOSE_REASONS]
    posts = {job.id: _job(sheets, job, departments[job.department]) for job in organisation.jobs}
    pool = sheets.add("prospect_pools", {"name": "Future leaders", "description": "", "active": 1}, at=at)
    stages = [
        sheets.add("prospect_pool_stages", {"prospect_pool_id": pool, "sort_order": place, "name": name}, at=at)
        for place, name in enumerate(("Not contacted", "Contacted", "In discussion"))
    ]
    _fields_and_templates(sheets, at)
    *options, consent = _demographics(sheets, at)
    return ReferenceData(
        sources=_sources(sheets, at),
        referrers={
            user.id: sheets.add("referrers", {"user_id": user.id, "name": user.name}, at=at)
            for user in organisation.users
        },
        reasons=reasons,
        reasons_of=reasons_of,
        tags={name: sheets.add("candidate_tags", {"name": name}, at=at) for name in TAGS},
        posts=posts,
        pool=pool,
        pool_stage=stages[0],
        options=tuple(options),
        consent=consent,
        hired_reason=closing[0],
    )


def _departments_and_offices(sheets: Sheets, at: int) -> dict[str, int]:
    for place, (name, location) in enumerate(catalogue.OFFICES):
        sheets.add("offices", {"id": 501 + place, "name": name, "location": structure({"name": location})}, at=at)
    return {name: sheets.add("departments", {"name": name}, at=at) for name in catalogue.DEPARTMENTS}


_USER_TITLES = {
    "admin": "Head of Talent Operations",
    "recruiter": "Recruiter",
    "sourcer": "Sourcer",
    "coordinator": "Recruiting Coordinator",
    "hiring_manager": "Hiring Manager",
    "interviewer": "Interviewer",
    "executive": "Executive",
}


def _users(sheets: Sheets, organisation: Organisation, at: int) -> None:
    for number, name, kind in catalogue.USER_ROLES:
        sheets.add("user_roles", {"id": number, "name": name, "type": kind}, at=at)
    for user in organisation.users:
        sheets.add("users", _user(user), at=at)
        sheets.add("user_emails", {"user_id": user.id, "email": user.email, "verified": 1}, at=at)


def _user(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "name": user.name,
        "primary_email": user.email,
        "employee_id": f"E{user.id}",
        "job_title": _USER_TITLES[user.role],
        "role": user.role,
        "deactivated": 0,
        "site_admin": int(user.role == "admin"),
    }


def _reasons(sheets: Sheets, at: int) -> tuple[dict[str, int], dict[int, list[int]]]:
    by_name: dict[str, int] = {}
    by_type: dict[int, list[int]] = {}
    for name, (kind, label) in catalogue.REJECTION_REASONS:
        values = {"name": name, "type": structure({"id": kind, "name": label})}
        by_name[name] = sheets.add("rejection_reasons", values, at=at)
        by_type.setdefault(kind, []).append(by_name[name])
    return by_name, by_type


def _sources(sheets: Sheets, at: int) -> dict[str, list[int]]:
    types = dict(catalogue.SOURCE_TYPES)
    return {
        origin: [
            sheets.add("sources", {"name": name, "type": structure({"id": kind, "name": types[kind]})}, at=at)
            for name, kind in sources
        ]
        for origin, sources in catalogue.SOURCES.items()
    }


def _job(sheets: Sheets, job: Job, department: int) -> int:
    created = job.opened_at - 3 * DAY
    closed = job.closed_at is not None
    sheets.add(
        "jobs",
        {
            "id": job.id,
            "name": job.name,
            "requisition_id": f"REQ-{job.id}",
            "status": "closed" if closed else "open",
            "department_id": department,
            "office_ids": structure([501 + job.office]),
            "confidential": 0,
            "is_template": 0,
            "evergreen": int(job.evergreen),
            "custom_fields": structure({"employment_type": "Full-time"}),
            "opened_at": job.opened_at,
            "closed_at": job.closed_at,
        },
        at=created,
        changed=job.closed_at or job.opened_at,
    )
    for stage in job.stages:
        values = {"id": stage.id, "job_id": job.id, "name": stage.name, "kind": stage.kind, "active": 1}
        sheets.add("job_interview_stages", {**values, "sort_order": stage.position}, at=created)
    _team(sheets, job, created)
    for question in ("Which example shows this best?", "What would you want to find out in the next round?"):
        sheets.add("scorecard_questions", {"job_id": job.id, "question": question, "required": 0}, at=created)
    return _post(sheets, job)


def _team(sheets: Sheets, job: Job, at: int) -> None:
    manager = {"job_id": job.id, "user_id": job.hiring_manager.id, "responsible": 1}
    sheets.add("job_hiring_managers", manager, at=at)
    for kind, user in (("recruiter", job.recruiter), ("coordinator", job.coordinator), ("sourcer", job.sourcer)):
        sheets.add("job_owners", {"job_id": job.id, "user_id": user.id, "type": kind, "responsible": 1}, at=at)
    _, admin, manager_role, interviewer = (number for number, _, _ in catalogue.USER_ROLES)
    members = ((job.recruiter, admin), (job.coordinator, admin), (job.sourcer, admin))
    seats = (*members, (job.hiring_manager, manager_role), *((user, interviewer) for user in job.interviewers))
    for user, role in seats:
        sheets.add("user_job_permissions", {"user_id": user.id, "job_id": job.id, "role_id": role}, at=at)
    note = {"job_id": job.id, "user_id": job.hiring_manager.id, "body": "Looking for someone who has done this before."}
    sheets.add("job_notes", note, at=at)


def _post(sheets: Sheets, job: Job) -> int:
    live = int(job.closed_at is None)
    return sheets.add(
        "job_posts",
        {
            "job_id": job.id,
            "title": job.name,
            "content": f"<p>We are looking for a {job.name}.</p>",
            "language": "en",
            "live": live,
            "active": live,
            "internal": 0,
            "external": 1,
            "location": structure({"name": catalogue.OFFICES[job.office][1]}),
            "questions": structure([]),
            "first_published_at": job.opened_at,
        },
        at=job.opened_at,
    )


def _fields_and_templates(sheets: Sheets, at: int) -> None:
    for name, kind in catalogue.EMAIL_TEMPLATES:
        body = "Hello {{CANDIDATE_FIRST_NAME}},\n\nthank you for the time you took.\n\n{{MY_FULL_NAME}}"
        values = {"name": name, "type": kind, "default": 1, "cc": structure([]), "body": body}
        sheets.add("email_templates", {**values, "html_body": f"<p>{body}</p>"}, at=at)
    for field_type, name, options, private in catalogue.CUSTOM_FIELDS:
        values = {"name": name, "name_key": name.lower().replace(" ", "_"), "field_type": field_type}
        kind = "single_select" if options else "short_text"
        field = sheets.add(
            "custom_fields", {**values, "value_type": kind, "active": 1, "private": private, "required": 0}, at=at
        )
        for place, option in enumerate(options):
            choice = {"custom_field_id": field, "priority": place, "name": option, "active": 1}
            sheets.add("custom_field_options", choice, at=at)


def _demographics(sheets: Sheets, at: int) -> list[tuple[int, tuple[int, ...]]]:
    """Return the questions with their answers; the last one asks for the consent."""
    texts = {"title": "Voluntary self-identification", "description": "<p>Answering is up to you.</p>"}
    questions = sheets.add("demographic_question_sets", {**texts, "active": 1}, at=at)
    written: list[tuple[int, tuple[int, ...]]] = []
    asked = [(name, answers) for name, answers, _ in catalogue.DEMOGRAPHIC_QUESTIONS]
    for name, answers in (*asked, catalogue.DEMOGRAPHIC_CONSENT):
        values = {"demographic_question_set_id": questions, "name": name, "active": 1, "required": 0}
        values |= {"answer_type": "multi_value_single_select", "translations": structure([])}
        question = sheets.add("demographic_questions", values, at=at)
        common = {"demographic_question_id": question, "active": 1, "free_form": 0, "translations": structure([])}
        options = tuple(
            sheets.add("demographic_answer_options", {**common, "name": answer}, at=at) for answer in answers
        )
        written.append((question, options))
    return written
