"""The language of templates: tokens with defaults, and nothing else, whatever a stranger writes."""

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rapport.contracts.outreach import MAX_BODY, MAX_SUBJECT, MAX_TEMPLATE_BODY
from rapport.contracts.refusals import InputProblemCode
from rapport.contracts.text import clean_text
from rapport.contracts.vocabulary import TemplateToken
from rapport.outreach.domain.template import EXAMPLES, MAX_TOKENS, MAX_VALUE, Template, read_template, usable_values

_HOSTILE = (
    "{{ ''.__class__.__mro__ }}",
    "{{ job_title.__class__ }}",
    "{{ job_title['__class__'] }}",
    "{{ job_title() }}",
    "{{ job_title | upper }}",
    "{{ job_title | default(candidate_name) }}",
    "{{ job_title | default('a', true) }}",
    "{{ job_title | default(*['a']) }}",
    "{{ job_title | default(value='a') }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ " + "9" * 9000 + " }}",
    "{{ " + "(" * 9000,
    "{{ " + "[" * 4000 + "]" * 4000 + " }}",
    "{{ range(1000000000) | list }}",
    "{{ [job_title] }}",
    "{{ self }}",
    "{{ loop }}",
    "{{ lipsum() }}",
    "{{ namespace }}",
    "{{ 'text' }}",
    "{{ job_title ~ job_title }}",
    "{{ job_title if job_title else job_title }}",
    "{% for x in range(1000000000) %}x{% endfor %}",
    "{% if job_title %}a{% endif %}",
    "{% set job_title = 'a' %}",
    "{% include '/etc/passwd' %}",
    "{% extends 'message.html' %}",
    "{% import 'message.html' as m %}",
    "{% macro a() %}a{% endmacro %}",
    "{% block a %}a{% endblock %}",
    "{% filter upper %}a{% endfilter %}",
    "{% autoescape false %}a{% endautoescape %}",
    "{% raw %}",
    "{{ job_title",
    "{{ }}",
    "{% %}",
    "{{ job_title | default('') }}",
    "{{ job_title | default('\\n') }}",
    "{{ job_title | default('\\x00') }}",
    "{{ job_title | default('\\ud800') }}",
    "{{ job_title | default('" + "a" * (MAX_VALUE + 1) + "') }}",
    "{{ Job_Title }}",
    "{# nothing else #}",
    "{{ job_title }}" * (MAX_TOKENS + 1),
)


@pytest.mark.parametrize("text", _HOSTILE)
def test_what_is_more_than_tokens_and_defaults_is_refused(text: str) -> None:
    assert not isinstance(read_template("Hello", text), Template)
    assert not isinstance(read_template(text, "Hello"), Template)


def read(body: str, subject: str = "Hello") -> Template:
    template = read_template(subject, body)
    assert isinstance(template, Template), template
    return template


def test_tokens_are_filled_in_and_defaults_stand_in_for_what_is_missing() -> None:
    template = read('Hi {{ candidate_first_name | default("there") }},\nabout {{ job_title }}', "{{job_title}}")
    known = {TemplateToken.JOB_TITLE: "Engineer"}
    assert template.fill_in(known) == ("Engineer", "Hi there,\nabout Engineer")
    assert template.fill_in({**known, TemplateToken.CANDIDATE_FIRST_NAME: "Kim"})[1].startswith("Hi Kim,")
    assert template.missing(known) == ()
    assert template.missing({}) == (TemplateToken.JOB_TITLE,)


def test_a_token_that_is_missing_stands_there_as_it_is_written() -> None:
    assert read("About {{ job_title }}").fill_in({})[1] == "About {{ job_title }}"


def test_what_is_filled_in_is_never_read_as_a_template() -> None:
    assert read("About {{ job_title }}").fill_in({TemplateToken.JOB_TITLE: "{{ candidate_name }}{% if %}"})[1] == (
        "About {{ candidate_name }}{% if %}"
    )


def test_html_is_text_like_any_other() -> None:
    assert read("<b>{{ job_title }}</b>").fill_in({TemplateToken.JOB_TITLE: "<i>"})[1] == "<b><i></b>"


def test_a_problem_names_the_line_and_an_unknown_token_the_known_ones() -> None:
    problems = read_template("Hello", "one\ntwo {{ jobtitle }}")
    assert not isinstance(problems, Template)
    [problem] = problems
    assert (problem.path, problem.code) == ("body", InputProblemCode.NOT_FOUND)
    assert "line 2" in problem.message
    assert all(token in problem.message for token in TemplateToken)


def test_a_subject_is_one_line() -> None:
    assert not isinstance(read_template("two\nlines", "Hello"), Template)


_NAMES = st.sampled_from([*TemplateToken, "self", "range", "x"])
_TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
_PIECES = st.one_of(
    _TEXT,
    _NAMES.map(lambda name: f"{{{{ {name} }}}}"),
    st.tuples(_NAMES, _TEXT).map(lambda it: f'{{{{ {it[0]} | default("{it[1]}") }}}}'),
    st.sampled_from(["{{", "}}", "{%", "%}", "{#", "#}", "|", "default", "(", ")", '"', "\\", ".", "__class__", "~"]),
)
_TEXTS = st.lists(_PIECES, max_size=12).map("".join)
_VALUES = st.dictionaries(st.sampled_from(list(TemplateToken)), st.text(max_size=400))


@given(_TEXTS, _VALUES)
@example("{{ job_title | default('\\u202e') }}", {})
def test_whatever_is_accepted_is_filled_in_within_the_length_of_a_message(
    text: str, found: dict[TemplateToken, Any]
) -> None:
    template = read_template("Hello {{ candidate_name }}", text)
    if not isinstance(template, Template):
        return
    values = usable_values(found)
    subject, body = template.fill_in(values)
    assert len(subject) <= MAX_SUBJECT
    assert body
    assert len(body) <= len(text) + MAX_TOKENS * MAX_VALUE <= MAX_BODY - MAX_TEMPLATE_BODY + len(text)
    assert {place.token for place in template.body.places} <= set(TemplateToken)


_PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="{}%#\r"), max_size=20)
_DEFAULTS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"], exclude_characters='"\\'), min_size=1
)
_PLACES = st.tuples(st.sampled_from(list(TemplateToken)), st.none() | _DEFAULTS)


@given(st.lists(st.tuples(_PLAIN, _PLACES), min_size=1, max_size=10), _VALUES)
def test_filling_in_is_replacing_each_token_by_its_value_or_its_default(
    parts: list[tuple[str, tuple[TemplateToken, str | None]]], found: dict[TemplateToken, str]
) -> None:
    """The oracle replaces by a pattern what the template's parts were written as."""
    written = [
        text + (f"{{{{ {token} }}}}" if default is None else f'{{{{ {token}|default("{default}") }}}}')
        for text, (token, default) in parts
    ]
    if any(clean_text(default or "") != (default or "") or not (default or "x").strip() for _, (_, default) in parts):
        return
    values = usable_values(found)
    template = read("".join(written))

    def value(match: re.Match[str]) -> str:
        token = TemplateToken(match["token"])
        return values.get(token) or match["default"] or match[0]

    pattern = re.compile(r'\{\{ (?P<token>\w+)(?:\|default\("(?P<default>[^"]*)"\))? \}\}')
    assert template.fill_in(values)[1] == pattern.sub(value, "".join(written)).strip()
    without = {token for _, (token, default) in parts if default is None and token not in values}
    assert set(template.missing(values)) == without


def test_every_token_has_an_example() -> None:
    assert usable_values(EXAMPLES) == dict(EXAMPLES)
