"""``python -m rapport.pipeline serve | migrate | replay | rebuild``."""

from rapport.kit.runtime.process import main
from rapport.pipeline.app import migrate, rebuild, replay, serve

if __name__ == "__main__":
    main("rapport.pipeline", {"serve": serve, "migrate": migrate, "replay": replay, "rebuild": rebuild})
