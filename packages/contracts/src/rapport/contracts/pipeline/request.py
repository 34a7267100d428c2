"""The base of every request to pipeline."""

from typing import ClassVar

from rapport.contracts.requests import Request, ResultT


class PipelineRequest(Request[ResultT]):
    """A request that pipeline answers."""

    service: ClassVar[str] = "pipeline"
