"""Whether a part answers that it can serve."""

import aiohttp

_PATIENCE = aiohttp.ClientTimeout(total=5)


async def is_ready(session: aiohttp.ClientSession, url: str) -> bool:
    """Ask a part's `/readyz`; one that does not answer (yet) is not ready."""
    try:
        async with session.get(f"{url}/readyz", timeout=_PATIENCE) as response:
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False
