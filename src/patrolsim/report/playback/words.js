// Every text of the page in both languages; a test sees that they have the same keys.
"use strict";

const WORDS = {
  en: {
    title: "patrolsim playback", play: "Play", pause: "Pause", speed: "Speed", times: "× {n}",
    view: "View", both: "Side by side", day: "Day", day_of: "Day {n}", replication: "Replication",
    replication_of: "replication {n} of {of}", typical: "the one whose median response lies in the middle",
    chosen: "chosen by hand", only: "the only replication", one_day: "One replication is one possible day: it decides nothing.",
    language: "中文", language_label: "切换到中文", theme: "Light or dark", home: "Whole map",
    zoom_in: "Zoom in", zoom_out: "Zoom out", help: "Keys",
    now: "The day so far", known: "incidents known", reached: "reached", waiting: "waiting",
    lost: "closed, nobody came", median: "median response", nine: "9 in 10 reached within",
    within: "within the target", on_duty: "on duty", at_least: "≥ {x}", too_few: "too few (< {n})",
    endless: "more than 1 in 10 not reached", endless_half: "more than half not reached",
    verdict: "Which plan is better?",
    no_comparison: "This run holds no comparison: one strategy only.",
    decided: "{strategy} against {control}: {what} is {size} {way} (95 %: {span}; {n} paired replications).",
    undecided: "{strategy} against {control}: these data cannot tell whether {what} differs (95 %: {span}; {n} paired replications).",
    few: "{strategy} against {control}: {what} is {size} {way} in {n} paired replications, too few for an interval.",
    single: "{strategy} against {control}: {what} is {size} {way} in the only replication, which proves nothing.",
    same: "{strategy} against {control}: {what} is exactly the same in all {n} replications.",
    nothing: "{strategy} against {control}: nothing can be said about {what}.",
    response_mean_s: "the mean response", within_target: "the share within the target",
    shorter: "shorter", longer: "longer", lower: "lower", higher: "higher", span: "{low} to {high}",
    between: "between {low} {low_way} and {high} {high_way}",
    states: "People", teams: "Teams", layers: "Layers", list: "Incidents", tables: "Tables",
    state_1: "standing by", state_2: "patrolling", state_3: "asked", state_4: "getting ready",
    state_5: "on the way", state_6: "at work", state_7: "waiting on scene", state_8: "going to post",
    incident_waiting: "waits, nobody assigned", incident_coming: "waits, somebody is coming",
    incident_tended: "is being tended", incident_closed: "closed", incident_unknown: "not known yet",
    layer_hot: "hot spots (expected demand)", layer_area: "median response by square, all replications",
    layer_dose: "patrol so far", layer_places: "places (■), streets closed to all (✕)",
    chart_duty: "On duty by state: {name}", chart_response: "Response of each incident, by when it became known",
    chart_note: "Dots: reached. Open arrows: not reached so far. Marks at the top edge: beyond the axis ({n}).",
    bar: "Time of day; bars: incidents known so far, line: expected from the scenario's rates",
    nothing_yet: "No incident is known yet.", more: "{n} earlier ones are not listed.",
    incident: "Incident {id}", priority: "priority {n}", target: "target {x}",
    close: "Close", waits: "waits {x}", map_of: "Map, {name}", table_kinds: "Incidents by kind",
    table_states: "People by state", table_duty: "On duty at each full hour so far",
    report: "All figures and tables: {file}, in the same folder",
    e_known: "became known", e_seen: "was seen by a patrol", e_queued: "waits in the queue", e_assigned: "{who} is asked",
    e_declined: "{who} declines", e_departed: "{who} leaves", e_arrived: "{who} arrives", e_quorum: "all who are needed are there",
    e_stage_started: "work on “{stage}” starts", e_stage_paused: "work on “{stage}” is interrupted",
    e_stage_ended: "work on “{stage}” is done", e_released: "{who} leaves: {why}", e_closed: "ends: {outcome}",
    why_done: "work done", why_declined: "declined", why_diverted: "sent elsewhere", why_interrupted: "called away",
    why_handed_over: "shift over, handed over", why_gave_up: "the caller gave up", why_not_needed: "no longer needed", why_turned_away: "outside the hours",
    why_title: "Why these people? Decision at {time}", why_who: "person", why_score: "weighed at", why_chosen: "★ was sent",
    rule_closest: "seconds until they are there: the least; ties go to the lowest number",
    rule_silent: "the policy does not say why: seconds until those who could be sent are there",
    outcome_settled: "settled", outcome_escalated: "passed on", outcome_gave_up: "the caller gave up",
    outcome_unserved: "open at the end", seconds: "{n} s", minutes: "{n} min", hours: "{n} h",
    percent: "{n} %", points: "{n} percentage points", no_target: "no target",
    keys: "space: play or pause · ← →: 5 min, with shift 1 h · ↑ ↓: speed · + −: zoom · h: whole map · "
      + "b: side by side, 1, 2: one map · l: language · d: dark · Esc: close",
    broken: "This page cannot be shown: {reason}", warm_up: "warming up: not counted",
    unit_km: "1 km", unit_m: "{n} m", attribution: "Simulated with patrolsim; nobody on this map is real.",
  },
  zh: {
    title: "patrolsim 回放", play: "播放", pause: "暂停", speed: "速度", times: "{n} 倍",
    view: "视图", both: "并排比较", day: "日期", day_of: "第 {n} 天", replication: "重复",
    replication_of: "第 {n} 次重复，共 {of} 次", typical: "响应时间中位数居中的一次",
    chosen: "人工选定", only: "唯一的一次重复", one_day: "一次重复只是一种可能的情形，不能说明哪个方案更好。",
    language: "English", language_label: "Switch to English", theme: "浅色或深色", home: "全图",
    zoom_in: "放大", zoom_out: "缩小", help: "按键",
    now: "当日至今", known: "已得知的求助", reached: "已到场", waiting: "等待中",
    lost: "无人到场即结束", median: "响应时间中位数", nine: "九成响应时间不超过",
    within: "达标率", on_duty: "值班人数", at_least: "≥ {x}", too_few: "不足 {n} 件",
    endless: "超过一成未到场", endless_half: "超过一半未到场",
    verdict: "哪个方案更好？",
    no_comparison: "本次运行只有一个方案，没有比较。",
    decided: "{strategy} 与 {control} 相比：{what}{way} {size}（95% 区间：{span}；{n} 对重复）。",
    undecided: "{strategy} 与 {control} 相比：现有数据无法判断{what}是否不同（95% 区间：{span}；{n} 对重复）。",
    few: "{strategy} 与 {control} 相比：{n} 对重复中{what}{way} {size}，重复太少，无法给出区间。",
    single: "{strategy} 与 {control} 相比：仅有的一次重复中{what}{way} {size}，不能说明问题。",
    same: "{strategy} 与 {control} 相比：全部 {n} 次重复中{what}完全相同。",
    nothing: "{strategy} 与 {control} 相比：对{what}无法作出判断。",
    response_mean_s: "平均响应时间", within_target: "达标率",
    shorter: "缩短", longer: "延长", lower: "降低", higher: "提高", span: "{low} 至 {high}",
    between: "{low_way} {low} 至{high_way} {high}",
    states: "人员", teams: "队伍", layers: "图层", list: "求助", tables: "表格",
    state_1: "待命", state_2: "巡逻", state_3: "征询中", state_4: "准备出发",
    state_5: "途中", state_6: "处置中", state_7: "现场等待", state_8: "前往岗位",
    incident_waiting: "等待，尚未派人", incident_coming: "等待，有人正在赶来",
    incident_tended: "正在处置", incident_closed: "已结束", incident_unknown: "尚未得知",
    layer_hot: "高发部位（预期需求）", layer_area: "各方格响应时间中位数（全部重复）",
    layer_dose: "至今巡逻量", layer_places: "地点（■）、全面封闭的道路（✕）",
    chart_duty: "各状态值班人数：{name}", chart_response: "每件求助的响应时间（按得知时刻）",
    chart_note: "圆点：已到场。空心箭头：至今未到场。顶边标记：超出坐标范围（{n}）。",
    bar: "时刻；柱形：至今已得知的求助，折线：按场景设定的预期",
    nothing_yet: "尚未得知任何求助。", more: "另有 {n} 件较早的未列出。",
    incident: "求助 {id}", priority: "优先级 {n}", target: "目标 {x}",
    close: "关闭", waits: "已等 {x}", map_of: "地图，{name}", table_kinds: "各类求助",
    table_states: "各状态人数", table_duty: "至今各整点值班人数",
    report: "全部图表见同一文件夹中的 {file}",
    e_known: "得知", e_seen: "巡逻发现", e_queued: "排队等待", e_assigned: "征询 {who}",
    e_declined: "{who} 谢绝", e_departed: "{who} 出发", e_arrived: "{who} 到达", e_quorum: "所需人员到齐",
    e_stage_started: "“{stage}”开始", e_stage_paused: "“{stage}”中断",
    e_stage_ended: "“{stage}”完成", e_released: "{who} 离开：{why}", e_closed: "结束：{outcome}",
    why_done: "工作完成", why_declined: "谢绝", why_diverted: "改派", why_interrupted: "被调离",
    why_handed_over: "下班交接", why_gave_up: "求助人放弃", why_not_needed: "不再需要", why_turned_away: "不在办理时间",
    why_title: "为何派这些人？{time} 的决定", why_who: "人员", why_score: "权衡值", why_chosen: "★ 为被派出者",
    rule_closest: "预计到场所需秒数，少者优先；相同则编号小者优先",
    rule_silent: "策略未说明理由；此处为可派人员预计到场所需秒数",
    outcome_settled: "办结", outcome_escalated: "升级", outcome_gave_up: "求助人放弃",
    outcome_unserved: "期末未结", seconds: "{n} 秒", minutes: "{n} 分钟", hours: "{n} 小时",
    percent: "{n}%", points: "{n} 个百分点", no_target: "无目标",
    keys: "空格：播放或暂停 · ← →：5 分钟，加 Shift 为 1 小时 · ↑ ↓：速度 · + −：缩放 · h：全图 · "
      + "b：并排，1、2：单图 · l：语言 · d：深色 · Esc：关闭",
    broken: "无法显示本页：{reason}", warm_up: "预热期：不计入",
    unit_km: "1 公里", unit_m: "{n} 米", attribution: "由 patrolsim 模拟；图上没有真实的人。",
  },
};

/** The language in use, and the words in it. */
const Language = {
  code: "en",

  /** Return a text with its gaps filled; all of it is text, never HTML. */
  say(key, gaps = {}) {
    return WORDS[this.code][key].replace(/\{(\w+)\}/g, (_, name) => String(gaps[name]));
  },

  /** Return a length of time in the unit that suits it. */
  duration(ms) {
    if (ms < 60 * 1000) return this.say("seconds", { n: this.number(ms / 1000, 0) });
    if (ms < 120 * 60 * 1000) return this.say("minutes", { n: this.number(ms / 60000, 1) });
    return this.say("hours", { n: this.number(ms / 3600000, 1) });
  },

  number(value, digits = 0) {
    return value.toLocaleString(this.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  },

  get locale() {
    return this.code === "zh" ? "zh-CN" : "en-GB";
  },
};

if (typeof module !== "undefined") module.exports = { WORDS, Language };
