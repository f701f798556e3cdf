"""What a file is, is judged by its content alone."""

import io
import struct
import zlib

import pytest
from PIL import Image

from chengzhi.documents import pictures
from chengzhi.documents.tests.conftest import drawn, photo, saved
from chengzhi.kernel.problems import Invalid, TooLarge

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect/></svg>'
HTML = b"<!doctype html><html><script>alert(1)</script></html>"


def animated(form):
    return saved(drawn(1, (64, 48)), form, save_all=True, append_images=[drawn(2, (64, 48))], duration=100)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(width, height, rows=b""):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def changed(content, place):
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


def turned(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return photo(exif=exif)


@pytest.mark.parametrize(
    ("situation", "content", "mime", "size"),
    [
        ("JPEG", photo(), "image/jpeg", (640, 480)),
        ("progressive JPEG", photo(progressive=True), "image/jpeg", (640, 480)),
        ("grey JPEG", saved(drawn(mode="L")), "image/jpeg", (640, 480)),
        ("CMYK JPEG", saved(drawn(mode="CMYK")), "image/jpeg", (640, 480)),
        (
            "JPEG with two pictures, as some phones make it",
            saved(drawn(1), "MPO", save_all=True, append_images=[drawn(2)]),
            "image/jpeg",
            (640, 480),
        ),
        ("JPEG held upright", turned(6), "image/jpeg", (480, 640)),
        ("JPEG held upside down", turned(3), "image/jpeg", (640, 480)),
        ("JPEG with a senseless note of how it was held", turned(99), "image/jpeg", (640, 480)),
        ("JPEG with a page behind its end", photo() + HTML, "image/jpeg", (640, 480)),
        ("PNG", saved(drawn(), "PNG"), "image/png", (640, 480)),
        ("PNG with transparency", saved(drawn(mode="RGBA"), "PNG"), "image/png", (640, 480)),
        ("PNG with a palette", saved(drawn(mode="P"), "PNG"), "image/png", (640, 480)),
        ("WebP", saved(drawn(), "WEBP"), "image/webp", (640, 480)),
        ("GIF with one picture", saved(drawn(mode="P"), "GIF"), "image/gif", (640, 480)),
        ("one pixel", saved(Image.new("RGB", (1, 1)), "PNG"), "image/png", (1, 1)),
    ],
)
def test_pictures_are_recognised_by_their_content(situation, content, mime, size):
    seen = pictures.inspect(content, "名字无关.exe")
    assert (seen.kind, seen.mime, (seen.width, seen.height)) == ("image", mime, size)


def test_a_pdf_is_recognised_by_its_content():
    assert pictures.inspect(PDF, "x.jpg") == pictures.Seen(kind="pdf", mime="application/pdf")


@pytest.mark.parametrize(
    ("situation", "content", "code"),
    [
        ("SVG named jpg", SVG, "file_type"),
        ("page named jpg", HTML, "file_type"),
        ("program named jpg", b"MZ\x90\x00" + bytes(500), "file_type"),
        ("zip named jpg", b"PK\x03\x04" + bytes(500), "file_type"),
        ("BMP", saved(drawn(), "BMP"), "file_type"),
        ("TIFF", saved(drawn(), "TIFF"), "file_type"),
        ("ICO", saved(drawn(size=(64, 64)), "ICO"), "file_type"),
        ("EPS that would need another program", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "file_type"),
        ("page before a PDF", HTML + PDF, "file_type"),
        ("a single byte", b"\xff", "file_type"),
        ("JPEG mark and nothing else", b"\xff\xd8\xff", "file_type"),
        ("PNG mark and nothing else", b"\x89PNG\r\n\x1a\n", "file_type"),
        ("JPEG cut in the middle", photo()[:9000], "file_broken"),
        ("JPEG cut before its end", photo()[:-400], "file_broken"),
        ("PNG cut in the middle", saved(drawn(), "PNG")[:2000], "file_broken"),
        ("PNG with a changed byte", changed(saved(drawn(), "PNG"), 1500), "file_broken"),
        ("PNG with too few rows", png_of(4000, 4000, bytes(50)), "file_broken"),
        ("WebP cut in the middle", saved(drawn(), "WEBP")[:2000], "file_broken"),
        ("PDF without end", PDF[:-8], "file_broken"),
        ("GIF with two pictures", animated("GIF"), "file_animated"),
        ("WebP with two pictures", animated("WEBP"), "file_animated"),
        ("PNG with two pictures", animated("PNG"), "file_animated"),
    ],
)
def test_what_is_not_taken_is_refused_with_a_sentence(situation, content, code):
    with pytest.raises(Invalid) as refusal:
        pictures.inspect(content, "现场照片.jpg")
    assert refusal.value.code == code
    assert refusal.value.zh.startswith("file“现场照片.jpg”") and refusal.value.en.startswith("file “现场照片.jpg”")


@pytest.mark.parametrize(
    ("situation", "width", "height"),
    [
        ("just above 50 million pixels", 10_000, 5_001),
        ("above what the reader itself takes", 60_000, 60_000),
        ("one very long row", 2_000_000_000, 1),
    ],
)
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(situation, width, height):
    with pytest.raises(TooLarge) as refusal:
        pictures.inspect(png_of(width, height), "炸弹.png")
    assert refusal.value.code == "file_pixels" and refusal.value.status == 413


def test_a_bomb_in_the_texts_of_a_picture_is_refused():
    text = chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(100_000_000), 9))
    content = saved(drawn(), "PNG")
    with pytest.raises(Invalid) as refusal:
        pictures.inspect(content[:33] + text + content[33:], "炸弹.png")
    assert refusal.value.code == "file_broken"


