"""Invented names: divisions, roads and places of a generated city. Syllables are combined, so that no name means a real place."""


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST = _list(
    """
    文/wen 崇/chong 泰/tai 安/an 和/he 兴/xing 光/guang 新/xin 东/dong 西/xi 南/nan 北/bei 长/chang
    福/fu 玉/yu 金/jin 春/chun 青/qing 清/qing 明/ming 景/jing 德/de 仁/ren 义/yi 礼/li 智/zhi 信/xin
    同/tong 振/zhen 建/jian 育/yu 红/hong 祥/xiang 瑞/rui 嘉/jia 锦/jin 凤/feng 龙/long 云/yun 松/song
    柳/liu 杏/xing
    """
)
SECOND = _list(
    """
    华/hua 昌/chang 宁/ning 平/ping 康/kang 乐/le 园/yuan 泉/quan 苑/yuan 桥/qiao 门/men 关/guan
    庄/zhuang 湾/wan 台/tai 堡/bao 坪/ping 川/chuan 岭/ling 源/yuan 荣/rong 盛/sheng 顺/shun 通/tong
    达/da 丰/feng 汇/hui 居/ju 里/li 坊/fang 塘/tang 井/jing 林/lin 店/dian 埠/bu 洲/zhou 圃/pu 岗/gang 津/jin 港/gang
    轩/xuan 阁/ge 亭/ting 和/he 贤/xian 德/de
    """
)
# Combinations that name real cities or counties are left out.
REAL = frozenset(
    _list(
        """
    安和 安宁 安康 安平 安顺 安达 长宁 长乐 长丰 长顺 长康 西昌 西宁 西平 西华 南昌 南宁 南平 南康 南华 南通
    南源 东宁 东平 东源 新昌 新华 新平 新源 新荣 文昌 兴宁 兴平 福清 福安 福泉 泰宁 泰顺 泰康 北川 金平
    金昌 金川 金门 青川 青龙 清丰 建昌 建宁 建平 和平 和顺 玉门 玉龙 玉林 会宁 静宁 瑞昌 德昌 德兴 信丰
    景宁 景泰 康平 龙井 龙川 龙门 龙里 云龙 礼泉 崇仁 义昌 同康 南关
    """
    )
)

COUNTIES = (
    ("990102", "东城区", "Dongcheng District"),
    ("990104", "河东区", "Hedong District"),
    ("990106", "东苑区", "Dongyuan District"),
    ("990107", "南苑区", "Nanyuan District"),
    ("990103", "西城区", "Xicheng District"),
    ("990105", "河西区", "Hexi District"),
    ("990108", "西苑区", "Xiyuan District"),
    ("990109", "北苑区", "Beiyuan District"),
)
COUNTIES_OF = {2: (0, 4), 4: (0, 1, 4, 5), 8: (0, 1, 2, 3, 4, 5, 6, 7)}

ROADS_NORTH = _list(
    """
    人民路 文化街 解放路 育才路 西关街 东关街 新民路 泰和路 崇文路 青年路 广场路 团结街 和平路 光明路
    花园路 公园路 车站路 振兴街 惠民路 朝阳路
    """
)
ROADS_EAST = _list(
    """
    建设路 中心街 滨河路 民主路 南关街 兴隆街 学府路 康乐路 胜利街 幸福路 友谊路 创业路 工农路 长青路
    丰收路 柳荫路 科技路 迎宾路 前进街 永宁路
    """
)
EAST_AND_WEST = ("西关街", "东关街")  # whatever the order of the draw, west lies west of east
RINGS = {"west": "西环路", "east": "东环路", "south": "南环路", "north": "北环路"}
LANES = "一二三四五六七八九"

# Kind, name, and whether it is one of the few corners where the same trouble returns.
LANDMARKS = (
    ("square", "人民广场", False),
    ("school", "实验小学", True),
    ("market", "南关农贸市场", True),
    ("station", "汽车站", True),
    ("night_market", "文化街夜市", True),
    ("hospital", "中医院", False),
    ("school", "第二中学", False),
    ("park", "滨河公园", False),
    ("venue", "体育馆", False),
    ("venue", "图书馆", False),
    ("office", "政务服务中心", False),
    ("hospital", "人民医院", False),
    ("shop", "百货大楼", False),
    ("market", "新民农贸市场", False),
    ("school", "育才中学", False),
    ("park", "儿童公园", False),
    ("venue", "文化馆", False),
    ("dead_end", "老砖厂", True),
    ("hospital", "妇幼保健院", False),
    ("shop", "建材市场", False),
)
OF_A_COMMUNITY = (
    ("estate", "{word}小区"),
    ("clinic", "{word}社区卫生服务站"),
    ("school", "{word}幼儿园"),
    ("estate", "{word}家园"),
)


def combinations() -> list[tuple[str, str]]:
    """Return every two-syllable word with its romanisation, always in the same order."""
    first, second = ([part.split("/") for part in syllables] for syllables in (FIRST, SECOND))
    return [(a + b, (x + y).capitalize()) for a, x in first for b, y in second if a != b and a + b not in REAL]
