"""pymap's own program, but for the password: by default it is hashed half a million times, at every login."""

from typing import Any

from pymap import main as pymap
from pymap.backend.dict import DictBackend
from pysasl.hashing import Cleartext


class _WithoutHash(DictBackend):
    """The backend in memory; a password of tests needs no protection."""

    @classmethod
    async def init(cls, args: Any, **overrides: Any) -> Any:
        return await super().init(args, hash_context=Cleartext(), **overrides)


def main() -> None:
    """Run it with the arguments of the command line."""
    pymap.backends.add("dict", _WithoutHash)
    pymap.main()
