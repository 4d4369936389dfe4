import JSON
struct PreviewMessage { let desk: Desk
    func answer(_ a: JSONObject) async throws -> JSONObject { [:] } }
