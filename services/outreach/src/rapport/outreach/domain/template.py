"""The language of message templates: texts with tokens, each with a default if one is given, and nothing else.

The syntax is Jinja's, which also reads it: ``{{ job_title }}``, ``{{ candidate_first_name | default("there") }}``. Of
what Jinja can do beside that nothing is accepted, so a stranger's template can neither reach into a program nor keep it
busy.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from jinja2 import DebugUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from rapport.contracts.outreach import MAX_SUBJECT
from rapport.contracts.refusals import FieldProblem, InputProblemCode
from rapport.contracts.text import CONTROL_CHARACTERS, clean_text, one_line
from rapport.contracts.vocabulary import TemplateToken

MAX_TOKENS = 50
"""Places of one text that are filled in."""
MAX_VALUE = 200
"""Characters that are filled in for a token; with ``MAX_TOKENS``, a text stays within the length of a message."""

EXAMPLES: Mapping[TemplateToken, str] = {
    TemplateToken.CANDIDATE_FIRST_NAME: "Kim",
    TemplateToken.CANDIDATE_LAST_NAME: "Miller",
    TemplateToken.CANDIDATE_NAME: "Kim Miller",
    TemplateToken.JOB_TITLE: "Backend Engineer",
    TemplateToken.SENDER_FIRST_NAME: "Alex",
    TemplateToken.SENDER_NAME: "Alex Smith",
    TemplateToken.COMPANY_NAME: "Example Ltd",
}
"""What a preview shows for nobody in particular."""

_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=DebugUndefined, keep_trailing_newline=True)
_TOKENS = ", ".join(TemplateToken)


class _Place(NamedTuple):
    token: TemplateToken
    has_default: bool


class _MalformedError(Exception):
    """The text is no template; the message says why, for people."""

    def __init__(self, message: str, code: InputProblemCode = InputProblemCode.MALFORMED) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the language, checked."""

    tree: nodes.Template
    places: tuple[_Place, ...]

    def missing(self, values: Mapping[TemplateToken, str]) -> tuple[TemplateToken, ...]:
        """The tokens with neither a value nor, everywhere, a default; in the order of the vocabulary."""
        without = {place.token for place in self.places if not place.has_default and place.token not in values}
        return tuple(token for token in TemplateToken if token in without)

    def fill_in(self, values: Mapping[TemplateToken, str]) -> str:
        """The text with these values; tokens that are missing stand there as they are written."""
        return _ENVIRONMENT.from_string(self.tree).render({token.value: value for token, value in values.items()})


@dataclass(frozen=True, slots=True)
class Template:
    """The two texts of a template, checked."""

    subject: Text
    body: Text

    def missing(self, values: Mapping[TemplateToken, str]) -> tuple[TemplateToken, ...]:
        """The tokens of either text that cannot be filled in."""
        either = {*self.subject.missing(values), *self.body.missing(values)}
        return tuple(token for token in TemplateToken if token in either)

    def fill_in(self, values: Mapping[TemplateToken, str]) -> tuple[str, str]:
        """The subject, which stays one line within its length, and the body."""
        return one_line(self.subject.fill_in(values))[:MAX_SUBJECT].rstrip(), self.body.fill_in(values).strip()


def read_template(subject: str, body: str) -> Template | tuple[FieldProblem, ...]:
    """Check the texts of a template; what is wrong with each."""
    read, problems = [], []
    for path, text in (("subject", subject), ("body", body)):
        try:
            read.append(_read(text, one_liner=path == "subject"))
        except _MalformedError as problem:
            problems.append(FieldProblem(path=path, message=str(problem), code=problem.code))
    return tuple(problems) if problems else Template(*read)


def usable_values(found: Mapping[TemplateToken, str | None]) -> dict[TemplateToken, str]:
    """What can be filled in: one line each, of bounded length; what is empty is missing."""
    lines = {token: one_line(value or "")[:MAX_VALUE].rstrip() for token, value in found.items()}
    return {token: line for token, line in lines.items() if line}


def _read(text: str, *, one_liner: bool) -> Text:
    if one_liner and CONTROL_CHARACTERS.search(text):
        raise _MalformedError("must be one line without control characters")
    try:
        tree = _ENVIRONMENT.parse(text)
    except TemplateSyntaxError as problem:
        raise _MalformedError(f"cannot be read in line {problem.lineno}") from None
    except (RecursionError, ValueError, OverflowError):
        # Brackets by the thousand, or a number of thousands of digits.
        raise _MalformedError("cannot be read") from None
    outputs = list(_outputs(tree))
    places = tuple(_place(node) for node in outputs if not isinstance(node, nodes.TemplateData))
    if len(places) > MAX_TOKENS:
        raise _MalformedError(f"must have at most {MAX_TOKENS} tokens", InputProblemCode.TOO_MANY)
    if not places and not "".join(node.data for node in outputs if isinstance(node, nodes.TemplateData)).strip():
        raise _MalformedError("must not be empty", InputProblemCode.TOO_SHORT)
    return Text(tree, places)


def _outputs(tree: nodes.Template) -> Iterator[nodes.Expr]:
    for node in tree.body:
        if not isinstance(node, nodes.Output):
            raise _MalformedError(f"must hold nothing but text and tokens, and does not in line {node.lineno}")
        yield from node.nodes


def _place(node: nodes.Expr) -> _Place:
    match node:
        case nodes.Filter(node=nodes.Name() as name, name="default", args=[nodes.Const(value=str() as default)]) if (
            not node.kwargs and node.dyn_args is None and node.dyn_kwargs is None
        ):
            _check_default(default, node.lineno)
            return _Place(_token(name), has_default=True)
        case nodes.Name():
            return _Place(_token(node), has_default=False)
    raise _MalformedError(f'must have a token, alone or with | default("…"), in line {node.lineno}')


def _token(name: nodes.Name) -> TemplateToken:
    try:
        return TemplateToken(name.name)
    except ValueError:
        raise _MalformedError(
            f"has an unknown token in line {name.lineno}; there are {_TOKENS}", InputProblemCode.NOT_FOUND
        ) from None


def _check_default(default: str, line: int) -> None:
    """A default may be written with escapes, which make any character: only what could be typed is accepted."""
    if not default.strip() or len(default) > MAX_VALUE or CONTROL_CHARACTERS.search(default):
        raise _MalformedError(f"must have a default of one line, of 1 to {MAX_VALUE} characters, in line {line}")
    if clean_text(default) != default:
        raise _MalformedError(f"must have a default that can be written, in line {line}")
