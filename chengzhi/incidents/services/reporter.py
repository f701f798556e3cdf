"""Looking at the clear name and number of a reporter: only of a case that one may see, at a node where one may, and always kept."""

from chengzhi.incidents.queries.facts import incident_row
from chengzhi.kernel import writes
from chengzhi.kernel.access import CAPABILITIES, Act
from chengzhi.kernel.matter import read
from chengzhi.kernel.problems import NotAllowed, NotFound
from chengzhi.parties import queries as party_queries
from chengzhi.parties import services as parties


@writes.service
def reveal_reporter(*, number: str, purpose: str, act: Act) -> parties.Clear:
    """Give the clear name and phone number of the reporter of an incident; the purpose is asked once per shift and person.

    Raises NotFound for a case out of sight or without a reporter, NotAllowed without the right at its node.
    """
    row = incident_row(read(number, actor=act.actor), act)
    if row.reporter_person is None:
        raise NotFound("该案件没有登记举报人。", "No reporter is registered for this case.")
    if not act.actor.may(party_queries.REVEAL, row.node_id):
        zh, en = CAPABILITIES[party_queries.REVEAL]
        raise NotAllowed(f"仅本节点有“{zh}”权限的岗位可查看。", f"Only posts of this node that may “{en}” can do this.")
    return parties.reveal(person_id=row.reporter_person, purpose=purpose, act=act)
