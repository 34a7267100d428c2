"""The index of one organisation's people, in memory: postings of words and names, and columns of values.

Everything in it follows from documents; putting one again changes nothing. It is used by one thread at a time.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Any, TypeAlias
from uuid import UUID

import numpy as np
from pyroaring import BitMap

from rapport.contracts.vocabulary import NoteVisibility, TextField
from rapport.pipeline.search.columns import MISSING, NONE, Codes, Table
from rapport.pipeline.search.documents import ApplicationDocument, NoteDocument, PersonDocument
from rapport.pipeline.search.fields import (
    APPLICATION_FIELDS,
    PERSON_FIELDS,
    RATINGS,
    TEXTS,
    Flag,
    Name,
    Names,
    Rank,
    Time,
    attribute_ratings,
)
from rapport.pipeline.search.vocabulary import Vocabulary
from rapport.pipeline.search.words import folded, index_words

_WORDS = "words:"
PUBLIC_NOTES = f"{_WORDS}note"
TEAM_NOTES = f"{_WORDS}note:teams"
"""The notes to any hiring team, which admins read."""
CLOSE = "close"
"""The people for whom a user is responsible."""
OWED = "owed"
"""The applications of which a user owes a scorecard."""
FACETED = ("department", "location", "source", "status", "furthest_stage")
"""Fields of applications by which people are counted."""


def notes_by(author: UUID) -> str:
    """The field of the notes that a user wrote, public ones apart."""
    return f"{_WORDS}note:by:{author}"


def notes_to(job: UUID) -> str:
    """The field of the notes to the hiring team of a job."""
    return f"{_WORDS}note:to:{job}"


def words_field(text: TextField) -> str:
    """The field of the words of a text."""
    return f"{_WORDS}{text}"


def names_field(name: str) -> str:
    """The field of the names of a filter's field."""
    return f"names:{name}"


def applied_field(name: str) -> str:
    """The field of the people by the values of any of their applications."""
    return f"applied:{name}"


def attribute_field(rating: str) -> str:
    """The field of the applications by an attribute that was rated as good or better."""
    return f"attribute:{rating}"


_Entry: TypeAlias = tuple[str, Iterable[str], str | None]
"""Words or names of a field, and how these are shown."""
_FREE = NONE
_Rows = dict[str, tuple[type, Any]]


class PeopleIndex:
    """Finds the people of one organisation."""

    def __init__(self) -> None:
        """Nobody yet."""
        self.rows: dict[bytes, int] = {}
        person: _Rows = {
            "live": (np.bool_, False),
            "private": (np.bool_, False),
            "id_high": (np.uint64, 0),
            "id_low": (np.uint64, 0),
            "first_application": (np.int32, _FREE),
        }
        application: _Rows = {
            "person": (np.int32, _FREE),
            "next": (np.int32, _FREE),
            "id_high": (np.uint64, 0),
            "id_low": (np.uint64, 0),
        }
        self.people = Table(person | _columns(PERSON_FIELDS))
        self.applications = Table(application | _columns(APPLICATION_FIELDS))
        self.codes = {name: Codes() for name, field in APPLICATION_FIELDS.items() if isinstance(field, Name)}
        self.vocabulary = Vocabulary()
        self._fields: dict[str, dict[str, int]] = {}
        """By field, the number of the posting of each word or name."""
        self._postings: list[BitMap] = []
        self._labels: dict[int, str] = {}
        self._numbers_of_person: dict[int, bytes] = {}
        self._numbers_of_application: dict[int, bytes] = {}
        self._person_columns = list(self._readers(PERSON_FIELDS))
        self._application_columns = list(self._readers(APPLICATION_FIELDS))

    def __len__(self) -> int:
        """How many people there are."""
        return len(self.rows)

    def posting(self, field: str, value: str) -> BitMap:
        """The rows with a word or a name in a field: of people, or of applications for the fields that say so."""
        number = self._fields.get(field, _NOTHING).get(value)
        return _EMPTY if number is None else self._postings[number]

    def values(self, field: str) -> Iterator[tuple[str, BitMap]]:
        """Every name that a field ever had, as it is shown, with the people who have it."""
        for value, number in self._fields.get(field, _NOTHING).items():
            yield self._labels.get(number, value), self._postings[number]

    def put(self, person_id: UUID, document: PersonDocument | None) -> None:
        """Replace what is known of a person; None if they are no longer to be found."""
        row = self.rows.get(person_id.bytes)
        if row is not None:
            self._remove_applications(row)
        if document is None:
            if row is not None:
                self._replace(row, self._numbers_of_person.pop(row), set())
                self.people.remove(row)
                del self.rows[person_id.bytes]
            return
        if row is None:
            row = self.people.add()
            self.rows[person_id.bytes] = row
        self.people.set(
            row,
            [
                ("live", True),
                ("private", document.is_private),
                ("id_high", person_id.int >> 64),
                ("id_low", person_id.int & _LOW),
                *((name, read(document)) for name, read in self._person_columns),
            ],
        )
        numbers = self._numbers(_words_and_names(document))
        first = _FREE
        for application in document.applications:
            first = self._add_application(row, first, application)
            numbers |= self._numbers(_applied(application))
        self.people.set(row, [("first_application", first)])
        self._numbers_of_person[row] = self._replace(row, self._numbers_of_person.get(row, b""), numbers)

    def _add_application(self, person: int, following: int, document: ApplicationDocument) -> int:
        row = self.applications.add()
        self.applications.set(
            row,
            [
                ("person", person),
                ("next", following),
                ("id_high", document.id.int >> 64),
                ("id_low", document.id.int & _LOW),
                *((name, read(document)) for name, read in self._application_columns),
            ],
        )
        if numbers := self._numbers(_of_application(document)):
            self._numbers_of_application[row] = self._replace(row, b"", numbers)
        return row

    def applications_of(self, row: int) -> Iterator[int]:
        """The rows of a person's applications."""
        application = int(self.people["first_application"][row])
        following = self.applications["next"]
        while application != _FREE:
            yield application
            application = int(following[application])

    def _remove_applications(self, row: int) -> None:
        for application in list(self.applications_of(row)):
            self._replace(application, self._numbers_of_application.pop(application, b""), set())
            self.applications.remove(application)

    def _numbers(self, entries: Iterable[_Entry]) -> set[int]:
        """The numbers of the postings of words and names; of new ones as well."""
        numbers = set[int]()
        for field, values, label in entries:
            known = self._fields.setdefault(field, {})
            for value in values:
                number = known.get(value)
                if number is None:
                    number = known[value] = len(self._postings)
                    self._postings.append(BitMap())
                    if label is not None:
                        self._labels[number] = label
                    if field.startswith(_WORDS):
                        self.vocabulary.add(value)
                numbers.add(number)
        return numbers

    def _replace(self, row: int, before: bytes, numbers: set[int]) -> bytes:
        """Move a row from some postings to others; answers the latter, so that it can be taken out again."""
        earlier = set(array("I", before))
        for number in earlier - numbers:
            self._postings[number].discard(row)
        for number in numbers - earlier:
            self._postings[number].add(row)
        return array("I", numbers).tobytes()

    def _readers(self, fields: Any) -> Iterator[tuple[str, Callable[[Any], Any]]]:
        """For each column, what reads its value from a document."""
        for name, field in fields.items():
            match field:
                case Time(read):
                    yield name, partial(_time, read)
                case Rank(read, order):
                    yield name, partial(_rank, read, {str(value): at for at, value in enumerate(order)})
                case Name(read):
                    yield name, partial(_code, read, self.codes[name])
                case Flag(read):
                    yield name, read


