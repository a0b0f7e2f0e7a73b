import Testing

/// The module graph of ARCHITECTURE.md: what each module may import beside the standard library.
private let allowedImports: [String: Set<String>] = [
    "Values": ["FoundationEssentials", "Foundation"],
    "CEL": ["Values"],
    "JSONSchema": ["Values"],
    "Statecharts": ["CEL", "JSONSchema", "Values", "Yams"],
    "Postgres": ["CLibpq", "Darwin", "Dispatch", "Glibc", "Logging", "Musl"],
    "EmbeddedPostgres": [
        "Darwin", "Musl",
        "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Logging", "Subprocess", "System", "SystemPackage",
    ],
    "SQL": [],
    "Engine": [
        "CEL", "Crypto", "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "JSONSchema", "Logging", "Postgres",
        "SQL",
        "ServiceLifecycle", "Statecharts", "Values",
    ],
    "Connectors": [
        "NIOHTTPCompression",
        "AsyncHTTPClient", "CEL", "Engine", "Foundation", "FoundationEssentials", "HTTPTypes", "Logging", "NIOCore",
        "NIOFoundationCompat", "NIOHTTP1", "ServiceLifecycle", "Statecharts", "Values",
    ],
    "Web": [
        "CEL", "Crypto", "Engine", "Foundation", "FoundationEssentials", "HTTPTypes", "Hummingbird", "JSONSchema",
        "Logging", "Mustache",
        "NIOCore", "NIOPosix", "ServiceLifecycle", "Statecharts", "Values",
    ],
]

/// `package import Values` → `Values`.
private func importedModule(_ line: Substring) -> String? {
    var words = withoutComment(line).split(separator: " ")
    if let first = words.first, ["public", "package", "internal", "private", "@preconcurrency"].contains(first) {
        words.removeFirst()
    }
    guard words.first == "import", let name = words.last else { return nil }
    return name.split(separator: ".").first.map(String.init)
}

@Suite struct ImportTests {
    @Test(arguments: allowedImports.keys.sorted())
    func `a module imports only what the module graph allows`(module: String) throws {
        let folder = module == "SQL" ? "sql" : "Sources/\(module)"
        let allowed = allowedImports[module, default: []].union(["Synchronization", "Swift"])
        for file in try SourceTree.swift(in: folder) {
            for line in file.lines {
                guard let name = importedModule(line) else { continue }
                #expect(allowed.contains(name), "\(file.path) imports \(name)")
            }
        }
    }

    @Test func `every module has a place in the graph`() throws {
        let modules = Set(try SourceTree.swift(in: "Sources").map(\.module))
        #expect(modules.subtracting(allowedImports.keys) == ["silian"])
    }

    @Test func `only the time zone file of Values imports Foundation`() throws {
        for file in try SourceTree.swift(in: "Sources/Values") where file.name != "ZonedTime.swift" {
            #expect(!file.lines.compactMap(importedModule).contains { $0.hasPrefix("Foundation") }, "\(file.path)")
        }
    }

    @Test func `libpq is called in one file`() throws {
        for file in try SourceTree.swift(in: "Sources") where file.path != "Sources/Postgres/LibPQ.swift" {
            #expect(!file.lines.compactMap(importedModule).contains("CLibpq"), "\(file.path) imports CLibpq")
        }
    }
}
