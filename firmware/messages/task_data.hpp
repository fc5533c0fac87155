// The `data` of task_changed: a task being opened, or a step of one; and a task's stored row.
#pragma once

#include <string>
#include <string_view>

#include "firmware/domain/task/task.hpp"

namespace tally {

/// `opened` holds what the task is (its id is the event's own reference), or `step` what happened
/// to task `task`.
struct TaskData {
    std::string task;  ///< empty: this event opens one
    Task opened;
    TaskAct act = TaskAct::take;
    std::int64_t qty_milli = 0;
    std::string text;   ///< of the step: why, one sentence
    std::string place;  ///< of move_on: where the goods are on their way (TaskStep::via)
};

std::string encode(const TaskData& data);
Result<TaskData> decode_task_data(std::string_view json);

/// A task as it stands, for a state row; its id is the row's key.
std::string encode_task(const Task& task);
Result<Task> decode_task(std::string_view json);

}  // namespace tally
