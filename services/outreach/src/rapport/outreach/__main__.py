"""``python -m rapport.outreach serve | migrate | replay | rebuild``."""

from rapport.kit.runtime.process import main
from rapport.outreach.app import migrate, rebuild, replay, serve

if __name__ == "__main__":
    main("rapport.outreach", {"serve": serve, "migrate": migrate, "replay": replay, "rebuild": rebuild})
