"""The Harvest v3 part of the app: tokens, lists, and what can be done to an application."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from rapport.sandbox.vendors.greenhouse.access import Token
from rapport.sandbox.vendors.greenhouse.changes import arriving, candidates, progress
from rapport.sandbox.vendors.greenhouse.changes.change import Change
from rapport.sandbox.vendors.greenhouse.collections import COLLECTIONS
from rapport.sandbox.vendors.greenhouse.files import file_of
from rapport.sandbox.vendors.greenhouse.listing import read_page, read_query
from rapport.sandbox.vendors.greenhouse.records import Record, as_time, find
from rapport.sandbox.vendors.greenhouse.refusals import Refused, as_json
from rapport.sandbox.vendors.greenhouse.sandbox import Sandbox

SANDBOX = web.AppKey("sandbox", Sandbox)

Body = Mapping[str, Any]
Write = Callable[[Change, int, Body], None]


async def token(request: web.Request) -> web.Response:
    """`POST /token`: client credentials for an access token, on behalf of `sub` if that is given."""
    sandbox = request.app[SANDBOX]
    client = sandbox.tokens.authenticate(request.headers.get("Authorization", ""))
    body = await _token_request(request)
    if body.get("grant_type") != "client_credentials":
        raise Refused(400, "grant_type must be client_credentials.")
    text, given = sandbox.tokens.give(client, _optional_number(body, "sub"))
    return as_json({"access_token": text, "token_type": "Bearer", "expires_at": as_time(given.expires_at)})


async def _token_request(request: web.Request) -> Body:
    if request.content_type == "application/json":
        return await _json(request)
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


async def collection(request: web.Request) -> web.Response:
    """`GET /v3/<collection>`: a page of a list, with a link to the next."""
    sandbox = request.app[SANDBOX]
    _, headers = await _admit(request)
    asked = COLLECTIONS.get(request.match_info["collection"])
    if asked is None:
        raise Refused(404, "Resource not found.", headers=headers)
    page = read_query(asked, list(request.query.items()))
    address = _address(request).removesuffix(f"/v3/{asked.name}")
    now, lag = sandbox.settings.clock(), round(sandbox.faults.list_lag * 1000)

    def read(connection: sqlite3.Connection) -> tuple[bytes, str | None]:
        records, cursor = read_page(connection, asked, page, now=now, lag=lag)
        if asked.name == "attachments":
            for each in records:
                each["url"] = sandbox.file_addresses.sign(address, int(str(each["id"])), now)
        return orjson.dumps(records), cursor

    body, cursor = await sandbox.company.run(read)
    if cursor is not None:
        headers = {**headers, "Link": f'<{_address(request)}?cursor={cursor}>; rel="next"'}
    return as_json(body, headers=headers)


def _address(request: web.Request) -> str:
    """Return the address of this list, as the client reaches it."""
    given = request.app[SANDBOX].settings.address
    if given:
        return f"{given.rstrip('/')}/v3/{request.match_info['collection']}"
    return str(request.url.with_query(None))


async def file(request: web.Request) -> web.Response:
    """`GET /files/<id>?...`: a file, for whoever has its signed address."""
    sandbox, number = request.app[SANDBOX], _number_in_path(request)
    sandbox.file_addresses.check(number, request.query_string, sandbox.settings.clock())
    body = await sandbox.company.run(lambda connection: file_of(connection, number))
    return web.Response(body=body, content_type="application/pdf")


async def _admit(request: web.Request) -> tuple[Token, Mapping[str, str]]:
    """Recognise the client, count the request and let happen what is wrong; return the rate limit's headers."""
    sandbox = request.app[SANDBOX]
    recognised = sandbox.tokens.recognise(request.headers.get("Authorization", ""))
    await sandbox.faults.befall(now=sandbox.settings.clock())
    return recognised, sandbox.limit.spend(recognised.client)


def write(perform: Write, *, collection: str = "applications") -> Handler:
    """Return the handler of something done to an application, or to another record; it answers with the record."""

    async def handler(request: web.Request) -> web.Response:
        sandbox = request.app[SANDBOX]
        recognised, headers = await _admit(request)
        body, number = await _json(request), _number_in_path(request)

        def make(change: Change) -> Record:
            _require_user(change)
            perform(change, number, body)
            return find(change.connection, collection, number, now=change.at)

        # The request of a client that disconnects is still carried out, with its webhooks.
        record = await asyncio.shield(sandbox.change(recognised.user, make))
        if sandbox.faults.use("drop_after_write") and request.transport is not None:
            request.transport.abort()
        return as_json(record, headers=headers)

    return handler


def create(perform: Callable[[Change, Body], Record]) -> Handler:
    """Return the handler of a request that creates something; it answers 201 with what was created."""

    async def handler(request: web.Request) -> web.Response:
        sandbox = request.app[SANDBOX]
        recognised, headers = await _admit(request)
        body = await _json(request)

        def make(change: Change) -> Record:
            _require_user(change)
            return perform(change, body)

        created = await asyncio.shield(sandbox.change(recognised.user, make))
        if sandbox.faults.use("drop_after_write") and request.transport is not None:
            request.transport.abort()
        return as_json(created, status=201, headers=headers)

    return handler


def create_application(change: Change, body: Body) -> Record:
    """`POST /v3/applications` with `candidate_id` and `job_id`: the application, in the job's first stage."""
    number = arriving.add(change, _number(body, "candidate_id"), _number(body, "job_id"))
    return find(change.connection, "applications", number, now=change.at)


