"""JSON of others, read leniently."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.kit.json_text import loads

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec=None)), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (rb'{"first_name": "Ana \ud83d", "id": 7001}', {"first_name": "Ana \ufffd", "id": 7001}),
        (rb'{"first_name": "\ud83d\ude00"}', {"first_name": "😀"}),
        (rb'{"name\u0000": "Cy\u0000"}', {"name": "Cy"}),
        (b'{"name": "Am\xe9lie"}', {"name": "Am\ufffdlie"}),
        (b'["Ame\xcc\x81lie", 1.5, null]', ["Amélie", 1.5, None]),
    ],
)
def test_one_unreadable_text_spoils_nothing_else(body: bytes, value: object) -> None:
    assert loads(body) == value


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b'{"a": 1,}', rb'"\ud83d', b'[NaN, "\\ud83d"]', b'{"a": "\xff"',
        b"[" * 200 + b"]" * 200, b"[" * 100_000, b"[" * 100_000 + b'"\\ud83d"' + b"]" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(json.JSONDecodeError):
        loads(body)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        yield from (text for each in value for text in _texts(each))
        yield from _texts(list(value.values())) if isinstance(value, dict) else ()


@given(_JSON)
def test_every_value_that_is_read_can_be_stored(value: object) -> None:
    read = loads(json.dumps(value).encode())
    for text in _texts(read):
        text.encode()
        assert "\x00" not in text
    assert loads(json.dumps(read).encode()) == read
