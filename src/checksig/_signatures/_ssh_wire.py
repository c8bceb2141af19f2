"""How SSH puts data together (RFC 4251, section 5): strings after their lengths."""

from __future__ import annotations

from checksig._signatures._verified import malformed


def string(data: bytes) -> bytes:
    """Return a string in its encoding."""
    return len(data).to_bytes(4, "big") + data


class Reader:
    """Takes data apart. What is cut short, or too long, is malformed."""

    def __init__(self, data: bytes, what: str) -> None:
        self._rest, self._what = data, what

    def take(self, length: int) -> bytes:
        """Return the next bytes."""
        if len(self._rest) < length:
            raise malformed(f"{self._what} is cut short")
        taken, self._rest = self._rest[:length], self._rest[length:]
        return taken

    def number(self, length: int = 4) -> int:
        """Return the next number."""
        return int.from_bytes(self.take(length), "big")

    def string(self) -> bytes:
        """Return the next string."""
        return self.take(self.number())

    def rest(self) -> bytes:
        """Return all that is left."""
        return self.take(len(self._rest))

    def __bool__(self) -> bool:
        return bool(self._rest)

    def end(self) -> None:
        """Raise if something is left."""
        if self._rest:
            raise malformed(f"{self._what} has {len(self._rest)} bytes too many")
