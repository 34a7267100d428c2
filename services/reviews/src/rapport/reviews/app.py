"""The composition root: the only place that constructs."""

from rapport.kit.database.unit_of_work import open_database
from rapport.kit.rpc.client import RequestClient
from rapport.kit.runtime.leadership import run_as_leader
from rapport.kit.runtime.process import supervised
from rapport.kit.runtime.service import migrate_service, open_service, rebuild_service, replay_service
from rapport.kit.runtime.settings import from_environment
from rapport.kit.web.templates import Templates
from rapport.reviews.directory import Directory
from rapport.reviews.http import MAX_BODY, ReviewPages
from rapport.reviews.notifications import Notifications, review_links
from rapport.reviews.reactions import PeopleErased, TeamsProjection
from rapport.reviews.requests import ReviewsRequests
from rapport.reviews.settings import ReviewsSettings
from rapport.reviews.upkeep import Upkeep

_SERVICE = "reviews"
_UPKEEP_LEADER = 0x7570_6B65
"""Advisory lock that makes one process of the service the one that reminds and closes."""


async def serve() -> None:
    """Serve until told to stop."""
    settings = from_environment(ReviewsSettings)
    pages, links = Templates("rapport.reviews"), review_links(settings.link_secret.get_secret_value())
    async with (
        open_service(_SERVICE, settings, max_body=MAX_BODY) as service,
        open_database(settings.system_database_url, service=_SERVICE, size=1) as system,
    ):
        directory = Directory(RequestClient(service.broker.client))
        notifications = Notifications(pages, links, settings.public_url, settings.zone)
        ReviewsRequests(service.database, directory, notifications).register(service.requests)
        shown = ReviewPages(service.database, pages, links, settings.public_url, settings.zone)
        service.application.add_routes(shown.routes())
        upkeep = Upkeep(service.database, system, settings.zone)
        await service.serve(
            run_as_leader(settings.system_database_url, _UPKEEP_LEADER, lambda: supervised("upkeep", upkeep.run)),
            reactions=[TeamsProjection(), PeopleErased()],
        )


async def migrate() -> None:
    """Bring the database to the newest schema."""
    await migrate_service(_SERVICE)


async def replay() -> None:
    """Apply parked messages again; those that fail again stay parked."""
    await replay_service(_SERVICE, TeamsProjection(), PeopleErased())


async def rebuild() -> None:
    """Make the hiring teams anew from the stream, while the service serves, and put right what differs."""
    await rebuild_service(_SERVICE, TeamsProjection())
