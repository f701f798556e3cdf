"""What administrators see of the registers of the loop, each only what his nodes use; and what a person has looked at in clear."""

from collections.abc import Iterator, Sequence

from django.utils import timezone

from chengzhi.incidents.models import CaseClass, ClosingCondition, Condition, DisposalLimit, Incident, OpinionTemplate, StageLimit
from chengzhi.incidents.models.registers import LEVELS, STAGE_CLOCKS, UNITS
from chengzhi.incidents.queries import registers
from chengzhi.incidents.queries.choices import UNIT_WORDS, amount_words
from chengzhi.kernel import imports
from chengzhi.kernel.access import Actor
from chengzhi.kernel.administration import Line, Look, options_of, over, period, yes
from chengzhi.kernel.cards import Option
from chengzhi.kernel.opinions import gives_templates
from chengzhi.kernel.workflow import KINDS
from chengzhi.organisation import queries as organisation
from chengzhi.parties import queries as parties

EVERYWHERE = ("全市", "everywhere")
KIND = {"component": ("部件", "Component"), "event": ("事件", "Event")}
MOST_LOOKS = 200


def codes_of(actor: Actor, capability: str) -> list[str]:
    """Return the codes of the nodes at which a person may use a capability, with the platform's own rows (no code) in front."""
    return ["", *(organisation.node(key).code for key in organisation.reach(actor, capability))]


@options_of("register_nodes")
def register_nodes(actor: Actor) -> Sequence[Option]:
    """Return the nodes whose registers a person maintains, by their codes."""
    nodes = [organisation.node(key) for key in sorted(organisation.reach(actor, imports.MANAGE))]
    return [Option(view.code, view.name, view.name_en) for view in nodes]


@options_of("all_classes")
def all_classes(_actor: Actor) -> Sequence[Option]:
    """Return all minor classes."""
    return [Option(view.code, view.name_zh, view.name_en) for view in registers.classes()]


@options_of("levels")
def levels(_actor: Actor) -> Sequence[Option]:
    """Return the area classes of limits."""
    return [Option(code, zh, en) for code, (zh, en) in LEVELS.items()]


@options_of("limit_units")
def limit_units(_actor: Actor) -> Sequence[Option]:
    """Return the units in which a disposal limit counts."""
    return [Option(code, zh, en) for code, (zh, en) in UNITS.items()]


@options_of("stage_clocks")
def stage_clocks(_actor: Actor) -> Sequence[Option]:
    """Return the stages that have limits."""
    return [Option(code, zh, en) for code, (zh, en) in STAGE_CLOCKS.items()]


@options_of("stage_units")
def stage_units(_actor: Actor) -> Sequence[Option]:
    """Return the units in which a stage limit counts."""
    return [Option(code, *UNIT_WORDS[code]) for code in ("minute", "hour")]


@options_of("class_schemes")
def class_schemes(_actor: Actor) -> Sequence[Option]:
    """Return the timing schemes that a class may have."""
    return [Option("day", "日班", "day"), Option("night", "夜班", "night"), Option("office", "机关", "office")]


@options_of("steps_with_opinion")
def steps_with_opinion(_actor: Actor) -> Sequence[Option]:
    """Return the steps that people take, by their slugs, each once."""
    found: dict[str, Option] = {}
    for kind in KINDS.values():
        for slug, step in kind.steps.items():
            if step.by and slug in kind.forms:
                found.setdefault(slug, Option(slug, step.zh, step.en, (kind.zh, kind.en)))
    return list(found.values())


def _step(slug: str) -> tuple[str, str]:
    return next(((kind.steps[slug].zh, kind.steps[slug].en) for kind in KINDS.values() if slug in kind.steps), (slug, slug))


def node_words(code: str) -> tuple[str, str]:
    """Return the name of a node by its code, everywhere for none."""
    if not code:
        return EVERYWHERE
    view = next((view for view in organisation.nodes() if view.code == code), None)
    return (view.short, view.name_en) if view else (code, code)


def class_words(code: str) -> tuple[str, str]:
    """Return code and name of a class."""
    known = registers.class_view(code)
    return (f"{code} {known.name_zh}", f"{code} {known.name_en}") if known else (code, code)


def _condition(class_code: str, code: str) -> tuple[str, str]:
    found = next((view for view in registers.conditions_of(class_code) if view.code == code), None)
    return (found.name_zh, found.name_en or found.name_zh) if found else (code, code)


