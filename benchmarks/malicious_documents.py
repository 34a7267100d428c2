"""Hostile documents: how much of a processor it takes to refuse them, each kind in its most expensive size."""

import time

from measuring import Report

from rapport.gateway.schema import GatewaySchema
from rapport.testing.malicious_documents import MAKERS, documents

_TIMES = 3


def _milliseconds(schema: GatewaySchema, text: str) -> float:
    """The least of some runs: what else happens on the machine only adds to it."""
    took = []
    for _ in range(_TIMES):
        schema.document.cache_clear()
        began = time.process_time()
        schema.document(text)
        took.append(time.process_time() - began)
    return min(took) * 1e3


def main() -> None:
    """Print a line for each kind, the worst first."""
    report, schema = Report("malicious_documents"), GatewaySchema(introspection=False)
    worst = {name: max((_milliseconds(schema, text), text) for text in documents(name)) for name in MAKERS}
    report.say(f"{'':40}{'characters':>12}{'CPU ms':>9}")
    for name, (took, text) in sorted(worst.items(), key=lambda found: -found[1][0]):
        report.say(f"{name:40}{len(text):12}{took:9.2f}{'' if schema.document(text).problems else '  accepted'}")
    report.end()


if __name__ == "__main__":
    main()
