"""Opinions that a form offers: the templates of the step for the person's posts, then the last five that he wrote himself."""

from collections.abc import Callable, Sequence
from datetime import datetime

from chengzhi.kernel.access import Actor
from chengzhi.kernel.cards import Option
from chengzhi.kernel.models import LastOpinion

KEPT = 5
LONGEST = 500
Templates = Callable[[str, Actor], Sequence[Option]]
_templates: list[Templates] = []
LAST = ("最近用过", "used lately")


def gives_templates(query: Templates) -> Templates:
    """Register the query that gives the templates of a step for a person."""
    _templates[:] = [query]
    return query


def offered(slug: str, actor: Actor, fixed: Sequence[Option] = ()) -> list[Option]:
    """Return what a form of a step offers for its opinion: templates first, then the person's own last words, each once."""
    given = [*(option for query in _templates for option in query(slug, actor)), *fixed, *last_five(actor.id)]
    once: dict[str, Option] = {}
    for option in given:
        once.setdefault(option.zh, option)
    return list(once.values())


def last_five(account_id: int) -> list[Option]:
    """Return the last five opinions of a person, the newest first."""
    found = LastOpinion.objects.filter(account=account_id).order_by("-at", "-id").values_list("text", flat=True)[:KEPT]
    return [Option(text, text, text, LAST) for text in found]


def remember(account_id: int, text: str, at: datetime) -> None:
    """Keep an opinion as the newest of a person and forget all but the last five; runs in the transaction of the step."""
    said = text.strip()[:LONGEST]
    if not said:
        return
    row = LastOpinion(account=account_id, text=said, at=at)
    LastOpinion.objects.bulk_create([row], update_conflicts=True, unique_fields=["account", "text"], update_fields=["at"])
    kept = list(LastOpinion.objects.filter(account=account_id).order_by("-at", "-id").values_list("id", flat=True)[:KEPT])
    LastOpinion.objects.filter(account=account_id).exclude(id__in=kept).delete()
