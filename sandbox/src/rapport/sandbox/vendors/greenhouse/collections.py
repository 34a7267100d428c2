"""The collections the sandbox serves: their fields, their filters and the tables that hold them.

Each field is described once, here: the tables, the triggers behind the lag of lists, the
records in a list and the filters a list accepts are all derived from these descriptions.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a field is kept in its column."""

    NUMBER = "INTEGER"
    TEXT = "TEXT"
    TIME = "TIMESTAMP"  # milliseconds since 1970, served as ISO 8601
    FLAG = "BOOLEAN"
    STRUCTURE = "JSON"


@dataclass(frozen=True)
class Field:
    """One column. A computed field has an SQL expression instead; `:now` is the time of the request."""

    name: str
    kind: Kind
    served: bool = True
    expression: str | None = None


@dataclass(frozen=True)
class Collection:
    """One list of the API and the table of the same name."""

    name: str
    fields: tuple[Field, ...]
    filters: frozenset[str]

    @property
    def stored(self) -> tuple[str, ...]:
        """The table's columns, in the order in which rows are written."""
        return tuple(field.name for field in self.fields if field.expression is None)

    @property
    def served(self) -> tuple[Field, ...]:
        """The fields of a record in a list."""
        return tuple(field for field in self.fields if field.served)

    def kind_of(self, name: str) -> Kind:
        """Say how a field is kept."""
        return next(field.kind for field in self.fields if field.name == name)

    def column_of_filter(self, name: str) -> str:
        """Name the column a filter looks at: `job_ids` looks at `job_id`, `ids` at `id`."""
        return name if name in self.stored else name.removesuffix("s")


def _collection(
    name: str,
    *,
    numbers: str = "",
    texts: str = "",
    times: str = "",
    flags: str = "",
    structures: str = "",
    hidden: str = "",
    computed: dict[str, tuple[Kind, str]] | None = None,
    filters: str = "",
) -> Collection:
    """Describe a collection; names are separated by blanks, and `hidden` repeats those that are never served."""
    named = (
        (Kind.NUMBER, "id " + numbers),
        (Kind.TEXT, texts),
        (Kind.FLAG, flags),
        (Kind.STRUCTURE, structures),
        (Kind.TIME, times + " created_at updated_at"),
    )
    concealed = set(hidden.split())
    fields = [Field(each, kind, served=each not in concealed) for kind, names in named for each in names.split()]
    fields += [Field(each, kind, expression=sql) for each, (kind, sql) in (computed or {}).items()]
    return Collection(name, tuple(fields), frozenset(f"ids created_at updated_at {filters}".split()))


_DAYS_IN_STAGE = "CAST((COALESCE(exited_at, ended_at, :now) - entered_at) / 86400000 AS INTEGER)"

