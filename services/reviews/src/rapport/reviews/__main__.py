"""``python -m rapport.reviews serve | migrate | replay | rebuild``."""

from rapport.kit.runtime.process import main
from rapport.reviews.app import migrate, rebuild, replay, serve

if __name__ == "__main__":
    main("rapport.reviews", {"serve": serve, "migrate": migrate, "replay": replay, "rebuild": rebuild})
