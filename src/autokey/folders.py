"""Our own folders, and files in them that a kill cannot halve.

Every folder is ours alone (0700, our owner, no symlink): other users of the machine, and programs that put a
link in our way, must not be able to read or exchange what is in them. `AUTOKEY_HOME` moves all of them.
Knows nothing of what the files say.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from autokey.errors import VaultError

HOME_VARIABLE: Final = "AUTOKEY_HOME"
TEMPORARY: Final = ".new-"  # how the name of a file begins that is not finished yet
_POSIX: Final = hasattr(os, "geteuid")
_WRITABLE_BY_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH
_LONGEST_NAME: Final = 200  # bytes; file systems take 255, and a version and a suffix are added


@dataclass(frozen=True, slots=True)
class Folders:
    """Where things are kept. Finding them touches no disk; `secure` makes and checks one.

    config: overlays of selectors · data: vault, inventory · state: journals · cache: what may be lost.
    """

    config: Path
    data: Path
    state: Path
    cache: Path

    def vault(self, *, sandbox: bool = False) -> Path:
        """Give the folder of the vault file; what the sandbox makes is kept apart."""
        return self._side(sandbox) / "vault"

    def inventory(self, *, sandbox: bool = False) -> Path:
        """Give the folder of the list of what is stored."""
        return self._side(sandbox) / "inventory"

    @property
    def runs(self) -> Path:
        """Give the folder of the journals."""
        return self.state / "runs"

    def _side(self, sandbox: bool) -> Path:
        return self.data / "sandbox" if sandbox else self.data


def find() -> Folders:
    """Give our folders: below `AUTOKEY_HOME` if that is set, else where the system keeps such (XDG)."""
    if home := os.environ.get(HOME_VARIABLE, ""):
        root = Path(home).expanduser().absolute()
        return Folders(root / "config", root / "data", root / "state", root / "cache")
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("autokey", appauthor=False)
    return Folders(
        Path(dirs.user_config_dir),
        Path(dirs.user_data_dir),
        Path(dirs.user_state_dir),
        Path(dirs.user_cache_dir),
    )


def secure(folder: Path) -> Path:
    """Make `folder` (0700) and what is missing above it, check it and all of ours above it; give it back.

    Ours are `AUTOKEY_HOME`, the folders named `autokey`, and everything below them. Raises VaultError when
    one of them is a symlink, has a foreign owner or can be written by others, when a folder above lets
    everybody exchange ours, or when it cannot be made.
    """
    ours = _ours(folder)
    try:
        ours[0].parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for one in ours:
            with suppress(FileExistsError):
                one.mkdir(mode=0o700)
            _check(one, tighten=one != ours[0] or len(ours) == 1)
    except OSError as error:
        raise VaultError(
            f"The folder {folder} cannot be made: {error.strerror or type(error).__name__}.",
            fix=f"Make room or make it writable, or set {HOME_VARIABLE} to a folder of yours.",
        ) from None
    _check_above(ours[0].parent)
    return folder


def _ours(folder: Path) -> list[Path]:
    """Give `folder` and those above it that are ours, top-most first."""
    line = [*reversed(folder.parents), folder]
    if home := os.environ.get(HOME_VARIABLE, ""):
        top = Path(home).expanduser().absolute()
        if top in line:
            return line[line.index(top) :]
    for place, one in enumerate(line):
        if one.name == "autokey" and _standard(one):
            return line[place:]
    return [folder]


def _standard(folder: Path) -> bool:
    found = find()
    return folder in (found.config, found.data, found.state, found.cache) or any(
        folder in root.parents for root in (found.config, found.data, found.state, found.cache)
    )


def _check(folder: Path, *, tighten: bool) -> None:
    """Refuse what is not ours alone. A folder that others may only read is closed instead (`tighten`)."""
    state = folder.lstat()
    if stat.S_ISLNK(state.st_mode):
        raise VaultError(f"{folder} is a symbolic link.", fix="Secrets are kept in real folders only: replace it.")
    if not stat.S_ISDIR(state.st_mode):
        raise VaultError(f"{folder} is not a folder.", fix="Move that file away.")
    if not _POSIX:  # Windows: rights are inherited from the profile of the user
        return
    if state.st_uid != os.geteuid():
        raise VaultError(
            f"{folder} belongs to another user (number {state.st_uid}).",
            fix=f"Run as that user, or set {HOME_VARIABLE} to a folder of yours.",
        )
    if state.st_mode & _WRITABLE_BY_OTHERS:
        raise VaultError(f"Other users can write to {folder}.", fix=f"Run: chmod 700 {folder}")
    if tighten and stat.S_IMODE(state.st_mode) != 0o700:
        folder.chmod(0o700)


def _check_above(folder: Path) -> None:
    """Refuse a place where anybody may rename our folder away: writable by all, and not sticky as /tmp is."""
    if not _POSIX:
        return
    real = folder.resolve()
    for one in (real, *real.parents):
        mode = one.stat().st_mode
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            raise VaultError(f"Everybody can write to {one}.", fix=f"Run: chmod o-w {one}")


def private(path: Path) -> bytes:
    """Read a file that must be ours alone: a regular file (no symlink), our owner, mode 0600 or less.

    Raises VaultError when it is not, and OSError when it cannot be read.
    """
    if path.is_symlink():
        raise VaultError(f"{path} is a symbolic link.", fix="Give the file itself.")
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb") as file:
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise VaultError(f"{path} is not a file.", fix="Give a plain file.")
        if _POSIX and (state.st_uid != os.geteuid() or state.st_mode & 0o077):
            raise VaultError(f"{path} can be read by others, or is not yours.", fix=f"Run: chmod 600 {path}")
        return file.read()


def write_new(path: Path, content: bytes) -> None:
    """Write a file (0600) that does not exist yet; when this returns it survives a crash of the machine.

    Written beside under a name that begins with `.new-`, fsynced, then linked: never half there, never in
    place of another. Raises FileExistsError when the name is taken, OSError when it cannot be written.
    """
    temporary = _write_beside(path, content)
    try:
        _link(temporary, path)
    finally:
        with suppress(OSError):
            temporary.unlink()
    sync_folder(path.parent)


def replace(path: Path, content: bytes) -> None:
    """Write a file (0600) in place of the one of that name, whole or not at all. Raises OSError."""
    temporary = _write_beside(path, content)
    try:
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def drop(path: Path) -> None:
    """Remove a file durably. Raises OSError; a file that is not there is no fault."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def _write_beside(path: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=f"{TEMPORARY}{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
    return Path(name)


def _link(temporary: Path, path: Path) -> None:
    """Give the finished file its name unless that is taken (`rename` refuses by itself on Windows)."""
    if os.name == "nt":
        temporary.rename(path)
        return
    os.link(temporary, path, follow_symlinks=False)


def sync_folder(folder: Path) -> None:
    """Make names in `folder` durable; where a folder cannot be opened (Windows) the system does it itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def file_name(service: str) -> str:
    """Give the file name of a service: `autokey:exchange:main@2` -> `exchange--main--2`. Different ones differ.

    Letters, digits, underscores and single inner dots and hyphens stay, every other character is
    percent-encoded (UTF-8), so a label can neither leave the folder nor look like another one. A very long
    one is cut and ends in its digest.
    """
    name, _, version = service.rpartition("@")
    if not name or not re.fullmatch(r"[2-9]|[1-9][0-9]{1,5}", version):
        name, version = service, "1"
    _, _, rest = name.partition(":")
    exchange, _, label = rest.partition(":")
    text = f"{_safe(exchange)}--{_safe(label)}"
    if len(text) > _LONGEST_NAME:
        text = f"{text[: _LONGEST_NAME - 34]}--{sha256(text.encode()).hexdigest()[:32]}"
    return f"{text}--{version}"


def _safe(text: str) -> str:
    out = ""
    for place, one in enumerate(text):
        inner = 0 < place < len(text) - 1 and text[place - 1] not in ".-"
        plain = one.isascii() and (one.isalnum() or one == "_")
        out += one if plain or (one in ".-" and inner) else "".join(f"%{byte:02X}" for byte in one.encode())
    return out
