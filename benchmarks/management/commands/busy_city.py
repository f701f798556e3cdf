"""`busy_city`: founds the city of the busy hour with its history and gives everybody a token and a session; counts afterwards."""

import json
import sys
from argparse import ArgumentParser
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.core.management.base import BaseCommand

from benchmarks import city as founding
from benchmarks import stories
from benchmarks.city import City, centre
from benchmarks.history import History
from chengzhi.incidents.models import Incident
from chengzhi.incidents.queries import registers
from chengzhi.kernel import feed, verify
from chengzhi.kernel.models import Matter
from chengzhi.organisation.models import Account

OPERATORS = ("clean", "road", "light", "green", "drain")
PLACES = 40
GIVEN: dict[str, dict[str, Any]] = {
    "finish": {"result": "已到场处理完毕"},
    "close": {"closing_met": True},
    "rework": {"opinion": "未清理干净"},
}


class Command(BaseCommand):
    """Prepare the busy hour, or count what it left."""

    help = "Prepare the city of the busy hour (started by `python -m benchmarks.busy`)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--rows", type=int, default=0)
        parser.add_argument("--tier", default="M")
        parser.add_argument("--count", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line of JSON."""
        self.stdout.write(json.dumps(counted() if options["count"] else prepared(options["tier"], options["rows"])))


def prepared(tier: str, rows: int) -> dict[str, Any]:
    """Found the city, load its history and return who works where."""
    call_command("collectstatic", "--noinput", verbosity=0)
    city = founding.found(tier)
    History(city).load(rows, lambda done: print(f"  {done:,} incidents", file=sys.stderr) if done % 20_000 == 0 else None)
    seats = {post: [_seat(city, county, name) for county in city.counties for name in _names(city, county, post)] for post in _POSTS}
    conditions = {code: registers.conditions_of(code)[0].code for code in stories.CLASSES}
    return {"seats": seats, "given": GIVEN, "conditions": conditions}


_POSTS = ("acceptor", "chief", "dispatcher", "operator", "inspector")


def _names(city: City, county: str, post: str) -> list[str]:
    ending = f".{city.suffixes[county]}"
    prefixes = OPERATORS if post == "operator" else (post,)
    found = Account.objects.filter(username__endswith=ending, is_active=True).values_list("username", flat=True)
    return sorted(name for name in found if name.startswith(prefixes))


def _seat(city: City, county: str, name: str) -> dict[str, Any]:
    account = Account.objects.get(username=name)
    unit = city.units[county, "clean"]
    points = [centre(cell) for cell in city.cells[county][:: max(1, len(city.cells[county]) // PLACES)]]
    return {"token": city.token(account.pk), "session": _signed_in(account), "unit": str(unit), "points": points}


def _signed_in(account: Account) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def counted() -> dict[str, Any]:
    """Return what is there now: numbers of reports, whether the trail verifies, how many events wait."""
    numbers = list(Incident.objects.values_list("matter__earlier_number", "matter__number").order_by("-pk")[:50_000])
    return {
        "numbers": [earlier or number for earlier, number in numbers],
        "good": verify.verify().good,
        "waiting": feed.waiting()[0],
        "open": Matter.objects.filter(open=True, kind="incident").count(),
    }