def class_rows(_actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the minor classes."""
    for row in CaseClass.objects.order_by("code"):
        if look.fits(row.code, row.name_zh, row.name_en, row.major_zh):
            cells = (row.code, KIND[row.kind], (row.major_zh, row.major_en), (row.name_zh, row.name_en), yes(row.visible_on_site))
            begins = {"class_code": row.code, "scheme": row.scheme_code, **({"visible_on_site": "true"} if row.visible_on_site else {})}
            yield Line((*cells, row.scheme_code, row.mark, row.source), begins)


def condition_rows(_actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the filing conditions of all classes."""
    for row in Condition.objects.select_related("case_class").order_by("case_class_id", "id").iterator(chunk_size=500):
        if look.fits(row.case_class_id, row.case_class.name_zh, row.name_zh, row.name_en):
            yield Line((class_words(row.case_class_id), row.code, (row.name_zh, row.name_en)), {"class_code": row.case_class_id})


def closing_rows(actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the closing conditions."""
    rows = ClosingCondition.objects.filter(node_code__in=codes_of(actor, imports.MANAGE)).order_by("class_code", "-valid_from")
    for row in rows:
        if look.fits(row.class_code, row.text_zh, row.text_en):
            condition = _condition(row.class_code, row.condition) if row.condition else ("全部", "all")
            cells = (class_words(row.class_code), condition, (row.text_zh, row.text_en), node_words(row.node_code))
            begins = {"node": row.node_code, "class_code": row.class_code, "text_zh": row.text_zh, "text_en": row.text_en}
            yield Line((*cells, period(row.valid_from, row.valid_to), row.mark, row.source), begins, ended=over(row.valid_to))


def limit_rows(actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the disposal limits of the platform and of the nodes that a person maintains, those in force first."""
    rows = DisposalLimit.objects.filter(node_code__in=codes_of(actor, imports.MANAGE)).order_by(
        "class_code", "condition", "level", "-valid_from"
    )
    for row in rows.iterator(chunk_size=500):
        named, condition = class_words(row.class_code), _condition(row.class_code, row.condition)
        if look.fits(*named, *condition, row.version):
            amount = amount_words(row.amount, row.unit)
            cells = (named, condition, LEVELS[row.level], amount, node_words(row.node_code), period(row.valid_from, row.valid_to))
            begins = {
                "class_code": row.class_code,
                "condition": condition[0],
                "level": row.level,
                "amount": str(row.amount),
                "unit": row.unit,
            }
            yield Line((*cells, row.version, row.mark, row.source), begins, ended=over(row.valid_to))


def stage_rows(actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the stage limits of the platform and of the nodes that a person maintains."""
    rows = StageLimit.objects.filter(node_code__in=codes_of(actor, imports.MANAGE)).order_by("clock", "node_code", "-valid_from")
    for row in rows:
        if look.fits(*STAGE_CLOCKS[row.clock]):
            urgent, ordinary = amount_words(row.urgent_amount, row.unit), amount_words(row.ordinary_amount, row.unit)
            cells = (STAGE_CLOCKS[row.clock], urgent, ordinary, node_words(row.node_code), period(row.valid_from, row.valid_to))
            begins = {"clock": row.clock, "urgent": str(row.urgent_amount), "ordinary": str(row.ordinary_amount), "unit": row.unit}
            yield Line((*cells, row.mark, row.source), begins, ended=over(row.valid_to))


def template_rows(actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the templates of opinions that a person's nodes use."""
    roles = {option.value: (option.zh, option.en) for option in organisation.role_options()}
    rows = OpinionTemplate.objects.filter(node_code__in=codes_of(actor, imports.MANAGE)).order_by("step", "role", "id")
    for row in rows:
        if look.fits(*_step(row.step), row.text_zh, row.text_en, row.role):
            role = roles.get(row.role, ("全部岗位", "every post"))
            cells = (_step(row.step), role, (row.text_zh, row.text_en), node_words(row.node_code), period(row.valid_from, row.valid_to))
            begins = {"template": str(row.pk), "step": row.step, "role": row.role, "text_zh": row.text_zh, "text_en": row.text_en}
            yield Line((*cells, organisation.staff_name(row.made_by)), begins, ended=over(row.valid_to))


@gives_templates
def templates_for(step: str, actor: Actor) -> list[Option]:
    """Return the templates of a step for a person's posts at his nodes, valid today."""
    posts = organisation.posts_of(actor.id)
    roles, codes = {"", *(post.role for post in posts)}, {"", *(organisation.node(post.node).code for post in posts)}
    today = timezone.localdate()
    rows = OpinionTemplate.objects.filter(step=step, role__in=roles, node_code__in=codes, valid_from__lte=today).order_by("-role", "id")
    return [Option(row.text_zh, row.text_zh, row.text_en) for row in rows if row.valid_to is None or row.valid_to >= today]


def look_rows(actor: Actor, look: Look) -> Iterator[Line]:
    """Yield who looked at whose data in clear, the newest first: what was looked at by people of the auditor's nodes."""
    accounts = organisation.accounts_of_nodes(organisation.reach(actor, parties.AUDIT))
    looks = parties.looks(accounts, MOST_LOOKS)
    persons = parties.masked({row.person for row in looks})
    numbers: dict[int, list[str]] = {}
    nodes = organisation.reach(actor, parties.AUDIT)
    reported = Incident.objects.filter(reporter_person__in=list(persons), node_id__in=nodes).order_by("-pk")
    for person, number in reported.values_list("reporter_person", "matter__number")[:2000]:
        numbers.setdefault(person or 0, []).append(number)
    for row in looks:
        known, who = persons.get(row.person), organisation.staff_name(row.account)
        seen = f"{known['name']} {known['phone']}" if known else ""
        if look.fits(who, seen, row.purpose, *numbers.get(row.person, [])):
            when = f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}"
            yield Line((when, who, seen, row.purpose, str(row.shift_date), "、".join(numbers.get(row.person, [])[:3])))
