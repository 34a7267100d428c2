"""The connector is the only place that knows a vendor's vocabulary."""

import re
from pathlib import Path

import rapport.pipeline

_ROOT = Path(rapport.pipeline.__file__).parent
_VENDOR = re.compile(
    r"harvest|greenhouse|event-id|candidates?_id|\bcandidates\b|job_interview_stage|application_stages|sort_order"
    r"|primary_email|email_addresses|phone_numbers|current_stage|anonymized_fields|rejected_at|\"signature\"",
    re.IGNORECASE,
)
_COMPOSITION = {"app.py", "connectors/connection.py"}
"""Where vendors are chosen by name."""
_UNCHANGEABLE = {"migrations/0007_profiles.sql", "migrations/0020_directory.sql"}
"""Comments there say "candidates", and a migration is never changed."""


def test_vendor_words_stay_inside_the_vendors_connector() -> None:
    sources = [path for path in _ROOT.rglob("*") if path.suffix in (".py", ".sql")]
    outside = [path for path in sources if "greenhouse" not in path.parts]
    assert len(outside) > 100
    found = {
        str(path.relative_to(_ROOT)): sorted(set(_VENDOR.findall(path.read_text())))
        for path in outside
        if str(path.relative_to(_ROOT)) not in _COMPOSITION | _UNCHANGEABLE and _VENDOR.search(path.read_text())
    }
    assert found == {}
