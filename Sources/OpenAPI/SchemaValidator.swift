public import JSON

public struct SchemaValidator: Sendable {
    public struct Fault: Sendable, Hashable {
        public let path: String; public let message: String; public let example: JSONValue?
    }
    public init(_ schema: JSONValue) {}
    public func faults(in instance: JSONValue) -> [Fault] { [] }
}
