"""Files of people: what is read of them, what is refused where, and what becomes of their rows."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from rapport.contracts.pipeline import (
    AddNote,
    ChangeProjectPeople,
    CheckImport,
    CreateImport,
    CreatePerson,
    CreateProject,
    FinishImportUpload,
    Import,
    NewContactPoint,
    StartImport,
    UndoImport,
)  # fmt: skip
from rapport.contracts.refusals import Invalid
from rapport.contracts.vocabulary import (
    ContactKind,
    ImportDateFormat,
    ImportField,
    ImportOutcome,
    ImportProblemCode,
    ImportState,
    NoteVisibility,
)  # fmt: skip
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.pipeline.domain.import_rows import RowPlan, read_row
from rapport.pipeline.imports import worker
from rapport.pipeline.sync.endings import Endings, EndReason
from services.pipeline.tests.support.importer import Importer

_FIXTURES = Path(__file__).parent / "fixtures"
Code = ImportProblemCode
F = ImportField


@pytest_asyncio.fixture
async def acme(pipeline: Database) -> Importer:
    return Importer(pipeline)


def workbook(sheet: str) -> bytes:
    """An XLSX workbook with one sheet of these rows."""
    package, relations = "http://schemas.openxmlformats.org/package/2006", "http://schemas.openxmlformats.org"
    main, office = "application/vnd.openxmlformats-officedocument.spreadsheetml", f"{relations}/officeDocument/2006"
    spreadsheet = f"{relations}/spreadsheetml/2006/main"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{main}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{main}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" '
        f'Type="{office}/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{spreadsheet}" xmlns:r="{office}/relationships"><sheets>'
        '<sheet name="People" sheetId="1" r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" '
        f'Type="{office}/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{spreadsheet}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return file.getvalue()


def cell(place: str, value: str) -> str:
    text = f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>' if value.isdecimal() else text


def codes(problems: Any) -> list[tuple[ImportProblemCode, int | None, int | None]]:
    return [(problem.code, problem.line, problem.column) for problem in problems]


# Reading -------------------------------------------------------------------------------------------------------------


async def test_a_file_with_a_mark_semicolons_and_notes_of_two_lines(acme: Importer) -> None:
    uploaded = await acme.upload((_FIXTURES / "bom-semicolon.csv").read_bytes())
    assert [column.field for column in uploaded.columns] == [F.EMAIL, F.FIRST_NAME, F.LAST_NAME, F.NOTE]
    checked = await acme.check(uploaded)
    assert (checked.counts.rows, checked.counts.new, checked.counts.refused) == (4, 3, 1)
    [refused] = await acme.rows(checked, outcome=ImportOutcome.REFUSED)
    assert (refused.number, refused.line) == (3, 5)
    assert codes(refused.problems) == [(Code.SURPLUS_FIELDS, 5, None)]
    assert "'viele', 'Felder'" in refused.problems[0].message
    done = await acme.start(checked)
    assert (done.state, done.counts.applied) == (ImportState.DONE, 3)
    assert await acme.names() == ["Ana Lima", "Bo Chen", "Dee Eze"]
    note = await acme.count("SELECT body FROM note JOIN person p ON p.id = note.person_id WHERE p.first_name = 'Ana'")
    assert note == 'Erste Zeile\nzweite; mit Semikolon und "Anführung"'.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"), ("cp1252", "windows-1252"), ("cp1251", "windows-1251"),
    ],
)  # fmt: skip
async def test_texts_in_every_common_encoding(acme: Importer, encoding: str, named: str) -> None:
    rows = (
        ["Имя;Фамилия;E-Mail", "Анна;Каренина;anna@example.org", "Сергей;Прокофьев;sergei@example.org"]
        if encoding == "cp1251"
        else [
            "First name;Last name;E-mail",
            "François;Lefèvre;f@example.org",
            "Núria;Peña;n@example.org",
            "João;Conceição – “Jo”;j@b.pt",
        ]
    )
    uploaded = await acme.upload("\r\n".join([*rows, *rows[1:]] * 3).encode(encoding))
    assert uploaded.options is not None
    assert (uploaded.options.encoding, uploaded.options.delimiter) == (named, ";")
    first = rows[1].split(";")[0]
    assert first in uploaded.columns[0].samples


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
async def test_columns_in_any_order_and_with_any_delimiter(acme: Importer, delimiter: str) -> None:
    lines = [
        ["Phone", "Surname", "Company", "Given name", "Mail"],
        ["+351912345678", "Lima", "Initech, Inc.", "Ana", "a@b.pt"],
    ]
    text = "\n".join(delimiter.join(f'"{value}"' for value in line) for line in lines)
    await acme.imported(text.encode())
    [person] = await acme.people()
    assert (person.first_name, person.last_name, person.company) == ("Ana", "Lima", "Initech, Inc.")
    assert [point.value for point in (*person.emails, *person.phones)] == ["a@b.pt", "+351912345678"]


async def test_a_file_without_headings_is_understood_by_its_content(acme: Importer) -> None:
    uploaded = await acme.upload(
        b"ana@example.org,+351 912 345 678,Ana Lima\nrui@example.org,+351 912 345 679,Rui Costa\n"
    )
    assert uploaded.options is not None
    assert not uploaded.options.has_headings
    assert [(c.name, c.field) for c in uploaded.columns] == [
        ("Column 1", F.EMAIL), ("Column 2", F.PHONE), ("Column 3", None),
    ]  # fmt: skip
    checked = await acme.check(uploaded, [F.EMAIL, F.PHONE, F.NAME])
    assert checked.counts.new == 2


async def test_lines_of_json(acme: Importer) -> None:
    lines = [
        {"first_name": "Ana", "last_name": "Lima", "emails": ["ana@example.org", "a.lima@example.com"]},
        {"first_name": "Rui", "phone": 351912345678, "last_name": "Costa"},
    ]
    text = "\n".join([*map(json.dumps, lines), "", "{broken", json.dumps({"first_name": {"no": "text"}})])
    uploaded = await acme.upload(text.encode())
    fields = {column.name: column.field for column in uploaded.columns}
    assert fields == {
        "first_name": F.FIRST_NAME, "last_name": F.LAST_NAME, "emails": F.EMAIL, "phone": F.PHONE,
    }  # fmt: skip
    checked = await acme.check(uploaded, region="PT")
    refused = await acme.rows(checked, outcome=ImportOutcome.REFUSED)
    assert [codes(row.problems) for row in refused] == [
        [(Code.MALFORMED_LINE, 4, None)],
        [(Code.MALFORMED_LINE, 5, None)],
    ]
    assert checked.counts.new == 2


async def test_a_workbook_with_numbers_and_days(acme: Importer) -> None:
    heads = "".join(
        cell(f"{at}2", name) for at, name in zip("BCDE", ("Name", "Phone", "Added on", "Tags"), strict=True)
    )
    first = cell("B4", "Ana Lima") + cell("C4", "351912345678") + cell("D4", "2026-03-01") + cell("E4", "=1+1, Go")
    file = workbook(f'<row r="2">{heads}</row><row r="4">{first}</row><row r="5">{cell("C5", "12")}</row>')
    checked = await acme.check(await acme.upload(file, "people.xlsx"), region="PT")
    [refused] = await acme.rows(checked, outcome=ImportOutcome.REFUSED)
    assert codes(refused.problems) == [(Code.INVALID_PHONE, 5, 1)]
    await acme.start(checked)
    [ana] = await acme.people()
    assert ([phone.value for phone in ana.phones], ana.tags) == (["351912345678"], ("=1+1", "Go"))
    assert ana.added_at.date().isoformat() == "2026-03-01"


# Fields --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+351 912 345 678", "+351912345678"), ("00351912345678", "+351912345678"), ("'+351912345678", "+351912345678"),
        ("912 345 678", "+351912345678"), ("(912) 345-678", "+351912345678"), ("351912345678.0", "+351912345678"),
        ("+1 212 555 0123 ext. 45", "+12125550123;ext=45"), ("+351912345678 / 2", None), ("12", None), ("n/a", None),
    ],
)  # fmt: skip
async def test_telephone_numbers_as_spreadsheets_leave_them(acme: Importer, written: str, kept: str | None) -> None:
    checked = await acme.check(await acme.upload(f"Name,Phone\nAna,{written}\n".encode()), region="PT")
    if kept is None:
        [row] = await acme.rows(checked)
        assert codes(row.problems) == [(Code.INVALID_PHONE, 2, 1)]
        return
    await acme.start(checked)
    assert await acme.count("SELECT key FROM contact_point WHERE kind = 'phone'") == kept


@pytest.mark.parametrize("rounded", ["3.51912E+11", "3,51912E+11", "3.51912e11", "3E+11"])
async def test_a_rounded_number_is_a_warning_and_no_telephone(acme: Importer, rounded: str) -> None:
    checked = await acme.check(await acme.upload(f'Name;Phone\nAna Lima;"{rounded}"\n'.encode()), region="PT")
    [row] = await acme.rows(checked, with_problems=True)
    assert codes(row.problems) == [(Code.LOST_DIGITS, 2, 1)]
    assert (row.outcome, row.problems[0].warning, checked.counts.warnings) == (ImportOutcome.NEW, True, 1)
    await acme.start(checked)
    [ana] = await acme.people()
    assert ana.phones == ()


@pytest.mark.parametrize(
    ("format_", "written", "day"),
    [
        (ImportDateFormat.DAY_MONTH_YEAR, "03/04/2026", "2026-04-03"),
        (ImportDateFormat.MONTH_DAY_YEAR, "03/04/2026", "2026-03-04"),
        (ImportDateFormat.YEAR_MONTH_DAY, "2026-04-03", "2026-04-03"),
        (ImportDateFormat.DAY_MONTH_YEAR, "31.12.2025", "2025-12-31"),
        (ImportDateFormat.MONTH_DAY_YEAR, "31/12/2025", None), (ImportDateFormat.DAY_MONTH_YEAR, "31/02/2025", None),
        (ImportDateFormat.YEAR_MONTH_DAY, "03/04/2026", None),
    ],
)  # fmt: skip
async def test_days_are_read_in_the_stated_format_alone(
    acme: Importer, format_: ImportDateFormat, written: str, day: str | None
) -> None:
    checked = await acme.check(await acme.upload(f"Name,Added on\nAna,{written}\n".encode()), date_format=format_)
    if day is None:
        [row] = await acme.rows(checked)
        assert codes(row.problems) == [(Code.INVALID_DATE, 2, 1)]
        return
    await acme.start(checked)
    [ana] = await acme.people()
    assert ana.added_at.date().isoformat() == day


async def test_every_mistake_is_named_where_it_is(acme: Importer) -> None:
    text = (
        'Name,Email,LinkedIn,Note\n"Ana\nLima",ana(at)example.org,linkedin.com/in/ana,x\n'
        f",,,only a note\nRui,rui@example.org,not a page,y\n{'x' * 201},long@example.org,,\n"
    )
    checked = await acme.check(await acme.upload(text.encode()))
    rows = await acme.rows(checked, outcome=ImportOutcome.REFUSED)
    assert [codes(row.problems) for row in rows] == [
        [(Code.INVALID_EMAIL, 2, 1)],
        [(Code.NOBODY, 4, None)],
        [(Code.INVALID_LINK, 5, 2), (Code.INVALID_LINK, 5, 2), (Code.INVALID_LINK, 5, 2)],
        [(Code.TOO_LONG, 6, 0)],
    ]


async def test_characters_that_the_encoding_does_not_know_are_no_name(acme: Importer) -> None:
    uploaded = await acme.upload("First name,Email\nAmélie,a@example.org\n".encode("cp1252"))
    checked = await acme.check(uploaded, encoding="utf-8")
    [row] = await acme.rows(checked)
    assert codes(row.problems) == [(Code.UNREADABLE_TEXT, 2, 0)]
    again = await acme.check(checked, encoding="windows-1252")
    assert (again.counts.new, again.counts.refused) == (1, 0)


async def test_what_begins_like_a_formula_is_a_text(acme: Importer) -> None:
    text = "Name,Company,Title\n=cmd|' /C calc'!A1,@SUM(A1),-2+3\n'=HYPERLINK(1),+x,=1\n"
    await acme.imported(text.encode())
    assert await acme.names() == ["=HYPERLINK(1)", "=cmd|' /C calc'!A1"]
    assert [person.company for person in await acme.people()] == ["+x", "@SUM(A1)"]


# Files that cannot be read -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", Code.EMPTY, None),
        (b"  \r\n ", Code.EMPTY, None),
        (b"Name,Email\n", Code.EMPTY, None),
        (b"%PDF-1.7 something", Code.NOT_READABLE, None),
        (b"PK\x03\x04 but no workbook", Code.NOT_READABLE, None),
        (b"Name" + b"," * 10_000_000 + b"\n", Code.TOO_LARGE, 1),
        (b"Name" + b",x" * 500 + b"\nAna\n", Code.TOO_MANY_COLUMNS, 2),
        (b'Name,Email\nAna,"x\n' + b"y@example.org\n" * 3000, Code.UNCLOSED_QUOTE, 2),
        (b"Name,Email\nAna," + b"x" * 200_000 + b"\n", Code.TOO_LARGE, 2),
    ],
)
async def test_a_file_that_cannot_be_read_says_why_and_where(
    acme: Importer, content: bytes, code: ImportProblemCode, line: int | None
) -> None:
    uploaded = await acme.upload(content)
    assert uploaded.state is ImportState.FAILED
    assert uploaded.problem is not None
    assert (uploaded.problem.code, uploaded.problem.line) == (code, line)


async def test_a_quotation_mark_that_is_never_closed_refuses_the_row_it_begins_in(acme: Importer) -> None:
    checked = await acme.check(
        await acme.upload(b'Name,Email\nAna,a@example.org\nRui,"r@example.org\nBo,b@example.org\n')
    )
    rows = await acme.rows(checked)
    assert [(row.line, row.outcome) for row in rows] == [(2, ImportOutcome.NEW), (3, ImportOutcome.REFUSED)]
    assert codes(rows[1].problems) == [(Code.UNCLOSED_QUOTE, 3, None)]


async def test_a_workbook_that_unpacks_to_gigabytes_is_refused(acme: Importer) -> None:
    bomb = workbook('<row r="1">' + '<c r="A1"><v>1</v></c>' * 20_000_000 + "</row>")
    assert len(bomb) < 5_000_000
    uploaded = await acme.upload(bomb, "bomb.xlsx")
    assert uploaded.problem is not None
    assert (uploaded.state, uploaded.problem.code) == (ImportState.FAILED, Code.TOO_LARGE)


async def test_a_workbook_whose_last_cell_is_far_away_is_refused(acme: Importer) -> None:
    far = workbook(f'<row r="1">{cell("A1", "Name")}</row><row r="1048576">{cell("XFD1048576", "x")}</row>')
    uploaded = await acme.upload(far, "far.xlsx")
    assert uploaded.problem is not None
    assert (uploaded.state, uploaded.problem.code) == (ImportState.FAILED, Code.TOO_LARGE)


async def test_more_bytes_than_allowed_are_refused_part_by_part(
    acme: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rapport.pipeline.imports.requests.MAX_IMPORT_BYTES", 1000)
    import_ = await acme.upload(b"")
    other = await acme.ask(CreateImport(file_name="x"))
    assert import_.state is ImportState.FAILED
    assert isinstance(await acme.ask(acme.chunk(other.id, 0, b"x" * 900)), Import)
    assert isinstance(await acme.ask(acme.chunk(other.id, 1, b"x" * 101)), Invalid)
    assert isinstance(await acme.ask(acme.chunk(other.id, 3, b"x")), Invalid)
    repeated = await acme.ask(acme.chunk(other.id, 0, b"x" * 90))
    assert repeated.bytes == 900


# Recognising ---------------------------------------------------------------------------------------------------------


async def test_known_people_are_recognised_and_get_what_they_lack(acme: Importer) -> None:
    point = NewContactPoint(kind=ContactKind.EMAIL, value="Ana@Bücher.example")
    known = await acme.ask(CreatePerson(first_name="Ana", last_name="Lima", contact_points=(point,)))
    text = (
        "Name,Email,Phone,Tags\nAna Maria Lima,ana@xn--bcher-kva.example,,\nRui Costa,rui@example.org,,Go\n"
        "Lima Ana,ana@bücher.example,+351 912 345 678,Rust\n"
        "Rui Costa,RUI@example.org.,,\nCosta Neto,rui@example.org,,\n"
    )
    checked = await acme.check(await acme.upload(text.encode()))
    outcomes = [row.outcome for row in await acme.rows(checked)]
    O = ImportOutcome  # noqa: E741, N806
    assert outcomes == [O.KNOWN, O.NEW, O.CHANGED, O.REPEATED, O.NEW]
    done = await acme.start(checked)
    assert done.counts.model_dump(include={"new", "known", "changed", "repeated", "applied"}) == {
        "new": 2, "known": 0, "changed": 1, "repeated": 2, "applied": 5,
    }  # fmt: skip
    people = {person.id: person for person in await acme.people()}
    assert len(people) == 3
    assert people[known.person.id].tags == ("Rust",)
    assert len(people[known.person.id].phones) == 1
    assert await acme.count("SELECT count(*) FROM probable_duplicate WHERE reason = 'same_email'") == 1


async def test_a_row_of_which_nothing_is_left_names_nobody(acme: Importer) -> None:
    checked = await acme.check(await acme.upload(b"Name,Phone\n,3.51912E+11\n"))
    [refused] = await acme.rows(checked)
    assert refused.outcome is ImportOutcome.REFUSED
    assert codes(refused.problems) == [(Code.LOST_DIGITS, 2, 1), (Code.NOBODY, 2, None)]


async def test_rows_that_were_checked_by_an_earlier_release_are_read_when_they_are_imported(acme: Importer) -> None:
    text = b"Name,Email,Phone,Website\nAna Lima,Ana@Example.org,+351 912 345 678,https://ana.example/me\n"
    checked = await acme.check(await acme.upload(text))
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await unit.execute(Statement("UPDATE import_row SET key_values = '{}'"))
    await acme.start(checked)
    [person] = await acme.people()
    values = [[point.value for point in points] for points in (person.emails, person.phones)]
    assert (values, person.links) == ([["Ana@Example.org"], ["+351 912 345 678"]], ("https://ana.example/me",))


_FITTING: Mapping[ImportField, Sequence[str]] = {
    ImportField.EMAIL: ("ana@example.org", "Ana@Example.org, <ana.l@example.org>", "", "nobody@"),
    ImportField.PHONE: ("+351 912 345 678", "'+351 912 345 678; +49 30 123456", "3.51912E+11", "00351912345678", "12"),
    ImportField.LINK: ("linkedin.com/in/ana", "https://ana.example/me ana.example/me", "no page"),
    ImportField.TAGS: ("Go; Rust", "=cmd"),
    ImportField.NAME: ("Ana", "", "a\ufffdb"),
}
_FIELDS = st.sampled_from(list(_FITTING)).flatmap(lambda f: st.tuples(st.just(f), st.sampled_from(_FITTING[f])))


@given(fields=st.lists(_FIELDS, max_size=8), region=st.sampled_from((None, "PT")))
def test_a_row_says_the_same_when_its_contact_points_were_read_before(
    fields: list[tuple[ImportField, str]], region: str | None
) -> None:
    plan = RowPlan(tuple(meaning for meaning, _ in fields), ImportDateFormat.YEAR_MONTH_DAY, region)
    cells = [cell for _, cell in fields]
    first = read_row(cells, 2, plan)
    if first.is_refused:
        return  # It is not imported.
    again = read_row(cells, 2, plan, points=first.points)
    # What was left out was said in the dry run.
    assert replace(again, problems=first.problems) == first


async def test_a_row_about_a_private_person_tells_nothing_of_them_and_changes_nothing(acme: Importer) -> None:
    point = NewContactPoint(kind=ContactKind.EMAIL, value="ana@example.org")
    private = (await acme.ask(CreatePerson(first_name="Ana", last_name="Lima", contact_points=(point,)))).person
    async with acme.database.work("acme", actor="ats", cause="test") as unit:
        await unit.execute(Statement("UPDATE person SET is_private = true WHERE id = $1"), private.id)
    text = b"Name,Email,Tags\nAna Lima,ana@example.org,Go\n"
    checked = await acme.check(await acme.upload(text))
    [row] = await acme.rows(checked)
    assert (row.outcome, row.person_id) == (ImportOutcome.NEW, None)
    done = await acme.start(checked)
    assert (done.counts.new, done.counts.applied) == (1, 1)
    assert await acme.count("SELECT count(*) FROM person_tag WHERE person_id = $1", private.id) == 0
    # Whoever sees both decides whether they are one; the same file again is about the one who is seen.
    assert await acme.count("SELECT count(*) FROM probable_duplicate WHERE reason = 'same_email'") == 1
    again = await acme.imported(text)
    assert (again.counts.new, again.counts.known) == (0, 1)


async def test_the_same_file_imported_twice_changes_nothing(acme: Importer) -> None:
    text = b"Name,Email,Tags,Note\nAna Lima,ana@example.org,Go,met at a fair\nRui Costa,rui@example.org,,\n"
    await acme.imported(text)
    events = await acme.count("SELECT count(*) FROM outbox WHERE subject NOT LIKE '%.import.%'")
    again = await acme.imported(text)
    assert (again.counts.known, again.counts.new, again.counts.changed) == (2, 0, 0)
    assert await acme.count("SELECT count(*) FROM outbox WHERE subject NOT LIKE '%.import.%'") == events


async def test_a_dry_run_changes_nothing(acme: Importer) -> None:
    await acme.check(await acme.upload(b"Name,Email\nAna Lima,ana@example.org\n"), tags=("Fair",))
    assert await acme.people() == []
    assert await acme.count("SELECT count(*) FROM outbox WHERE subject NOT LIKE '%.import.%'") == 0


async def test_everybody_of_a_file_gets_its_tags_and_joins_its_project(acme: Importer) -> None:
    project = await acme.ask(CreateProject(project_name="Fair"))
    await acme.imported(b"Name\nAna Lima\nRui Costa\n", tags=("Fair 2026",), project_id=project.id)
    assert [person.tags for person in await acme.people()] == [("Fair 2026",)] * 2
    assert await acme.count("SELECT count(*) FROM project_person WHERE project_id = $1", project.id) == 2


async def test_rows_are_fixed_in_place_and_imported_afterwards(acme: Importer) -> None:
    done = await acme.imported(b"Name,Email\nAna Lima,ana@example\nRui Costa,rui@example.org\nBo,b@@example.org\n")
    assert (done.counts.applied, done.counts.refused) == (1, 2)
    still = await acme.fix(done, 3, "Bo", "still wrong")
    assert (still.outcome, len(still.problems)) == (ImportOutcome.REFUSED, 2)
    fixed = await acme.fix(done, 1, "Ana Lima", "ana@example.org")
    assert (fixed.outcome, fixed.problems, fixed.emails) == (ImportOutcome.NEW, (), ("ana@example.org",))
    assert isinstance(await acme.fix(done, 2, "Rui", ""), Invalid)
    again = await acme.start(await acme.import_(done.id))
    assert (again.counts.applied, again.counts.refused) == (2, 1)
    assert await acme.names() == ["Ana Lima", "Rui Costa"]


async def test_what_was_imported_is_kept_nowhere_else(acme: Importer) -> None:
    done = await acme.imported(b"Name,Email\nAna Lima,ana@example.org\nBo,b@@example.org\n")
    assert await acme.count("SELECT count(*) FROM import_chunk") == 0
    assert await acme.count("SELECT count(*) FROM import_key") == 0
    assert [row.cells for row in await acme.rows(done)] == [(), ("Bo", "b@@example.org")]


async def test_erasing_a_person_erases_what_imports_hold_of_them(acme: Importer) -> None:
    await acme.imported(b"Name,Email\nAna Lima,ana@example.org\n")
    [ana] = await acme.people()
    open_ = await acme.check(
        await acme.upload(b"Name,Email,Phone\nLima Ana,ANA@example.org,12\nRui,rui@example.org,\n")
    )
    async with acme.database.work("acme", actor="ats", cause="test") as unit:
        await Endings("greenhouse").erase(unit, [ana.id], EndReason.DELETED)
    assert [row.cells for row in await acme.rows(open_)] == [(), ("Rui", "rui@example.org", "")]
    held = "SELECT string_agg(i::text, '') FROM import_row i WHERE number = 1"
    assert "ana@" not in (await acme.count(held)).lower()


# Interrupted ---------------------------------------------------------------------------------------------------------


async def test_an_import_that_was_interrupted_goes_on_without_a_duplicate(
    acme: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_SLICE", 10)
    people = "".join(f"Person {n},p{n}@example.org\n" for n in range(95))
    uploaded = await acme.upload(f"Name,Email\n{people}".encode())
    original, saves_before_a_crash = worker.imports.save, [3]

    async def crash_at_times(unit: Any, import_: Any) -> None:
        await original(unit, import_)
        saves_before_a_crash[0] -= 1
        if saves_before_a_crash[0] == 0:
            raise ConnectionResetError

    monkeypatch.setattr(worker.imports, "save", crash_at_times)
    request = CheckImport(
        import_id=uploaded.id, fields=(F.NAME, F.EMAIL)
    )  # fmt: skip
    await acme.ask(request)
    with pytest.raises(ConnectionResetError):
        await acme.work(uploaded.id)
    checked = await acme.work(uploaded.id)
    assert (checked.state, checked.counts.new, checked.counts.rows) == (ImportState.CHECKED, 95, 95)
    saves_before_a_crash[0] = 4
    with pytest.raises(ConnectionResetError):
        await acme.start(checked)
    done = await acme.work(uploaded.id)
    assert (done.state, done.counts.applied, len(await acme.people())) == (ImportState.DONE, 95, 95)


async def test_the_events_of_an_import_say_how_far_it_is(acme: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_SLICE", 2)
    await acme.imported(b"Name\nAna\nBo\nCy\n")
    async with acme.database.read_session("acme") as session:
        rows = await session.fetch(
            Statement("SELECT body FROM outbox WHERE subject LIKE '%.import.changed.v1' ORDER BY aggregate_version")
        )
    data = [json.loads(row["body"])["data"] for row in rows]
    assert [(d["state"], d["rows"], d["applied"]) for d in data] == [
        ("receiving", 0, 0), ("reading", 0, 0), ("mapping", 0, 0), ("checking", 0, 0), ("checking", 2, 0),
        ("checking", 3, 0),
        ("checked", 3, 0), ("running", 3, 0), ("running", 3, 2), ("running", 3, 3), ("done", 3, 3),
    ]  # fmt: skip


# Undoing -------------------------------------------------------------------------------------------------------------


async def test_undoing_an_import_leaves_nothing_of_it(acme: Importer) -> None:
    point = NewContactPoint(kind=ContactKind.EMAIL, value="rui@example.org")
    await acme.ask(CreatePerson(first_name="Rui", last_name="Costa", contact_points=(point,)))
    project = await acme.ask(CreateProject(project_name="Fair"))
    text = b"Name,Email,Phone,Note\nAna Lima,ana@example.org,,a note\nRui Costa,rui@example.org,+351912345678,\n"
    done = await acme.imported(text, tags=("Fair",), project_id=project.id)
    undone = await acme.undo(done)
    assert (undone.state, undone.counts.undone, undone.counts.kept) == (ImportState.UNDONE, 1, 0)
    [rui] = await acme.people()
    assert (rui.last_name, rui.phones, rui.tags) == ("Costa", (), ())
    for table in ("note", "project_person", "person_tag", "import_row"):
        assert await acme.count(f"SELECT count(*) FROM {table}") == 0, table


async def test_an_import_with_whose_people_something_has_happened_cannot_be_undone(acme: Importer) -> None:
    done = await acme.imported(b"Name\nAna Lima\nRui Costa\n")
    [ana, _] = await acme.people()
    await acme.ask(AddNote(person_id=ana.id, visibility=NoteVisibility.PUBLIC, body="called her"))
    refused = await acme.undo(done)
    assert isinstance(refused, Invalid)
    assert "with 1 of its people" in refused.problems[0].message
    assert len(await acme.people()) == 2


async def test_who_is_put_on_a_project_while_an_import_is_undone_is_kept(acme: Importer) -> None:
    done = await acme.imported(b"Name\nAna Lima\nRui Costa\n")
    [ana, _] = await acme.people()
    project = await acme.ask(CreateProject(project_name="Fair"))
    undo = UndoImport(import_id=done.id)
    assert isinstance(await acme.ask(undo), Import)
    await acme.ask(ChangeProjectPeople(project_id=project.id, add=(ana.id,)))
    undone = await acme.work(done.id)
    assert (undone.counts.undone, undone.counts.kept) == (1, 1)
    assert await acme.names() == ["Ana Lima"]


# States --------------------------------------------------------------------------------------------------------------


async def test_what_makes_no_sense_in_a_state_is_refused(acme: Importer) -> None:
    uploaded = await acme.upload(b"Name,Email\nAna,a@@b\n")
    for request in (
        StartImport(import_id=uploaded.id), UndoImport(import_id=uploaded.id), acme.chunk(uploaded.id, 1, b"x"),
        CheckImport(import_id=uploaded.id, fields=(F.NAME,)), CheckImport(import_id=uploaded.id, fields=(None, None)),
        CheckImport(import_id=uploaded.id, fields=(F.NAME, F.EMAIL), encoding="rot13"),
        CheckImport(import_id=uploaded.id, fields=(F.NAME, F.EMAIL), delimiter="x"),
        CheckImport(import_id=uploaded.id, fields=(F.NAME, F.EMAIL), region="XX"),
        CheckImport(import_id=uploaded.id, fields=(F.NAME, F.EMAIL), note_visibility=NoteVisibility.HIRING_TEAM),
    ):  # fmt: skip
        assert isinstance(await acme.ask(request), Invalid), request
    checked = await acme.check(uploaded)
    assert isinstance(await acme.ask(StartImport(import_id=checked.id)), Invalid)
    assert (await acme.ask(FinishImportUpload(import_id=checked.id))).state is ImportState.CHECKED


async def test_imports_that_nobody_went_on_with_are_forgotten(acme: Importer) -> None:
    checked = await acme.check(await acme.upload(b"Name,Email\nAna,a@example.org\n"))
    async with acme.database.work("acme", actor="test", cause="test") as unit:
        await unit.execute(Statement("UPDATE import SET state_since = now() - interval '31 days'"))
    await acme.work(checked.id)
    for table in ("import_chunk", "import_row", "import_key"):
        assert await acme.count(f"SELECT count(*) FROM {table}") == 0, table
