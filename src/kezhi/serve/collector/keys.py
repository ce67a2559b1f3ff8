"""Which source a write key belongs to, remembered for a moment: a revoked key is refused within two seconds everywhere."""

from __future__ import annotations

import asyncio
import time

from sqlalchemy.exc import SQLAlchemyError

from kezhi.serve.collector.bodies import Refused
from kezhi.store import Database, write_keys

KEPT_SECONDS = 2.0
ASKED_AGAIN_SECONDS = 0.2  # an unknown key may have been made just now; but not each one costs a query


class Keys:
    """The live keys of the store."""

    def __init__(self, store: Database) -> None:
        self._store = store
        self._known: dict[str, str] = {}
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    def forget(self) -> None:
        """Ask the store before the next answer: a key was made or revoked here."""
        self._read_at = float("-inf")

    async def source_of(self, key: str) -> str:
        """
        The source of *key*.

        Raises:
            Refused: Nobody's key, or the store cannot be asked and never could.
        """
        source = self._known.get(key)
        age = time.monotonic() - self._read_at
        if age > (KEPT_SECONDS if source else ASKED_AGAIN_SECONDS):
            async with self._reading:
                if self._read_at < time.monotonic() - ASKED_AGAIN_SECONDS:
                    await self._read()
            source = self._known.get(key)
        if source is None:
            raise Refused(401, "invalid_write_key")
        return source

    async def _read(self) -> None:
        began = time.monotonic()
        try:
            self._known = await asyncio.get_running_loop().run_in_executor(None, self._ask)
        except SQLAlchemyError:
            if self._read_at == float("-inf") and not self._known:
                raise Refused(503, "store_unreachable", wait=5) from None
        self._read_at = began

    def _ask(self) -> dict[str, str]:
        with self._store.reading() as session:
            return write_keys.live_keys(session)
