"""Names, numbers and codes as people write them."""

import pytest

from chengzhi.kernel.problems import Invalid
from chengzhi.parties import inputs


@pytest.mark.parametrize(
    ("situation", "written", "digits"),
    [
        ("mobile", "13900000000", "13900000000"),
        ("mobile with spaces", " 139 0000 0000 ", "13900000000"),
        ("mobile with hyphens", "139-0000-0000", "13900000000"),
        ("mobile with +86", "+8613900000000", "13900000000"),
        ("mobile with +86 and a space", "+86 139 0000 0000", "13900000000"),
        ("mobile with 0086", "008613900000000", "13900000000"),
        ("mobile with 86", "8613900000000", "13900000000"),
        ("mobile with a leading 0, as exchanges dial it", "013900000000", "13900000000"),
        ("full-width digits", "１３９００００００００", "13900000000"),
        ("landline of a county", "0933-8212345", "09338212345"),
        ("landline in brackets", "（0933）8212345", "09338212345"),
        ("landline of Beijing", "010-62345678", "01062345678"),
        ("landline of Lanzhou with 8 digits", "0931 4612345", "09314612345"),
        ("landline with +86 without 0", "+86 933 8212345", "09338212345"),
        ("landline with +86 and 0", "+86 0933 8212345", "09338212345"),
        ("nothing", "", ""),
        ("spaces only", "  ", ""),
    ],
)
def test_a_phone_number_is_the_same_however_it_is_written(situation, written, digits):
    assert inputs.phone_number(written) == digits


@pytest.mark.parametrize(
    ("situation", "written"),
    [
        ("ten digits", "1390000000"),
        ("twelve digits", "139000000000"),
        ("no such mobile prefix", "12900000000"),
        ("landline without area code", "8212345"),
        ("landline that begins with 1", "0933-1212345"),
        ("short number", "12345"),
        ("letters", "phone"),
        ("mobile with a letter", "1390000000a"),
        ("foreign number", "+1 202 555 0100"),
        ("only punctuation and a letter", "-x-"),
        ("Arabic-Indic digits outside ASCII", "١٣٩٠٠٠٠٠٠٠٠"),
        ("control character", "13900000000\x00"),
    ],
)
def test_what_is_no_phone_number_is_refused_with_a_sentence(situation, written):
    with pytest.raises(Invalid) as refusal:
        inputs.phone_number(written)
    assert refusal.value.code == "phone_unknown_form"
    assert refusal.value.zh.startswith("phone“") and "0933-8212345" in refusal.value.zh
    assert refusal.value.en.startswith("phone “") and "13900000000" in refusal.value.en
    assert "\x00" not in refusal.value.zh + refusal.value.en


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王小明", "王**"), ("王五", "王**"), ("欧阳修", "欧**"), ("王", "王**"), ("John Smith", "J**"), ("", "")],
)
def test_a_masked_name_shows_its_first_sign_only(name, shown):
    assert inputs.masked_name(name) == shown


@pytest.mark.parametrize(
    ("digits", "shown"),
    [("13900000000", "139****0000"), ("09338212345", "0933****345"), ("01062345678", "010****678"), ("", "")],
)
def test_a_masked_phone_hides_at_least_four_digits(digits, shown):
    assert inputs.masked_phone(digits) == shown


@pytest.mark.parametrize(
    ("situation", "written", "kept"),
    [
        ("outer spaces", "  王小明 ", "王小明"),
        ("line break inside", "王\n小明", "王 小明"),
        ("forty characters", "王" * 40, "王" * 40),
        ("missing", "", ""),
    ],
)
def test_a_name_is_kept_without_needless_spaces(situation, written, kept):
    assert inputs.person_name(written) == kept


@pytest.mark.parametrize(
    ("situation", "written", "part"),
    [
        ("41 characters", "王" * 41, "最多40个字符"),
        ("control character", "王\x07明", "控制字符"),
        ("direction override", "王‮明", "控制字符"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused(situation, written, part):
    with pytest.raises(Invalid, match="name") as refusal:
        inputs.person_name(written)
    assert part in refusal.value.zh


@pytest.mark.parametrize(
    ("situation", "written", "kept"),
    [
        ("as printed", "91350100M000100Y43", "91350100M000100Y43"),
        ("small letters", "91350100m000100y43", "91350100M000100Y43"),
        ("spaces", " 9135 0100 M000 100Y 43", "91350100M000100Y43"),
        ("full-width signs", "９１３５０１００Ｍ０００１００Ｙ４３", "91350100M000100Y43"),
        ("none", "", None),
    ],
)
def test_a_credit_code_is_read_in_capitals(situation, written, kept):
    assert inputs.credit_code(written) == kept


@pytest.mark.parametrize(
    ("situation", "written", "code"),
    [
        ("17 characters", "91350100M000100Y4", "credit_code_length"),
        ("19 characters", "91350100M000100Y433", "credit_code_length"),
        ("letter O for zero", "9135O100M000100Y43", "credit_code_sign"),
        ("letter I", "I1350100M000100Y43", "credit_code_sign"),
        ("letter S", "S1350100M000100Y43", "credit_code_sign"),
        ("Chinese sign", "统1350100M000100Y43", "credit_code_sign"),
        ("wrong check character", "91350100M000100Y44", "credit_code_check"),
        ("two characters exchanged", "19350100M000100Y43", "credit_code_check"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_what_is_wrong(situation, written, code):
    with pytest.raises(Invalid, match="credit_code") as refusal:
        inputs.credit_code(written)
    assert refusal.value.code == code
    assert refusal.value.zh.startswith("credit_code“")


def test_every_single_wrong_character_of_a_credit_code_is_noticed():
    good = "91350100M000100Y43"
    for position in range(17):
        for sign in inputs.CREDIT_CODE_SIGNS:
            if sign != good[position]:
                assert inputs.check_sign(good[:position] + sign + good[position + 1 : 17]) != "3"
