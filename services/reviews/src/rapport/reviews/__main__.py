"""``python -m rapport.reviews serve | migrate``."""

from rapport.kit.process import main
from rapport.reviews.app import migrate, serve

if __name__ == "__main__":
    main("rapport.reviews", {"serve": serve, "migrate": migrate})
