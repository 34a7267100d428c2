"""Where the checkout's own files are."""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[4]
DEPLOY = CHECKOUT / "deploy"
WEB_APP = CHECKOUT / "web" / "dist"
"""The build of the web app, once there is one."""
