"""Signing in with a browser: the authorization code flow with PKCE, without passwords (RFC 6749, 7636, 9207, 9700)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from aiohttp import web

from rapport.sandbox.issuer.grants import AuthorizationRequest, Granted, GrantError, Grants
from rapport.sandbox.issuer.tokens import Issuer
from rapport.sandbox.issuer.users import DemoUser
from rapport.sandbox.pages import Html, escape, page

CLIENT_ID = "rapport-web"
"""The one client that may sign people in: Rapport's web app, which has no secret."""
_COOKIE = "sandbox_session"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_UNCACHED = {"Cache-Control": "no-store"}
_CORS = {"Access-Control-Allow-Origin": "*"}
"""Browsers exchange codes and refresh tokens from other origins, without cookies."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A valid request for a code."""

    request: AuthorizationRequest
    state: str | None
    prompt: str
    login_hint: str | None


class SignIn:
    """The issuer's addresses for browsers and for the tokens of the web app."""

    def __init__(self, issuer: Issuer, users: Sequence[DemoUser]) -> None:
        """``users``: who can sign in, in the order in which they are offered."""
        self._issuer = issuer
        self._users = users
        self._by_email = {user.email: user for user in users}
        self._grants = Grants()

    def routes(self) -> list[web.RouteDef]:
        """To be added below the issuer's address."""
        return [
            web.get("/authorize", self._authorize),
            web.post("/authorize", self._choose),
            web.get("/end-session", self._end_session),
        ]

    async def _authorize(self, request: web.Request) -> web.Response:
        """Answer with a code at once if the browser is signed in and nobody asks for a choice, else offer the users."""
        try:
            asked = _asked(request.query)
        except _UnsafeRequestError as problem:
            return _explained(str(problem))
        except _RefusedError as problem:
            return _back(problem.redirect_uri, self._issuer, error=problem.error, state=problem.state)
        session = self._grants.session(request.cookies.get(_COOKIE))
        if session and asked.prompt not in ("login", "select_account"):
            code = self._grants.authorize(session, asked.request)
            return _back(asked.request.redirect_uri, self._issuer, code=code, state=asked.state)
        if asked.prompt == "none":
            return _back(asked.request.redirect_uri, self._issuer, error="login_required", state=asked.state)
        return self._offer(request.query, asked)

    async def _choose(self, request: web.Request) -> web.Response:
        """Sign in as the chosen user and go back with a code."""
        form = await request.post()
        fields = {name: str(value) for name, value in form.items()}
        try:
            asked = _asked(fields)
        except (_UnsafeRequestError, _RefusedError) as problem:
            return _explained(str(problem))
        user = self._by_email.get(fields.get("user", ""))
        if user is None:
            return _explained("nobody here has this address")
        self._grants.end(request.cookies.get(_COOKIE))
        session_id = self._grants.begin(user.email)
        session = self._grants.session(session_id)
        assert session
        code = self._grants.authorize(session, asked.request)
        response = _back(asked.request.redirect_uri, self._issuer, code=code, state=asked.state)
        response.set_cookie(_COOKIE, session_id, path=self._path, httponly=True, samesite="Lax")
        return response

    async def _end_session(self, request: web.Request) -> web.Response:
        """Sign the browser out, and go back where that is allowed."""
        self._grants.end(request.cookies.get(_COOKIE))
        target = request.query.get("post_logout_redirect_uri")
        if target is not None and _may_return_to(target):
            state = request.query.get("state")
            response = web.Response(status=303, headers={"Location": _with(target, {"state": state}), **_UNCACHED})
        else:
            response = page("Signed out", Html("<p>You are signed out of the sandbox.</p>"), here="/oidc/users")
        response.del_cookie(_COOKIE, path=self._path)
        return response

    def tokens(self, form: Mapping[str, str]) -> web.Response:
        """Exchange a code or a refresh token."""
        client_id = form.get("client_id", "")
        if client_id != CLIENT_ID:
            return refused("invalid_client", f"the only client is {CLIENT_ID}")
        try:
            granted = (
                self._grants.refresh(form.get("refresh_token", ""), client_id=client_id)
                if form.get("grant_type") == "refresh_token"
                else self._grants.exchange(
                    form.get("code", ""),
                    client_id=client_id,
                    redirect_uri=form.get("redirect_uri", ""),
                    code_verifier=form.get("code_verifier", ""),
                )
            )
        except GrantError as problem:
            return refused("invalid_grant", str(problem))
        return web.json_response(self._token_response(granted), headers=_UNCACHED | _CORS)

    def _token_response(self, granted: Granted) -> dict[str, object]:
        lifetime = self._issuer.session_lifetime
        user = self._by_email[granted.email]
        claims: dict[str, Any] = {"aud": CLIENT_ID, "name": user.name}
        if granted.nonce is not None:
            claims["nonce"] = granted.nonce
        return {
            "access_token": self._issuer.token(granted.email, lifetime=lifetime),
            "id_token": self._issuer.token(granted.email, lifetime=lifetime, **claims),
            "refresh_token": granted.refresh_token,
            "token_type": "Bearer",
            "expires_in": int(lifetime.total_seconds()),
            "scope": "openid email profile",
        }

    def _offer(self, query: Mapping[str, str], asked: _Asked) -> web.Response:
        hidden = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in query.items()
        )
        # The user who is expected comes first; everybody else stays in reach.
        users = sorted(self._users, key=lambda user: user.email != asked.login_hint)
        buttons = "".join(
            f'<li><button name="user" value="{escape(user.email)}"><strong>{escape(user.name)}</strong>'
            f"<span>{escape(user.role.replace('_', ' '))}</span><small>{escape(user.about)}</small></button></li>"
            for user in users
        )
        form = Html(
            "<p>Choose who you are in the demo organisation. Nobody needs a password here.</p>"
            f'<form method="post" action="{escape(self._path)}/authorize">{hidden}'
            f'<ul class="accounts">{buttons}</ul></form>'
        )
        response = page("Sign in", form, here="/oidc/users")
        # Browsers apply form-action to where a form's response redirects, too.
        origin = _origin(asked.request.redirect_uri)
        policy = response.headers["Content-Security-Policy"]
        response.headers["Content-Security-Policy"] = policy.replace(
            "form-action 'self'", f"form-action 'self' {origin}"
        )
        return response

    @property
    def _path(self) -> str:
        return urlsplit(self._issuer.url).path


