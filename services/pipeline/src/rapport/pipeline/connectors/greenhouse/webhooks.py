"""Greenhouse's webhooks: signatures, what each kind means, and where it names its record.

One kind has had several shapes over the years (a record's fields directly in the payload, or below its name), so an id
is looked up in each of its places.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any

from rapport.contracts.vocabulary import PersonField
from rapport.kit.json_text import loads
from rapport.pipeline.connectors.connector import (
    ApplicationChanged,
    ListsChanged,
    MalformedRecordError,
    NothingChanged,
    PersonAnonymized,
    PersonDeleted,
    PersonMerged,
    RecordEnded,
    UnknownChange,
    WebhookChange,
    WebhookDelivery,
)
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper, Json
from rapport.pipeline.domain.records import Anonymized, ApplicationRecord, Collection, PersonRecord, RecordRef

Payload = Mapping[str, Any]

_NAME = re.compile(r"[\x21-\x7e]{1,200}")
"""What an action or an event id may look like: both are stored as keys."""
_SIGNATURE = re.compile(r"sha256 [0-9a-fA-F]{64}")


class Meaning(StrEnum):
    """What to do about a kind of webhook."""

    PING = auto()
    """A test message."""
    NOTHING_KEPT = auto()
    """About something that is not stored here."""
    APPLICATION_CHANGED = auto()
    """Describes an application: applied at once."""
    LISTS_CHANGED = auto()
    """A change that the lists describe better: they are read soon."""
    RECORD_ENDED = auto()
    """A record was deleted."""
    PERSON_DELETED = auto()
    PERSON_ANONYMIZED = auto()
    PERSON_MERGED = auto()
    UNKNOWN = auto()
    """Stored for a version that knows it."""
    UNKNOWN_ENDING = auto()
    """Unknown, but its name suggests that something ended."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of webhook; ``names`` are what its record may be called in the payload."""

    meaning: Meaning
    collection: Collection = Collection.APPLICATIONS
    names: tuple[str, ...] = ()

    @property
    def ends_something(self) -> bool:
        """Whether missing such a webhook leaves something here that is gone in the ATS."""
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
_APPLICATION = Kind(Meaning.APPLICATION_CHANGED, Collection.APPLICATIONS, ("application",))
_LISTS = Kind(Meaning.LISTS_CHANGED)
_NOTHING = Kind(Meaning.NOTHING_KEPT)
_DELETED = Kind(Meaning.PERSON_DELETED, Collection.PEOPLE, _PERSON)
_ANONYMIZED = Kind(Meaning.PERSON_ANONYMIZED, Collection.PEOPLE, _PERSON)
_MERGED = Kind(Meaning.PERSON_MERGED, Collection.PEOPLE, _PERSON)


def _ended(collection: Collection, *names: str) -> Kind:
    return Kind(Meaning.RECORD_ENDED, collection, names)


_STAGE = _ended(Collection.JOB_STAGES, "job_interview_stage", "job_stage", "stage")
_INTERVIEW = _ended(Collection.INTERVIEWS, "interview", "scheduled_interview")
_OPENING = _ended(Collection.OPENINGS, "opening", "job_opening")

