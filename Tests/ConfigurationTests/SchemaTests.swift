import Configuration
import JSON
import OpenAPI
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

struct SchemaTests {
    @Test func `the checked-in schema is the one that the settings make`() throws {
        let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let file = try #require(fopen("/\(folder)/schemas/config.schema.json", "rb"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let text = String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
        #expect(text == ConfigurationSchema.json.text(isPretty: true) + "\n", "run make schemas")
    }

    @Test func `the schema uses what validators know`() {
        #expect(SchemaValidator.unclaimed(in: ConfigurationSchema.json) == [])
    }

    @Test func `the schema's own examples are right`() throws {
        let validator = SchemaValidator(ConfigurationSchema.json)
        for example in ConfigurationSchema.json["examples"]?.arrayValue ?? [] {
            #expect(validator.faults(in: example) == [])
            #expect(try faults(example.text()) == [])
        }
    }

    @Test func `every key has a title and a description`() {
        var count = 0
        func check(_ schema: JSONValue, _ path: String) {
            for member in schema["properties"]?.objectValue ?? [:] where member.name != "$schema" {
                #expect(member.value["title"]?.stringValue?.isEmpty == false, "\(path).\(member.name)")
                #expect(member.value["description"]?.stringValue?.isEmpty == false, "\(path).\(member.name)")
                count += member.value["properties"] == nil ? 1 : 0
                check(member.value, "\(path).\(member.name)")
            }
        }
        check(ConfigurationSchema.json, "")
        #expect(count == Setting.all.count)
    }
}

struct ListingTests {
    @Test func `the listing shows each setting with its value and where that came from`() throws {
        let folder = try Folder()
        let file = try folder.write(#"{"budgets": {"sendsPerDay": 7}}"#)
        let policy = try Policy.load(file: file, environment: ["QUO_PROFILE": "reply-only"])
        let lines = policy.listing.split(separator: "\n")
        for setting in Setting.all {
            #expect(lines.count { $0.hasPrefix("  \(setting.path) ") } == 1, "\(setting.path)")
        }
        #expect(lines.contains { $0.hasPrefix("  budgets.sendsPerDay ") && $0.hasSuffix(" \(file)") })
        #expect(lines.contains { $0.hasPrefix(#"  profile "#) && $0.hasSuffix(" QUO_PROFILE") })
        #expect(
            lines.contains {
                $0.hasPrefix("  send ") && $0.hasSuffix(#"approve  profile is "reply-only" (QUO_PROFILE)"#)
            })
    }

    @Test func `programs get the same as JSON`() throws {
        let policy = try policy(environment: ["QUO_READ_ONLY": "1"])
        #expect(policy.json["readOnly"] == true)
        #expect(policy.json["settings"]?["readOnly"] == ["value": true, "from": "QUO_READ_ONLY"])
        #expect(
            policy.json["decisions"]?["send"] == ["decision": "deny", "rule": "readOnly is true (QUO_READ_ONLY)"])
    }
}
