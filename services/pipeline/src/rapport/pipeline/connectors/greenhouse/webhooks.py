"""What the kinds of webhook deliveries mean, and where each names what it is about: one table, and how it is read.

The names and shapes are the vendor's. One kind has had several shapes over the years (a record's fields directly in
the payload, or below its name), so an id is looked for at each of its places.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any

from rapport.contracts.vocabulary import PersonField
from rapport.pipeline.connectors.greenhouse.records import MalformedRecordError

Payload = Mapping[str, Any]


class Meaning(StrEnum):
    """What is done about a kind of delivery."""

    PING = auto()
    """The webhook was set up: nothing."""
    NOTHING_KEPT = auto()
    """It is about something of which nothing is kept here."""
    APPLICATION_CHANGED = auto()
    """It describes an application: applied at once."""
    LISTS_CHANGED = auto()
    """Something changed of which the lists say more: they are read soon."""
    RECORD_ENDED = auto()
    """A record was deleted."""
    PERSON_DELETED = auto()
    PERSON_ANONYMIZED = auto()
    PERSON_MERGED = auto()
    UNKNOWN = auto()
    """Kept for the day we understand it."""
    UNKNOWN_ENDING = auto()
    """We do not know it, but its name says that something ended."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of delivery; ``names`` are what its record may be called in the payload."""

    meaning: Meaning
    collection: str = ""
    names: tuple[str, ...] = ()

    @property
    def ends_something(self) -> bool:
        """Whether missing such a delivery leaves something here that is gone in the ATS."""
        return self.meaning in _ENDINGS


_ENDINGS = frozenset(
    {
        Meaning.RECORD_ENDED,
        Meaning.PERSON_DELETED,
        Meaning.PERSON_ANONYMIZED,
        Meaning.PERSON_MERGED,
        Meaning.UNKNOWN_ENDING,
    }
)

_PERSON = ("person", "candidate", "prospect")
_APPLICATION = Kind(Meaning.APPLICATION_CHANGED, "applications", ("application",))
_LISTS = Kind(Meaning.LISTS_CHANGED)
_NOTHING = Kind(Meaning.NOTHING_KEPT)
_DELETED = Kind(Meaning.PERSON_DELETED, "candidates", _PERSON)
_ANONYMIZED = Kind(Meaning.PERSON_ANONYMIZED, "candidates", _PERSON)
_MERGED = Kind(Meaning.PERSON_MERGED, "candidates", _PERSON)


def _ended(collection: str, *names: str) -> Kind:
    return Kind(Meaning.RECORD_ENDED, collection, names)


_STAGE = _ended("job_interview_stages", "job_interview_stage", "job_stage", "stage")
_INTERVIEW = _ended("interviews", "interview", "scheduled_interview")
_OPENING = _ended("openings", "opening", "job_opening")

