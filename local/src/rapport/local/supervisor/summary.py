"""What a person wants to know once everything runs: addresses, who one can be, and something to try."""

from collections.abc import Iterator, Sequence

from rapport.local.supervisor.demo import DemoUser
from rapport.local.supervisor.plan import Plan
from rapport.sandbox.sample_queries import as_commands


def of(plan: Plan, users: Sequence[DemoUser], *, without_web_app: str | None = None) -> str:
    """Return the text that `make up` ends with; ``without_web_app`` says why the app could not be built."""
    parts = (_addresses(plan, without_web_app), _people(plan, users), _requests(plan, users))
    return "\n\n".join("\n".join(part) for part in parts)


def _addresses(plan: Plan, without_web_app: str | None) -> Iterator[str]:
    sandbox = plan.url("sandbox")
    yield "Rapport is up. Ctrl-C stops it; so does make down."
    yield ""
    if plan.includes("gateway"):
        if without_web_app is None:
            yield f"  Open             {plan.url('gateway')}/      the web app: sign in as one of the demo users"
        else:
            yield f"  ! The web app cannot be shown: {without_web_app}"
        yield ""
        yield f"  GraphQL          {plan.url('gateway')}/graphql"
    yield f"  The sandbox      {sandbox}/          the world outside, and everything to look at"
    yield f"  Try queries      {sandbox}/explore"
    yield f"  Mail             {sandbox}/mail      everybody's mailbox, to read and to answer in one click"
    yield f"  Traces           {sandbox}/traces"
    yield f"  The sandbox ATS  {sandbox}/ats/"
    yield f"  Logs             {plan.state.logs}"


def _people(plan: Plan, users: Sequence[DemoUser]) -> Iterator[str]:
    yield f"Demo users, with tokens good for twelve hours (fresh ones at {plan.url('sandbox')}/oidc/users):"
    for user in users:
        yield ""
        yield f"  {user.name}, {user.email}: {user.role}. {user.about}"
        yield f"  {user.token}"


def _requests(plan: Plan, users: Sequence[DemoUser]) -> Iterator[str]:
    if not plan.includes("gateway"):
        return
    yield "Three requests to paste:"
    for what, command in as_commands(plan.url("gateway"), users[0].token):
        yield ""
        yield f"  # {what}"
        yield f"  {command}"
