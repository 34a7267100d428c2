"""Importing a file of 100,000 people through the gateway: upload, dry run, run, and what pipeline weighs meanwhile."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from measuring import Report, Usage, a_stack, numbers

from rapport.contracts.identity import Role
from rapport.local.waiting import eventually
from rapport.testing.stack import Stack

_PEOPLE = 100
"""Whom the ATS has: the import is measured, not the synchronisation."""
_WITHIN = 600.0
_ROWS, _SECONDS, _MEGABYTES = 100_000, 60, 64
"""Of so many rows: what a run may take, and by how much pipeline may grow."""
_BEGIN = "mutation($input: CreateImportInput!) { createImport(input: $input) { ... on Import { id } } }"
_CHECK = "mutation($input: CheckImportInput!) { checkImport(input: $input) { __typename ... on Refusal { message } } }"
_START = "mutation($input: ImportInput!) { startImport(input: $input) { __typename ... on Refusal { message } } }"
_IMPORT = "query($id: ID!) { import(id: $id) { state columns { field } counts { rows new refused applied } } }"


def a_file(rows: int) -> bytes:
    """A table of that many people, each with a name, an address, a telephone number, a profile, a company and tags."""
    lines = ["First name;Last name;E-mail;Phone;LinkedIn;Company;Title;Tags"]
    lines += [
        f"Person{n};Example{n % 977};person{n}@import.example;+3519{10_000_000 + n};linkedin.com/in/person-{n};"
        f"Company {n % 311};Engineer;Fair 2026"
        for n in range(rows)
    ]
    return "\r\n".join(lines).encode()


async def _state(stack: Stack, import_: str, *wanted: str) -> dict[str, Any]:
    async def reached() -> dict[str, Any] | None:
        found: dict[str, Any] = (await stack.data(_IMPORT, id=import_))["import"]
        assert found["state"] != "FAILED", found
        return found if found["state"] in wanted else None

    return await eventually(reached, within=_WITHIN, what=f"an import that is {wanted}")


async def _timed(report: Report, usage: Usage, what: str, rows: int, doing: Callable[[], Awaitable[object]]) -> float:
    began, used = time.monotonic(), usage.processor_seconds()
    await doing()
    took = time.monotonic() - began
    of_core = usage.processor_seconds() - used
    report.say(f"{what:10}{took:7.1f} s{rows / took:10.0f} rows/s, {of_core:6.1f} s of a core in pipeline")
    return took


def _word(met: bool) -> str:  # noqa: FBT001 - what is said of an aim
    return "met" if met else "missed"


async def main(rows: int) -> None:
    """Import that many people, and print how it went."""
    report, content = Report("imports"), a_file(rows)
    async with a_stack(_PEOPLE) as stack:
        await stack.synced()
        usage = Usage(stack.programs["pipeline"].pid)
        watching = asyncio.create_task(usage.watch())
        import_ = (await stack.data(_BEGIN, input={"fileName": "people.csv"}))["createImport"]["id"]

        async def upload() -> None:
            url = stack.graphql_url.replace("/graphql", f"/imports/{import_}/file")
            headers = {"Authorization": f"Bearer {stack.token(Role.RECRUITER)}"}
            async with stack.session.post(url, data=content, headers=headers) as response:
                assert response.status == 202, await response.text()
            await _state(stack, import_, "MAPPING")

        async def check() -> None:
            columns = (await _state(stack, import_, "MAPPING"))["columns"]
            fields = [column["field"] for column in columns]
            answer = await stack.data(_CHECK, input={"importId": import_, "fields": fields})
            assert answer["checkImport"]["__typename"] == "Import", answer
            await _state(stack, import_, "CHECKED")

        async def run() -> None:
            answer = await stack.data(_START, input={"importId": import_})
            assert answer["startImport"]["__typename"] == "Import", answer
            done = await _state(stack, import_, "DONE")
            assert done["counts"]["applied"] == rows, done

        report.say(f"{rows} rows, {len(content) / 2**20:.1f} MB")
        await _timed(report, usage, "upload", rows, upload)
        await _timed(report, usage, "dry run", rows, check)
        took = await _timed(report, usage, "run", rows, run)
        watching.cancel()
        grown = usage.highest - usage.before
        report.say(f"pipeline: {usage.before:.0f} MB before, {usage.highest:.0f} MB at most: {grown:+.0f} MB")
        if rows >= _ROWS:
            time_aim, memory_aim = took < _SECONDS, grown < _MEGABYTES
            report.say(f"aims: {_SECONDS} s {_word(time_aim)}, {_MEGABYTES} MB {_word(memory_aim)}")
    report.end()


if __name__ == "__main__":
    asyncio.run(main(int(numbers(_ROWS)[0])))
