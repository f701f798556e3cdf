"""The words of the states, each set named once; stored values are these words."""

TO_ACCEPT, VERIFYING, TO_FILE, TO_DISPATCH = "to_accept", "verifying", "to_file", "to_dispatch"
DISPOSING, TO_SEND_CHECK, CHECKING, TO_CLOSE = "disposing", "to_send_check", "checking", "to_close"
CLOSED, REFUSED, NOT_FILED, MERGED, VOIDED = "closed", "refused", "not_filed", "merged", "void"
OPEN_STATES = (TO_ACCEPT, VERIFYING, TO_FILE, TO_DISPATCH, DISPOSING, TO_SEND_CHECK, CHECKING, TO_CLOSE)

SENT, SIGNED, DONE, RECALLED, RETURNED, WITHDRAWN = "sent", "signed", "done", "recalled", "returned", "withdrawn"

ASKED, ANSWERED, PASSED, FAILED, GRANTED, DENIED = "asked", "answered", "passed", "failed", "granted", "denied"
