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
    // Titles.
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
    Translation{"stops", "停车故障"},
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