KINDS: Mapping[str, Kind] = {
    "ping": Kind(Meaning.PING),
    # Applications
    "new_candidate_application": _APPLICATION,
    "new_prospect_application": _LISTS,
    "application_updated": _APPLICATION,
    "prospect_updated": _LISTS,
    "delete_application": _ended("applications", "application"),
    "application_deleted": _ended("applications", "application"),
    # Candidates
    "candidate_stage_change": _APPLICATION,
    "hire_candidate": _APPLICATION,
    "unhire_candidate": _APPLICATION,
    "reject_candidate": _APPLICATION,
    "unreject_candidate": _APPLICATION,
    "update_candidate": _LISTS,
    "delete_candidate": _DELETED,
    "candidate_deleted": _DELETED,
    "delete_prospect": _DELETED,
    "candidate_anonymized": _ANONYMIZED,
    "anonymize_candidate": _ANONYMIZED,
    "merge_candidate": _MERGED,
    "candidate_merged": _MERGED,
    # Offers: none are kept here
    "offer_created": _LISTS,
    "offer_updated": _LISTS,
    "offer_approved": _LISTS,
    "offer_deleted": _NOTHING,
    # Interviews and scorecards
    "interview_created": _LISTS,
    "interview_updated": _LISTS,
    "interview_deleted": _INTERVIEW,
    "scheduled_interview_deleted": _INTERVIEW,
    "scorecard_submitted": _LISTS,
    "scorecard_updated": _LISTS,
    "scorecard_deleted": _ended("scorecards", "scorecard"),
    # Jobs
    "job_created": _LISTS,
    "job_updated": _LISTS,
    "job_approved": _LISTS,
    "job_deleted": _ended("jobs", "job"),
    "job_interview_stage_deleted": _STAGE,
    "job_stage_deleted": _STAGE,
    "job_post_created": _NOTHING,
    "job_post_updated": _NOTHING,
    "job_post_deleted": _NOTHING,
    "prospect_post_created": _NOTHING,
    "prospect_post_updated": _NOTHING,
    "prospect_post_deleted": _NOTHING,
    "opening_deleted": _OPENING,
    "job_opening_deleted": _OPENING,
    # The organisation
    "department_deleted": _ended("departments", "department"),
    "office_deleted": _ended("offices", "office"),
}
"""By action."""

_SOUNDS_LIKE_AN_END = re.compile(r"delet|remov|anonymi[sz]|merge|destroy|eras|purg|redact|forg[eo]t|withdraw_consent")
_SUBJECTS = (
    "candidate",
    "prospect",
    "job",
    "offer",
    "interview",
    "scorecard",
    "office",
    "department",
    "user",
    "application",
    "opening",
)
"""A subject we know in an action we do not: the change is read from the lists."""


def kind_of(action: str) -> Kind:
    """What a kind of delivery means."""
    known = KINDS.get(action)
    if known:
        return known
    if _SOUNDS_LIKE_AN_END.search(action.lower()):
        return Kind(Meaning.UNKNOWN_ENDING)
    return _LISTS if any(subject in action for subject in _SUBJECTS) else Kind(Meaning.UNKNOWN)


def named_id(kind: Kind, payload: object) -> str:
    """The ATS's id of the record that a delivery of this kind is about.

    Raises:
        MalformedRecordError: it names none.
    """
    if not isinstance(payload, dict):
        raise MalformedRecordError("payload is not an object")
    places: list[object] = [within.get("id") for name in kind.names if isinstance(within := payload.get(name), dict)]
    places += [payload.get(f"{name}_id") for name in kind.names] if kind.collection == "candidates" else []
    places.append(payload.get("id"))
    if kind.collection != "candidates":
        places += [payload.get(f"{name}_id") for name in kind.names]
    found = next((known for place in places if (known := external_id(place))), None)
    if found is None:
        raise MalformedRecordError(f"the id of {kind.collection} is missing")
    return found


def external_id(value: object) -> str | None:
    """An id as the ATS writes it: a positive number, as such or as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value) if value > 0 else None
    return value if isinstance(value, str) and value.isascii() and value.isdigit() else None


def person_named(payload: object) -> str | None:
    """The ATS's id of the person a delivery is about, if it says; whatever its kind."""
    said = payload if isinstance(payload, dict) else {}
    for within in (said.get("application"), said, said.get("scorecard")):
        if not isinstance(within, dict):
            continue
        people = [within[name].get("id") for name in _PERSON if isinstance(within.get(name), dict)]
        for place in (*people, within.get("candidate_id"), within.get("person_id")):
            if found := external_id(place):
                return found
    return None


def application_named(payload: object) -> str | None:
    """The ATS's id of the application a delivery is about, if it says; whatever its kind."""
    said = payload if isinstance(payload, dict) else {}
    within = said.get("application")
    if isinstance(within, dict):
        return external_id(within.get("id"))
    for name in (None, "offer", "interview", "scorecard", "scheduled_interview"):
        record = said if name is None else said.get(name)
        if isinstance(record, dict) and (found := external_id(record.get("application_id"))):
            return found
    return None


