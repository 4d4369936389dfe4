import HTTP
import JSON

/// Something that a member has to do, about a line, a conversation, or a call or message.
struct WorkspaceTask: Sendable {
    let id: String
    var title: String
    var details: String
    var dueDate: Timestamp?
    var assignedTo: String?
    var isCompleted = false
    var phoneNumberID: String
    var conversationID: String?
    let activityID: String?
    let createdBy: String
    let createdAt: Timestamp
    /// Goes up by one with every change.
    var revision = 1
}

extension Workspace {
    /// The most tasks that may be open at once; the plan's limit.
    static let openTaskLimit = 25

    func listTasks(_ input: Input) throws(ErrorAnswer) -> Answer {
        var reader = QueryReader(input.query)
        let page = PageRequest(.tasks, upTo: 100, from: &reader)
        try reader.validation.finish(.tasks)
        return page.answer(tasks, key: { PageKey(moment: $0.createdAt, identifier: $0.id) }, body: body)
    }

    func getTask(_ input: Input) throws(ErrorAnswer) -> Answer { .data(body(tasks[try taskIndex(input)])) }

    mutating func createTask(_ input: Input) throws(ErrorAnswer) -> Answer {
        var reader = try BodyReader(input, .tasks)
        let title = reader.requiredString("title")
        let details = reader.requiredString("description")
        let dueDate = reader.timestamp("dueDate")
        let userID = reader.optionalIdentifier("assignedTo", prefix: "US")
        let lineID = reader.optionalIdentifier("phoneNumberId", prefix: "PN")
        let conversationID = reader.optionalIdentifier("conversationId", prefix: "CN")
        let activityID = reader.optionalIdentifier("activityId", prefix: "AC")
        if [lineID, conversationID, activityID].count(where: { $0 != nil }) != 1 {
            reader.validation.fail(
                "", "Expected exactly one of phoneNumberId, conversationId, activityId", nil, type: "object")
        }
        try reader.finish(.tasks)
        if let userID { try checkUser(userID) }
        var place: (line: String, conversation: String?) = ("", nil)
        if let lineID { place = (try line(lineID, userID: nil, .tasks).id, nil) }
        if let conversationID { place = try taskPlace("Conversation") { $0.id == conversationID } }
        if let activityID {
            place = try taskPlace("Activity") { conversation in
                conversation.messages.contains { $0.id == activityID }
                    || conversation.calls.contains { $0.id == activityID }
            }
        }
        try checkOpenTaskLimit()
        let task = WorkspaceTask(
            id: random.hexadecimalIdentifier("TK", digits: 32), title: title, details: details, dueDate: dueDate,
            assignedTo: userID, phoneNumberID: place.line, conversationID: place.conversation, activityID: activityID,
            createdBy: ownerID, createdAt: now)
        tasks.append(task)
        noteTask(
            task, "task.created",
            [
                "title": .string(task.title), "description": .string(task.details),
                "dueDate": .nullable(task.dueDate),
            ])
        if let userID { noteTask(task, "task.assigned", ["assignedTo": .string(userID)]) }
        var reference: JSONObject = [
            "taskId": .string(task.id), "revision": .string(String(task.revision)),
            "phoneNumberId": .string(task.phoneNumberID),
        ]
        if let conversationID = task.conversationID { reference["conversationId"] = .string(conversationID) }
        if let activityID { reference["activityId"] = .string(activityID) }
        return .data(.object(reference), status: 201)
    }

    mutating func updateTask(_ input: Input) throws(ErrorAnswer) -> Answer {
        let index = try taskIndex(input)
        var reader = try BodyReader(input, .tasks)
        let title = reader.requiredString("title")
        let details = reader.requiredString("description")
        try reader.finish(.tasks)
        let fields: JSONObject = [
            "title": Self.updated(tasks[index].title, title),
            "description": Self.updated(tasks[index].details, details),
        ]
        return changed(index, "task.updated", ["updatedFields": .object(fields)]) {
            $0.title = title
            $0.details = details
        }
    }

