"""Photos from citizens: stored before the report, named by a receipt that nobody can make up; shown without what phones write into them."""

from django.core import signing

from chengzhi.documents import queries as documents
from chengzhi.documents import services as storing
from chengzhi.incidents.queries import citizens
from chengzhi.kernel.problems import Invalid, NotFound
from chengzhi.portal.services.common import citizens_act
from chengzhi.portal.services.limits import Caller, spend

RECEIPT, ADDRESS = "chengzhi.portal.photo", "chengzhi.portal.shown"
NO_FILE = Invalid("没有收到照片，请重新选择。", "No photo was received; choose it again.", code="no_file")
RECEIPT_LIVES = 47 * 3600  # an hour less than unclaimed files are kept


def take_photo(content: storing.Readable, name: str, caller: Caller) -> str:
    """Store one picture and return its receipt. Raises TooMany, TooLarge or Invalid."""
    act = citizens_act()
    spend("photo", caller.subject, act)
    row = storing.store(content, name, act, from_camera=True, plain=True)
    return signing.dumps(str(row.pk), salt=RECEIPT)


def photo_of(receipt: str) -> int:
    """Return the attachment of a receipt. Raises Invalid for one that is old or not ours."""
    try:
        return int(signing.loads(receipt, salt=RECEIPT, max_age=RECEIPT_LIVES))
    except signing.BadSignature:
        raise Invalid(
            "照片凭据已过期，请重新拍照上传。", "The receipt of a photo is too old; take the photo again.", code="photo_receipt"
        ) from None


def photo_address(attachment_id: int, matter_id: int) -> str:
    """Return the unguessable name under which a page shows a picture of an incident."""
    return signing.dumps([str(attachment_id), str(matter_id)], salt=ADDRESS)


def open_photo(name: str) -> documents.Opened:
    """Return the public copy of a picture. Raises NotFound for a name that no page of ours has given."""
    try:
        attachment, matter = signing.loads(name, salt=ADDRESS)
    except signing.BadSignature:
        raise NotFound("没有这张照片，请返回进度页查看。", "There is no such photo; go back to the page of your report.") from None
    return citizens.public_picture(int(attachment), int(matter))
