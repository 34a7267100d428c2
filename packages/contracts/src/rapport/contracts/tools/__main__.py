"""``python -m rapport.contracts.tools write | check <folder>``: the contracts as JSON Schema and AsyncAPI."""

import json
import sys
from pathlib import Path

import yaml

from rapport.contracts.tools.documents import asyncapi, schemas


def documents() -> dict[str, str]:
    """Every file's text, by its path in the folder."""
    texts = {f"schemas/{name}": json.dumps(schema, indent=2) + "\n" for name, schema in schemas().items()}
    return texts | {"asyncapi.yaml": yaml.safe_dump(asyncapi(), sort_keys=False, width=120)}


def write(folder: Path) -> None:
    """Write the documents; those of events that no longer exist are removed."""
    texts = documents()
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    for stale in folder.glob("schemas/*.json"):
        if f"schemas/{stale.name}" not in texts:
            stale.unlink()


def check(folder: Path) -> list[str]:
    """The files that do not say what the code says."""
    texts = documents()
    stale = {f"schemas/{path.name}" for path in folder.glob("schemas/*.json")} - set(texts)
    different = {n for n, text in texts.items() if not (folder / n).exists() or (folder / n).read_text() != text}
    return sorted(stale | different)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", where]:
            write(Path(where))
        case ["check", where]:
            if wrong := check(Path(where)):
                sys.exit(f"These do not say what the code says; run 'make documents': {', '.join(wrong)}")
        case _:
            sys.exit("usage: python -m rapport.contracts.tools write|check <folder>")