class _UnsafeRequestError(Exception):
    """A request that must not be answered by a redirect."""


class _RefusedError(Exception):
    """A request that is answered with an error at the client's address."""

    def __init__(self, redirect_uri: str, state: str | None, error: str) -> None:
        super().__init__(error)
        self.redirect_uri = redirect_uri
        self.state = state
        self.error = error


def _asked(query: Mapping[str, str]) -> _Asked:
    if query.get("client_id") != CLIENT_ID:
        raise _UnsafeRequestError(f"the only client is {CLIENT_ID}")
    redirect_uri = query.get("redirect_uri", "")
    if not _may_return_to(redirect_uri):
        raise _UnsafeRequestError(
            "redirect_uri must be an address of this machine: http://127.0.0.1 or http://localhost"
        )
    state = query.get("state")
    if query.get("response_type") != "code":
        raise _RefusedError(redirect_uri, state, "unsupported_response_type")
    if query.get("code_challenge_method") != "S256" or not query.get("code_challenge"):
        raise _RefusedError(redirect_uri, state, "invalid_request")
    request = AuthorizationRequest(CLIENT_ID, redirect_uri, query["code_challenge"], query.get("nonce"))
    return _Asked(request, state, query.get("prompt", ""), query.get("login_hint"))


def _may_return_to(address: str) -> bool:
    """The app is on this machine, at whatever port it was given (RFC 8252, 7.3)."""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and parts.hostname in _LOOPBACK and not parts.fragment


def _back(redirect_uri: str, issuer: Issuer, **parameters: str | None) -> web.Response:
    target = _with(redirect_uri, {**parameters, "iss": issuer.url})
    return web.Response(status=303, headers={"Location": target, "Referrer-Policy": "no-referrer", **_UNCACHED})


def _with(address: str, parameters: Mapping[str, str | None]) -> str:
    parts = urlsplit(address)
    added = urlencode({name: value for name, value in parameters.items() if value is not None})
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, added)))))


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _explained(problem: str) -> web.Response:
    return page("This sign-in cannot go on", Html(f"<p>{escape(problem)}.</p>"), here="/oidc/users", status=400)


def refused(error: str, description: str) -> web.Response:
    """A refusal of the token endpoint."""
    body = {"error": error, "error_description": description}
    return web.json_response(body, status=400, headers=_UNCACHED | _CORS)
