"""What a person's profile says when it, or a part of it, is gone."""

from collections.abc import Iterable, Mapping
from typing import Any

from rapport.contracts.vocabulary import PersonField

_EMPTY: Mapping[PersonField, tuple[str, Any]] = {
    PersonField.NAME: ("name", "Erased"),
    PersonField.TITLE: ("title", None),
    PersonField.COMPANY: ("company", None),
    PersonField.LOCATION: ("location", None),
    PersonField.LINKS: ("links", ()),
    PersonField.TAGS: ("tags", ()),
    PersonField.EMPLOYMENTS: ("employments", ()),
    PersonField.EDUCATIONS: ("educations", ()),
    PersonField.ATTACHMENTS: ("resumes", ()),
}


def emptied(fields: Iterable[PersonField]) -> dict[str, Any]:
    """The parts of a profile that these fields of a person stand for, as they are when they are gone."""
    return dict(_EMPTY[field] for field in fields if field in _EMPTY)


ERASED = emptied(_EMPTY)
"""All that a profile holds."""
