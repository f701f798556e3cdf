"""Invented people: common family names with common given names, the same for the same seed, no full name twice."""

import random
from collections.abc import Iterator

FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
GIVEN_ONE = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚玲桂辉鹏华红建文斌健飞宁波燕琳雪梅峰凯彬"
TWO = (
    "建国建军志强志伟海燕晓东晓燕晓梅玉兰玉梅秀英秀兰桂英淑珍春梅春燕国庆国强红梅红霞文博文静雅琴俊杰浩然子轩雨欣思远"
    "立新立军永强永刚小龙小红婷婷丹丹佳慧佳宁海涛海波振华振宇长林长青宝山宝林"
)
GIVEN_TWO = [TWO[start : start + 2] for start in range(0, len(TWO), 2)]
PREFIXES = (130, 131, 135, 136, 138, 139, 150, 151, 152, 158, 159, 177, 180, 181, 186, 187, 188, 189)


def names(rng: random.Random) -> Iterator[str]:
    """Yield full names without end, none twice while there are new ones."""
    used: set[str] = set()
    while True:
        given = rng.choice(GIVEN_TWO) if rng.random() < 0.6 else rng.choice(GIVEN_ONE)
        name = rng.choice(FAMILY) + given
        if name not in used or len(used) > 4000:
            used.add(name)
            yield name


def phone(rng: random.Random) -> str:
    """Return an invented mobile number; 0000 in its middle says so."""
    return f"{rng.choice(PREFIXES)}0000{rng.randrange(10_000):04d}"


def caller(rng: random.Random) -> str:
    """Return how a caller gives his name: 王先生, 李女士."""
    return rng.choice(FAMILY) + rng.choice(("先生", "女士", "师傅", "大爷", "阿姨"))
