import Directory
import Guard
import JSON
import QuoAPI

/// The effects of the tools for tasks: read as the task is now, so that a person sees which one it is.
extension EffectComposer {
    /// The operations that this file composes.
    static let taskOperations: Set<String> = Set(
        [
            WriteOperation.createTask, .updateTask, .deleteTask, .completeTask, .reopenTask, .assignTask,
            .unassignTask, .changeTaskDueDate, .removeTaskDueDate, .linkTaskToConversation,
            .unlinkTaskFromConversation,
        ].map(\.operation.id))

    /// Composes a change of a task, or a new one.
    func taskEffect(_ arguments: JSONObject) async throws -> Composition {
        let bound = try ArgumentBinding(tool: tool).bind(arguments)
        if operation.operation.id == WriteOperation.createTask.operation.id {
            return .effect(try await newTask(arguments, bound))
        }
        let id = arguments["taskId"]?.stringValue ?? ""
        let answer = try await reader.read(.getTaskById, OperationArguments(path: ["taskId": id]))
        let task = answer["data"] ?? .null
        let isCompleted = task["completed"] == true
        let title = (task["title"]?.stringValue ?? "untitled").onOneLine
        let change: TaskChange
        switch operation.operation.id {
        case WriteOperation.deleteTask.operation.id:
            let facts = ["title", "description", "dueDate", "assignedTo"].compactMap { name in
                task[name]?.stringValue.map { Effect.Fact("Would be lost, \(name)", $0) }
            }
            change = TaskChange("Delete this task? It cannot be brought back.", "Delete it", facts)
        case WriteOperation.completeTask.operation.id:
            if isCompleted { return .nothingToDo("The task is already completed; nothing was changed.") }
            change = TaskChange("Complete this task?", "Complete it", [])
        case WriteOperation.reopenTask.operation.id:
            if !isCompleted { return .nothingToDo("The task is already open; nothing was changed.") }
            change = TaskChange("Open this task again?", "Open it", [])
        case WriteOperation.assignTask.operation.id:
            change = TaskChange("Assign this task?", "Assign it", [try await member(arguments["member"], "To")])
        case WriteOperation.unassignTask.operation.id:
            change = TaskChange(
                "Take this task from the member?", "Take it", [try await member(arguments["member"], "From")])
        default: change = TaskChange("Change this task?", "Change it", Self.facts(of: arguments))
        }
        return .effect(change.effect(of: self, bound, [Effect.Fact("Task", "\(title) (\(id))")] + change.facts))
    }

    private func newTask(_ arguments: JSONObject, _ bound: OperationArguments) async throws -> Effect {
        let subjects = ["inbox", "conversationId", "activityId"].filter { arguments[$0] != nil }
        guard subjects.count == 1 else {
            throw InvalidArguments(faults: [
                ArgumentFault(
                    path: "", message: "give exactly one of inbox, conversationId, activityId: what it is about"
                )
            ])
        }
        var facts = Self.facts(of: arguments.without(["assignedTo"]))
        if let assignee = arguments["assignedTo"] { facts.append(try await member(assignee, "Assigned to")) }
        return TaskChange("Create this task?", "Create it", []).effect(of: self, bound, facts)
    }

    /// A member by name.
    private func member(_ id: JSONValue?, _ label: String) async throws -> Effect.Fact {
        Effect.Fact(label, try await desk.directory.member(id?.stringValue ?? "").summary)
    }

    /// The arguments as they were given, without the task's id.
    private static func facts(of arguments: JSONObject) -> [Effect.Fact] {
        arguments.without(["taskId"]).map { Effect.Fact($0.name, $0.value.plainText) }
    }
}

/// How a change of a task is put to a person.
private struct TaskChange {
    let question: String
    let approval: String
    let facts: [Effect.Fact]

    init(_ question: String, _ approval: String, _ facts: [Effect.Fact]) {
        self.question = question
        self.approval = approval
        self.facts = facts
    }

    func effect(of composer: EffectComposer, _ arguments: OperationArguments, _ facts: [Effect.Fact]) -> Effect {
        Effect(
            tool: composer.tool.name, risk: composer.risk, operation: composer.operation, arguments: arguments,
            question: question, approval: approval, refusal: "Do not", facts: facts)
    }
}
