"""The page for people: what this sandbox is, what is in it, what happened last, and the switch of the trickle."""

import base64
import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from html import escape

from aiohttp import web

from rapport.sandbox.vendors.greenhouse.control import TRICKLE, carry_out
from rapport.sandbox.vendors.greenhouse.harvest import SANDBOX
from rapport.sandbox.vendors.greenhouse.records import as_time

_COUNTED = ("jobs", "candidates", "applications", "interviews", "scorecards", "offers", "users")
_RATES = (0, 6, 60)
_ENDINGS = {
    "anonymize_candidate": ("anonymize candidate", ("candidate_id",)),
    "delete_candidate": ("delete candidate", ("candidate_id",)),
    "merge_candidates": ("merge candidate", ("duplicate_id", "into_id")),
    "delete_application": ("delete application", ("application_id",)),
    "delete_scorecard": ("delete scorecard", ("scorecard_id",)),
    "delete_job": ("delete closed job", ("job_id",)),
    "delete_stage": ("delete empty stage", ("stage_id",)),
}
"""What can end by a form: how it is called, and what its numbers are."""
_SHOWN = 12

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884 }
form { display: inline } button[aria-pressed=true] { font-weight: bold }
dl { display: flex; flex-wrap: wrap; gap: .5rem 2rem } dt { opacity: .7 } dd { margin: 0; font-size: 1.4rem }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

_WRITES = """
SELECT w.at, coalesce(u.name, 'the company'), coalesce(w.application_id, ''), w.summary
FROM performed_write w LEFT JOIN users u ON u.id = w.user_id ORDER BY w.id DESC LIMIT ?
"""
_DELIVERIES = """
SELECT created_at, action, tries, coalesce(outcome, ''),
       CASE WHEN delivered_at IS NOT NULL THEN 'delivered' WHEN due_at IS NOT NULL THEN 'waiting' ELSE 'given up' END
FROM webhook_delivery ORDER BY id DESC LIMIT ?
"""


async def show(request: web.Request) -> web.Response:
    """`GET /`: the page."""
    sandbox = request.app[SANDBOX]
    counts, writes, made = await sandbox.company.run(_read)
    rate = request.app[TRICKLE].per_minute
    return web.Response(text=_render(request, counts, writes, made, rate), content_type="text/html", headers=_HEADERS)


Rows = Sequence[Sequence[object]]


def _read(connection: sqlite3.Connection) -> tuple[dict[str, int], Rows, Rows]:
    counts = {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - our own names
        for name in _COUNTED
    }
    writes = [(as_time(row[0]), *row[1:]) for row in map(tuple, connection.execute(_WRITES, (_SHOWN,)))]
    made = [(as_time(row[0]), *row[1:]) for row in map(tuple, connection.execute(_DELIVERIES, (_SHOWN,)))]
    return counts, writes, made


def _render(request: web.Request, counts: dict[str, int], writes: Rows, made: Rows, rate: float) -> str:
    switch = request.app.router["switch"].url_for()
    endings = "".join(f'<option value="{name}">{label}</option>' for name, (label, _) in _ENDINGS.items())
    numbers = "".join(f"<div><dt>{name}</dt><dd>{number:,}</dd></div>" for name, number in counts.items())
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sandbox ATS</title><style>{_STYLE}</style></head><body>
<h1>Sandbox ATS</h1>
<p>A made-up company behind the protocol of a real applicant tracking system (Greenhouse Harvest v3). Everything here is
generated; nobody in it exists. What Rapport writes arrives here, and changes made here are sent to Rapport.</p>
<dl>{numbers}</dl>
<h2>Changes by themselves</h2>
<p>{"".join(_button(str(switch), choice, pressed=choice == rate) for choice in _RATES)}
Now: {rate:g} a minute.</p>
<h2>Something ends</h2>
<p>A deletion, an anonymization or a merge, as a user would make it in the ATS. The numbers are in the last
changes below and in the lists of the API.</p>
<form method="post" action="{escape(str(request.app.router["end"].url_for()))}">
<select name="change">{endings}</select>
<label>number <input name="number" inputmode="numeric" pattern="[0-9]+" required></label>
<label>into (of a merge) <input name="into" inputmode="numeric" pattern="[0-9]*"></label>
<button>Do it</button></form>
<h2>Last changes</h2>{_table(("When", "Who", "Application", "What"), writes)}
<h2>Last webhook deliveries</h2>{_table(("When", "Event", "Tries", "Answer", "State"), made)}
</body></html>
"""


def _button(action: str, rate: int, *, pressed: bool) -> str:
    label = f"{rate} a minute" if rate else "Off"
    return (
        f'<form method="post" action="{escape(action)}"><input type="hidden" name="per_minute" value="{rate}">'
        f'<button aria-pressed="{str(pressed).lower()}">{label}</button></form> '
    )


def _table(heads: Iterable[str], rows: Rows) -> str:
    if not rows:
        return "<p>None yet.</p>"
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    lines = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def _require_own_page(request: web.Request) -> None:
    """Only our own page's forms count; another site could make a browser send one as well."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise web.HTTPForbidden


async def end(request: web.Request) -> web.Response:
    """`POST /end`: the form with which something ends."""
    _require_own_page(request)
    form = {name: str(value) for name, value in (await request.post()).items()}
    label_and_names = _ENDINGS.get(form.get("change", ""))
    numbers = [form.get("number", ""), form.get("into", "")]
    if label_and_names is None or not all(n.isdecimal() for n, _ in zip(numbers, label_and_names[1], strict=False)):
        raise web.HTTPUnprocessableEntity
    body = {name: int(number) for name, number in zip(label_and_names[1], numbers, strict=False)}
    await carry_out(request, form["change"], body)
    raise web.HTTPSeeOther(request.app.router["page"].url_for())


async def switch(request: web.Request) -> web.Response:
    """`POST /switch`: the buttons of the page."""
    _require_own_page(request)
    rate = str((await request.post()).get("per_minute", ""))
    if rate not in map(str, _RATES):
        raise web.HTTPUnprocessableEntity
    request.app[TRICKLE].set_rate(float(rate))
    raise web.HTTPSeeOther(request.app.router["page"].url_for())


def routes() -> list[web.RouteDef]:
    """Return the routes of the page."""
    return [
        web.get("/", show, name="page"),
        web.post("/switch", switch, name="switch"),
        web.post("/end", end, name="end"),
    ]
