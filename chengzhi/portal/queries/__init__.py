"""Questions of the citizens' pages."""

from chengzhi.portal.queries.following import FollowView, codes_in_use, facts, followed_by, followers, pictures_of, view
from chengzhi.portal.queries.limits import Limit, limits, tries
from chengzhi.portal.queries.nearby import Nearby, cells, nearby
from chengzhi.portal.queries.ratings import READ, RatingRow, ratings
from chengzhi.portal.queries.tables import answers, nearby_classes, picture_choices, picture_rows, referral, warned
from chengzhi.portal.queries.undertakings import Undertaking, undertakings

__all__ = [
    "READ",
    "FollowView",
    "Limit",
    "Nearby",
    "RatingRow",
    "Undertaking",
    "answers",
    "cells",
    "codes_in_use",
    "facts",
    "followed_by",
    "followers",
    "limits",
    "nearby",
    "nearby_classes",
    "picture_choices",
    "picture_rows",
    "pictures_of",
    "ratings",
    "referral",
    "tries",
    "undertakings",
    "view",
    "warned",
]
