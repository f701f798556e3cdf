"""Judgements of the loop. A rule about an input is silent (true) while there is no input yet, so that buttons can ask it too."""

from chengzhi.incidents.rules.facts import IncidentFacts
from chengzhi.kernel.rules import HOUSE, LOOP, rule


@rule(zh="上报须至少附一张现场照片", source=LOOP("A1"))
def report_has_photo(case: IncidentFacts) -> bool:
    """A report from the street needs at least one photo."""
    return case.photos is None or case.photos >= 1


@rule(zh="案件须有已知的部件或事件小类", source=LOOP("A5"))
def class_is_known(case: IncidentFacts) -> bool:
    """Without a valid minor class an incident cannot be passed on."""
    return case.class_known


@rule(zh="须先定位（目前仅有文字地址）", source=LOOP("A5"))
def position_is_known(case: IncidentFacts) -> bool:
    """An incident whose place is known only in words cannot be passed on."""
    return case.position_known


@rule(zh="公众和转办的反映须先经现场核实属实", source=LOOP("A5"))
def truth_is_verified(case: IncidentFacts) -> bool:
    """A report by the public cannot be passed on before it was verified on site."""
    return not case.needs_verification or case.verified == "true"


@rule(zh="该责任网格当前没有在岗监督员", source=LOOP("A3"))
def inspector_is_available(case: IncidentFacts) -> bool:
    """Without an inspector on duty for the place nobody can be sent."""
    return case.inspector_available


@rule(zh="来自市民的反映不予受理前须先答复市民", source=LOOP("A6"))
def reply_is_made(case: IncidentFacts) -> bool:
    """A citizen must be answered before his report is refused."""
    return case.reply_made is None or case.reply_made


@rule(zh="只能并入未办结的另一件案件", source=LOOP("A8"))
def target_is_another_open_one(case: IncidentFacts) -> bool:
    """An incident can only be merged into another one that is still open."""
    return case.target is None or (case.target.open and not case.target.itself)


@rule(zh="只能并入同一小类的案件", source=LOOP("A8"))
def target_has_same_class(case: IncidentFacts) -> bool:
    """Only incidents of the same minor class can be merged."""
    return case.target is None or case.target.same_class


@rule(zh="两案位置超过规定的并案距离（见规则数值），不能并案", source=LOOP("A8"))
def target_is_near(case: IncidentFacts) -> bool:
    """Only incidents within the distance that the city has set for merging can be merged."""
    return case.target is None or (case.target.metres is not None and case.target.metres <= case.target.most_metres)


@rule(zh="两案上报时间超过规定的并案间隔（见规则数值），不能并案", source=LOOP("A8"))
def target_is_recent(case: IncidentFacts) -> bool:
    """Only reports within the time that the city has set for merging can be merged."""
    return case.target is None or abs(case.target.hours) <= case.target.most_hours


@rule(zh="须选择本小类的立案条件", source=LOOP("B1"))
def condition_fits_class(case: IncidentFacts) -> bool:
    """The filing condition must be one of the incident's class."""
    return case.condition_fits is None or case.condition_fits


@rule(zh="同一单位不能重复派遣", source=LOOP("C2"))
def each_unit_has_one_task(case: IncidentFacts) -> bool:
    """A unit cannot be given two open tasks of one incident."""
    return not case.units_repeat


@rule(zh="须待主办和必办的协办任务全部反馈", source=LOOP("D2"))
def all_tasks_are_done(case: IncidentFacts) -> bool:
    """The incident goes on only when the lead's task and every mandatory one beside it are done."""
    return case.open_tasks == 0 and case.lead_done


@rule(zh="现场可见的问题，处置反馈须附照片", source=LOOP("D2"))
def visible_result_has_photo(case: IncidentFacts) -> bool:
    """Work that can be seen on site is reported done with at least one new photo."""
    return case.photos is None or not case.visible_on_site or case.photos >= 1


@rule(zh="有遗留问题的须写明遗留什么；没有的请选“无”", source=LOOP("D2"))
def leftover_is_told(case: IncidentFacts) -> bool:
    """Whoever reports that something is left says what it is, and whoever says what is left reports it so."""
    return case.leftover_told is None or case.leftover_told


@rule(zh="处置人员不能核查同一案件", source=LOOP("职责分离"))
def checker_did_not_handle(case: IncidentFacts) -> bool:
    """Whoever handled the incident cannot check it."""
    return not case.handled_by_actor


@rule(zh="核实和核查须附现场照片", source=LOOP("E2"))
def visit_has_photo(case: IncidentFacts) -> bool:
    """A visit on site needs at least one new photo."""
    return case.photos is None or case.photos >= 1


@rule(zh="须给出核查位置；没有位置或距案发点超过规定距离须说明原因", source=LOOP("E2"))
def distance_is_explained(case: IncidentFacts) -> bool:
    """A check made without a position, or farther from the place than the city has set, needs a reason."""
    return case.metres is None or case.metres <= case.far_metres or bool(case.far_reason)


@rule(zh="须有核查通过的结果，否则写明免核查或不采纳核查结果的理由", source=LOOP("F1"))
def check_is_passed_or_waived(case: IncidentFacts) -> bool:
    """Closing without a passed check needs a reason."""
    return case.check_result == "passed" or case.waiver is None or bool(case.waiver)


@rule(zh="须确认符合结案条件", source=LOOP("F1"))
def closing_condition_is_met(case: IncidentFacts) -> bool:
    """An incident cannot be closed before its closing condition is met."""
    return case.closing_condition_met is None or case.closing_condition_met


@rule(zh="立案人不能为同一案件结案", source=HOUSE("四眼原则"))
def closer_did_not_file(case: IncidentFacts) -> bool:
    """A chief cannot close what he filed himself while the four-eyes rule is on."""
    return not (case.four_eyes and case.filed_by_actor)


@rule(zh="核查未通过才能返工", source=LOOP("F2"))
def check_has_failed(case: IncidentFacts) -> bool:
    """Only what failed its check can go back for rework."""
    return case.check_result == "failed"


@rule(zh="已有一份作废申请待批", source=LOOP("H1"))
def no_void_request_waits(case: IncidentFacts) -> bool:
    """A request to void this incident is waiting already."""
    return not case.void_requested
