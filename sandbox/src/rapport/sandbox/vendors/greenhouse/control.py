"""Controls of the sandbox for demos and tests; the ATS it imitates has nothing like them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from rapport.sandbox.company.applicants import Person
from rapport.sandbox.vendors.greenhouse.changes import (
    applications,
    arriving,
    candidates,
    interviews,
    jobs,
    offers,
    organisation,
)
from rapport.sandbox.vendors.greenhouse.changes.arriving import Origin
from rapport.sandbox.vendors.greenhouse.changes.change import Change
from rapport.sandbox.vendors.greenhouse.harvest import SANDBOX
from rapport.sandbox.vendors.greenhouse.refusals import Refused, as_json
from rapport.sandbox.vendors.greenhouse.simulator import Simulator
from rapport.sandbox.vendors.greenhouse.webhooks import deliveries

TRICKLE = web.AppKey("trickle", Simulator)

Body = Mapping[str, Any]
_MOST_STEPS = 10_000


def controlled(perform: Callable[[web.Request, Body], Awaitable[object]]) -> Handler:
    """Return the handler of a control: JSON in, JSON out."""

    async def handler(request: web.Request) -> web.Response:
        return as_json(await perform(request, await _body(request)))

    return handler


async def _body(request: web.Request) -> Body:
    # A page of another site can make a browser post a form, but not JSON.
    if request.content_type != "application/json":
        raise Refused(415, "Controls take JSON.")
    try:
        body = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        raise Refused(400, "The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise Refused(422, "The body must be an object.")
    return body


async def state(request: web.Request) -> web.Response:
    """`GET /control/state`: what is switched on, and how many deliveries are waiting."""
    sandbox = request.app[SANDBOX]
    waiting = await sandbox.company.run(
        lambda connection: connection.execute(
            "SELECT count(*), sum(tries > 0), sum(due_at IS NOT NULL), sum(delivered_at IS NOT NULL)"
            " FROM webhook_delivery"
        ).fetchone()
    )
    counts = dict(zip(("queued", "tried", "waiting", "delivered"), (number or 0 for number in waiting), strict=True))
    trickle = {"per_minute": request.app[TRICKLE].per_minute}
    return as_json({"faults": asdict(sandbox.faults), "trickle": trickle, "deliveries": counts})


async def faults(request: web.Request, body: Body) -> object:
    """`POST /control/faults`: see `Faults` for what can go wrong."""
    sandbox = request.app[SANDBOX]
    sandbox.faults.set(body, now=sandbox.settings.clock)
    return asdict(sandbox.faults)


async def trickle(request: web.Request, body: Body) -> object:
    """`POST /control/trickle`: `per_minute` from now on, and `steps` to take at once."""
    running = request.app[TRICKLE]
    if "per_minute" in body:
        running.set_rate(_not_negative(body, "per_minute"))
    steps = round(_not_negative(body, "steps")) if "steps" in body else 0
    return {"per_minute": running.per_minute, "steps": [await running.step() for _ in range(min(steps, _MOST_STEPS))]}


def _not_negative(body: Body, name: str) -> float:
    value = body[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise Refused(422, f"{name} must be a number, 0 or more.")
    return float(value)


async def add_webhook(request: web.Request, body: Body) -> object:
    """`POST /control/webhooks`: tell `url`, signed with `secret`; it gets a ping first."""
    sandbox, url, secret = request.app[SANDBOX], _text(body, "url"), _text(body, "secret")
    at = sandbox.settings.clock()
    await sandbox.company.run(lambda connection: deliveries.register(connection, url, secret, at=at))
    sandbox.webhook_sender.notice()
    return {"url": url}


async def remove_webhook(request: web.Request, body: Body) -> object:
    """`DELETE /control/webhooks`: tell `url` no more."""
    url = _text(body, "url")
    await request.app[SANDBOX].company.run(lambda connection: deliveries.unregister(connection, url))
    return {"url": url}


async def retry_webhooks(request: web.Request, _body: Body) -> object:
    """`POST /control/webhooks/retry`: make what waits for its next try due now."""
    sandbox = request.app[SANDBOX]
    at = sandbox.settings.clock()
    await sandbox.company.run(
        lambda connection: (
            connection.execute("UPDATE webhook_delivery SET due_at = ? WHERE due_at IS NOT NULL", (at,)).rowcount
        )
    )
    sandbox.webhook_sender.notice()
    return {}


async def expire_tokens(request: web.Request, _body: Body) -> object:
    """`POST /control/tokens/expire`: no token given out so far is good any more."""
    request.app[SANDBOX].tokens.expire_all()
    return {}


async def make_change(request: web.Request, body: Body) -> object:
    """`POST /control/changes`: something happens in the ATS; `change` names it, `user` does it."""
    return await carry_out(request, _text(body, "change"), body)


async def carry_out(request: web.Request, name: str, body: Body) -> object:
    """Make a change that is named, with what it needs to know."""
    perform = _CHANGES.get(name)
    if perform is None:
        raise Refused(422, f"Unknown change: {name}; there are {', '.join(sorted(_CHANGES))}")
    try:
        return {"id": await request.app[SANDBOX].change(body.get("user"), lambda change: perform(change, body))}
    except KeyError as missing:
        raise Refused(422, f"{missing.args[0]} is missing.") from None


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(422, f"{name} must be a text.")
    return value


def _apply(change: Change, body: Body) -> int:
    source = change.one("SELECT id FROM sources ORDER BY id LIMIT 1")
    person = Person(
        first_name=str(body["first_name"]),
        last_name=str(body["last_name"]),
        title=str(body.get("title", "Software Engineer")),
        company=str(body.get("company", "Fernhill Software")),
        location=str(body.get("location", "Dublin, Ireland")),
        time_zone=str(body.get("time_zone", "Europe/Dublin")),
    )
    origin = Origin(str(body.get("origin", "applied")), int(body.get("source_id", source["id"] if source else 0)))
    return arriving.apply(change, person, int(body["job_id"]), origin)


_CHANGES: dict[str, Callable[[Change, Body], int | None]] = {
    "apply": _apply,
    "make_offer": lambda change, body: offers.make(change, body["application_id"]),
    "send_offer": lambda change, body: offers.send(change, body["offer_id"]),
    "decline_offer": lambda change, body: offers.decline(change, body["offer_id"]),
    "schedule_interview": lambda change, body: interviews.schedule(
        change, body["application_id"], body["interviewer_id"], change.at + round(body["in_hours"] * 3_600_000)
    ),
    "submit_scorecard": lambda change, body: interviews.submit_scorecard(
        change, body["interview_id"], body["candidate_rating"], body.get("notes", "")
    ),
    "call_off_interview": lambda change, body: interviews.call_off(change, body["interview_id"]),
    "correct_candidate": lambda change, body: candidates.correct(change, body["candidate_id"], **body["fields"]),
    "merge_candidates": lambda change, body: candidates.merge(change, body["duplicate_id"], body["into_id"]),
    "anonymize_candidate": lambda change, body: candidates.anonymise(change, body["candidate_id"], body.get("fields")),
    "delete_application": lambda change, body: applications.delete(change, body["application_id"]),
    "delete_offer": lambda change, body: offers.delete(change, body["offer_id"]),
    "delete_scorecard": lambda change, body: interviews.delete_scorecard(change, body["scorecard_id"]),
    "delete_job": lambda change, body: jobs.delete(change, body["job_id"]),
    "delete_stage": lambda change, body: jobs.delete_stage(change, body["stage_id"]),
    "delete_department": lambda change, body: organisation.delete_department(change, body["department_id"]),
    "delete_office": lambda change, body: organisation.delete_office(change, body["office_id"]),
    "delete_candidate": lambda change, body: candidates.delete(change, body["candidate_id"]),
    "open_job": lambda change, body: jobs.open_like(change, body["template_id"], body["name"]),
    "set_job_status": lambda change, body: jobs.set_status(change, body["job_id"], body["status"]),
}


def routes() -> list[web.RouteDef]:
    """Return the routes of the controls."""
    return [
        web.get("/control/state", state),
        web.post("/control/faults", controlled(faults)),
        web.post("/control/trickle", controlled(trickle)),
        web.post("/control/webhooks", controlled(add_webhook)),
        web.delete("/control/webhooks", controlled(remove_webhook)),
        web.post("/control/webhooks/retry", controlled(retry_webhooks)),
        web.post("/control/tokens/expire", controlled(expire_tokens)),
        web.post("/control/changes", controlled(make_change)),
    ]
