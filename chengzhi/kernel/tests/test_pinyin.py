"""The letters by which a name is found."""

import pytest

from chengzhi.kernel.pinyin import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("东城区环卫处", "dcqhwc"),
        ("长江路", "cjl"),
        ("重庆大厦", "cqds"),
        ("建设银行", "jsyh"),
        ("人行道", "rxd"),
        ("朝阳街12号", "cyj12h"),
        ("A座", "az"),
        ("", ""),
    ],
)
def test_a_name_has_the_letters_that_one_types(name: str, letters: str) -> None:
    assert initials(name) == letters
