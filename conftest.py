"""Makes the fixtures of `rapport.testing` known to every member's tests."""

pytest_plugins = ["rapport.testing.plugin"]
