"""What all pages of the sandbox share: the frame, the style, and what a page may load (only its own)."""

import html
from typing import NewType

from aiohttp import web

from rapport.kit.web.templates import PAGE_HEADERS

Html = NewType("Html", str)

_PLACES = (
    ("/", "Sandbox"),
    ("/mail", "Mail"),
    ("/traces", "Traces"),
    ("/explore", "Explore"),
    ("/oidc/users", "Demo users"),
)
_NO_MORE = Html("")
_FRAMES = {"Content-Security-Policy": f"{PAGE_HEADERS['Content-Security-Policy']}; frame-src 'self'"}


def escape(text: object) -> Html:
    """Make text safe inside an element or a quoted attribute."""
    return Html(html.escape(str(text), quote=True))


def page(
    title: str,
    body: Html,
    *,
    here: str,
    script: str | None = None,
    head: Html = _NO_MORE,
    frames: bool = False,
    status: int = 200,
) -> web.Response:
    """Return a page in the common surroundings; one with `frames` may show other pages of the sandbox in itself."""
    headers = PAGE_HEADERS | (_FRAMES if frames else {})
    links = "".join(
        f'<a href="{place}"{" aria-current=page" if place == here else ""}>{name}</a>' for place, name in _PLACES
    )
    loaded = f'<script src="/static/{script}" defer></script>' if script else ""
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · Rapport sandbox</title>"
        '<link rel="icon" href="/static/icon.svg"><link rel="stylesheet" href="/static/sandbox.css">'
        f"{loaded}{head}</head><body><header><strong>Rapport</strong><nav>{links}</nav></header>"
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return web.Response(text=text, content_type="text/html", headers=headers, status=status)
