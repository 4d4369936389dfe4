import JSON
import QuoAPI

extension DatedRoute {
    /// Tasks: those of the first version, told and changed in another way.
    static let datedTasks: [DatedRoute] = [
        DatedRoute(.tasksListDated, .tasks, reading: Workspace.listDatedTasks),
        DatedRoute(.tasksCreateDated, .tasks) { (workspace, input) throws(ErrorAnswer) in
            Workspace.reference(try workspace.createTask(input.first("")))
        },
        DatedRoute(.tasksGetDated, .tasks, reading: Workspace.getDatedTask),
        DatedRoute(.tasksUpdateDated, .tasks) { (workspace, input) throws(ErrorAnswer) in
            Workspace.reference(try workspace.updateTask(input.first("taskId")))
        },
        DatedRoute(.tasksDeleteDated, .tasks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.deleteTask(input.first("taskId"))
        },
        DatedRoute(.tasksUpdateStatusDated, .tasks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.updateTaskStatus(input)
        },
        DatedRoute(.tasksLinkConversationDated, .tasks) { (workspace, input) throws(ErrorAnswer) in
            Workspace.reference(try workspace.linkTask(input.first("taskId")))
        },
        DatedRoute(.tasksUnlinkConversationDated, .tasks) { (workspace, input) throws(ErrorAnswer) in
            Workspace.reference(try workspace.unlinkTask(input.first("taskId")))
        },
        DatedRoute(.tasksAssignUserDated, .tasks) { (workspace, input) throws(ErrorAnswer) in
            Workspace.reference(try workspace.assignTask(input.first("taskId")))
        },
        DatedRoute(.tasksUnassignUserDated, .tasks) { (workspace, input) throws(ErrorAnswer) in
            Workspace.reference(try workspace.unassignTask(input.first("taskId")))
        },
        DatedRoute(.tasksUpdateDueDateDated, .tasks) { (workspace, input) throws(ErrorAnswer) in
            Workspace.reference(try workspace.changeTaskDueDate(input.first("taskId")))
        },
        DatedRoute(.tasksDeleteDueDateDated, .tasks) { (workspace, input) throws(ErrorAnswer) in
            Workspace.reference(try workspace.removeTaskDueDate(input.first("taskId")))
        },
    ]
}

extension Workspace {
    func listDatedTasks(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let sorted = tasks.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
        return try input.page(sorted, id: \.id, body: datedBody)
    }

    func getDatedTask(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        .data(datedBody(tasks[try taskIndex(input.first("taskId"))]))
    }

    fileprivate mutating func updateTaskStatus(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let first = input.first("taskId")
        switch input.body["status"]?.stringValue {
        case "completed": return Self.reference(try completeTask(first))
        case "deleted":
            let task = tasks[try taskIndex(first)]
            _ = try deleteTask(first)
            let revision = JSONNumber(Int64(task.revision + 1))
            return .data(["taskId": .string(task.id), "revision": .number(revision)])
        default: return Self.reference(try reopenTask(first))
        }
    }

    /// The first version's answer to a change as the dated one gives it: its revision is a number.
    fileprivate static func reference(_ answer: Answer) -> Answer {
        guard case .json(let status, let envelope) = answer, let data = envelope["data"] else { return answer }
        let revision = JSONNumber(Int64(data["revision"]?.stringValue ?? "") ?? 1)
        return .data(["taskId": data["taskId"] ?? .null, "revision": .number(revision)], status: status)
    }

    private func datedBody(_ task: WorkspaceTask) -> JSONValue {
        guard case .object(var object) = body(task) else { return .null }
        object = object.without(["completed", "isDeleted"])
        object["status"] = task.isCompleted ? "completed" : "open"
        object["revision"] = .number(JSONNumber(Int64(task.revision)))
        return .object(object)
    }
}
