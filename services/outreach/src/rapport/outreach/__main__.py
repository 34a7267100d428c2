"""``python -m rapport.outreach serve | migrate``."""

from rapport.kit.process import main
from rapport.outreach.app import migrate, serve

if __name__ == "__main__":
    main("rapport.outreach", {"serve": serve, "migrate": migrate})