def bits_between(first, second):
    return (int(first, 16) ^ int(second, 16)).bit_count()


@pytest.mark.parametrize(
    ("situation", "again"),
    [
        ("worse quality", photo(5, quality=40)),
        ("smaller", saved(drawn(5).resize((320, 240)))),
        ("as PNG", saved(drawn(5), "PNG")),
        ("with other notes of the phone", photo(5, comment=b"another phone")),
    ],
)
def test_the_same_picture_sent_again_keeps_its_fingerprint(situation, again):
    first, second = (pictures.inspect(content, "x").phash for content in (photo(5), again))
    assert len(first) == 16 and bits_between(first, second) <= 4


def test_other_pictures_have_other_fingerprints():
    found = [pictures.inspect(photo(seed), "x").phash for seed in range(20)]
    assert len(set(found)) == 20


@pytest.mark.parametrize("colour", ["black", "white", "#888888"])
def test_a_flat_picture_has_no_fingerprint(colour):
    assert pictures.inspect(saved(Image.new("RGB", (640, 480), colour)), "x").phash == ""


@pytest.mark.parametrize(
    ("situation", "content", "side", "size"),
    [
        ("large copy of a large picture", photo(size=(4000, 3000)), 1600, (1600, 1200)),
        ("small copy of a large picture", photo(size=(4000, 3000)), 320, (320, 240)),
        ("copy of a small picture is not larger", photo(size=(200, 100)), 320, (200, 100)),
        ("picture held upright", turned(6), 320, (240, 320)),
        ("very long picture", photo(size=(4000, 3)), 320, (320, 1)),
        ("transparent PNG", saved(drawn(mode="RGBA"), "PNG"), 320, (320, 240)),
        ("transparent palette", saved(drawn(mode="P"), "PNG", transparency=0), 320, (320, 240)),
        ("WebP", saved(drawn(), "WEBP"), 320, (320, 240)),
        ("GIF", saved(drawn(mode="P"), "GIF"), 320, (320, 240)),
    ],
)
def test_a_copy_is_an_upright_jpeg_of_the_right_size(situation, content, side, size):
    with Image.open(io.BytesIO(pictures.smaller(content, side))) as copy:
        copy.load()
        assert (copy.format, copy.size, copy.mode) == ("JPEG", size, "RGB")


def test_a_copy_holds_nothing_of_what_the_phone_wrote():
    exif = Image.Exif()
    exif[0x010F], exif[0x0131] = "MakerOfPhone", "SecretSoftware"
    exif.get_ifd(0x8825)[1] = "N"
    content = photo(exif=exif, comment=b"SecretComment", icc_profile=b"SecretProfile" * 20)
    assert b"MakerOfPhone" in content and b"SecretComment" in content
    copy = pictures.smaller(content + b"SecretTail", 1600)
    with Image.open(io.BytesIO(copy)) as seen:
        assert not seen.getexif() and set(seen.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Secret" not in copy and b"MakerOfPhone" not in copy


def test_an_upright_copy_shows_what_was_above_at_the_top():
    picture = Image.new("RGB", (60, 40), "blue")
    picture.paste("red", (0, 0, 20, 40))  # the left third, which a phone held upright (6) has at the top
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(io.BytesIO(pictures.smaller(saved(picture, quality=95, exif=exif), 60))) as copy:
        assert copy.size == (40, 60)
        assert copy.getpixel((20, 5))[0] > 200 and copy.getpixel((20, 50))[2] > 200