def create_candidate(change: Change, body: Body) -> Record:
    """`POST /v3/candidates` with names, contact points and maybe `application: {job_id}`: the candidate, and that."""
    names = {name: body.get(name) for name in ("first_name", "last_name")}
    if not all(isinstance(value, str) and value for value in names.values()):
        raise Refused(422, "first_name and last_name must be texts.")
    about = {name: body.get(name) for name in ("title", "company")}
    points = {
        name: orjson.dumps(body.get(name) or []).decode()
        for name in ("email_addresses", "phone_numbers", "social_media_addresses")
    }
    empty = {"addresses": "[]", "website_addresses": "[]", "tags": "[]", "custom_fields": "{}"}
    candidate = arriving.create(change, **names, **about, **points, **empty)
    application = body.get("application")
    number = arriving.add(change, candidate, _number(application, "job_id")) if isinstance(application, dict) else None
    return {
        "candidate": find(change.connection, "candidates", candidate, now=change.at),
        "application": find(change.connection, "applications", number, now=change.at) if number else None,
    }


def create_note(change: Change, body: Body) -> Record:
    """`POST /v3/notes` with `candidate_id`, `body`, `visibility`, and maybe `application_id`: the note."""
    text, visibility = body.get("body"), body.get("visibility")
    if not isinstance(text, str) or not text.strip():
        raise Refused(422, "body must be a text.")
    if visibility not in candidates.NOTE_VISIBILITIES:
        raise Refused(422, f"visibility must be one of {', '.join(candidates.NOTE_VISIBILITIES)}.")
    application = _optional_number(body, "application_id")
    number = candidates.add_note(change, _number(body, "candidate_id"), application, text, str(visibility))
    return find(change.connection, "notes", number, now=change.at)


def assign(change: Change, number: int, body: Body) -> None:
    """`PATCH /v3/candidates/{id}` with `recruiter_id` or `coordinator_id`, each a user's id or null."""
    unknown = sorted(set(body) - candidates.ASSIGNABLE)
    if unknown or not body:
        raise Refused(422, f"Only {', '.join(sorted(candidates.ASSIGNABLE))} can be changed here.")
    candidates.assign(change, number, **{name: _optional_number(body, name) for name in body})


def _require_user(change: Change) -> None:
    if change.user is None:
        raise Refused(403, "This token acts for no user: ask for one with sub=<user id>.")
    row = change.one("SELECT deactivated FROM users WHERE id = ?", change.user)
    if row is None or row["deactivated"]:
        raise Refused(403, f"User {change.user} does not exist or is deactivated.")


def move(change: Change, number: int, body: Body) -> None:
    """`POST /v3/applications/{id}/move` with `from_stage_id`, and `to_stage_id`, `to_job_id` or neither."""
    from_stage, to_stage = _number(body, "from_stage_id"), _optional_number(body, "to_stage_id")
    to_job = _optional_number(body, "to_job_id")
    if to_job is None:
        progress.move(change, number, from_stage, to_stage)
    elif to_stage is None:
        progress.transfer(change, number, from_stage, to_job)
    else:
        raise Refused(422, "Only one of to_stage_id and to_job_id can be given.")


def reject(change: Change, number: int, body: Body) -> None:
    """`POST /v3/applications/{id}/reject` with `rejection_reason_id`, and maybe `notes` and `rejection_email`."""
    email = body.get("rejection_email")
    if email is not None:
        _check_rejection_email(change, email)
    notes = body.get("notes")
    progress.reject(change, number, _number(body, "rejection_reason_id"), None if notes is None else str(notes))


def _check_rejection_email(change: Change, email: object) -> None:
    if not isinstance(email, dict) or not isinstance(email.get("send_email_at"), str):
        raise Refused(422, "rejection_email needs send_email_at and email_template_id.")
    if change.one("SELECT id FROM email_templates WHERE id = ?", _number(email, "email_template_id")) is None:
        raise Refused(422, "email_template_id does not exist.")


def unreject(change: Change, number: int, _body: Body) -> None:
    """`POST /v3/applications/{id}/unreject`."""
    progress.unreject(change, number)


def hire(change: Change, number: int, body: Body) -> None:
    """`POST /v3/applications/{id}/hire`, maybe with the `opening_id` to fill and the `start_date`."""
    progress.hire(change, number, _optional_number(body, "opening_id"), _optional_date(body, "start_date"))


def _number_in_path(request: web.Request) -> int:
    return int(request.match_info["id"])


async def _json(request: web.Request) -> Body:
    raw = await request.read()
    try:
        body = orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError:
        raise Refused(400, "The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise Refused(422, "The body must be an object.")
    return body


def _number(body: Body, name: str) -> int:
    value = _optional_number(body, name)
    if value is None:
        raise Refused(422, f"{name} is missing.")
    return value


def _optional_number(body: Body, name: str) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused(422, f"{name} must be an integer.")
    return value


def _optional_date(body: Body, name: str) -> str | None:
    value = body.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise Refused(422, f"{name} must be a date.") from None


def routes() -> list[web.RouteDef]:
    """Return the routes of the protocol. There is no way to ask for a single record."""
    return [
        web.post("/token", token),
        web.get("/v3/{collection}", collection),
        web.get("/files/{id:\\d+}", file),
        web.post("/v3/applications", create(create_application)),
        web.post("/v3/candidates", create(create_candidate)),
        web.post("/v3/notes", create(create_note)),
        web.patch("/v3/candidates/{id:\\d+}", write(assign, collection="candidates")),
        *(
            web.post(f"/v3/applications/{{id:\\d+}}/{name}", write(perform))
            for name, perform in (("move", move), ("reject", reject), ("unreject", unreject), ("hire", hire))
        ),
    ]
