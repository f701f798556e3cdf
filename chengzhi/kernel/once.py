"""Idempotency: the same key of the same caller gets the same answer, stored in the transaction that did the work."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from chengzhi.kernel import writes
from chengzhi.kernel.models import Once
from chengzhi.kernel.problems import Conflict, Invalid, Problem

KEEP_FOR = timedelta(days=7)
LONGEST_KEY = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """What a door returns: status, plain JSON body, and whether it is a repetition."""

    status: int
    body: dict[str, Any]
    repeated: bool = False


def digest_of(method: str, path: str, body: bytes) -> str:
    """Return the digest by which a repeated request is recognised."""
    return hashlib.sha256(method.encode() + b"\n" + path.encode() + b"\n" + body).hexdigest()


def answer(*, caller: int, key: str, digest: str, work: Callable[[], tuple[int, dict[str, Any]]]) -> Answer:
    """Do the work once per caller and key.

    Nobody asks beforehand whether the key is known, because it hardly ever is: the work is done, and when the key is there already the
    database refuses its second row, all is rolled back, and the stored answer is given. Without a key the work is simply done.
    Raises Invalid when the key is too long or was used with another body.
    """
    if len(key) > LONGEST_KEY:
        raise Invalid(
            f"Idempotency-Key 最多{LONGEST_KEY}个字符，收到{len(key)}个。",
            f"Idempotency-Key takes at most {LONGEST_KEY} characters, but has {len(key)}.",
            code="key_too_long",
        )
    try:
        with writes.unit_of_work():
            status, body = work()
            if key:
                text = json.dumps(body, ensure_ascii=False)
                writes.add(Once(caller=caller, key=key, digest=digest, status=status, answer=text, made_at=timezone.now()))
    except (IntegrityError, Problem) as refusal:
        stored = find(caller, key)
        if stored is not None:
            return _stored(stored, digest)
        if isinstance(refusal, Problem):
            raise
        raise Conflict(
            "同样的数据刚被他人保存，请刷新后再试。",
            "The same data has just been saved by somebody; reload and try again.",
            code="already_there",
        ) from refusal
    return Answer(status, body)


def find(caller: int, key: str) -> Once | None:
    """Return the stored answer of a caller's key, if any."""
    return Once.objects.filter(caller=caller, key=key).first() if key else None


def _stored(row: Once, digest: str) -> Answer:
    if row.digest != digest:
        raise Invalid(
            f"Idempotency-Key“{row.key}”已用于另一份内容，请换一个新的键。",
            f"Idempotency-Key “{row.key}” was used with another body; send a new key.",
            code="key_reused",
        )
    return Answer(row.status, json.loads(row.answer), repeated=True)


def prune(now: datetime) -> int:
    """Remove keys older than seven days."""
    removed, _ = Once.objects.filter(made_at__lt=now - KEEP_FOR).delete()
    return removed
