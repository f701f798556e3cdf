"""Encryption of personal data: AES-256-GCM with numbered keys, and a keyed blind index that finds a number nobody can read.

Keys are files `personal-N.key` in the data folder's `keys`, or the setting PERSONAL_KEY: `N:key` in base64, several separated
by commas. The highest number encrypts; all decrypt, so that a new key can be brought in beside the old one. The blind index
always uses the lowest number, because an index under two keys would no longer be unique: that key must be kept.
"""

import base64
import binascii
import functools
import hashlib
import hmac
import os
import re
import secrets
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from chengzhi.kernel.problems import Problem

KEY_BYTES = 32
NONCE_BYTES = 12


class KeyFault(Problem):
    """The keys of this installation do not fit its data: an operator must put the right ones in place."""

    status, code = 503, "personal_key_fault"


def encrypt(text: str, *, bound_to: str) -> str:
    """Return the cipher of a text as `number.base64`; it can be read only where it is bound to. Nothing stays nothing."""
    if not text:
        return ""
    number, key = current_key()
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), bound_to.encode())
    return f"{number}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(cipher: str, *, bound_to: str) -> str:
    """Return the text of a cipher. Raises KeyFault when its key is missing, or when it was changed or moved."""
    if not cipher:
        return ""
    number, _, body = cipher.partition(".")
    known = keys()
    if int(number) not in known:
        _read.cache_clear()  # the key may have been brought in while this process was running
        known = keys()
    if int(number) not in known:
        raise KeyFault(
            f"缺少个人信息密钥 personal-{number}.key，请管理员从备份恢复密钥文件。",
            f"The key personal-{number}.key for personal data is missing; restore the key files from the backup.",
        )
    raw = base64.urlsafe_b64decode(body)
    try:
        return AESGCM(known[int(number)]).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound_to.encode()).decode()
    except InvalidTag:
        raise KeyFault(
            f"个人信息无法解密：密钥 personal-{number}.key 不是当时所用的密钥，或数据被改动，请管理员核对。",
            f"Personal data cannot be read: personal-{number}.key is not the key it was written with, or the data was changed.",
        ) from None


def blind_index(normalised: str) -> str:
    """Return the keyed index (HMAC-SHA256) of a normalised phone number."""
    first = keys()[min(keys())]
    derived = hmac.digest(first, b"chengzhi phone index", hashlib.sha256)
    return hmac.new(derived, normalised.encode(), hashlib.sha256).hexdigest()


def current_key() -> tuple[int, bytes]:
    """Return number and bytes of the key that encrypts."""
    known = keys()
    return max(known), known[max(known)]


def keys() -> dict[int, bytes]:
    """Return all keys by number; the first one is made when there is none."""
    return _read(Path(settings.VAR) / "keys", str(getattr(settings, "PERSONAL_KEY", "") or ""))


@functools.lru_cache(maxsize=4)
def _read(folder: Path, given: str) -> dict[int, bytes]:
    if given:
        return dict(_parse(*part.partition(":")[::2], origin="PERSONAL_KEY") for part in given.split(","))
    found = _files(folder)
    if not found:
        _make(folder)
        found = _files(folder)
    return dict(_parse(number, path.read_text(encoding="ascii"), origin=str(path)) for number, path in found.items())


def _files(folder: Path) -> dict[str, Path]:
    matches = ((re.fullmatch(r"personal-([1-9][0-9]*)\.key", path.name), path) for path in folder.glob("personal-*.key"))
    return {match[1]: path for match, path in matches if match}


def _parse(number: str, text: str, *, origin: str) -> tuple[int, bytes]:
    try:
        key = base64.urlsafe_b64decode(text.strip())
        if len(key) == KEY_BYTES and int(number) > 0:
            return int(number), key
    except (ValueError, binascii.Error):
        pass
    raise KeyFault(
        f"个人信息密钥 {origin} 无法使用：应为 base64 编码的32字节（可用 openssl rand -base64 32 生成），"
        "PERSONAL_KEY 中须在其前写编号和冒号。",
        f"The key for personal data in {origin} cannot be used: it must be 32 bytes in base64 (openssl rand -base64 32), "
        "and in PERSONAL_KEY its number and a colon stand before it.",
    )


def _make(folder: Path) -> None:
    """Make the first key; of several processes that start together exactly one wins, and its key is on disk before it is used."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".new-")
    try:
        os.write(handle, base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)))
        os.fsync(handle)
        os.link(name, folder / "personal-1.key")
    except FileExistsError:
        return
    finally:
        os.close(handle)
        Path(name).unlink()
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
