"""``python -m rapport.gateway serve``."""

from rapport.gateway.app import serve
from rapport.kit.runtime.process import main

if __name__ == "__main__":
    main("python -m rapport.gateway", {"serve": serve})
