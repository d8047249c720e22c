"""The words of the page, in English and Chinese; indicators, uses and schemes bring their own."""

from __future__ import annotations

from village_abm.report import words as plain
from village_abm.report.words import Text
from village_abm.view.words_chosen import CHOSEN_WORDS

WORDS = {
    "title": Text("A karst village, simulated", "喀斯特村庄模拟"),
    "explore": Text("Explore", "探索"),
    "people": Text("People", "人口与关系"),
    "settings": Text("Settings", "设置"),
    "results": Text("Experiments", "实验结果"),
    "play": Text("Play", "播放"),
    "pause": Text("Pause", "暂停"),
    "step": Text("One year on", "前进一年"),
    "back": Text("One year back", "后退一年"),
    "reset": Text("Start again", "重新开始"),
    "speed": Text("Years a second", "每秒年数"),
    "year": Text("Year", "年份"),
    "layer": Text("Map", "图层"),
    "show": Text("Show", "显示"),
    "as_is": Text("the year", "当年"),
    "to_start": Text("change since the start", "较起始年变化"),
    "to_other": Text("difference, left less right", "左减右之差"),
    "beside": Text("A second village under the same luck", "同一随机数下的第二个村"),
    "scheme_left": Text("Schemes, left", "左侧项目"),
    "scheme_right": Text("Schemes, right", "右侧项目"),
    "schemes": Text("Schemes", "补偿项目"),
    "scenario": Text("Scenario", "情景"),
    "seed": Text("Seed", "随机种子"),
    "left": Text("left", "左"),
    "right": Text("right", "右"),
    "founding": Text(
        "Founding the village; ten years pass before the first one shown.",
        "正在建村；首个显示年份之前先运行十年。",
    ),
    "stopped": Text("The program came upon something it does not know:", "程序遇到未知问题："),
    "onward": Text("Go on", "继续"),
    "over": Text("the scenario ends here", "情景到此结束"),
    "click": Text(
        "Click a plot on the map, or move on it with the arrow keys.",
        "点击地图上的地块，或用方向键移动。",
    ),
    "click_house": Text(
        "Click a household in the drawing, or move through it with the arrow keys.",
        "点击图中的农户，或用方向键移动。",
    ),
    "plot": Text("Plot", "地块"),
    "household": Text("Household", "农户"),
    "same": Text("the same", "无变化"),
    "more": Text("more", "增加"),
    "less": Text("less", "减少"),
    "changed": Text("changed", "已变化"),
    "not_same": Text("not the same", "不同"),
    "no_value": Text("no value", "无数值"),
    "pair": Text("+ Without schemes", "+ 无项目对照村"),
    "unpair": Text("One village again", "只看一村"),
    "close": Text("Close", "关闭"),
    "charts": Text("Time paths", "时间曲线"),
    "add_chart": Text("Show paths of", "选择曲线"),
    "history": Text("What it was used for", "历年用途"),
    "why": Text("Why it is used as it is", "为何如此利用"),
    "no_choice": Text(
        "Nobody chose its use in this year: it is wild, bound by a contract, or built on.",
        "本年无人选择其用途：为荒地、合同约束地或建设用地。",
    ),
    "only_now": Text(
        "The reasons are those of the last year simulated; go there to read them.",
        "理由只保存最后模拟年份，请前往该年查看。",
    ),
    "holder": Text("Held by", "承包户"),
    "worker": Text("Worked by", "经营者"),
    "brings": Text(
        "Figures: the return expected of each use, yuan a mu and year; bars: the parts of its appeal.",
        "数字为各用途的预期纯收益（元/亩·年）；条形为效用的各组成部分。",
    ),
    "collective": Text("the collective", "集体"),
    "events": Text("What happened", "大事记"),
    "ties": Text("Who knows whom", "社会关系网络"),
    "colour_by": Text("Colour by", "着色依据"),
    "role": Text("role", "角色"),
    "income": Text("income a head", "人均收入"),
    "enrolled": Text("contract", "合同"),
    "pyramid": Text("People by age", "人口年龄结构"),
    "home": Text("at home", "在村"),
    "away": Text("away", "外出"),
    "men": Text("men", "男"),
    "women": Text("women", "女"),
    "find": Text("Find a number by word or path", "按词或路径查找参数"),
    "differs": Text("What differs from the default", "与默认值的差异"),
    "nothing_differs": Text(
        "Nothing yet. Move a slider, then start again.",
        "尚无。移动滑块，然后重新开始。",
    ),
    "download": Text("Download as a scenario file", "下载为情景文件"),
    "upload": Text("Drop a scenario file here", "将情景文件拖到此处"),
    "link": Text("Link to this village", "本村链接"),
    "apply": Text("Start again with these", "按此重新开始"),
    "source": Text("source", "来源"),
    "range": Text("range", "范围"),
    "default": Text("default", "默认"),
    "light": Text("Light", "浅色"),
    "dark": Text("Dark", "深色"),
    "language": Text("Language", "语言"),
    "ties_now": Text("Ties are kept for the last year simulated only.", "关系网络只保存最后模拟年份。"),
    "no_scheme": Text("no scheme", "无项目"),
    "explains": Text("a plot of the village", "村中地块"),
    "nobody": Text("nobody", "无"),
    "chosen_in": Text("chosen in", "选择年份"),
    "one_year": Text("1 year", "1 年"),
    "since": Text(
        "This was the choice; since then the plot has been rented, put under a contract or cleared.",
        "以下为当时的选择；此后该地块已流转、签约或开垦。",
    ),
    "never": Text("This plot has not been weighed yet.", "该地块尚未经过选择。"),
    "money": Text("Income of the year", "当年收入"),
    "members": Text("Who belongs to it", "家庭成员"),
    "ended": Text("This household has ended.", "该农户已不存在。"),
    **CHOSEN_WORDS,
}  # fmt: skip


UNITS = {
    "m": Text("m", "米"),
    "degree": Text("degrees", "度"),
    "lasting": Text("years", "年"),
    "kg/mu": Text("kg a mu", "公斤/亩"),
    "CNY/mu/yr": Text("yuan a mu and year", "元/亩·年"),
}
"""Units that only the page shows."""


def pick(text: Text, language: str) -> str:
    """One of the two languages of some words."""
    return text.zh if language == "zh" else text.en


def words_in(language: str) -> dict[str, str]:
    """All words of the page in one language."""
    return {name: pick(text, language) for name, text in WORDS.items()}


def word(name: str, language: str) -> str:
    """Words of the page by name."""
    return pick(WORDS[name], language)


def measure(written: str, language: str) -> str:
    """A unit as a reader says it; nothing where there is none."""
    return pick(UNITS.get(written) or plain.unit(written), language) if written else ""
