// Simplified Chinese: vehicles.
#include <array>

#include "tools/tally/catalogue.hpp"

namespace tally::cli {

namespace {

constexpr std::array kChinese = {
    // Commands.
    Translation{"the vehicles, where they are and what they wait for",
                "各车辆的位置及其等待的事项"},
    Translation{"everything about one vehicle", "一台车辆的全部情况"},
    Translation{"send a vehicle to a place or node of the floor", "派车前往库位或场地节点"},
    Translation{"stop a vehicle where it is; its track stays its own",
                "令车辆原地停住；其路段仍归其所有"},
    Translation{"let a paused vehicle go on", "令暂停的车辆继续行驶"},
    Translation{"say where a lost or held vehicle stands; its track is free then",
                "确认失联或被扣住车辆的所在；随后释放其路段"},
    Translation{"what vehicles are told to do, and which wait for somebody",
                "车辆任务，以及等待人员处理者"},
    Translation{"what was decided of whom in the last tick, and why not otherwise",
                "上一轮对各车辆的决定及其理由"},
    Translation{"somebody has seen to the vehicle of a stranded mission: it goes on",
                "搁置任务的车辆已有人处理：继续执行"},
    Translation{"drop a mission that need not be done", "取消无须执行的车辆任务"},
    Translation{"the roads of the floor that are closed, and for how long",
                "已封闭的通道及其剩余时间"},
    Translation{"close the road between two nodes for some minutes", "将两节点间的通道封闭数分钟"},
    Translation{"open a closed road again", "重新开放通道"},
    // Titles.
    Translation{"mission", "车辆任务"},
    Translation{"load", "载货"},
    Translation{"seconds left", "剩余秒数"},
    Translation{"reason", "原因"},
    Translation{"vehicle", "车辆"},
    Translation{"vehicles", "车队"},
    Translation{"phase", "阶段"},
    Translation{"at", "位于"},
    Translation{"goal", "目的地"},
    Translation{"track", "占用路段"},
    Translation{"reach", "联络"},
    Translation{"heard s ago", "上次联络(秒前)"},
    Translation{"mode", "模式"},
    Translation{"battery %", "电量(%)"},
    Translation{"battery 1/1000", "电量(‰)"},
    Translation{"loads", "载荷"},
    Translation{"cart", "推车"},
    Translation{"way", "作业方式"},
    Translation{"order", "指令"},
    Translation{"order state", "指令状态"},
    Translation{"maker", "制造商"},
    Translation{"serial", "序列号"},
    Translation{"event", "事件"},
    // Values.
    Translation{"stops", "停靠点"},
    Translation{"listed", "待派"},
    Translation{"assigned", "已派"},
    Translation{"acting", "作业中"},
    Translation{"stranded", "搁置"},
    Translation{"charge", "充电"},
    Translation{"park", "停放"},
    Translation{"transfer", "转运"},
    Translation{"scan", "扫描"},
    Translation{"finish", "收尾"},
    Translation{"continue", "继续"},
    Translation{"recharge", "补电"},
    Translation{"block", "封闭"},
    Translation{"unblock", "开放"},
    Translation{"go_on", "继续"},
    Translation{"drop", "取消"},
    Translation{"idle", "空闲"},
    Translation{"driving", "行驶中"},
    Translation{"held", "被扣住"},
    Translation{"broken", "连接中断"},
    Translation{"no_line", "与代理无连接"},
    Translation{"automatic", "自动"},
    Translation{"semiautomatic", "半自动"},
    Translation{"manual", "手动"},
    Translation{"service", "维修"},
    Translation{"teach_in", "示教"},
    Translation{"station", "货到人"},
    Translation{"none", "无"},
    Translation{"cancelling", "取消中"},
    Translation{"send", "派往"},
    Translation{"pause", "暂停"},
    Translation{"resume", "继续"},
    Translation{"release", "释放"},
    // Sentences.
    Translation{"last ordered by hand:", "最近一次人工指令："},
    Translation{"not carried out:", "未能执行："},
    Translation{"the vehicle is sent there; others may ask it to make way once it has arrived",
                "车辆已派往该处；到达后可能为其他车辆让路"},
    Translation{"the vehicle is told to stop where it is; its track stays its own",
                "已令车辆原地停住；其路段仍归其所有"},
    Translation{"the vehicle is told to go on", "已令车辆继续行驶"},
    Translation{"its track is free; it goes on when it says itself that it stands there",
                "其路段已释放；车辆自报位于该处后继续"},
    Translation{"the road is closed: nobody new is sent through it until it opens again",
                "通道已封闭：重新开放前不再派车通过"},
    Translation{"the road is open", "通道已开放"},
    Translation{"its vehicle goes on with the mission", "其车辆继续执行任务"},
    Translation{"the mission is dropped", "车辆任务已取消"},
    Translation{"connected to the vehicles' broker", "已连接车辆的消息代理"},
    Translation{"no connection to the vehicles' broker; they end what is released to them and wait",
                "与车辆的消息代理无连接；车辆驶完已放行路段后等待"},
    Translation{"stands by emergency stop", "因急停而停住"},
};

}  // namespace

std::span<const Translation> chinese_fleet_texts() {
    return kChinese;
}

}  // namespace tally::cli
