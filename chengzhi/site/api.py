"""The JSON API: authentication, translation of refusals, and the contexts' routers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer
from ninja.utils import check_csrf

from chengzhi.documents.api import router as documents_router
from chengzhi.incidents.api import router as incidents_router
from chengzhi.kernel import doors
from chengzhi.kernel.access import Actor
from chengzhi.kernel.problems import Fault, Invalid, NotAllowed, NotSignedIn, Problem
from chengzhi.organisation import queries as organisation
from chengzhi.organisation import services as organisation_services
from chengzhi.organisation.api import router as organisation_router
from chengzhi.site.middleware import fault_answer
from chengzhi.territory.api import router as territory_router

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Token(HttpBearer):
    """A bearer token of a system."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """Recognise the caller or raise NotSignedIn."""
        actor = organisation.caller_by_token(token)
        doors.recognise(request, actor)
        organisation_services.note_token_use(token=token)
        return actor


def session(request: HttpRequest) -> Actor | None:
    """Recognise a person who is signed in; a changing call must carry the token of a page of ours, or it is refused."""
    if not request.user.is_authenticated:
        return None
    if request.method not in SAFE and check_csrf(request) is not None:
        raise NotAllowed(
            "请求缺少页面令牌（X-CSRFToken），请刷新页面后重试。",
            "The token of the page (X-CSRFToken) is missing; reload the page and try again.",
            code="csrf",
        )
    actor = organisation.actor(request.user.pk)
    doors.recognise(request, actor)
    return actor


api = NinjaAPI(
    title="Chengzhi 城治",
    version="1",
    description="City management and enforcement. Ids are strings. Every POST takes Idempotency-Key; steps need If-Match.",
    auth=[Token(), session],
    docs_url="/docs",
    openapi_url="/openapi.json",
    urls_namespace="api",
)
api.add_router("", incidents_router)
api.add_router("", documents_router)
api.add_router("", organisation_router)
api.add_router("", territory_router)


@api.exception_handler(Problem)
def on_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Answer a refusal with problem details."""
    return doors.refused(problem)


@api.exception_handler(AuthenticationError)
def on_nobody(request: HttpRequest, problem: Any) -> HttpResponse:
    """Answer a caller that nobody knows."""
    return doors.refused(
        NotSignedIn("请先登录，或在 Authorization 中提供有效的令牌。", "Sign in first, or send a valid token in Authorization.")
    )


@api.exception_handler(ValidationError)
def on_wrong_parameters(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    """Answer wrong query or path parameters, naming each."""
    faults = []
    for error in problem.errors:
        name = str(error["loc"][-1])
        value = str(error.get("input", ""))[:60]
        faults.append(
            Fault(
                error["type"],
                f"参数“{name}”的值“{value}”不对。",
                f"Parameter “{name}” cannot be “{value}”: {error['msg']}.",
                field=name,
            )
        )
    return doors.refused(Invalid("".join(f.zh for f in faults), " ".join(f.en for f in faults), faults=faults))


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, problem: HttpError) -> HttpResponse:
    """Answer what the framework itself refuses, for example a broken multipart body."""
    refusal = Invalid("请求无法读取，请检查内容格式。", f"The request cannot be read: {problem}.", code="unreadable")
    refusal.status = problem.status_code
    return doors.refused(refusal)


@api.exception_handler(Exception)
def on_fault(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Answer a fault with the id under which it is logged."""
    return fault_answer(request, problem)
