"""The administration pages of the loop: classes, conditions, limits, numbers, lists, words, and the list of looks at personal data."""

from chengzhi.incidents.queries import desk as rows
from chengzhi.incidents.queries import deskwords, numbers
from chengzhi.incidents.queries.registers import NAME
from chengzhi.incidents.services import desk, words
from chengzhi.kernel import imports
from chengzhi.kernel.administration import Sheet, Verb, sheet
from chengzhi.organisation import queries as organisation
from chengzhi.parties import queries as parties

LOOP, WORDS, AUDIT = ("案件标准", "Standards of the loop"), ("用语", "Words"), ("审计", "Audit")
MANAGE = imports.MANAGE
NODE, PERIOD, MARK, SOURCE = ("适用", "For"), ("有效期", "Valid"), ("核实", "Mark"), ("依据", "Source")
CLASS, CONDITION = ("小类", "Class"), ("立案条件", "Filing condition")

CLASSES = sheet(
    Sheet(
        "classes",
        "小类",
        "Classes",
        LOOP,
        (MANAGE,),
        (
            ("代码", "Code"),
            ("部件/事件", "Kind"),
            ("大类", "Major"),
            CLASS,
            ("现场可见", "Visible on site"),
            ("计时", "Scheme"),
            MARK,
            SOURCE,
        ),
        rows.class_rows,
        (Verb("set", "设置", "Set", desk.set_class, MANAGE, of_row=True),),
        NAME,
        ("全市统一，由市级维护", "One table for the city, maintained there"),
        kept_at=organisation.city,
    )
)
CONDITIONS = sheet(
    Sheet(
        "conditions",
        "立案条件",
        "Filing conditions",
        LOOP,
        (MANAGE,),
        (CLASS, ("代码", "Code"), CONDITION),
        rows.condition_rows,
        (Verb("add", "新增条件", "Add a condition", desk.add_condition, MANAGE),),
        NAME,
        kept_at=organisation.city,
    )
)
CLOSING = sheet(
    Sheet(
        "closing",
        "结案条件",
        "Closing conditions",
        LOOP,
        (MANAGE,),
        (CLASS, CONDITION, ("结案条件", "Closing condition"), NODE, PERIOD, MARK, SOURCE),
        rows.closing_rows,
        (
            Verb("add", "新增", "Add", desk.set_closing, MANAGE),
            Verb("set", "修订", "Revise", desk.set_closing, MANAGE, of_row=True),
        ),
    )
)
LIMITS = sheet(
    Sheet(
        "limits",
        "处置时限",
        "Disposal limits",
        LOOP,
        (MANAGE,),
        (CLASS, CONDITION, ("区域", "Area"), ("时限", "Limit"), NODE, PERIOD, ("版本", "Version"), MARK, SOURCE),
        rows.limit_rows,
        (
            Verb("adopt", "采用一条时限", "Take over one limit", desk.set_limit, MANAGE),
            Verb("set", "修订", "Revise", desk.set_limit, MANAGE, of_row=True),
        ),
        NAME,
        ("已立案的案件保持立案时的时限", "Cases that were filed keep the limit of their filing"),
        links=(("/settings/imports/limits", "整表导入", "Import a whole table"),),
    )
)
STAGES = sheet(
    Sheet(
        "stage-limits",
        "环节时限",
        "Stage limits",
        LOOP,
        (MANAGE,),
        (("环节", "Stage"), ("紧急", "Urgent"), ("一般", "Ordinary"), NODE, PERIOD, MARK, SOURCE),
        rows.stage_rows,
        (
            Verb("add", "新增", "Add", desk.set_stage_limit, MANAGE),
            Verb("set", "修订", "Revise", desk.set_stage_limit, MANAGE, of_row=True),
        ),
        NAME,
    )
)
TEMPLATES = sheet(
    Sheet(
        "opinions",
        "意见模板",
        "Templates of opinions",
        LOOP,
        (MANAGE,),
        (("步骤", "Step"), ("岗位", "Post"), ("意见", "Opinion"), NODE, PERIOD, ("维护人", "Made by")),
        rows.template_rows,
        (
            Verb("add", "新增模板", "Add a template", desk.add_template, MANAGE),
            Verb("change", "修改", "Change", desk.change_template, MANAGE, of_row=True),
            Verb("end", "停用", "End", desk.end_template, MANAGE, of_row=True),
        ),
        note=("每个意见框另列本人最近五条", "Each form also offers the person's own last five"),
    )
)
NUMBERS = sheet(
    Sheet(
        "numbers",
        "规则数值",
        "Numbers of the loop",
        LOOP,
        (MANAGE,),
        (("数值名称", "Number"), ("数值", "Amount"), NODE, PERIOD, MARK, SOURCE),
        deskwords.number_rows,
        (
            Verb("add", "设置数值", "Set a number", words.set_number, MANAGE),
            Verb("set", "修订", "Revise", words.set_number, MANAGE, of_row=True),
        ),
        numbers.NAME,
        ("比例、次数、天数和距离；县区的先于全市的", "Shares, counts, days and distances; a county's go before the city's"),
    )
)
LISTS = sheet(
    Sheet(
        "class-lists",
        "小类名单",
        "Lists of classes",
        LOOP,
        (MANAGE,),
        (("名单", "List"), CLASS, NODE, PERIOD, MARK, SOURCE),
        deskwords.list_rows,
        (
            Verb("add", "列入", "Put on a list", words.list_class, MANAGE),
            Verb("remove", "移出", "Take off", words.unlist_class, MANAGE, of_row=True),
        ),
        numbers.NAME,
        ("节点第一次改动时，先照搬原来适用的名单", "A node's first change begins with a copy of the list that held there"),
    )
)
EVERYDAY = sheet(
    Sheet(
        "synonyms",
        "日常说法",
        "Everyday words",
        WORDS,
        (MANAGE,),
        (("日常说法", "Everyday word"), CLASS, NODE, MARK, SOURCE),
        deskwords.word_rows,
        (
            Verb("add", "新增说法", "Add a word", words.set_word, MANAGE),
            Verb("end", "停用", "End", words.drop_word, MANAGE, of_row=True),
        ),
        NAME,
        ("从描述中的说法建议小类；全市统一，由市级维护", "They lead from a text to a class; one list for the city, maintained there"),
        kept_at=organisation.city,
    )
)
STREET = sheet(
    Sheet(
        "street-phrases",
        "现场用语",
        "Phrases of the phone",
        WORDS,
        (MANAGE,),
        (("现场用语", "Phrase"), ("英文", "English"), NODE, MARK, SOURCE),
        deskwords.street_phrase_rows,
        (
            Verb("add", "新增用语", "Add a phrase", words.set_street_phrase, MANAGE),
            Verb("end", "停用", "End", words.drop_street_phrase, MANAGE, of_row=True),
        ),
        numbers.NAME,
        ("监督员手机上报时可点选；全市统一，由市级维护", "Offered on the phones of inspectors; one list for the city, maintained there"),
        kept_at=organisation.city,
    )
)
RESULTS = sheet(
    Sheet(
        "result-phrases",
        "处置用语",
        "Words for what was done",
        WORDS,
        (MANAGE,),
        (("适用类别", "For"), ("处置用语", "Words"), NODE, PERIOD, MARK, SOURCE),
        deskwords.result_phrase_rows,
        (
            Verb("add", "新增用语", "Add words", words.add_result_phrase, MANAGE),
            Verb("end", "停用", "End", words.end_result_phrase, MANAGE, of_row=True),
        ),
        numbers.NAME,
        ("处置反馈时可点选；平台自带的由市级停用", "Offered with a report of work; the city ends the platform's own"),
    )
)
LOOKS = sheet(
    Sheet(
        "reveals",
        "明文查看记录",
        "Looks at personal data",
        AUDIT,
        (parties.AUDIT,),
        (
            ("时间", "Time"),
            ("查看人", "Who"),
            ("当事人（脱敏）", "Whose (masked)"),
            ("用途", "Purpose"),
            ("班次日期", "Shift"),
            ("相关案件", "Cases"),
        ),
        rows.look_rows,
        note=("最近 200 次，只增不改", "The last 200; nothing is ever changed here"),
    )
)
