"""The sandbox ATS: Greenhouse's Harvest v3 protocol over a generated company, for demos and tests."""
