"""GraphQL documents of an attacker: each is small and cheap to send, and expensive to process.

Every one of them is wrong, or asks for too much, once it has about 10,000 characters; shorter ones may be neither, or
wrong in a way that is found late.
"""

from collections.abc import Callable, Iterator

MOST_CHARACTERS = 10_000

Maker = Callable[[int], str]


def _repeated(head: str, unit: str, tail: str) -> Maker:
    return lambda n: head + unit * n + tail


def _numbered(head: str, unit: str, tail: str) -> Maker:
    return lambda n: head + " ".join(unit.replace("#", str(at)) for at in range(n)) + tail


def _doubling(n: int) -> str:
    fragments = " ".join(f"fragment f{at} on Query {{ ...f{at + 1} ...f{at + 1} }}" for at in range(n))
    return f"{{ ...f0 }} {fragments} fragment f{n} on Query {{ me {{ name }} sync {{ full }} }}"


def _cycle(n: int) -> str:
    fragments = (f"fragment f{at} on Query {{ ...f{(at + 1) % n} me {{ name }} }}" for at in range(n))
    return f"{{ ...f0 }} {' '.join(fragments)}"


def _each_spreads_all_later(n: int) -> str:
    spreads = (" ".join(f"...f{later}" for later in range(at + 1, n)) for at in range(n))
    return "{ ...f0 } " + " ".join(f"fragment f{at} on Query {{ {s} salaries }}" for at, s in enumerate(spreads))


def _fragments_side_by_side(n: int) -> str:
    spreads = " ".join(f"...f{at}" for at in range(n))
    fragments = (f"fragment f{at} on Query {{ people {{ nodes {{ id salary }} }} }}" for at in range(n))
    return f"{{ {spreads} }} {' '.join(fragments)}"


MAKERS: dict[str, Maker] = {
    "fields in fields": lambda n: "{ a " * n + "}" * n,
    "lists in lists": lambda n: "{ jobs(first: " + "[" * n + "]" * n + ") { nodes { id } } }",
    "objects in objects": lambda n: "{ jobs(first: " + "{a:" * n + "1" + "}" * n + ") { nodes { id } } }",
    "fragments in fragments": lambda n: "{ me " + "{ ... " * n + "{ salary }" + "}" * n + "}",
    "aliases": _numbered("{ ", "a#: me { salary }", " }"),
    "fields that do not exist": _numbered("{ ", "salaries#", " }"),
    "fields that almost exist": _numbered("{ me { ", "nam#", " } }"),
    "the same field": _repeated("{ me { ", "name ", "salary } }"),
    "the same field, deeply": _repeated("{ ", "people { nodes { applications { job { title } } } } ", "salaries }"),
    "the same field, with other arguments": _numbered("{ ", "jobs(first: #) { nodes { id } }", " }"),
    "the same name for other fields": _numbered("{ ", "x: jobs(first: #) { nodes { id } }", " }"),
    "the same field in fragments": _repeated("{ ", "... on Query { me { name } } ", "salaries }"),
    "fragments on every type": _repeated(
        '{ node(id: "x") { ', "... on Job { title } ... on Person { name } ", "no } }"
    ),
    "fragments that double": _doubling,
    "fragments in a circle": _cycle,
    "fragments that spread all others": _each_spreads_all_later,
    "fragments side by side": _fragments_side_by_side,
    "one fragment again and again": _repeated("{ ", "...f ", "} fragment f on Query { me { salary } }"),
    "unused fragments": _numbered("{ me { name } } ", "fragment f# on Query { me { name } }", ""),
    "a long block of text": _repeated('{ salaries(id: """', "x", '""") }'),
    "a block of lines": _repeated('{ salaries(id: """', "\n ", '""") }'),
    "a block without an end": _repeated('{ job(id: """', "x\n", ""),
    "quotes in a block": _repeated('{ salaries(id: """', '\\""" ', '""") }'),
    "a long text": _repeated('{ salaries(id: "', "x", '") }'),
    "a text of escapes": _repeated('{ salaries(id: "', "\\u0041", '") }'),
    "a text without an end": _repeated('{ job(id: "', "x", ""),
    "escapes that are none": _repeated('{ job(id: "', "\\q", '") { id } }'),
    "characters beyond the plane": _repeated('{ salaries(id: "', "\U0001f600", '") }'),
    "names that are none": _repeated("{ ", "\u00e9", " }"),
    "control characters": _repeated("", "\x00", ""),
    "byte order marks": _repeated("", "\ufeff", "{ salaries }"),
    "comments": _repeated("", "#\n", "{ salaries }"),
    "a long comment": _repeated("#", "x", "\n{ salaries }"),
    "commas": _repeated("", ",", "{ salaries }"),
    "spaces": _repeated("{ salaries", " ", "}"),
    "a long name": _repeated("{ ", "a", " }"),
    "a long alias": _repeated("{ ", "a", ": salaries }"),
    "a long number": _repeated("{ jobs(first: ", "9", ") { nodes { id } } }"),
    "a long fraction": _repeated("{ jobs(first: 1.", "9", ") { nodes { id } } }"),
    "the same directive": _repeated("{ me ", "@skip(if: false) ", "{ name } }"),
    "directives that do not exist": _numbered("{ me ", "@a#", " { name } }"),
    "operations": _numbered("", "query q# { me { name } salaries }", ""),
    "operations of the same name": _repeated("", "query q { me { name } } ", ""),
    "operations without a name": _repeated("", "{ me { name } }", ""),
    "unused variables": _numbered("query (", "$v#: Int", ") { me { name } }"),
    "variables of unknown types": _numbered("query (", "$v#: T#", ") { me { name } }"),
    "variables without values": _numbered("{ ", "a#: jobs(first: $v#) { nodes { id } }", " }"),
    "arguments that do not exist": _numbered("{ jobs(", "a#: 1", ") { nodes { id } } }"),
    "fields of an input that do not exist": _numbered("mutation { startSync(input: {", "a#: 1", "}) { __typename } }"),
    "a list of wrong values": _repeated("{ nodes(ids: [", "{a:1} ", "]) { id } }"),
    "a list of many values": _repeated("{ nodes(ids: [", '"a" ', "]) { salary } }"),
    "enums that do not exist": _numbered("{ ", "a#: jobs(filter: {status: LOST#}) { nodes { id } }", " }"),
    "the schema of the schema": lambda n: (
        "{ __schema { types { " + "fields { type { " * n + "name" + " } }" * n + "} } }"
    ),
    "the schema many times": _numbered("{ ", "a#: __schema { types { fields { type { name } } } }", " }"),
    "types": _numbered("", "type T# { a: Int }", ""),
    "signs": _repeated("", "!", ""),
    "brackets": _repeated("", "(", ""),
    "pages of pages": _repeated("{ ", "people(first: 200) { nodes { activity(first: 200) { nodes { ", "id } } } } }"),
}


def documents(name: str) -> Iterator[str]:
    """One kind of document, in growing sizes, the last of about 10,000 characters."""
    make = MAKERS[name]
    size = 8
    while len(text := make(size)) <= MOST_CHARACTERS:
        yield text
        size = size * 4 // 3
    yield text
