"""What services find wrong with an input by themselves has a code for programs, as what the contracts forbid has."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_SOURCES = [
    file
    for folder in ("packages/kit/src", "services", "gateway/src")
    for file in sorted((_ROOT / folder).rglob("*.py"))
    if "tests" not in file.parts
]


def _worded(tree: ast.AST) -> Iterator[ast.Call]:
    """The calls that word a problem with an input."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in ("Invalid.because", "FieldProblem"):
                yield node


def _has_code(call: ast.Call) -> bool:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    code = given.get("code") or (call.args[2] if len(call.args) > 2 else None)
    return code is not None and ast.unparse(code) != "InputProblemCode.INVALID"


def test_there_are_problems_that_services_word() -> None:
    assert sum(1 for file in _SOURCES for _ in _worded(ast.parse(file.read_text()))) > 20


@pytest.mark.parametrize("file", _SOURCES, ids=lambda file: str(file.relative_to(_ROOT)))
def test_every_problem_that_a_service_words_has_a_code(file: Path) -> None:
    assert [ast.unparse(call) for call in _worded(ast.parse(file.read_text())) if not _has_code(call)] == []