    mutating func deleteTask(_ input: Input) throws(ErrorAnswer) -> Answer {
        noteTask(tasks.remove(at: try taskIndex(input)), "task.deleted")
        return .noContent
    }

    /// What an event says of a member that may have been changed.
    private static func updated(_ old: String, _ new: String) -> JSONValue {
        old == new ? ["isUpdated": false] : ["isUpdated": true, "updatedValue": .string(new)]
    }

    mutating func completeTask(_ input: Input) throws(ErrorAnswer) -> Answer {
        changed(try taskIndex(input), "task.completed") { $0.isCompleted = true }
    }

    mutating func reopenTask(_ input: Input) throws(ErrorAnswer) -> Answer {
        let index = try taskIndex(input)
        if tasks[index].isCompleted { try checkOpenTaskLimit() }
        return changed(index, "task.reopened") { $0.isCompleted = false }
    }

    mutating func assignTask(_ input: Input) throws(ErrorAnswer) -> Answer {
        let (index, userID) = try taskAndIdentifier(input, "userId", prefix: "US")
        try checkUser(userID)
        return changed(index, "task.assigned", ["assignedTo": .string(userID)]) { $0.assignedTo = userID }
    }

    mutating func unassignTask(_ input: Input) throws(ErrorAnswer) -> Answer {
        let (index, userID) = try taskAndIdentifier(input, "userId", prefix: "US")
        guard tasks[index].assignedTo == userID else {
            throw .notFound(.tasks, "The task is not assigned to this user")
        }
        return changed(index, "task.unassigned", ["unassignedFrom": .string(userID)]) { $0.assignedTo = nil }
    }

    mutating func changeTaskDueDate(_ input: Input) throws(ErrorAnswer) -> Answer {
        let index = try taskIndex(input)
        var reader = try BodyReader(input, .tasks)
        let dueDate = reader.timestamp("dueDate")
        if reader.object["dueDate"] == nil { reader.missing("/dueDate", type: "string") }
        try reader.finish(.tasks)
        guard let dueDate else { return changed(index, "task.duedate.removed") { $0.dueDate = nil } }
        return changed(index, "task.duedate.updated", ["updatedDueDate": .string(dueDate.text)]) {
            $0.dueDate = dueDate
        }
    }

    mutating func removeTaskDueDate(_ input: Input) throws(ErrorAnswer) -> Answer {
        changed(try taskIndex(input), "task.duedate.removed") { $0.dueDate = nil }
    }

    mutating func linkTask(_ input: Input) throws(ErrorAnswer) -> Answer {
        let (index, conversationID) = try taskAndIdentifier(input, "conversationId", prefix: "CN")
        let place = try taskPlace("Conversation") { $0.id == conversationID }
        return changed(index, "task.linked") {
            $0.conversationID = place.conversation
            $0.phoneNumberID = place.line
        }
    }

    mutating func unlinkTask(_ input: Input) throws(ErrorAnswer) -> Answer {
        let (index, conversationID) = try taskAndIdentifier(input, "conversationId", prefix: "CN")
        guard tasks[index].conversationID == conversationID else {
            throw .notFound(.tasks, "The task is not linked to this conversation")
        }
        return changed(index, "task.unlinked") { $0.conversationID = nil }
    }

    func taskIndex(_ input: Input) throws(ErrorAnswer) -> Int {
        try checkIdentifier(input.identifier, prefix: "TK", name: "taskId", .tasks)
        guard let index = tasks.firstIndex(where: { $0.id == input.identifier }) else {
            throw .notFound(.tasks, "Task not found")
        }
        return index
    }

