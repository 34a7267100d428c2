"""The composition root: the only place that constructs."""

from rapport.kit.database.unit_of_work import open_database
from rapport.kit.rpc.client import RequestClient
from rapport.kit.runtime.leadership import run_as_leader
from rapport.kit.runtime.process import supervised
from rapport.kit.runtime.service import migrate_service, open_service, rebuild_service, replay_service
from rapport.kit.runtime.settings import from_environment
from rapport.kit.web.templates import Templates
from rapport.reviews.maintenance import Maintenance
from rapport.reviews.pipeline_client import PipelineClient
from rapport.reviews.reactions import HiringTeamProjection, PeopleErased
from rapport.reviews.requests import ReviewsRequests
from rapport.reviews.settings import ReviewsSettings
from rapport.reviews.web.emails import ReviewEmails, review_links
from rapport.reviews.web.form import MAX_BODY
from rapport.reviews.web.page import ReviewPages

_SERVICE = "reviews"
_MAINTENANCE_LEADER = 0x7570_6B65
"""Advisory lock: one process of the service runs the maintenance."""


async def serve() -> None:
    """Serve until a signal ends the process."""
    settings = from_environment(ReviewsSettings)
    pages, links = Templates("rapport.reviews.web"), review_links(settings.link_secret.get_secret_value())
    async with (
        open_service(_SERVICE, settings, max_body=MAX_BODY) as service,
        open_database(settings.system_database_url, service=_SERVICE, size=1) as system,
    ):
        pipeline = PipelineClient(RequestClient(service.broker.client))
        emails = ReviewEmails(pages, links, settings.public_url, settings.zone)
        ReviewsRequests(service.database, pipeline, emails).register(service.requests)
        shown = ReviewPages(service.database, pipeline, pages, links, settings.public_url, settings.zone)
        service.application.add_routes(shown.routes())
        maintenance = Maintenance(service.database, system, settings.zone)
        await service.serve(
            run_as_leader(
                settings.system_database_url, _MAINTENANCE_LEADER, lambda: supervised("maintenance", maintenance.run)
            ),
            reactions=[HiringTeamProjection(), PeopleErased()],
        )


async def migrate() -> None:
    """Bring the database to the newest schema."""
    await migrate_service(_SERVICE)


async def replay() -> None:
    """Apply parked messages again; those that fail again stay parked."""
    await replay_service(_SERVICE, HiringTeamProjection(), PeopleErased())


async def rebuild() -> None:
    """Recompute the hiring teams from the stream, while the service serves, and correct what differs."""
    await rebuild_service(_SERVICE, HiringTeamProjection())
