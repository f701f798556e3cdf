"""Work of the timetable, one matter after the other: what fails for one is told with its id, and the others go on."""

import logging
from collections.abc import Callable, Iterable

from django.db import InterfaceError, OperationalError

from chengzhi.kernel.problems import Problem

logger = logging.getLogger(__name__)


def one_by_one(what: str, identifiers: Iterable[int], take: Callable[[int], int | bool]) -> int:
    """Do something for each of these ids, each in its own transaction; return how often it was done. A lost database is raised."""
    done = 0
    for identifier in identifiers:
        try:
            done += take(identifier)
        except (OperationalError, InterfaceError):
            raise  # the database is gone: the worker begins anew
        except Problem as problem:  # somebody was faster, or a post is missing: it is tried again next time
            logger.warning("%s %s is left by the timetable: %s", what, identifier, problem)
        except Exception:  # one broken row must not take the turn of all the others
            logger.exception("%s %s fails in the timetable.", what, identifier)
    return done
