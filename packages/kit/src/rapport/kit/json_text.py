"""JSON of others, read leniently: one text that no encoding can hold does not make all the rest unreadable."""

import json
import re
from typing import Any

import orjson

from rapport.contracts.text import clean_text

_DEEPEST = 100
"""Levels within one another; what people and systems send has a tenth of that."""
_LONE_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def loads(body: bytes) -> Any:
    """The value, with every text and every name in it cleaned (``rapport.contracts.text``).

    Halves of surrogate pairs and bytes that are no UTF-8 become U+FFFD.

    Raises:
        json.JSONDecodeError: it is no JSON, or nested too deeply.
    """
    return _cleaned(_parsed(body), 0)


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        text = body.decode("utf-8", "replace")
        if not _LONE_SURROGATE.search(body) and "\ufffd" not in text:
            raise
    try:
        return json.loads(text, parse_constant=_refused)
    except RecursionError:
        raise json.JSONDecodeError("nested too deeply", "", 0) from None


def _refused(constant: str) -> Any:
    raise json.JSONDecodeError(f"{constant} is no JSON", "", 0)


def _cleaned(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if depth > _DEEPEST:
        raise json.JSONDecodeError("nested too deeply", "", 0)
    if isinstance(value, list):
        return [_cleaned(each, depth + 1) for each in value]
    if isinstance(value, dict):
        return {clean_text(name): _cleaned(each, depth + 1) for name, each in value.items()}
    return value
