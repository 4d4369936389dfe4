// swift-tools-version: 6.2
import PackageDescription

/// The rules that every Swift target is held to.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "quo-mcp",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "quo-mcp", targets: ["quo-mcp"])
    ],
    targets: [
        // The headers of libcurl and SQLite. Neither is linked: CLibraryLoader opens them, and libcrypto, when needed.
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
        .target(name: "CLibraryLoader"),

        // Foundations that know neither phones nor agents.
        .target(
            name: "JSON", swiftSettings: strict,
            // Rounding is libm's, and nothing else here would link it.
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
        .target(name: "OpenAPI", dependencies: ["JSON"], swiftSettings: strict),
        .target(name: "MCP", dependencies: ["JSON"], swiftSettings: strict),
        .target(name: "HTTP", dependencies: ["CCurl", "CLibraryLoader"], swiftSettings: strict),
        .target(name: "Cryptography", dependencies: ["CLibraryLoader"], swiftSettings: strict),
        .target(name: "PhoneNumbers", swiftSettings: strict),

        // What the owner wants, and what is kept.
        .target(name: "Configuration", dependencies: ["JSON"], swiftSettings: strict),
        .target(
            name: "Store", dependencies: ["CSQLite", "CLibraryLoader", "Cryptography", "JSON"], swiftSettings: strict),

        // The files in which agent hosts say which servers they start.
        .target(name: "Hosts", dependencies: ["JSON"], swiftSettings: strict),

        .target(
            name: "Webhooks", dependencies: ["Cryptography", "HTTP", "JSON", "PhoneNumbers", "Store"],
            swiftSettings: strict),

        // The phone.
        .target(
            name: "QuoAPI", dependencies: ["HTTP", "JSON", "OpenAPI"], swiftSettings: strict,
            plugins: ["GenerateContract"]),
        .target(
            name: "ContractDiff", dependencies: ["HTTP", "JSON", "OpenAPI", "QuoAPI", "Webhooks"], swiftSettings: strict
        ),
        .target(
            name: "Directory", dependencies: ["JSON", "PhoneNumbers", "QuoAPI", "Store"], swiftSettings: strict),
        .target(name: "Sandbox", dependencies: ["HTTP", "JSON", "OpenAPI", "QuoAPI"], swiftSettings: strict),
        .target(
            name: "Guard",
            dependencies: [
                "Configuration", "Cryptography", "Directory", "JSON", "PhoneNumbers", "QuoAPI", "Store", "Webhooks",
            ],
            swiftSettings: strict),
        .target(
            name: "QuoServer",
            dependencies: [
                "Configuration", "Cryptography", "Directory", "Guard", "HTTP", "JSON", "MCP", "OpenAPI", "PhoneNumbers",
                "QuoAPI", "Sandbox", "Store", "Webhooks",
            ],
            swiftSettings: strict, plugins: ["GenerateContract"]),
        .executableTarget(
            name: "quo-mcp",
            dependencies: [
                "Configuration", "ContractDiff", "Cryptography", "Guard", "HTTP", "Hosts", "JSON", "MCP",
                "PhoneNumbers", "QuoAPI",
                "QuoServer", "Sandbox", "Store", "Webhooks",
            ],
            swiftSettings: strict),

        // A server for tests of the protocol; not shipped.
        .executableTarget(name: "mcp-fixture", dependencies: ["Cryptography", "JSON", "MCP"], swiftSettings: strict),

        // Build time: schemas/*.json become Swift.
        .executableTarget(name: "tool-generator", dependencies: ["JSON", "OpenAPI"], swiftSettings: strict),
        .plugin(name: "GenerateContract", capability: .buildTool(), dependencies: ["tool-generator"]),

        .target(
            name: "TestSupport", dependencies: ["HTTP", "JSON"], path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: strict),
        .testTarget(
            name: "OpenAPITests", dependencies: ["JSON", "OpenAPI", "tool-generator"], swiftSettings: strict),
        .testTarget(
            name: "ConfigurationTests", dependencies: ["Configuration", "JSON", "OpenAPI"], swiftSettings: strict),
        .testTarget(
            name: "MCPTests", dependencies: ["JSON", "MCP", "mcp-fixture", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "PhoneNumbersTests", dependencies: ["PhoneNumbers"], swiftSettings: strict),
        .testTarget(name: "HostsTests", dependencies: ["Hosts", "JSON", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "CryptographyTests", dependencies: ["Cryptography"], swiftSettings: strict),
        .testTarget(
            name: "StoreTests", dependencies: ["CSQLite", "CLibraryLoader", "Store", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "WebhooksTests",
            dependencies: ["Cryptography", "HTTP", "JSON", "Store", "TestSupport", "Webhooks"], swiftSettings: strict),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "QuoAPITests", dependencies: ["HTTP", "JSON", "QuoAPI", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ContractDiffTests", dependencies: ["ContractDiff", "JSON"], swiftSettings: strict),
        .testTarget(
            name: "DirectoryTests",
            dependencies: ["Directory", "HTTP", "JSON", "PhoneNumbers", "QuoAPI", "Store", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SandboxTests", dependencies: ["HTTP", "JSON", "OpenAPI", "QuoAPI", "Sandbox", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "GuardTests",
            dependencies: [
                "Configuration", "Cryptography", "Directory", "Guard", "HTTP", "JSON", "QuoAPI", "Sandbox", "Store",
                "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CommandTests", dependencies: ["HTTP", "JSON", "Sandbox", "Store", "TestSupport", "quo-mcp"],
            swiftSettings: strict),
        .testTarget(
            name: "QuoServerTests",
            dependencies: [
                "Configuration", "Directory", "Guard", "HTTP", "JSON", "MCP", "OpenAPI", "PhoneNumbers", "QuoAPI",
                "QuoServer", "Sandbox", "Store", "TestSupport", "Webhooks", "quo-mcp",
            ],
            swiftSettings: strict),
    ]
)

// What `make fuzz` builds; see Tests/Fuzz.
if Context.environment["QUO_FUZZ"] != nil {
    let subjects: [String: [Target.Dependency]] = [
        "json": ["JSON"],
        "router": ["JSON", "MCP"],
        "arguments": ["JSON", "OpenAPI", "QuoAPI", "QuoServer"],
        "openapi": ["ContractDiff", "JSON", "OpenAPI"],
        "numbers": ["PhoneNumbers"],
        "times": ["PhoneNumbers"],
        "webhooks": ["Cryptography", "HTTP", "Webhooks"],
        "policy": ["Configuration", "JSON", "OpenAPI"],
        "state": ["Store"],
        "hosts": ["Hosts", "JSON"],
        "addresses": ["CCurl", "HTTP", "JSON", "QuoAPI", "QuoServer"],
        "calls": ["Configuration", "HTTP", "JSON", "MCP", "OpenAPI", "QuoAPI", "QuoServer", "Store"],
    ]
    // All targets are built at once, and what is none of these would only be linked for nothing.
    package.products = []
    package.targets.removeAll { $0.type == .test || ["quo-mcp", "mcp-fixture"].contains($0.name) }
    package.targets += [
        .systemLibrary(name: "CLibFuzzer", path: "Tests/Fuzz/CLibFuzzer"),
        .target(
            name: "FuzzSupport", dependencies: ["CLibFuzzer"], path: "Tests/Fuzz/Support", swiftSettings: strict),
    ]
    package.targets += subjects.map { name, modules in
        .executableTarget(
            name: "fuzz-\(name)", dependencies: modules + ["FuzzSupport"], path: "Tests/Fuzz/\(name)",
            swiftSettings: strict)
    }
}
