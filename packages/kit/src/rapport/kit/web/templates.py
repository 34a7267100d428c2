"""Templates of pages for people without an account and of mails, and the headers of such pages."""

from importlib.resources import files
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
"""A page's address may be a secret: it is neither passed on nor kept."""
_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


class Templates:
    """Renders a package's ``templates``."""

    def __init__(self, package: str) -> None:
        """A value that a template needs and is not given is an error, never an empty place."""
        self._templates = Environment(
            loader=PackageLoader(package, "templates"),
            autoescape=select_autoescape(["html"], default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def text(self, template: str, **values: Any) -> str:
        """A template filled in; ``.html`` ones escape what is put into them."""
        return self._templates.get_template(template).render(**values)

    def page(self, template: str, *, status: int = 200, **values: Any) -> web.Response:
        """A template as an answer."""
        text = self.text(template, **values)
        return web.Response(text=text, content_type="text/html", status=status, headers=PAGE_HEADERS)


def static_files(package: str) -> Handler:
    """Serves a package's ``static/{name}``; the names are few and the files small."""
    folder = files(package).joinpath("static")

    async def serve(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        kind = _KINDS.get(name.rpartition(".")[2])
        file = folder.joinpath(name)
        if kind is None or "/" in name or not file.is_file():
            raise web.HTTPNotFound
        headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=file.read_bytes(), content_type=kind, charset="utf-8", headers=headers)

    return serve
