"""The list of the web app's documents: a gateway may be told to execute these alone."""

from pathlib import Path

import orjson

from rapport.gateway.execution.cost import MAX_COST
from rapport.gateway.schema import GatewaySchema
from rapport.gateway.server.persisted_documents import trusted_documents
from rapport.local.checkout import WEB_APP

_LIST = WEB_APP / "documents.json"


def test_every_document_of_the_app_is_valid_and_affordable() -> None:
    schema = GatewaySchema(introspection=False)
    trusted_documents(_LIST, lambda text: schema.document(text).problems)
    costs = {}
    for text in orjson.loads(_LIST.read_bytes()).values():
        [(name, priced)] = schema.document(text).prices.items()
        # A document that takes a stage requires it.
        costs[name] = priced.cost({"stage": "one"})
    assert costs
    assert {name: cost for name, cost in costs.items() if cost > MAX_COST} == {}


def test_the_build_names_no_machine_and_no_registry() -> None:
    built = [file for file in WEB_APP.rglob("*") if file.suffix in {".js", ".css", ".html", ".json"}]
    assert built
    home = str(Path.home())
    for file in built:
        text = file.read_text()
        assert "registry.npmjs" not in text, file
        assert home not in text, file
        assert str(WEB_APP.parent) not in text, file