def survivor_named(payload: Payload, merged: str) -> str:
    """The ATS's id of the person into whom another one was merged.

    Raises:
        MalformedRecordError: it names none, or the merged person themselves.
    """
    places: list[object] = []
    for within in (payload.get("person"), payload.get("candidate"), payload):
        if isinstance(within, dict):
            places += [within.get(name) for name in ("new_candidate_id", "new_person_id", "merged_into_id")]
    found = next((known for place in places if (known := external_id(place))), None)
    if found is None or found == merged:
        raise MalformedRecordError("new_candidate_id is missing")
    return found


def merged_id(payload: Payload, kind: Kind) -> str:
    """The ATS's id of the person who was merged into another one."""
    return external_id(payload.get("old_candidate_id")) or named_id(kind, payload)


def applications_gone(payload: Payload) -> list[str] | None:
    """The ATS's ids of the applications that were deleted with a person; None if the delivery does not say."""
    for within in (payload.get("person"), payload.get("candidate"), payload):
        said = within.get("deleted_application_ids") if isinstance(within, dict) else None
        if isinstance(said, list):
            return [known for each in said if (known := external_id(each))]
    return None


@dataclass(frozen=True, slots=True)
class Anonymized:
    """What was taken away of a person. ``unknown``: names of fields that we do not know were among it."""

    whole: bool
    fields: frozenset[PersonField] = frozenset()
    interviews: bool = False
    sources: bool = False
    reasons: bool = False
    unknown: bool = False


_PERSON_FIELDS: Mapping[str, PersonField] = {
    "email_addresses": PersonField.EMAILS,
    "phone_numbers": PersonField.PHONES,
    "current_title": PersonField.TITLE,
    "current_company": PersonField.COMPANY,
    "addresses": PersonField.LOCATION,
    "location": PersonField.LOCATION,
    "social_media_links": PersonField.LINKS,
    "websites": PersonField.LINKS,
    "tags": PersonField.TAGS,
    "emails": PersonField.CORRESPONDENCE,
}
_NOT_KEPT = frozenset(
    {
        "activity_items",
        "all_offer_versions",
        "application_questions",
        "attachments",
        "candidate_stage_data",  # the pseudonymous history stays
        "coordinator",
        "custom_application_fields",
        "custom_candidate_fields",
        "custom_rejection_question_fields",
        "education",
        "employment",
        "follow_up_reminders",
        "headline",
        "inmails",
        "innotes",
        "notes",
        "offers",
        "prospect_jobs",
        "prospect_offices",
        "prospect_offices_and_departments",
        "prospect_owner",
        "prospect_pool_and_stage",
        "recruiter",
        "referral_questions",
        "rejection_notes",
        "third_party_integrations",
        "touchpoints",
    }
)
_OF_APPLICATIONS = frozenset({"scorecards_and_interviews", "source", "credited_to", "rejection_reasons"})


def anonymized(payload: Payload) -> Anonymized:
    """What was taken away: everything, if the name was, or if the delivery does not say what."""
    said = payload.get("anonymized_fields")
    within = payload.get("candidate")
    if said is None and isinstance(within, dict):
        said = within.get("anonymized_fields")
    if not isinstance(said, list) or not said or not all(isinstance(each, str) for each in said):
        return Anonymized(whole=True)
    names: Sequence[str] = said
    return Anonymized(
        whole="full_name" in names,
        fields=frozenset(_PERSON_FIELDS[name] for name in names if name in _PERSON_FIELDS),
        interviews="scorecards_and_interviews" in names,
        sources="source" in names or "credited_to" in names,
        reasons="rejection_reasons" in names,
        unknown=bool(set(names) - _PERSON_FIELDS.keys() - _NOT_KEPT - _OF_APPLICATIONS - {"full_name"}),
    )
