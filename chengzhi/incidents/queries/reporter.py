"""The reporter of an incident as a page may show him: masked, with the right to see more, or the reason why not."""

from dataclasses import dataclass

from chengzhi.incidents.models import Incident
from chengzhi.incidents.queries import shielding
from chengzhi.kernel.access import Actor, act_now
from chengzhi.organisation import queries as organisation
from chengzhi.parties import queries as parties

Words = tuple[str, str]
CITIZEN, COLLEAGUE, NOBODY = "citizen", "colleague", ""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported: a colleague by name, a citizen masked; whether his clear data may be shown, and whether a purpose is asked."""

    kind: str
    words: str
    may_reveal: bool = False
    purpose: str = ""
    why_not: Words = ("", "")


def reporter_of(row: Incident, actor: Actor) -> Reporter:
    """Return the reporter of an incident for a person."""
    if row.reporter_account is not None:
        if shielding.shields(row.matter, actor) and row.reporter_account != actor.id:
            return Reporter(COLLEAGUE, "", why_not=("结案前不显示监督员姓名", "inspectors are not named before closing"))
        return Reporter(COLLEAGUE, organisation.staff_name(row.reporter_account))
    known = None if row.reporter_person is None else parties.masked([row.reporter_person]).get(row.reporter_person)
    if known is None or row.reporter_person is None:
        return Reporter(NOBODY, "")
    words = f"{known['name']} {known['phone']}".strip()
    if known["erased"]:
        return Reporter(CITIZEN, "", why_not=("个人信息已依法清除", "personal data were erased by law"))
    if not actor.may(parties.REVEAL, row.node_id):
        return Reporter(CITIZEN, words, why_not=("仅回访员可查看明文", "only the call-back agent may see them in clear"))
    return Reporter(CITIZEN, words, True, parties.purpose_of_shift(row.reporter_person, act_now(actor)) or "")
