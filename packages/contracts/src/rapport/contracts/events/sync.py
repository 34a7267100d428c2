"""Events about the agreement with an ATS as a whole; the aggregate is the connection."""

from typing import ClassVar

from rapport.contracts.events.envelope import EventData


class DriftFound(EventData):
    """A full comparison with the ATS has ended and found differences, or stopped because it found too many.

    ``missing_there``: records ended here, since the ATS no longer has them. ``missing_here``: records that were read
    belatedly. ``different``: records corrected. ``stopped``: more were missing there than a comparison ends by itself;
    those are still here.
    """

    type: ClassVar[str] = "pipeline.sync.drift_found.v1"

    compared: int
    missing_there: int
    missing_here: int
    different: int
    stopped: bool = False
