"""Announcements of the citizens' pages."""

from dataclasses import dataclass

from chengzhi.kernel.feed import event


@event
@dataclass(frozen=True)
class WorkRated:
    """A citizen has rated finished work; `redo` when he wishes that it is done again."""

    matter_id: int
    score: int
    why: str
    redo: bool


@event
@dataclass(frozen=True)
class CitizenJoined:
    """Another citizen has met with the problem of an open incident; `followers` follow it now."""

    matter_id: int
    followers: int
