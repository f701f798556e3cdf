"""Judgements of what lies beside the main line and after closing: answers, self-handling, new class, reopening, visits, appeals."""

from chengzhi.incidents.rules.facts import IncidentFacts
from chengzhi.kernel.rules import LOOP, rule

UNSATISFIED = "unsatisfied"


@rule(zh="只有咨询类小类可以当即办理，其他请批转立案或先改类", source=LOOP("A7"))
def only_a_consultation_is_answered_at_once(case: IncidentFacts) -> bool:
    """Only a class that asks for advice can be answered at once; what must be done on site is filed."""
    return case.after.consultation


@rule(zh="只有市民来源的咨询可以当即办理", source=LOOP("A7"))
def consultation_comes_from_a_citizen(case: IncidentFacts) -> bool:
    """Only a citizen can be answered at once."""
    return case.after.of_citizen


@rule(zh="视频或传感器核查须附证据", source=LOOP("E5"))
def remote_check_has_evidence(case: IncidentFacts) -> bool:
    """A check by video or sensor needs new evidence attached to it."""
    return case.after.files is None or case.after.files >= 1


@rule(zh="本小类不在可自行处置的名单内", source=LOOP("G1"))
def self_handling_is_allowed_for_class(case: IncidentFacts) -> bool:
    """Only what is on the list of the city can be settled by the inspector himself."""
    return case.after.self_handled_allowed


@rule(zh="自行处置须附处置前和处置后的不同照片", source=LOOP("G1"))
def self_handled_has_both_photos(case: IncidentFacts) -> bool:
    """What an inspector settled himself needs a photo from before and another one from afterwards."""
    return case.after.before_photos is None or (case.after.before_photos >= 1 and (case.after.after_photos or 0) >= 1)


@rule(zh="新小类与现小类相同", source=LOOP("H2"))
def new_class_differs(case: IncidentFacts) -> bool:
    """A new class must be another one than the present."""
    return case.after.new_class_differs is None or case.after.new_class_differs


@rule(zh="立案后只有值班长可以改类", source=LOOP("H2"))
def filed_class_is_changed_by_the_chief(case: IncidentFacts) -> bool:
    """After filing only the duty chief can change the class."""
    return not case.after.filed or case.after.actor_may_file


@rule(zh="市级与县区共同办理的案件不能单方改类，请作废后重新上报", source=LOOP("H2"))
def class_is_not_shared_with_another_level(case: IncidentFacts) -> bool:
    """An incident that city and county run together keeps its class."""
    return not case.after.of_county and not case.after.county_runs


@rule(zh="有任务等待答复、正在或曾经挂账或延期，不能重新计算时限，请作废后重新上报", source=LOOP("H2"))
def tasks_can_be_counted_anew(case: IncidentFacts) -> bool:
    """Limits are not calculated anew when a task waits for an answer, is or was suspended or extended: it would lose what was granted."""
    return case.after.tasks_can_be_counted


@rule(zh="只有本级立案的案件可以重办", source=LOOP("R2"))
def only_an_own_filed_incident_is_reopened(case: IncidentFacts) -> bool:
    """Only an incident that this level has filed can be taken up again."""
    return case.after.filed and not case.after.of_county


@rule(zh="须有回访不满意的记录才能重办", source=LOOP("R2"))
def citizen_is_unsatisfied(case: IncidentFacts) -> bool:
    """A closed incident is taken up again when the citizen has said that he is not satisfied."""
    return case.after.satisfaction == UNSATISFIED


@rule(zh="重办次数已用完", source=LOOP("R2"))
def a_reopening_is_left(case: IncidentFacts) -> bool:
    """An incident can be taken up again only as often as the city has set."""
    return case.after.reopenings_left > 0


@rule(zh="须在不同时间多次未接通，才能记为无法联系", source=LOOP("R1"))
def citizen_was_tried_often_enough(case: IncidentFacts) -> bool:
    """A citizen counts as not to be reached only after the number of tries that the city has set."""
    return not case.after.unreachable or case.after.tries_left <= 0


@rule(zh="距上次拨打时间太短，请稍后再拨", source=LOOP("R1"))
def tries_lie_apart(case: IncidentFacts) -> bool:
    """Two tries to reach a citizen lie apart by the time that the city has set."""
    return case.after.gap_is_over


@rule(zh="只有办理过该案件的单位可以申诉", source=LOOP("R3"))
def appellant_worked_on_it(case: IncidentFacts) -> bool:
    """Only a unit that had a task of the incident can appeal."""
    return case.after.unit_worked


@rule(zh="同一事项的申诉已提出", source=LOOP("R3"))
def appeal_is_new(case: IncidentFacts) -> bool:
    """A unit appeals about one thing only once."""
    return not case.after.appealed


@rule(zh="上报或核查过该案件的人员不能抽查和回头看", source=LOOP("E6"))
def sampler_is_new_to_the_case(case: IncidentFacts) -> bool:
    """Whoever reported or checked an incident cannot check it by lot."""
    return not case.after.seen_by_actor