    /// The task of the path, and the one member of the body.
    private func taskAndIdentifier(
        _ input: Input, _ name: String, prefix: String
    ) throws(ErrorAnswer) -> (index: Int, identifier: String) {
        let index = try taskIndex(input)
        var reader = try BodyReader(input, .tasks)
        let identifier = reader.optionalIdentifier(name, prefix: prefix)
        if reader.object[name] == nil { reader.missing("/\(name)", type: "string") }
        try reader.finish(.tasks)
        return (index, identifier ?? "")
    }

    private func taskPlace(
        _ name: String, where isWanted: (Conversation) -> Bool
    ) throws(ErrorAnswer) -> (line: String, conversation: String?) {
        guard let conversation = conversations.first(where: isWanted) else {
            throw .notFound(.tasks, "\(name) not found")
        }
        return (conversation.phoneNumberID, conversation.id)
    }

    private func checkUser(_ id: String) throws(ErrorAnswer) {
        if !hasUser(id) { throw .notFound(.tasks, "User not found") }
    }

    private func checkOpenTaskLimit() throws(ErrorAnswer) {
        guard tasks.count(where: { !$0.isCompleted }) >= Self.openTaskLimit else { return }
        throw ErrorAnswer(
            .tasks, 402, "Open Tasks Limit Reached", "The plan of this organization allows no more open tasks")
    }

    /// Changes a task, and tells of it by an event of a type.
    private mutating func changed(
        _ index: Int, _ type: String, _ told: JSONObject = [:], _ change: (inout WorkspaceTask) -> Void
    ) -> Answer {
        change(&tasks[index])
        tasks[index].revision += 1
        noteTask(tasks[index], type, told)
        return .data(["taskId": .string(tasks[index].id), "revision": .string(String(tasks[index].revision))])
    }

    func body(_ task: WorkspaceTask) -> JSONValue {
        let line = phoneNumbers.first { $0.id == task.phoneNumberID }
        return [
            "taskId": .string(task.id), "phoneNumberId": .string(task.phoneNumberID),
            "conversationId": .nullable(task.conversationID), "activityId": .nullable(task.activityID),
            "phoneNumberGroupId": .nullable(line?.groupID), "orgId": .string(organizationID),
            "title": .string(task.title), "description": .string(task.details), "dueDate": .nullable(task.dueDate),
            "assignedTo": .nullable(task.assignedTo),
            "assignedBy": task.assignedTo == nil ? .null : .string(task.createdBy),
            "createdAt": .string(task.createdAt.text), "createdBy": .string(task.createdBy),
            "completed": .bool(task.isCompleted), "isDeleted": false, "revision": .string(String(task.revision)),
        ]
    }
}

extension Route {
    /// The operations of tasks.
    static let tasks: [Route] = [
        Route("/v1/tasks", .tasks, reading: Workspace.listTasks),
        Route(.post, "/v1/tasks", .tasks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.createTask(input)
        },
        Route("/v1/tasks/{taskId}", .tasks, reading: Workspace.getTask),
        Route(.put, "/v1/tasks/{taskId}", .tasks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.updateTask(input)
        },
        Route(.delete, "/v1/tasks/{taskId}", .tasks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.deleteTask(input)
        },
        Route(.post, "/v1/tasks/{taskId}/complete", .tasks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.completeTask(input)
        },
        Route(.post, "/v1/tasks/{taskId}/reopen", .tasks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.reopenTask(input)
        },
        Route(.post, "/v1/tasks/{taskId}/assign", .tasks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.assignTask(input)
        },
        Route(.post, "/v1/tasks/{taskId}/unassign", .tasks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.unassignTask(input)
        },
        Route(.post, "/v1/tasks/{taskId}/change-due-date", .tasks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.changeTaskDueDate(input)
        },
        Route(.post, "/v1/tasks/{taskId}/remove-due-date", .tasks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.removeTaskDueDate(input)
        },
        Route(.post, "/v1/tasks/{taskId}/link-conversation", .tasks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.linkTask(input)
        },
        Route(.post, "/v1/tasks/{taskId}/unlink-conversation", .tasks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.unlinkTask(input)
        },
    ]
}
