"""Files are there whole or not at all, and what is in use is never swept."""

import hashlib
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chengzhi.documents import storage

NOW = datetime.now(UTC)
CONTENT = b"a picture"
SHA = hashlib.sha256(CONTENT).hexdigest()


def age(path, hours):
    moment = (NOW - timedelta(hours=hours)).timestamp()
    os.utime(path, (moment, moment))


def test_a_file_lies_under_its_own_digest(files_apart):
    assert storage.keep(CONTENT) == SHA
    path = files_apart / SHA[:2] / SHA[2:4] / SHA
    assert storage.path_of(SHA) == path and path.read_bytes() == CONTENT
    assert [p.name for p in path.parent.iterdir()] == [SHA]


def test_the_file_and_its_folder_are_on_disk_before_keep_returns(files_apart, monkeypatch):
    done = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: done.append(str(Path(f"/proc/self/fd/{descriptor}").readlink())))
    storage.keep(CONTENT)
    folder = str(storage.path_of(SHA).parent)
    written = next(place for place, path in enumerate(done) if storage.TEMPORARY in path)
    assert done[written].startswith(folder) and done[-1] == folder and written < len(done) - 1
    assert str(files_apart) in done and str(files_apart / SHA[:2]) in done


def test_the_same_content_is_stored_once_and_made_young_again():
    storage.keep(CONTENT)
    age(storage.path_of(SHA), 100)
    before = storage.path_of(SHA).stat().st_ino
    storage.keep(CONTENT)
    stat = storage.path_of(SHA).stat()
    assert stat.st_ino == before and stat.st_mtime > (NOW - timedelta(hours=1)).timestamp()


def test_many_may_store_the_same_at_once():
    threads = [threading.Thread(target=storage.keep, args=(CONTENT,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [p.name for p in storage.path_of(SHA).parent.iterdir()] == [SHA]


def test_a_broken_write_leaves_nothing_and_is_said(monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    storage.keep(b"another")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(storage.NotStored, match="No space left on device") as fault:
        storage.keep(CONTENT)
    assert fault.value.status == 503 and not storage.path_of(SHA).exists()
    assert not list(storage.path_of(SHA).parent.parent.glob("*/.new-*"))


def test_only_originals_that_are_old_enough_are_named(files_apart):
    old, young = storage.keep(b"old"), storage.keep(b"young")
    age(storage.path_of(old), 49)
    copy = storage.copy_of(young, "small")
    copy.write_bytes(b"copy")
    age(copy, 49)
    left, fresh = (storage.path_of(old).with_name(f".new-{name}") for name in ("left", "fresh"))
    left.write_bytes(b"half")
    fresh.write_bytes(b"half")
    age(left, 49)
    assert list(storage.untouched_since(NOW - timedelta(hours=48))) == [old]
    assert not left.exists() and fresh.exists() and copy.exists()


def test_an_original_is_removed_with_its_copies():
    sha = storage.keep(CONTENT)
    for size in ("large", "small"):
        storage.copy_of(sha, size).write_bytes(b"copy")
    age(storage.path_of(sha), 49)
    assert storage.remove(sha, NOW - timedelta(hours=48)) is True
    assert list(storage.path_of(sha).parent.iterdir()) == []
    assert storage.remove(sha, NOW - timedelta(hours=48)) is False


def test_what_was_stored_again_meanwhile_is_not_removed():
    sha = storage.keep(CONTENT)
    age(storage.path_of(sha), 49)
    storage.keep(CONTENT)
    assert storage.remove(sha, NOW - timedelta(hours=48)) is False
    assert storage.path_of(sha).read_bytes() == CONTENT