COLLECTIONS: dict[str, Collection] = {
    collection.name: collection
    for collection in (
        _collection("departments", numbers="parent_id", texts="name external_id"),
        _collection(
            "offices", numbers="parent_id primary_contact_user_id", texts="name external_id", structures="location"
        ),
        _collection(
            "users",
            texts="first_name last_name name primary_email employee_id job_title role",
            flags="deactivated site_admin",
            hidden="role",
            filters="primary_email deactivated",
        ),
        _collection("user_emails", numbers="user_id", texts="email", flags="verified", filters="user_ids"),
        _collection("user_roles", texts="name type"),
        _collection("user_job_permissions", numbers="user_id job_id role_id", filters="user_ids job_ids"),
        _collection(
            "jobs",
            numbers="department_id copied_from_id",
            texts="name requisition_id status notes",
            flags="confidential is_template evergreen",
            structures="office_ids custom_fields",
            times="opened_at closed_at",
            hidden="evergreen",
            filters="status department_ids opened_at closed_at",
        ),
        _collection(
            "job_interview_stages",
            numbers="job_id sort_order",
            texts="name kind",
            flags="active",
            hidden="kind",
            filters="job_ids active",
        ),
        _collection("job_hiring_managers", numbers="job_id user_id", flags="responsible", filters="job_ids user_ids"),
        _collection(
            "job_owners", numbers="job_id user_id", texts="type", flags="responsible", filters="job_ids user_ids type"
        ),
        _collection("job_notes", numbers="job_id user_id", texts="body", filters="job_ids"),
        _collection(
            "job_posts",
            numbers="job_id",
            texts="title content internal_content language",
            flags="live active internal external",
            structures="location questions",
            times="first_published_at",
            filters="job_ids active live",
        ),
        _collection("close_reasons", texts="name"),
        _collection(
            "openings",
            numbers="job_id application_id close_reason_id",
            texts="opening_id status",
            times="opened_at closed_at",
            filters="job_ids application_ids status",
        ),
        _collection("sources", texts="name", structures="type"),
        _collection("referrers", numbers="user_id", texts="name", filters="user_ids"),
        _collection("rejection_reasons", texts="name", structures="type"),
        _collection(
            "rejection_details",
            numbers="application_id rejection_reason_id rejected_by_id",
            texts="notes",
            structures="custom_fields",
            times="rejected_at",
            filters="application_ids rejection_reason_ids",
        ),
        _collection(
            "email_templates",
            numbers="user_id",
            texts="name description type from_address body html_body",
            flags="default",
            structures="cc",
            filters="type",
        ),
        _collection("custom_fields", texts="name name_key field_type value_type", flags="active private required"),
        _collection("custom_field_options", numbers="custom_field_id priority", texts="name", flags="active"),
        _collection("prospect_pools", texts="name description", flags="active"),
        _collection("prospect_pool_stages", numbers="prospect_pool_id sort_order", texts="name"),
        _collection("candidate_tags", texts="name"),
        _collection(
            "candidates",
            numbers="recruiter_id coordinator_id",
            texts="first_name last_name preferred_name title company time_zone",
            flags="is_private can_email",
            structures="email_addresses phone_numbers addresses social_media_addresses website_addresses tags "
            "custom_fields",
            times="last_activity_at",
            filters="email last_activity_at recruiter_ids coordinator_ids",
        ),
        _collection(
            "applied_candidate_tags",
            numbers="candidate_id candidate_tag_id",
            filters="candidate_ids candidate_tag_ids",
        ),
        _collection(
            "candidate_educations",
            numbers="candidate_id",
            texts="school_name degree discipline start_date end_date",
            filters="candidate_ids",
        ),
        _collection(
            "candidate_employments",
            numbers="candidate_id",
            texts="company_name title start_date end_date",
            filters="candidate_ids",
        ),
        _collection(
            "applications",
            numbers="candidate_id job_id stage_id source_id referrer_id recruiter_id coordinator_id "
            "rejection_reason_id job_post_id prospect_pool_id prospect_pool_stage_id",
            texts="stage_name status origin",
            flags="prospect",
            structures="location custom_fields",
            times="current_stage_at last_activity_at rejected_at hired_at",
            hidden="origin hired_at",
            computed={"job_interview_stage_id": (Kind.NUMBER, "stage_id")},
            filters="job_ids candidate_ids stage_ids source_ids status prospect last_activity_at",
        ),
        _collection(
            "application_stages",
            numbers="application_id job_interview_stage_id moved_by_id",
            times="entered_at exited_at ended_at",
            hidden="moved_by_id ended_at",
            computed={"current": (Kind.FLAG, "exited_at IS NULL"), "days_in_stage": (Kind.NUMBER, _DAYS_IN_STAGE)},
            filters="application_ids job_interview_stage_ids",
        ),
        _collection(
            "interviews",
            numbers="application_id job_interview_id job_interview_stage_id organizer_id",
            texts="name status location video_conferencing_url external_event_id",
            times="starts_at ends_at",
            filters="application_ids status starts_at ends_at",
        ),
        _collection(
            "interviewers",
            numbers="interview_id user_id scorecard_id",
            texts="status",
            filters="interview_ids user_ids",
        ),
        _collection(
            "scorecards",
            numbers="application_id candidate_id interview_id interviewer_id submitter_id",
            texts="interview_name candidate_rating status notes",
            structures="attributes questions",
            times="interviewed_at submitted_at",
            filters="application_ids candidate_ids interview_ids submitted_at",
        ),
        _collection("scorecard_questions", numbers="job_id", texts="question", flags="required", filters="job_ids"),
        _collection(
            "offers",
            numbers="application_id job_id candidate_id opening_id user_id version",
            texts="status sent_on starts_on",
            structures="custom_fields",
            times="sent_at resolved_at",
            filters="application_ids job_ids candidate_ids status resolved_at",
        ),
        _collection(
            "notes",
            numbers="candidate_id application_id user_id",
            texts="body visibility type",
            filters="candidate_ids application_ids user_ids",
        ),
        _collection(
            "attachments",
            numbers="candidate_id application_id",
            texts="filename url type content_type visibility",
            filters="candidate_ids application_ids",
        ),
        _collection("demographic_question_sets", texts="title description", flags="active"),
        _collection(
            "demographic_questions",
            numbers="demographic_question_set_id",
            texts="name answer_type",
            flags="active required",
            structures="translations",
            filters="demographic_question_set_ids",
        ),
        _collection(
            "demographic_answer_options",
            numbers="demographic_question_id",
            texts="name",
            flags="active free_form",
            structures="translations",
            filters="demographic_question_ids",
        ),
        _collection(
            "demographic_answers",
            numbers="application_id demographic_question_id demographic_answer_option_id",
            texts="free_form_text",
            filters="application_ids demographic_question_ids",
        ),
        _collection(
            "eeoc",
            numbers="application_id candidate_id",
            structures="race gender veteran_status disability_status",
            times="submitted_at",
            filters="application_ids candidate_ids submitted_at",
        ),
    )
}

# What lists are asked by often enough that reading the whole table would be felt at a million people.
_INDEXED = (
    ("applications", "candidate_id"),
    ("applications", "job_id, status"),
    ("applications", "stage_id"),
    ("application_stages", "application_id"),
    ("candidates", "email_addresses"),
    ("candidate_educations", "candidate_id"),
    ("candidate_employments", "candidate_id"),
    ("attachments", "candidate_id"),
    ("demographic_answers", "application_id"),
    ("interviews", "application_id"),
    ("interviewers", "interview_id"),
    ("job_interview_stages", "job_id"),
    ("offers", "application_id"),
    ("openings", "job_id"),
    ("rejection_details", "application_id"),
    ("scorecards", "application_id"),
    ("scorecards", "candidate_id"),
)
_LARGE = frozenset(table for table, _ in _INDEXED) | {"eeoc"}


def table_of(collection: Collection) -> str:
    """Return the statement that makes the collection's table."""
    columns = [
        f'"{field.name}" {"INTEGER PRIMARY KEY" if field.name == "id" else field.kind}'
        for field in collection.fields
        if field.expression is None
    ]
    return f'CREATE TABLE "{collection.name}" ({", ".join(columns)})'


def indexes() -> list[str]:
    """Return the statements that make the indexes; run after the generation, which writes in order of id."""
    columns = [*_INDEXED, *((table, "updated_at") for table in sorted(_LARGE))]
    return [f'CREATE INDEX "{table} by {column}" ON "{table}" ({column})' for table, column in columns]
