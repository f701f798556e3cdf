"""How names, phone numbers and credit codes are read, checked and masked."""

import re
import unicodedata

from chengzhi.kernel.problems import Invalid

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})[2-9][0-9]{6,7}")
_PUNCTUATION = re.compile(r"[\s\-‐‑–—()（）.]+")
LONGEST_NAME = 40
LONGEST_ORGANISATION = 120

CREDIT_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: neither I, O, S, V nor Z
CREDIT_CODE_LENGTH = 18


def phone_number(value: str) -> str:
    """Return a Chinese phone number in digits, without +86, a landline with area code; nothing for nothing. Raises Invalid."""
    digits = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", value))
    if not digits:
        return ""
    if national := re.fullmatch(r"(?:\+|00)86(.*)", digits):
        digits = national[1] if re.match(r"1[3-9]|0", national[1]) else f"0{national[1]}"
    elif re.fullmatch(r"86(?:1[3-9][0-9]{9})", digits):
        digits = digits[2:]
    if re.fullmatch(r"0(?:1[3-9][0-9]{9})", digits):  # exchanges dial a 0 before mobile numbers of other places
        digits = digits[1:]
    if not (_MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits)):
        raise Invalid(
            f"phone“{_shown(value)}”不是有效的电话号码：请填11位手机号，或带区号的固定电话，例如 13900000000 或 0933-8212345。",
            f"phone “{_shown(value)}” is not a phone number: give a mobile number of 11 digits, or a landline with its "
            "area code, for example 13900000000 or 0933-8212345.",
            code="phone_unknown_form",
        )
    return digits


def person_name(value: str) -> str:
    """Return the name of a person without outer spaces; it may be missing. Raises Invalid when it cannot be one."""
    return _name("name", value, LONGEST_NAME)


def organisation_name(value: str) -> str:
    """Return the name of an organisation without outer spaces. Raises Invalid when it is missing or cannot be one."""
    kept = _name("name", value, LONGEST_ORGANISATION)
    if not kept:
        raise Invalid("name 不能为空，请填写单位名称。", "name is empty; give the name of the organisation.")
    return kept


def _name(field: str, value: str, longest: int) -> str:
    kept = " ".join(unicodedata.normalize("NFC", value).split())
    if len(kept) > longest:
        raise Invalid(
            f"{field} 最多{longest}个字符，“{_shown(kept)}”有{len(kept)}个，请缩短。",
            f"{field} takes at most {longest} characters, but “{_shown(kept)}” has {len(kept)}; shorten it.",
        )
    if any(unicodedata.category(sign).startswith("C") for sign in kept):
        raise Invalid(
            f"{field}“{_shown(kept)}”含有不可见的控制字符，请重新输入。",
            f"{field} “{_shown(kept)}” holds invisible control characters; type it again.",
        )
    return kept


def _shown(value: str) -> str:
    """Return the beginning of a value as it may stand in a sentence: short, and without signs that would disturb it."""
    clean = "".join(sign if unicodedata.category(sign)[0] not in "C" else "?" for sign in value)
    return clean if len(clean) <= 24 else f"{clean[:24]}…"


def masked_name(name: str) -> str:
    """Return 王** for every name that begins so; the length is hidden too."""
    return f"{name[0]}**" if name else ""


def masked_phone(digits: str) -> str:
    """Return 139****0000 for a mobile number, 0933****345 for a landline."""
    if not digits:
        return ""
    if digits[0] == "1":
        return f"{digits[:3]}****{digits[-4:]}"
    area = 3 if digits[1] in "12" else 4
    return f"{digits[:area]}****{digits[-3:]}"


def check_sign(first_17: str) -> str:
    """Return the check character of a unified social credit code (GB 32100-2015, weights 3^i mod 31)."""
    total = sum(CREDIT_CODE_SIGNS.index(sign) * pow(3, position, 31) for position, sign in enumerate(first_17))
    return CREDIT_CODE_SIGNS[-total % 31]


def credit_code(value: str) -> str | None:
    """Return a unified social credit code in capitals, or None for nothing. Raises Invalid that says what is wrong with it."""
    code = re.sub(r"[\s-]+", "", unicodedata.normalize("NFKC", value)).upper()
    if not code:
        return None
    if len(code) != CREDIT_CODE_LENGTH:
        raise Invalid(
            f"credit_code“{_shown(code)}”应为18位，现为{len(code)}位，请核对。",
            f"credit_code “{_shown(code)}” must have 18 characters, but has {len(code)}; check it.",
            code="credit_code_length",
        )
    for position, sign in enumerate(code, start=1):
        if sign not in CREDIT_CODE_SIGNS:
            raise Invalid(
                f"credit_code“{_shown(code)}”第{position}位“{_shown(sign)}”不可用：只用数字和除 I、O、S、V、Z 以外的大写字母（GB 32100）。",
                f"credit_code “{_shown(code)}” has “{_shown(sign)}” at position {position}: only digits and capitals other "
                "than I, O, S, V, Z are used (GB 32100).",
                code="credit_code_sign",
            )
    if code[-1] != check_sign(code[:-1]):
        raise Invalid(
            f"credit_code“{code}”校验位不符（GB 32100），请对照营业执照核对每一位。",
            f"credit_code “{code}” fails its check character (GB 32100); compare every character with the licence.",
            code="credit_code_check",
        )
    return code
