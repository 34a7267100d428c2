"""The loaders of one operation: each gathers the reads of one relationship into as few requests as possible."""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from strawberry.dataloader import DataLoader

from rapport.gateway.service_client import ServiceClient

_KeyT = TypeVar("_KeyT")
_ResultT = TypeVar("_ResultT")

LoaderFactory: TypeAlias = Callable[[ServiceClient], DataLoader[_KeyT, _ResultT]]
"""A function in a domain folder's ``loaders.py``, named by result and key: ``people_by_id``."""


class Loaders:
    """Loaders by their factories, each created on first use; loaded values hold as long as the operation runs."""

    def __init__(self, services: ServiceClient) -> None:
        """The loaders call ``services`` on behalf of the operation's viewer."""
        self._services = services
        self._loaders: dict[LoaderFactory[Any, Any], DataLoader[Any, Any]] = {}

    def get(self, factory: LoaderFactory[_KeyT, _ResultT]) -> DataLoader[_KeyT, _ResultT]:
        """The operation's loader of that factory."""
        loader = self._loaders.get(factory)
        if loader is None:
            loader = self._loaders[factory] = factory(self._services)
        return loader
