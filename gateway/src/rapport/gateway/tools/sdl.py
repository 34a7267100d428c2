"""``python -m rapport.gateway.tools.sdl [--check]``: writes schema.graphql, or checks whether it is up to date."""

import sys
from pathlib import Path

from rapport.gateway.schema import GatewaySchema

_FILE = Path(__file__).parents[4] / "schema.graphql"


def main() -> None:
    """Write the file, or with ``--check`` compare it and end with 1 if it differs."""
    text = GatewaySchema(introspection=True).as_str() + "\n"
    if sys.argv[1:] == ["--check"]:
        if not _FILE.exists() or _FILE.read_text() != text:
            sys.exit(f"{_FILE.name} is out of date: run python -m rapport.gateway.tools.sdl")
    elif sys.argv[1:]:
        sys.exit("usage: python -m rapport.gateway.tools.sdl [--check]")
    else:
        _FILE.write_text(text)


if __name__ == "__main__":
    main()
