"""Files on disk, named by the SHA-256 of their content: `aa/bb/<sha256>`. What is named so never changes.

A file is on disk, name included, before the row that speaks of it is committed. Copies that can be made again lie beside it.
"""

import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path

from django.conf import settings

from chengzhi.kernel.problems import Problem

TEMPORARY = ".new-"
_NAME = re.compile(r"[0-9a-f]{64}")
_later: ContextVar[bool] = ContextVar("synced_together", default=False)


class NotStored(Problem):
    """The storage takes nothing at present: an operator must look after it."""

    status, code = 503, "not_stored"


def keep(content: bytes) -> str:
    """Store the content durably and return its SHA-256; content that is already there is marked as used just now."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    try:
        with _locked(fcntl.LOCK_SH):  # many may store at the same time, but none while the sweeper decides about a file
            if path.exists():
                os.utime(path)
            else:
                _make_folder(path.parent)
                write(path, content)
            _sync_folder(path.parent)
    except OSError as fault:
        raise NotStored(
            f"附件未能保存：存储不可写（{fault.strerror}），请稍后重试并通知管理员。",
            f"The file was not stored: the storage cannot be written ({fault.strerror}); try again later and tell the administrator.",
        ) from fault
    return sha256


def write(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            _sync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def path_of(sha256: str) -> Path:
    """Return where the original with this SHA-256 lies."""
    return Path(settings.FILES) / sha256[:2] / sha256[2:4] / sha256


def copy_of(sha256: str, size: str) -> Path:
    """Return where a copy of a size lies that was made from an original."""
    return path_of(sha256).with_name(f"{sha256}.{size}.jpg")


def untouched_since(before: datetime) -> Iterator[str]:
    """Yield the SHA-256 of every original last stored before a moment; leftovers of broken writes are removed on the way."""
    for path in sorted(Path(settings.FILES).glob("??/??/*")):
        if path.name.startswith(TEMPORARY):
            _remove(path, before)
        elif _NAME.fullmatch(path.name) and path.stat().st_mtime < before.timestamp():
            yield path.name


def remove(sha256: str, before: datetime) -> bool:
    """Remove an original and its copies, unless somebody has stored it again since that moment; tell whether it is gone."""
    with _locked(fcntl.LOCK_EX):
        if not _remove(path_of(sha256), before):
            return False
        for copy in path_of(sha256).parent.glob(f"{sha256}.*.jpg"):
            copy.unlink(missing_ok=True)
        return True


def _remove(path: Path, before: datetime) -> bool:
    try:
        if path.stat().st_mtime >= before.timestamp():
            return False
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def _make_folder(folder: Path) -> None:
    if not folder.exists():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _sync(descriptor)
    finally:
        os.close(descriptor)


def _sync(descriptor: int) -> None:
    if not _later.get():
        os.fsync(descriptor)


@contextmanager
def synced_together() -> Iterator[None]:
    """Bring thousands of files to the disk at once when the block ends, not one by one; whoever commits rows of them does so after it."""
    token = _later.set(True)
    try:
        yield
    finally:
        _later.reset(token)
    os.sync()


@contextmanager
def _locked(how: int) -> Iterator[None]:
    folder = Path(settings.FILES)
    _make_folder(folder)
    descriptor = os.open(folder / ".sweep.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)
