"""Makes the fixtures of `rapport.local.testing` known to every member's tests."""

pytest_plugins = ["rapport.local.testing.plugin"]
