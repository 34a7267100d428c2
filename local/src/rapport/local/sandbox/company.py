"""The demo organisation's ATS: the company it is about, and the people of it that one can be."""

from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from rapport.local.ats import server
from rapport.local.ats.company.generation import generate, generated
from rapport.local.ats.company.parameters import Parameters
from rapport.local.ats.demo_users import demo_users
from rapport.local.ats.settings import Client, WebhookEndpoint
from rapport.local.ats.settings import SandboxSettings as AtsSettings
from rapport.local.sandbox.issuer import DemoUser
from rapport.local.sandbox.settings import SandboxSettings


def make_company(settings: SandboxSettings) -> Path:
    """Make sure the company is there, about a second for five thousand people. It keeps the day it was made on."""
    file = settings.state / "company.sqlite"
    known = generated(file)
    now = known.now if known else datetime.now(UTC)
    generate(file, Parameters(now=now, seed=settings.seed, people=settings.people))
    return file


def ats_application(settings: SandboxSettings, company: Path) -> web.Application:
    """Return the ATS over the company, for mounting at `/ats`."""
    return server.create(
        AtsSettings(
            company=company,
            clients=(Client(settings.client_id, settings.client_secret),),
            address=f"{settings.url}/ats",
            webhooks=(WebhookEndpoint(settings.webhook_url, settings.webhook_secret),),
            trickle_per_minute=settings.trickle_per_minute,
        )
    )


def people(company: Path) -> list[DemoUser]:
    """Return who one can be."""
    return [DemoUser(user.email, user.name, user.role, user.about) for user in demo_users(company)]
