"""``python -m rapport.pipeline serve | migrate | rebuild``."""

from rapport.kit.process import main
from rapport.pipeline.app import migrate, rebuild, serve

if __name__ == "__main__":
    main("rapport.pipeline", {"serve": serve, "migrate": migrate, "rebuild": rebuild})
