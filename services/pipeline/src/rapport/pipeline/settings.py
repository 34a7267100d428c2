"""What the pipeline service needs to know."""

from pathlib import Path

from rapport.kit.runtime.settings import LinkSettings, RebuildSettings, ServiceSettings


class PipelineRebuildSettings(RebuildSettings):
    """What the rebuild needs to know."""

    ats_connections_file: Path
    """Where the ATS connections are declared."""


class PipelineSettings(ServiceSettings, LinkSettings):
    """What the service needs to know besides every service's settings."""

    ats_connections_file: Path
    """Where the ATS connections are declared."""
    ats_poll_seconds: float = 30.0
    """Between two reads of the changes; webhooks report most of them at once."""
    ats_lag_seconds: float = 300.0
    """How late a change may appear in the ATS's lists: every read goes back that far."""
    ats_compare_seconds: float = 86_400.0
    """Between the starts of two comparisons of everything with the ATS; 0: only on request."""
    ats_compare_pause_seconds: float = 2.0
    """Between two requests of a comparison, which leaves the ATS's rate limit to everything else."""
