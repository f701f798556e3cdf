"""The words of the states, each set named once; stored values are these words."""

TO_ACCEPT, VERIFYING, TO_FILE, TO_DISPATCH = "to_accept", "verifying", "to_file", "to_dispatch"
DISPOSING, TO_SEND_CHECK, CHECKING, TO_CLOSE = "disposing", "to_send_check", "checking", "to_close"
CLOSED, REFUSED, NOT_FILED, MERGED, VOIDED = "closed", "refused", "not_filed", "merged", "void"
SELF_AUDIT = "self_audit"
SUSPENDED, CONFERRING = "suspended", "conferring"
OPEN_STATES = (SELF_AUDIT, TO_ACCEPT, VERIFYING, TO_FILE, TO_DISPATCH, CONFERRING, DISPOSING, SUSPENDED, TO_SEND_CHECK, CHECKING, TO_CLOSE)

SENT, SIGNED, DONE, RECALLED, RETURNED, WITHDRAWN = "sent", "signed", "done", "recalled", "returned", "withdrawn"
BACK_REQ, EXT_REQ, HANG_REQ, HUNG = "back_req", "ext_req", "hang_req", "hung"
IN_HAND = (SENT, SIGNED)
TASK_OPEN_STATES = (SENT, SIGNED, BACK_REQ, EXT_REQ, HANG_REQ, HUNG)

OWED, REPLIED = "owed", "replied"
GIVEN, HANDED_BACK = "given", "handed_back"

ASKED, ANSWERED, PASSED, FAILED, GRANTED, DENIED = "asked", "answered", "passed", "failed", "granted", "denied"
TO_JUDGE, DECIDED = "to_judge", "decided"
