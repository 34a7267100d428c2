"""Every request that services answer, about given things: additions to the contracts are tested automatically."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, get_args
from uuid import UUID

from pydantic import AwareDatetime

from rapport.contracts.pipeline import ChangeApplications, CheckBulkAction
from rapport.contracts.requests import Request
from rapport.contracts.tools.documents import request_types
from rapport.gateway.graph.ids import Kind

_KINDS = {
    "job": Kind.JOB,
    "person": Kind.PERSON,
    "survivor": Kind.PERSON,
    "merged": Kind.PERSON,
    "duplicate": Kind.DUPLICATE,
    "flag": Kind.FLAG,
    "absence": Kind.ABSENCE,
    "action": Kind.AGREED_ACTION,
    "owner": Kind.USER,
    "merge": Kind.MERGE,
    "application": Kind.APPLICATION,
    "interview": Kind.INTERVIEW,
    "stage": Kind.STAGE,
    "from_stage": Kind.STAGE,
    "seen_user": Kind.USER,
    "to_stage": Kind.STAGE,
    "to_job": Kind.JOB,
    "reason": Kind.CLOSE_REASON,
    "opening": Kind.OPENING,
    "option": Kind.DEMOGRAPHIC_OPTION,
    "consent_option": Kind.DEMOGRAPHIC_OPTION,
    "review": Kind.REVIEW,
    "reviewer": Kind.USER,
    "user": Kind.USER,
    "member": Kind.USER,
    "from_user": Kind.USER,
    "message": Kind.MESSAGE,
    "template": Kind.MESSAGE_TEMPLATE,
    "reply_to_message": Kind.MESSAGE,
    "grant": Kind.SENDING_GRANT,
    "suppression": Kind.SUPPRESSION,
    "takeover_request": Kind.TAKEOVER_REQUEST,
    "verdict": Kind.VERDICT,
    "attachment": Kind.ATTACHMENT,
    "project": Kind.PROJECT,
    "note": Kind.NOTE,
    "import": Kind.IMPORT,
    "contact_point": Kind.CONTACT_POINT,
    "search": Kind.SAVED_SEARCH,
    "bulk_action": Kind.BULK_ACTION,
}
_PLURALS = {
    "Jobs": Kind.JOB,
    "AtsOfJobs": Kind.JOB,
    "People": Kind.PERSON,
    "Profiles": Kind.PERSON,
    "ChooseCustomFields": Kind.CUSTOM_FIELD,
    "ApplicationProgress": Kind.APPLICATION,
    "ApplicationActions": Kind.APPLICATION,
    "Applications": Kind.APPLICATION,
    "Cards": Kind.APPLICATION,
    "Users": Kind.USER,
}
_PLURALS |= {"Reviews": Kind.REVIEW, "Verdicts": Kind.VERDICT, "Messages": Kind.MESSAGE}
_PLURALS |= {"SavedSearches": Kind.SAVED_SEARCH, "CountNewPeople": Kind.SAVED_SEARCH}
_PLURALS |= {"BulkActions": Kind.BULK_ACTION}
_PLURALS |= {"Projects": Kind.PROJECT, "Notes": Kind.NOTE, "Imports": Kind.IMPORT}
_VALUES: dict[str, Any] = {
    "contact_points": ({"kind": "email", "value": "somebody@example.org"},),
    "profile_url": "https://example.org/somebody",
    "content": "aGVsbG8=",
    "fields": ("name",),
    "cells": ("Somebody",),
    "addresses": ("somebody@example.org",),
    "position": 0,
    "days": (30, 60),
    "zone": "Europe/Berlin",
    "weekdays": (1,),
    "begins": "09:00",
    "ends": "17:00",
    "first_day": "2026-01-01",
    "last_day": "2026-01-02",
    "due_on": "2027-02-01",
    "query": {"text": "a text"},
    "sharing": "hiring_team",
    "grant": "diversity_sourcing",
    "email": "somebody@example.org",
}
"""Of fields whose value has a form of its own."""
_LEFT_OUT = {
    "ats_stage_id",
    "page",
    "state",
    "status",
    "role",
    "to_address",
    "containing",
    "entered_from",
    "entered_until",
}


def requests_about(ids: Mapping[Kind, UUID], **named: Any) -> Iterator[Request[Any]]:
    """All of them, about the things with these ids; ``named`` are the values of fields that name something else."""
    for request in request_types():
        fields = request.model_fields.items()
        given = {name: _value(request, name, field, ids, named) for name, field in fields if name not in _LEFT_OUT}
        yield request.model_validate({name: value for name, value in given.items() if value is not None})


def _of_many(request: type[Request[Any]], ids: Mapping[Kind, UUID]) -> dict[str, Any]:
    """What actions on many are about."""
    if request is ChangeApplications:
        seen = {"application_id": ids[Kind.APPLICATION], "stage_id": ids[Kind.STAGE]}
        return {"applications": (seen,), "action": {"kind": "move_applications", "to_stage_id": ids[Kind.STAGE]}}
    if request is CheckBulkAction:
        action = {"kind": "add_to_project", "project_id": ids[Kind.PROJECT]}
        return {"selection": {"person_ids": (ids[Kind.PERSON],)}, "action": action}
    return {}


def _value(request: type[Request[Any]], name: str, field: Any, ids: Mapping[Kind, UUID], named: Any) -> Any:
    if name in named:
        return named[name]
    if name in _VALUES:
        return _VALUES[name]
    if (many := _of_many(request, ids).get(name)) is not None:
        return many
    if name == "ids":
        return (ids[_PLURALS[request.__name__.removeprefix("Get").removesuffix("ByIds")]],)
    if name.endswith("_ids"):
        return (ids[_KINDS[name.removesuffix("_ids")]],)
    if name.endswith("_id"):
        return ids[_KINDS[name.removesuffix("_id")]]
    if not field.is_required():
        return None
    [kind, *_] = [*get_args(field.annotation), field.annotation]
    if isinstance(kind, Enum):
        return kind
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    return {bool: True, str: "a text", int: 1, AwareDatetime: datetime.now(UTC) + timedelta(days=30)}[kind]