def _time(read: Callable[[Any], int | None], document: Any) -> Any:
    time = read(document)
    return MISSING if time is None else time


def _rank(read: Callable[[Any], str | None], ranks: Mapping[str, int], document: Any) -> int:
    value = read(document)
    return NONE if value is None else ranks.get(value, NONE)


def _code(read: Callable[[Any], str | None], codes: Codes, document: Any) -> int:
    value = read(document)
    return NONE if value is None else codes.add(_folded_name(value), value)


_NOTHING: Mapping[str, int] = {}
_EMPTY = BitMap()
_LOW = (1 << 64) - 1


def _columns(fields: Any) -> _Rows:
    columns: _Rows = {}
    for name, field in fields.items():
        match field:
            case Time():
                columns[name] = (np.int64, MISSING)
            case Rank():
                columns[name] = (np.int8, NONE)
            case Name():
                columns[name] = (np.int32, NONE)
            case Flag():
                columns[name] = (np.bool_, False)
    return columns


_words_of_name = lru_cache(100_000)(lambda text: tuple(index_words(text)))
"""The words of titles, companies and the like, which many people share; those of people's names are not kept here."""
_folded_name = lru_cache(100_000)(folded)


def _words_and_names(document: PersonDocument) -> Iterator[_Entry]:
    for text, read in TEXTS.items():
        words = index_words if text is TextField.NAME else _words_of_name
        for value in read(document):
            if value:
                yield _FIELD_OF_WORDS[text], words(value), None
    for note in document.notes:
        words_of_note = tuple(index_words(note.body))
        yield from ((field, words_of_note, None) for field in _readers_of(note))
    for name, names in _NAMES.items():
        for value in names.read(document):
            yield name, (_folded_name(value),), value
    yield CLOSE, map(str, document.close), None


_FIELD_OF_WORDS = {text: words_field(text) for text in TEXTS}
_NAMES = {names_field(name): names for name, names in PERSON_FIELDS.items() if isinstance(names, Names)}
_APPLIED = [(applied_field(name), APPLICATION_FIELDS[name].read) for name in FACETED]
_FIELD_OF_RATING = {rating: attribute_field(rating) for rating in RATINGS}


def _readers_of(note: NoteDocument) -> Iterator[str]:
    """The fields that hold a note: one for everybody, or one for each way to be allowed to read it."""
    if note.visibility == NoteVisibility.PUBLIC:
        yield PUBLIC_NOTES
        return
    yield notes_by(note.author)
    if note.visibility == NoteVisibility.HIRING_TEAM and note.job is not None:
        yield TEAM_NOTES
        yield notes_to(note.job)


def _applied(document: ApplicationDocument) -> Iterator[_Entry]:
    for field, read in _APPLIED:
        value = read(document)
        if value is not None:
            yield field, (_folded_name(value),), str(value)


def _of_application(document: ApplicationDocument) -> Iterator[_Entry]:
    if document.owed_by:
        yield OWED, map(str, document.owed_by), None
    for name, rating in attribute_ratings(document):
        yield _FIELD_OF_RATING[rating], (_folded_name(name),), None
