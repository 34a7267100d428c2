"""``python -m rapport.analytics serve | migrate | replay | rebuild``."""

from rapport.analytics.app import migrate, rebuild, replay, serve
from rapport.kit.runtime.process import main

if __name__ == "__main__":
    main("rapport.analytics", {"serve": serve, "migrate": migrate, "replay": replay, "rebuild": rebuild})
