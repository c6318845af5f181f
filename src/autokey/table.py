"""A strict reader of TOML tables: every key is asked for by name and kind, what is left over is an error.

Errors name file and line. Flow files are foreign input: size is limited and control characters are refused.
Knows nothing of flows, screens or exchanges.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

from autokey.errors import FlowError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

LARGEST: Final = 256 * 1024  # bytes; the largest real file is a tenth of this
DEEPEST: Final = 6
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_HEADER = re.compile(r"\s*(\[\[?[^\[\]]+\]\]?)")


class Table:
    """One TOML table of one file. `take_*` give a value and tick its key off; `end` refuses what was not taken."""

    def __init__(self, file: TomlFile, data: dict[str, Any], where: str, line: int) -> None:
        self.file = file
        self.data = data
        self.where = where
        self.line = line
        self._left = set(data)

    def fail(self, what: str, key: str = "") -> FlowError:
        """Give the error for this table (not raised), with the line of `key` if it can be found."""
        line = self.file.line_of(key, self.line) if key else self.line
        place = f"{self.where}.{key}" if key and self.where else (key or self.where)
        return FlowError(f"{self.file.name}:{line}: {place}: {what}")

    def take(self, key: str, default: Any = None) -> Any:
        self._left.discard(key)
        return self.data.get(key, default)

    def take_text(self, key: str, default: str | None = "", *, one_of: Collection[str] = ()) -> str:
        """Give a text; with `default=None` it must be there."""
        value = self.take(key, default)
        if value is None:
            raise self.fail("is missing", key)
        if not isinstance(value, str):
            raise self.fail("must be a text", key)
        if one_of and value not in one_of:
            raise self.fail(f"must be one of {', '.join(w for w in one_of if w)}, not {value!r}", key)
        return value

    def take_texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Give one text or a list of texts as a tuple."""
        value = self.take(key)
        if value is None:
            if required:
                raise self.fail("is missing", key)
            return ()
        if value == "":
            raise self.fail("is empty: leave it out where there is nothing to say", key)
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
            raise self.fail("must be a text or a list of texts", key)
        return tuple(values)

    def take_int(self, key: str, default: int = 0, *, low: int = 0, high: int = 1_000_000) -> int:
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.fail(f"must be a whole number from {low} to {high}", key)
        return value

    def take_ints(self, key: str) -> tuple[int, ...]:
        value = self.take(key, [])
        if not isinstance(value, list) or not all(
            isinstance(v, int) and not isinstance(v, bool) and 0 < v < 1000 for v in value
        ):
            raise self.fail("must be a list of whole numbers", key)
        return tuple(value)

    def take_flag(self, key: str, *, default: bool = False) -> bool:
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise self.fail("must be true or false", key)
        return value

    def table(self, key: str) -> Table:
        """Give a sub-table, empty if it is not there."""
        value = self.take(key, {})
        if not isinstance(value, dict):
            raise self.fail("must be a table", key)
        return self._child(key, value)

    def tables(self, key: str) -> Iterator[Table]:
        """Give each table of an array of tables, or the one table that stands in its place."""
        value = self.take(key, [])
        values = [value] if isinstance(value, dict) else value
        if not isinstance(values, list) or not all(isinstance(v, dict) for v in values):
            raise self.fail("must be a table or a list of tables", key)
        for number, one in enumerate(values):
            child = self._child(key, one)
            child.line = self.file.line_of_header(f"[[{key}]]", number) or child.line
            child.where = f"{key} {one['id']!r}" if isinstance(one.get("id"), str) else f"{child.where}[{number}]"
            yield child

    def items(self) -> Iterator[tuple[str, Table]]:
        """Give every key with its sub-table."""
        for key in self.left():
            yield key, self.table(key)

    def left(self) -> list[str]:
        return [key for key in self.data if key in self._left]

    def end(self) -> None:
        """Refuse keys that nobody asked for."""
        for key in sorted(self._left):
            raise self.fail("is not a known key", key)

    def _child(self, key: str, value: dict[str, Any]) -> Table:
        where = f"{self.where}.{key}" if self.where else key
        line = self.file.line_of_header(f"[{where}]") or self.file.line_of(key, self.line)
        return Table(self.file, value, where, line)


class TomlFile:
    """A TOML file that was read and is known to be small, flat and free of control characters.

    Raises FlowError with file and line when it is not.
    """

    def __init__(self, path: Path, shown: str = "") -> None:
        self.name = shown or f"{path.parent.name}/{path.name}"
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise FlowError(f"{self.name}: cannot be read ({error.strerror}).") from None
        if len(raw) > LARGEST:
            raise FlowError(f"{self.name}: is larger than {LARGEST // 1024} KiB.")
        self.digest = hashlib.sha256(raw).hexdigest()
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            raise FlowError(f"{self.name}: is not UTF-8 text.") from None
        self.lines = text.splitlines()
        self._headers: dict[str, list[int]] = {}
        for number, line in enumerate(self.lines, 1):
            if _CONTROL.search(line):
                raise FlowError(f"{self.name}:{number}: holds a control or invisible character.")
            if found := _HEADER.match(line):
                self._headers.setdefault(found[1], []).append(number)
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            line_number = f":{found[1]}" if found else ""
            raise FlowError(f"{self.name}{line_number}: is not TOML ({error}).") from None
        except RecursionError:
            raise FlowError(f"{self.name}: is nested too deeply.") from None
        if _depth(data) > DEEPEST:
            raise FlowError(f"{self.name}: is nested too deeply.")
        self.root = Table(self, data, "", 1)

    def left(self) -> list[tuple[str, int, str]]:
        """Give every line that still says TODO: file, line, and what the line says of it."""
        found = []
        for number, line in enumerate(self.lines, 1):
            value, _, said = line.partition("# TODO")
            key = value.partition("=")[0].strip(" [#")
            if said or '"TODO' in value:
                found.append((self.name, number, said.strip(" :") or f"{key or 'this'} still says TODO."))
        return found

    def line_of_header(self, header: str, number: int = 0) -> int:
        found = self._headers.get(header, [])
        return found[number] if number < len(found) else 0

    def line_of(self, key: str, start: int) -> int:
        """Give the first line at or after `start` that sets `key`, else `start`."""
        pattern = re.compile(rf'^\s*"?{re.escape(key)}"?\s*=')
        for number in range(start, len(self.lines) + 1):
            if number > start and self.lines[number - 1].lstrip().startswith("["):
                break
            if pattern.match(self.lines[number - 1]):
                return number
        return start


def _depth(value: Any, limit: int = 40) -> int:
    if limit == 0:
        return 40
    if isinstance(value, dict):
        return 1 + max((_depth(v, limit - 1) for v in value.values()), default=0)
    if isinstance(value, list):
        return max((_depth(v, limit - 1) for v in value), default=0)
    return 0
