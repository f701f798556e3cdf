"""Every refusal of the product is a `Problem`: a status, a code, one sentence in Chinese and one in English."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason among several: the rule or field it belongs to, in both languages, with its source if law names one."""

    code: str
    zh: str
    en: str
    field: str = ""
    source: str = ""


class Problem(Exception):
    """A refusal that a door translates into an answer; nothing has been changed when it is raised."""

    status = 400
    code = "bad_request"

    def __init__(
        self, zh: str, en: str, *, code: str = "", faults: Sequence[Fault] = (), extra: dict[str, object] | None = None
    ) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en
        self.code = code or type(self).code
        self.faults = tuple(faults)
        self.extra = extra or {}


class Invalid(Problem):
    """The input cannot be used: the sentence names the field, the value and the fix."""

    status, code = 422, "invalid"


class Refused(Problem):
    """A rule forbids it: all broken rules are named at once."""

    status, code = 422, "refused"


class NotSignedIn(Problem):
    """Nobody is signed in, or the token is unknown."""

    status, code = 401, "not_signed_in"


class NotAllowed(Problem):
    """The person lacks the capability here."""

    status, code = 403, "not_allowed"


class NotFound(Problem):
    """There is no such thing, or none that this person may see: the two are never told apart."""

    status, code = 404, "not_found"


class Conflict(Problem):
    """The state or version is another one by now."""

    status, code = 409, "conflict"


class TooLarge(Problem):
    """More was sent than is taken."""

    status, code = 413, "too_large"


class VersionMissing(Problem):
    """A step needs to say which version it was decided on."""

    status, code = 428, "version_missing"
