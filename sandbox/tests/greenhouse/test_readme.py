"""The README documents every collection and setting."""

from pathlib import Path

import pytest

import rapport.sandbox.vendors.greenhouse
from rapport.sandbox.vendors.greenhouse.collections import COLLECTIONS
from rapport.sandbox.vendors.greenhouse.settings import SandboxSettings

README = Path(rapport.sandbox.vendors.greenhouse.__file__).with_name("README.md").read_text()


@pytest.mark.parametrize("name", COLLECTIONS)
def test_the_readme_names_the_fields_and_filters_of_each_collection(name):
    collection, common = COLLECTIONS[name], {"id", "created_at", "updated_at"}
    fields = ", ".join(field.name for field in collection.served if field.name not in common)
    filters = ", ".join(sorted(collection.filters - {"ids", "created_at", "updated_at"}))
    assert f"| `{name}` | {fields} | {filters} |" in README


def test_the_readme_names_every_setting():
    for name in SandboxSettings.__dataclass_fields__:
        assert name == "clock" or f"`{name}`" in README
