"""What the rules of the loop judge: plain values, gathered by queries."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MergeTarget:
    """The incident into which another one shall be merged, as the rule sees it; how far and how long apart at most is dated data."""

    open: bool
    same_class: bool
    itself: bool
    metres: float | None
    hours: float
    most_metres: int
    most_hours: int


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A disposal task as the rules about return, extension, suspension and crews see it (inputs are None while not given).

    Shares and counts are judged by the query that fills this, because they are dated data of the city.
    """

    of_county: bool = False
    return_in_time: bool = True
    deadline_ahead: bool = True
    extensions_left: int = 1
    needs_leader: bool = False
    wrong_dispatch: bool = False
    endorsed: bool = False
    actor_confirms: bool = False
    actor_decides: bool = False
    more_minutes: int | None = None
    minutes_left: int = 0
    resume_ahead: bool | None = None
    inner_minutes: int | None = None
    minutes_to_deadline: int = 0


@dataclass(frozen=True, slots=True)
class AfterFacts:
    """What lies beside the main line and after closing, as its rules see it (inputs are None while not given).

    Numbers of the city (how often, how long) are compared by the query that fills this, because they are dated data.
    """

    consultation: bool = True
    of_citizen: bool = True
    files: int | None = None
    self_handled_allowed: bool = True
    before_photos: int | None = None
    after_photos: int | None = None
    filed: bool = False
    actor_may_file: bool = False
    new_class_differs: bool | None = None
    of_county: bool = False
    county_runs: bool = False
    tasks_can_be_counted: bool = True
    satisfaction: str = ""
    reopenings_left: int = 1
    unreachable: bool = False
    tries_left: int = 0
    gap_is_over: bool = True
    unit_worked: bool = True
    appealed: bool = False
    seen_by_actor: bool = False


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """What the rules of the loop judge: the incident as it stands, and the inputs of the step (None: not given yet).

    `photos` counts pictures that are not evidence of this incident yet. `metres` is infinite when no position was sent;
    `far_metres`, from which on a reason is asked, is dated data of the city.
    `open_tasks` counts the tasks that must be done: the lead's and the mandatory ones beside it; `optional_open` tells of the others.
    """

    class_known: bool = True
    position_known: bool = True
    needs_verification: bool = False
    verified: str = ""
    visible_on_site: bool = True
    inspector_available: bool = True
    open_tasks: int = 0
    optional_open: bool = False
    lead_done: bool = True
    lead_open: bool = False
    all_open_hang: bool = False
    check_result: str = ""
    filed_by_actor: bool = False
    four_eyes: bool = False
    handled_by_actor: bool = False
    void_requested: bool = False
    photos: int | None = None
    condition_fits: bool | None = None
    units_repeat: bool | None = None
    target: MergeTarget | None = None
    waiver: str | None = None
    closing_condition_met: bool | None = None
    metres: float | None = None
    far_metres: int = 0
    far_reason: str = ""
    leftover_told: bool | None = None
    reply_made: bool | None = None
    limits_fit: bool | None = None
    reply_ahead: bool | None = None
    disputed: bool | None = None
    fallback_named: bool | None = None
    task: TaskFacts = TaskFacts()
    after: AfterFacts = AfterFacts()
