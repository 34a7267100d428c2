"""For every member's tests: the fixtures of `rapport.testing`, and how Hypothesis works."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["rapport.testing.plugin"]

# No property is about time, and the machine may be doing other things.
settings.register_profile("rapport", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("rapport")
