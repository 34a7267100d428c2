"""For every member's tests: the fixtures of `rapport.testing`, and how Hypothesis works."""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ["rapport.testing.plugin"]

# No property is about time, and the machine may be doing other things.
settings.register_profile("rapport", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("rapport")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests that kill and cut wait much of their time."""
    return len(os.sched_getaffinity(0)) + 1
