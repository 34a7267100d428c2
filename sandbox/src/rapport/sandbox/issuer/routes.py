"""The issuer's addresses: discovery, keys, tokens, and the people one can be."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from aiohttp import web

from rapport.sandbox.issuer.sign_in import SignIn, refused
from rapport.sandbox.issuer.tokens import LIFETIME, Issuer
from rapport.sandbox.issuer.users import DemoUser
from rapport.sandbox.pages import Html, escape, page

_UNCACHED = {"Cache-Control": "no-store"}
_CORS = {"Access-Control-Allow-Origin": "*"}
_FOR_BROWSERS = frozenset({"authorization_code", "refresh_token"})


def issuer_application(issuer: Issuer, users: Sequence[DemoUser]) -> web.Application:
    """Return the application; it belongs under the path of the issuer's address."""
    by_email = {user.email: user for user in users}
    sign_in = SignIn(issuer, users)

    async def discovery(_: web.Request) -> web.Response:
        return web.json_response(issuer.discovery(), headers=_CORS)

    async def jwks(_: web.Request) -> web.Response:
        return web.json_response(issuer.keys.published(), headers={"Cache-Control": "max-age=60", **_CORS})

    async def token(request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        return sign_in.tokens(form) if form.get("grant_type") in _FOR_BROWSERS else _by_name(issuer, by_email, form)

    async def users_json(_: web.Request) -> web.Response:
        people = [asdict(user) | {"token": issuer.token(user.email)} for user in users]
        return web.json_response(people, headers=_UNCACHED)

    async def users_page(_: web.Request) -> web.Response:
        return page("Demo users", _people(issuer, users), here="/oidc/users")

    async def rotate(request: web.Request) -> web.Response:
        # A form of a foreign page cannot send this type without asking first, and is never allowed to.
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="send application/json")
        issuer.keys.rotate()
        return web.json_response({"signing_with": issuer.keys.current.kid})

    application = web.Application()
    application.add_routes(
        [
            web.get("/.well-known/openid-configuration", discovery),
            web.get("/jwks", jwks),
            web.post("/token", token),
            web.get("/users", users_page),
            web.get("/users.json", users_json),
            web.post("/rotate", rotate),
            *sign_in.routes(),
        ]
    )
    return application


def _by_name(issuer: Issuer, by_email: Mapping[str, DemoUser], form: Mapping[str, str]) -> web.Response:
    """A token for who names themselves, for scripts and for tests."""
    if form.get("grant_type") != "password":
        return refused("unsupported_grant_type", "the demo knows authorization_code, refresh_token and password")
    user = by_email.get(form.get("username", ""))
    if user is None:
        return refused("invalid_grant", "username is the e-mail address of a demo user; see users")
    answer = {
        "access_token": issuer.token(user.email),
        "token_type": "Bearer",
        "expires_in": int(LIFETIME.total_seconds()),
    }
    return web.json_response(answer, headers=_UNCACHED)


def _people(issuer: Issuer, users: Sequence[DemoUser]) -> Html:
    rows = "".join(
        f"<tr><th>{escape(user.name)}<br><small>{escape(user.email)}</small></th><td>{escape(user.role)}<br><small>{escape(user.about)}</small></td>"
        f'<td><textarea readonly rows="3" aria-label="Token of {escape(user.name)}">'
        f"{escape(issuer.token(user.email))}</textarea></td></tr>"
        for user in users
    )
    return Html(
        "<p>Nobody needs a password here. Each token is good for twelve hours; send it as "
        "<code>Authorization: Bearer</code>, or fetch a fresh one:</p>"
        f"<pre>curl -s {escape(issuer.url)}/token -d grant_type=password -d username="
        f"{escape(users[0].email) if users else ''}</pre>"
        f'<table class="people"><thead><tr><th>Who</th><th>Role</th><th>Token</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
