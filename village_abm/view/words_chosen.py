"""The words of two tabs, in English and Chinese: what a village is founded from, and what experiments gave."""

from __future__ import annotations

from village_abm.report.words import Text

CHOSEN_WORDS = {
    "where_to_begin": Text("Where to begin", "从这里开始"),
    "about_village": Text(
        "{} households among limestone hills. Each square of the map is a plot {} m wide; charts count the village.",
        "石灰岩山间的 {} 户人家。图上每格为一块地，边长 {} 米；曲线为全村统计。",
    ),
    "step_play": Text(
        "Play.|Thirty years pass; upright lines in the charts are the years in which payment schemes begin.",
        "播放。|三十年逐年推进；曲线图中的竖线为补偿项目开始的年份。",
    ),
    "step_click": Text(
        "Click a plot.|Why is it used as it is, and who works it?", "点击地块。|它为何如此利用，由谁经营？"
    ),
    "step_pair": Text(
        "+ Without schemes.|The same village beside it, with the same weather, births and moods, only that nobody "
        "pays: what differs is what the schemes did.",
        "+ 无项目对照村。|同一村庄并列显示，天气、生育与心境完全相同，只是没有补偿：差别即项目的作用。",
    ),
    "step_set": Text(
        "Settings.|Move a number or choose other schemes, and start again.", "设置。|调整参数或选择其他项目，重新开始。"
    ),
    "setup_title": Text("What the village is founded from", "建村设定"),
    "years": Text("Years", "年份"),
    "last_year": Text("Last year", "结束年份"),
    "seed_hint": Text("the scenario's: {}", "情景默认：{}"),
    "as_scenario": Text("as the scenario has them", "按情景默认"),
    "chosen_count": Text("{} on offer", "已选 {} 项"),
    "whole_group": Text("All groups", "全部分组"),
    "group": Text("Group", "分组"),
    "numbers": Text("Numbers of the village", "参数"),
    "shown_of": Text("{} of {} shown; search or choose a group to see the others", "显示 {} / {} 项；请搜索或选择分组"),
    "none_found": Text("No number holds these words.", "没有匹配的参数。"),
    "take_back": Text("Take back", "撤销"),
    "take_all_back": Text("Take all back", "全部撤销"),
    "was": Text("was", "原为"),
    "upload_file": Text("Open a scenario file", "打开情景文件"),
    "copy": Text("Copy", "复制"),
    "copied": Text("Copied", "已复制"),
    "hand_on": Text("Hand it on", "保存与分享"),
    "no_link": Text(
        "This village has a scenario file of its own, which no link can hold: hand on the file.",
        "本村使用自有情景文件，链接无法包含；请分享文件。",
    ),
    "not_yet": Text("Moved numbers act when the village starts again.", "修改在重新开始后生效。"),
    "too_long": Text("This file is longer than any scenario file.", "文件过大，不是情景文件。"),
    "folder": Text("Folder", "文件夹"),
    "nothing_there": Text(
        "Nothing here yet. 'village-abm run', 'compare' or 'sweep' put their folders there.",
        "尚无结果。village-abm run、compare 或 sweep 的结果将出现在此。",
    ),
    "run": Text("run", "单次运行"),
    "comparison": Text("comparison", "项目比较"),
    "sweep": Text("sweep", "参数扫描"),
    "other": Text("of another kind", "其他类型"),
    "broken": Text("cannot be read", "无法读取"),
    "tables": Text("Tables", "表格"),
    "under_way": Text("under way", "进行中"),
    "running": Text("running", "运行中"),
    "finished": Text("finished", "已完成"),
    "interrupted": Text("stopped", "已停止"),
    "killed": Text("killed", "被终止"),
    "disk_full": Text("disk full", "磁盘已满"),
    "done": Text("done", "已完成"),
    "done_of": Text("{} of {} done", "已完成 {}/{}"),
    "failed": Text("failed", "失败"),
    "a_minute": Text("runs a minute", "次/分钟"),
    "time_left": Text("time left", "剩余时间"),
    "read_report": Text("Read the report", "阅读报告"),
    "own_tab": Text("Open the report in a tab of its own", "在新标签页打开报告"),
    "close_report": Text("Close the report", "关闭报告"),
    "no_report": Text(
        "No report was written; 'village-abm report' writes it.", "尚无报告；可用 village-abm report 生成。"
    ),
    "key_numbers": Text("Key numbers", "关键指标"),
    "score_sheet": Text("Score sheet", "评分表"),
    "measure": Text("Measure", "指标"),
    "without": Text("without", "无项目"),
    "with": Text("with", "有项目"),
    "effect": Text("difference or value", "差异或数值"),
    "interval": Text("95% interval", "95%区间"),
    "verdict": Text("verdict", "判断"),
    "choose_result": Text("Choose an experiment from the list.", "请从列表中选择实验。"),
    "bands_pairs": Text(
        "Lines are means; bands hold the middle 95% of the runs.", "线为均值；阴影为中间 95% 的运行。"
    ),
    "many_parts": Text(
        "Paths are drawn of the first parts only; the sweep holds more.", "仅绘制部分结果；该扫描包含更多。"
    ),
    "hours": Text("{} h", "{} 小时"),
    "minutes": Text("{} min", "{} 分钟"),
    "seconds": Text("{} s", "{} 秒"),
}  # fmt: skip
