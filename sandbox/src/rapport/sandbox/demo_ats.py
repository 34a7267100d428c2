"""The demo organisation's ATS: the company it is about, and the people of it that one can be."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from rapport.sandbox.company.generation import generate, generated, is_of_another_version
from rapport.sandbox.company.parameters import Parameters
from rapport.sandbox.demo_users import demo_users
from rapport.sandbox.issuer import DemoUser
from rapport.sandbox.settings import SandboxSettings
from rapport.sandbox.vendors.greenhouse import server
from rapport.sandbox.vendors.greenhouse.settings import Client, WebhookEndpoint
from rapport.sandbox.vendors.greenhouse.settings import SandboxSettings as AtsSettings


class CompanyError(Exception):
    """There is another company than the one that was asked for, and what Rapport knows of it would be lost."""


def make_company(settings: SandboxSettings, report: Callable[[int], None] = lambda _: None) -> Path:
    """Make sure the company is there: a second for five thousand people, minutes for a million.

    It keeps its size, its seed and the day it was made on. `report` is called with the number of people so far.

    Raises CompanyError when the settings ask for another one.
    """
    file = settings.state / "company.sqlite"
    if is_of_another_version(file):
        raise CompanyError(
            "the demo organisation was made by another version of Rapport, which made up other people; "
            "delete it first (make reset)"
        )
    known = generated(file)
    if known is None:
        given = {"people": settings.people, "seed": settings.seed}
        wanted = {name: value for name, value in given.items() if value is not None}
        generate(file, Parameters(now=datetime.now(UTC), **wanted), report)
    elif settings.people not in (None, known.people) or settings.seed not in (None, known.seed):
        raise CompanyError(
            f"the demo organisation was made of {known.people} people from seed {known.seed}, and keeps to that; "
            "delete it first (make reset) to have another one"
        )
    return file


def ats_application(settings: SandboxSettings, company: Path) -> web.Application:
    """Return the ATS over the company, for mounting at `/ats`."""
    return server.create(
        AtsSettings(
            company=company,
            clients=(Client(settings.client_id, settings.client_secret),),
            address=f"{settings.public_url}/ats" if settings.public_url else "",
            webhooks=(WebhookEndpoint(settings.webhook_url, settings.webhook_secret),),
            trickle_per_minute=settings.trickle_per_minute,
        )
    )


def people(company: Path) -> list[DemoUser]:
    """Return who one can be."""
    return [DemoUser(user.email, user.name, user.role, user.about) for user in demo_users(company)]
