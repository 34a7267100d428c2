"""The settings of the reviews service."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from rapport.kit.runtime.settings import LinkSettings, ServiceSettings


def _existing(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"no time zone is called {name!r}; one is for example Europe/Berlin") from None
    return name


class ReviewsSettings(ServiceSettings, LinkSettings):
    """Beside every service's settings: where the pages are reached, what signs the links, and when people work."""

    time_zone: Annotated[str, AfterValidator(_existing)] = Field(default="UTC", validate_default=True)
    """Reminders are sent Monday to Friday, 9 to 17 there; due dates are shown in it."""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return ZoneInfo(self.time_zone)
