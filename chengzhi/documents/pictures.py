"""What a file is, judged by its content; fingerprints of pictures; and the smaller copies that are shown."""

import hashlib
import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

from chengzhi.documents import storage
from chengzhi.documents.models import AttachmentKind
from chengzhi.kernel.problems import Invalid, TooLarge

LARGEST_PIXELS = 50_000_000
LARGE_SIDE, SMALL_SIDE = 1600, 320
STAMP_HEIGHT, STAMP_MARGIN = 26, 8
SIDES = {"large": LARGE_SIDE, "small": SMALL_SIDE}
MIMES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
READERS = (
    "JPEG",
    "PNG",
    "WEBP",
    "GIF",
)  # MPO, a JPEG with further pictures behind it as some phones make it, comes by the JPEG reader
PDF_MIME = "application/pdf"
SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif", PDF_MIME: "pdf"}
ANIMATED = {"GIF", "WEBP", "PNG"}
HASH_COLUMNS, HASH_ROWS = 8, 8
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = {TURNS[5], TURNS[6], TURNS[7], TURNS[8]}
# What Pillow raises on broken, cut or hostile files; the list is the sum of its readers' own.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    IndexError,
    KeyError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the content of a file tells."""

    kind: str
    mime: str
    width: int | None = None
    height: int | None = None
    phash: str = ""


def inspect(content: bytes, name: str) -> Seen:
    """Tell what a file is: JPEG, PNG, WebP, GIF with one picture, or PDF. Raises Invalid for all else, whatever its name says."""
    if content.startswith(b"%PDF-"):
        return _inspect_pdf(content, name)
    try:
        return _inspect_picture(content, name)
    except UnidentifiedImageError:
        raise Invalid(
            f"file“{name}”的内容不是可接收的类型，请上传 JPEG、PNG、WebP、单帧 GIF 图片或 PDF。",
            f"file “{name}” is by its content no file that is taken; send a JPEG, PNG, WebP or one-picture GIF, or a PDF.",
            code="file_type",
        ) from None
    except Image.DecompressionBombError:
        raise _too_many_pixels(name, "") from None
    except _BROKEN:
        raise _broken(name) from None


def _inspect_pdf(content: bytes, name: str) -> Seen:
    if b"%%EOF" not in content[-2048:]:
        raise _broken(name)
    return Seen(kind=AttachmentKind.PDF, mime=PDF_MIME)


def _inspect_picture(content: bytes, name: str) -> Seen:
    with Image.open(io.BytesIO(content), formats=READERS) as picture:
        width, height = picture.size
        if width * height > LARGEST_PIXELS:
            raise _too_many_pixels(name, f"{width}×{height}")
        picture.verify()
    with Image.open(io.BytesIO(content), formats=READERS) as picture:
        if picture.format in ANIMATED and getattr(picture, "is_animated", False):
            raise Invalid(
                f"file“{name}”是动画，请上传单帧图片。",
                f"file “{name}” is animated; send a single picture.",
                code="file_animated",
            )
        mime = MIMES[str(picture.format)]
        # A JPEG is decoded much smaller than it is: a cut file is still noticed, in a tenth of the time.
        picture.draft("RGB", (64, 64))
        if _turn(picture) in SIDEWAYS:
            width, height = height, width
        return Seen(kind=AttachmentKind.IMAGE, mime=mime, width=width, height=height, phash=fingerprint(picture))


def _too_many_pixels(name: str, size: str) -> TooLarge:
    return TooLarge(
        f"file“{name}”像素过多（{size or '超出可读范围'}），最多5000万像素，请缩小后再上传。",
        f"file “{name}” has too many pixels ({size or 'more than can be read'}); at most 50 million are taken, make it smaller.",
        code="file_pixels",
    )


def _broken(name: str) -> Invalid:
    return Invalid(
        f"file“{name}”已损坏或不完整，请重新拍摄或重新上传。",
        f"file “{name}” is broken or incomplete; take it again or send it again.",
        code="file_broken",
    )


def fingerprint(picture: Image.Image) -> str:
    """Return the 64-bit difference hash in hex: which of two neighbours in a 9×8 grey copy is brighter; a flat picture has none."""
    grey = _reduced(picture, (HASH_COLUMNS + 1, HASH_ROWS), Image.Resampling.BOX).convert("L").tobytes()
    bits = 0
    for row in range(HASH_ROWS):
        for column in range(HASH_COLUMNS):
            place = row * (HASH_COLUMNS + 1) + column
            bits = bits << 1 | (grey[place] > grey[place + 1])
    return f"{bits:016x}" if bits else ""


def shown(sha256: str, size: str, stamp: str = "") -> Path:
    """Return the path of the large or small copy of a stored picture; it is made now if it is not there.

    A stamp is burnt into the lower edge of the copy; the original stays as it came.
    """
    path = storage.copy_of(sha256, f"{size}-{hashlib.sha256(stamp.encode()).hexdigest()[:12]}" if stamp else size)
    if not path.exists():
        storage.write(path, smaller(storage.path_of(sha256).read_bytes(), SIDES[size], stamp))
    return path


def smaller(content: bytes, side: int, stamp: str = "") -> bytes:
    """Return an upright JPEG copy whose longer side is at most `side` pixels, without the data that phones write into pictures.

    A stamp is written in white on black along its lower edge.
    """
    with Image.open(io.BytesIO(content), formats=READERS) as picture:
        scale = min(1.0, side / max(picture.size))
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        turn = _turn(picture)
        picture.draft("RGB", size)
        copy = _reduced(picture, size, Image.Resampling.LANCZOS)
        upright = copy.transpose(turn) if turn is not None else copy
        if stamp:
            _burn(upright, stamp)
        upright.info = {}  # else a comment in the original would be written into the copy
        out = io.BytesIO()
        upright.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


def plain(content: bytes, name: str) -> bytes:
    """Return a picture as it may be kept of somebody who must not be known by it: upright, without the data that phones write into it.

    Raises Invalid for a picture that cannot be read to its end.
    """
    try:
        return smaller(content, LARGE_SIDE)
    except _BROKEN:
        raise _broken(name) from None


def _burn(picture: Image.Image, stamp: str) -> None:
    pen = ImageDraw.Draw(picture)
    wide = picture.width - 2 * STAMP_MARGIN
    font = ImageFont.load_default(STAMP_HEIGHT)
    length = pen.textlength(stamp, font=font)
    if length > wide:  # a narrow picture: smaller letters rather than a cut number
        font = ImageFont.load_default(max(6.0, STAMP_HEIGHT * wide / length))
    height = round(font.size * 1.5) if isinstance(font, ImageFont.FreeTypeFont) else STAMP_HEIGHT
    pen.rectangle((0, picture.height - height, picture.width, picture.height), fill="black")
    pen.text((STAMP_MARGIN, picture.height - height / 2), stamp, fill="white", font=font, anchor="lm")


def _reduced(picture: Image.Image, size: tuple[int, int], how: Image.Resampling) -> Image.Image:
    """Return the picture in another size and in colours, on white where it was transparent. It is not turned."""
    clear = picture.has_transparency_data
    copy = picture.convert("RGBA" if clear else "RGB").resize(size, how)
    if not clear:
        return copy
    return Image.alpha_composite(Image.new("RGBA", size, "white"), copy).convert("RGB")


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """Return how the picture must be turned to stand upright, as the phone has noted; a note that cannot be read does not count."""
    try:
        return TURNS.get(picture.getexif().get(ORIENTATION, 1))
    except _BROKEN:
        return None
