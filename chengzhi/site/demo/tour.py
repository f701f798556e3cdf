"""The tour 「三分钟看懂」 of the demo city: each stop opens its page as the person of the demo who would take the step there."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from chengzhi.kernel import registers
from chengzhi.kernel.problems import NotFound
from chengzhi.site.demo import queries

HIDDEN = "tour"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the tour: what happens there, whose page it is (nobody's: the citizen's), and where it is."""

    label: Any
    username: str
    page: str
    query: str = ""


STOPS = (
    Stop(_("Report on a phone"), "inspector01.dc", "phone"),
    Stop(_("It appears on the desk"), "acceptor.dc", "my_work", "?queue=incident.to_accept"),
    Stop(_("Dispatched, with the reason"), "dispatcher.dc", "dispatch"),
    Stop(_("Done"), "clean.dc", "board"),
    Stop(_("Checked"), "inspector01.dc", "my_work", "?queue=check.asked"),
    Stop(_("Closed"), "chief.dc", "my_work", "?queue=incident.to_close"),
    Stop(_("Seen by the citizen"), "", "portal_follow"),
    Stop(_("Counted"), "leader.sj", "incidents"),
)


def strip(request: HttpRequest) -> tuple[Stop, ...]:
    """Return the stops to show on a page: none where the visitor has put the strip away, and none in a city that is no demo."""
    if request.COOKIES.get(HIDDEN) == "away" or queries.MARK not in registers.versions():
        return ()
    return STOPS


def _refuse_elsewhere() -> None:
    """Refuse whatever belongs to the tour in a database that does not hold the demo alone, as if the address were not there."""
    if not queries.marked():
        raise NotFound("没有这个页面：导览只在演示城市中可用。", "There is no such page: only the demo city has a tour.", code="no_tour")


@require_POST
def go(request: HttpRequest, number: int) -> HttpResponse:
    """Change to the person of a stop and open its page. Raises NotFound outside the demo city."""
    _refuse_elsewhere()
    if not 1 <= number <= len(STOPS):
        raise NotFound(f"导览没有第{number}站，请选 1 至 {len(STOPS)}。", f"The tour has no stop {number}; choose 1 to {len(STOPS)}.")
    stop = STOPS[number - 1]
    if not stop.username:
        return HttpResponseRedirect(_citizens_page())
    account = queries.account_of(stop.username)
    if account is None:
        raise NotFound(f"没有演示账号“{stop.username}”。", f"There is no account “{stop.username}” of the demo.")
    login(request, account, backend=BACKEND)
    return HttpResponseRedirect(reverse(stop.page) + stop.query)


def _citizens_page() -> str:
    code = queries.followed_code()
    return reverse("portal_follow", args=[code]) if code else reverse("portal_home")


@require_POST
def put_away(request: HttpRequest) -> HttpResponse:
    """Put the strip away until the browser is closed."""
    _refuse_elsewhere()
    answer = HttpResponseRedirect(reverse("my_work") if request.user.is_authenticated else settings.LOGIN_URL)
    answer.set_cookie(HIDDEN, "away", samesite="Lax", secure=settings.CSRF_COOKIE_SECURE)
    return answer