KINDS: Mapping[str, Kind] = {
    "ping": Kind(Meaning.PING),
    # Applications
    "new_candidate_application": _APPLICATION,
    "new_prospect_application": _LISTS,
    "application_updated": _APPLICATION,
    "prospect_updated": _LISTS,
    "delete_application": _ended(Collection.APPLICATIONS, "application"),
    "application_deleted": _ended(Collection.APPLICATIONS, "application"),
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
    # Offers
    "offer_created": _LISTS,
    "offer_updated": _LISTS,
    "offer_approved": _LISTS,
    "offer_deleted": _ended(Collection.OFFERS, "offer"),
    # Interviews and scorecards
    "interview_created": _LISTS,
    "interview_updated": _LISTS,
    "interview_deleted": _INTERVIEW,
    "scheduled_interview_deleted": _INTERVIEW,
    "scorecard_submitted": _LISTS,
    "scorecard_updated": _LISTS,
    "scorecard_deleted": _ended(Collection.SCORECARDS, "scorecard"),
    # Jobs
    "job_created": _LISTS,
    "job_updated": _LISTS,
    "job_approved": _LISTS,
    "job_deleted": _ended(Collection.JOBS, "job"),
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
    "department_deleted": _ended(Collection.DEPARTMENTS, "department"),
    "office_deleted": _ended(Collection.OFFICES, "office"),
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
"""A known subject in an unknown action: the change is read from the lists."""


def kind_of(action: str) -> Kind:
    """What a kind of webhook means; an unknown one is judged by its name."""
    known = KINDS.get(action)
    if known:
        return known
    if _SOUNDS_LIKE_AN_END.search(action.lower()):
        return Kind(Meaning.UNKNOWN_ENDING)
    return _LISTS if any(subject in action for subject in _SUBJECTS) else Kind(Meaning.UNKNOWN)


def named_id(kind: Kind, payload: object) -> str:
    """The id of the record that a webhook of this kind is about.

    Raises:
        MalformedRecordError: it names none.
    """
    if not isinstance(payload, dict):
        raise MalformedRecordError("payload is not an object")
    places: list[object] = [within.get("id") for name in kind.names if isinstance(within := payload.get(name), dict)]
    places += [payload.get(f"{name}_id") for name in kind.names] if kind.collection == Collection.PEOPLE else []
    places.append(payload.get("id"))
    if kind.collection != Collection.PEOPLE:
        places += [payload.get(f"{name}_id") for name in kind.names]
    found = next((known for place in places if (known := external_id(place))), None)
    if found is None:
        raise MalformedRecordError(f"the id of {kind.collection} is missing")
    return found


def external_id(value: object) -> str | None:
    """An id: a positive number, or its digits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value) if value > 0 else None
    return value if isinstance(value, str) and value.isascii() and value.isdigit() else None


def person_named(payload: object) -> str | None:
    """The id of the person a webhook of any kind is about, if it says."""
    values = payload if isinstance(payload, dict) else {}
    for within in (values.get("application"), values, values.get("scorecard")):
        if not isinstance(within, dict):
            continue
        people = [within[name].get("id") for name in _PERSON if isinstance(within.get(name), dict)]
        for place in (*people, within.get("candidate_id"), within.get("person_id")):
            if found := external_id(place):
                return found
    return None


def application_named(payload: object) -> str | None:
    """The id of the application a webhook of any kind is about, if it says."""
    values = payload if isinstance(payload, dict) else {}
    within = values.get("application")
    if isinstance(within, dict):
        return external_id(within.get("id"))
    for name in (None, "offer", "interview", "scorecard", "scheduled_interview"):
        record = values if name is None else values.get(name)
        if isinstance(record, dict) and (found := external_id(record.get("application_id"))):
            return found
    return None


def survivor_named(payload: Payload, merged: str) -> str:
    """The id of the person into whom a duplicate was merged.

    Raises:
        MalformedRecordError: it names none, or the duplicate itself.
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
    """The id of the duplicate that was merged."""
    return external_id(payload.get("old_candidate_id")) or named_id(kind, payload)


def applications_gone(payload: Payload) -> list[str] | None:
    """The ids of the applications that were deleted with a person; None if the webhook does not say."""
    for within in (payload.get("person"), payload.get("candidate"), payload):
        values = within.get("deleted_application_ids") if isinstance(within, dict) else None
        if isinstance(values, list):
            return [known for each in values if (known := external_id(each))]
    return None


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
    "employment": PersonField.EMPLOYMENTS,
    "education": PersonField.EDUCATIONS,
    "attachments": PersonField.ATTACHMENTS,
    "custom_candidate_fields": PersonField.CUSTOM_FIELDS,
    "emails": PersonField.CORRESPONDENCE,
}
_NOT_KEPT = frozenset(
    {
        "activity_items",
        "application_questions",
        "candidate_stage_data",  # the pseudonymous history stays
        "coordinator",
        "custom_application_fields",
        "custom_rejection_question_fields",
        "follow_up_reminders",
        "headline",
        "inmails",
        "innotes",
        "notes",
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
_OF_APPLICATIONS = frozenset(
    {"offers", "all_offer_versions", "scorecards_and_interviews", "source", "credited_to", "rejection_reasons"}
)


def anonymized(payload: Payload) -> Anonymized:
    """What was anonymized: everything, if the name was, or if the webhook does not say."""
    values = payload.get("anonymized_fields")
    within = payload.get("candidate")
    if values is None and isinstance(within, dict):
        values = within.get("anonymized_fields")
    if not isinstance(values, list) or not values or not all(isinstance(each, str) for each in values):
        return Anonymized(whole=True)
    names: Sequence[str] = values
    return Anonymized(
        whole="full_name" in names,
        fields=frozenset(_PERSON_FIELDS[name] for name in names if name in _PERSON_FIELDS),
        interviews="scorecards_and_interviews" in names,
        sources="source" in names or "credited_to" in names,
        reasons="rejection_reasons" in names,
        offers="offers" in names or "all_offer_versions" in names,
        unknown=bool(set(names) - _PERSON_FIELDS.keys() - _NOT_KEPT - _OF_APPLICATIONS - {"full_name"}),
    )


@dataclass(frozen=True, slots=True)
class GreenhouseWebhooks:
    """Verifies and reads one connection's webhooks."""

    mapper: GreenhouseMapper

    def may_be_webhook(self, headers: Mapping[str, str]) -> bool:
        """Whether the headers carry a well-formed signature."""
        return _SIGNATURE.fullmatch(headers.get("Signature", "")) is not None

    def parse(self, headers: Mapping[str, str], body: bytes, *, sent: bytes) -> WebhookDelivery | None:
        """A webhook whose signature fits; see :class:`AtsConnector`."""
        signature = headers.get("Signature", "")
        # Greenhouse signs the text; a proxy may have compressed it.
        if not (self._is_signed(signature, body) or self._is_signed(signature, sent)):
            return None
        message = _message(body)
        delivery_id = headers.get("Greenhouse-Event-ID") or hashlib.sha256(body).hexdigest()
        if not _NAME.fullmatch(delivery_id):
            raise MalformedRecordError("the event id is not a short name")
        action, payload = message["action"], message.get("payload")
        person, application = person_named(payload), application_named(payload)
        return WebhookDelivery(
            delivery_id,
            action,
            self.mapper.id(Collection.PEOPLE, person) if person else None,
            self.mapper.id(Collection.APPLICATIONS, application) if application else None,
        )

    def read(self, action: str, body: bytes) -> WebhookChange:
        """What a stored webhook says; see :class:`AtsConnector`."""
        kind, payload = kind_of(action), loads(body).get("payload")
        match kind.meaning:
            case Meaning.APPLICATION_CHANGED:
                return self._application_changed(payload)
            case Meaning.RECORD_ENDED:
                return RecordEnded(kind.collection, self.mapper.id(kind.collection, named_id(kind, payload)))
            case Meaning.PERSON_DELETED:
                gone = applications_gone(payload)
                ids = None if gone is None else [self.mapper.id(Collection.APPLICATIONS, one) for one in gone]
                return PersonDeleted(self._person(named_id(kind, payload)), ids)
            case Meaning.PERSON_ANONYMIZED:
                person = self._person(named_id(kind, payload))
                return PersonAnonymized(person.id, anonymized(payload))
            case Meaning.PERSON_MERGED:
                merged = merged_id(payload, kind)
                return PersonMerged(self._person(merged), self._person(survivor_named(payload, merged)))
            case Meaning.LISTS_CHANGED:
                return ListsChanged()
            case Meaning.UNKNOWN_ENDING:
                raise MalformedRecordError("an unknown kind")
            case Meaning.UNKNOWN:
                return UnknownChange()
            case Meaning.PING | Meaning.NOTHING_KEPT:
                return NothingChanged()

    def _is_signed(self, signature: str, body: bytes) -> bool:
        secret = self.mapper.connection.webhook_secret.get_secret_value().encode()
        expected = "sha256 " + hmac.new(secret, body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected, signature.lower())

    def _person(self, external_id: str) -> RecordRef:
        return RecordRef(self.mapper.id(Collection.PEOPLE, external_id), external_id)

    def _application_changed(self, payload: Payload) -> ApplicationChanged:
        application = payload["application"]
        ref = RecordRef(self.mapper.id(Collection.APPLICATIONS, application["id"]), str(application["id"]))
        return ApplicationChanged(ref, self._application(application), self._candidate(application))

    def _application(self, application: Json) -> ApplicationRecord | None:
        """The application in the shape of the lists; None if the webhook says too little (a hire has no stage)."""
        stage, jobs = application.get("current_stage"), application.get("jobs")
        required = (application.get(name) for name in ("status", "last_activity_at", "applied_at"))
        if not (stage and jobs and all(required)):
            return None
        at = application["last_activity_at"]
        return self.mapper.application(
            {
                "id": application["id"],
                "candidate_id": application["candidate"]["id"],
                "job_id": jobs[0]["id"],
                "stage_id": stage["id"],
                "status": application["status"],
                "source_id": _id(application.get("source")),
                "credited_user_id": _id(application.get("credited_to")),
                "created_at": application["applied_at"],
                "updated_at": at,
                "last_activity_at": at,
                "current_stage_at": at,
                "rejected_at": application.get("rejected_at"),
                "rejection_reason_id": _id(application.get("rejection_reason")),
            },
            listed=False,
        )

    def _candidate(self, application: Json) -> PersonRecord | None:
        """The person, ingested only if unknown: the webhook does not say when they last changed."""
        candidate: Any = application.get("candidate") or {}
        if not isinstance(candidate, dict):
            raise MalformedRecordError("candidate is not an object")
        if "created_at" not in candidate:
            return None
        return self.mapper.person({**candidate, "updated_at": candidate["created_at"]}, listed=False)


def _message(body: bytes) -> dict[str, Any]:
    try:
        message = loads(body)
    except ValueError:
        message = None
    action = message.get("action") if isinstance(message, dict) else None
    if not (isinstance(message, dict) and isinstance(action, str) and _NAME.fullmatch(action)):
        raise MalformedRecordError("the body is not a webhook: JSON with an action")
    return message


def _id(reference: Json | None) -> object:
    return reference.get("id") if reference else None
