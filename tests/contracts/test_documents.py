"""The committed documents match the code and are compatible with every earlier version."""

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from rapport.contracts.tools.__main__ import check
from rapport.contracts.tools.documents import breaking_changes, schema_of, schemas

_ROOT = Path(__file__).parents[2]
_CONTRACTS = _ROOT / "packages" / "contracts"
_BASELINE = "packages/kit/src/rapport/kit/migrations/0001_baseline.sql"
_STAGE_CHANGED = "pipeline.application.stage_changed.v1"


def test_the_documents_are_those_of_the_code() -> None:
    assert check(_CONTRACTS) == []


@pytest.mark.parametrize("name", sorted(schemas()))
def test_every_committed_version_is_still_compatible(name: str) -> None:
    path = f"packages/contracts/schemas/{name}"
    for commit in _since_the_baseline(path):
        assert breaking_changes(json.loads(_git("show", f"{commit}:{path}")), schemas()[name]) == []


def test_the_git_history_is_complete() -> None:
    assert _git("rev-parse", "--is-shallow-repository").strip() == "false", (
        "fetch the whole history: it is compared with"
    )


def test_no_event_type_was_ever_removed() -> None:
    schemas = "packages/contracts/schemas/*.json"
    removed = [
        _git("show", "--diff-filter=D", "--no-renames", "--name-only", "--format=", commit, "--", schemas)
        for commit in _since_the_baseline(schemas)
    ]
    assert "".join(removed).split() == []


def _since_the_baseline(path: str) -> list[str]:
    """The commits that touched a path, from the baseline of the migrations on: nothing was deployed before."""
    baseline = _git("log", "-1", "--diff-filter=A", "--format=%H", "--", _BASELINE).strip()
    return _git("log", "--format=%H", f"{baseline}..HEAD", "--", path).split() if baseline else []


def _changed(**changes: Any) -> dict[str, Any]:
    schema = copy.deepcopy(schema_of(_STAGE_CHANGED))
    data = schema["$defs"]["StageChanged"]
    for key, change in changes.items():
        change(data[key])
    return schema


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"properties": lambda p: p.pop("person_id")}, "event.data.person_id was removed"),
        ({"required": lambda r: r.append("backfilled")}, "event.data.backfilled became required"),
        ({"required": lambda r: r.remove("job_id")}, "event.data.job_id is no longer always there"),
        (
            {"properties": lambda p: p["job_id"].update(type="integer")},
            "event.data.job_id: type was 'string', is 'integer'",
        ),
    ],
)
def test_a_change_that_breaks_a_reader_is_found(change: dict[str, Any], complaint: str) -> None:
    assert complaint in breaking_changes(schema_of(_STAGE_CHANGED), _changed(**change))


def test_an_optional_addition_is_compatible() -> None:
    added = _changed(properties=lambda p: p.update(more={"type": "string", "default": ""}))
    assert breaking_changes(schema_of(_STAGE_CHANGED), added) == []


def test_an_enumeration_may_grow_but_not_shrink() -> None:
    old, new = schema_of(_STAGE_CHANGED), schema_of(_STAGE_CHANGED)
    new = copy.deepcopy(new)
    new["$defs"]["StageKind"]["enum"].append("trial")
    assert breaking_changes(old, new) == []
    assert any("'trial' is no longer possible" in complaint for complaint in breaking_changes(new, old))


def test_events_hold_no_free_text() -> None:
    for name, schema in schemas().items():
        for where, found in _texts(schema["$defs"] | {"": schema}):
            assert found, f"{name}: {where} is free text"


def _texts(definitions: dict[str, Any]) -> list[tuple[str, bool]]:
    """Every string in the data of an event, and whether it can only be an id, a time, an enumeration or a pattern."""
    found = []
    for title, definition in definitions.items():
        if title == "":
            continue
        for name, schema in definition.get("properties", {}).items():
            found += [
                (f"{title}.{name}", not {"format", "enum", "const", "pattern"}.isdisjoint(part))
                for part in schema.get("anyOf", [schema])
                if part.get("type") == "string"
            ]
    return found


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=_ROOT, check=True, capture_output=True, text=True).stdout
