"""What the pipeline service needs to know."""

from pathlib import Path

from rapport.kit.runtime.settings import ServiceSettings


class PipelineSettings(ServiceSettings):
    """Beside every service's settings: where the ATS connections are declared, and how often to look at them."""

    ats_connections_file: Path
    ats_poll_seconds: float = 30.0
    """Between two reads of the changes, beside what webhooks tell at once."""
    ats_lag_seconds: float = 300.0
    """How late a change may appear in the ATS's lists: what was read is read again that far back."""
    ats_compare_seconds: float = 86_400.0
    """From the beginning of one comparison of everything with the ATS to that of the next; 0: only when asked for."""
    ats_compare_pause_seconds: float = 2.0
    """Between two requests of a comparison: it leaves the ATS's limit to everything else."""
