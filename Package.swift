// swift-tools-version: 6.2
import PackageDescription

/// Of the module that calls libpq: nearly every line of it would say `unsafe`.
let calling: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    // What a module keeps to itself can be specialised in another.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// Every module is compiled with the same, strictest settings.
let strict: [SwiftSetting] = calling + [.strictMemorySafety()]

/// Statements of the write path, one a file in `sql/commands`; a new file gets a line here and one in
/// `sql/SQL+commands.swift`.
let commands: [String] = [
    "calendars", "change_tasks", "clock", "close_tasks", "copy_instance", "count_incidents", "create_schema",
    "create_schema_version",
    "current_schema", "delete_jobs", "drop_schema", "end_children", "enter_visits", "find_batch", "find_instances",
    "find_schema_version", "insert_children", "insert_history", "insert_instances", "insert_jobs", "insert_notices",
    "insert_schema_version", "instance_ids", "leave_visits", "list_schema_versions", "load_alias", "load_calendar",
    "load_commands", "load_definition", "load_due", "load_instances", "load_jobs", "lock_instance", "lock_migrations",
    "notify", "open_incidents", "open_tasks", "park_jobs", "park_tasks", "postpone_jobs",
    "queue_heads", "relocate_jobs", "relocate_tasks", "resolve_incidents", "resume_jobs", "skip_jobs", "unpark_jobs",
    "update_instances", "upsert_listings", "verify_history", "verify_instance", "wake_signals",
]

/// Statements of reads and administration, one a file in `sql/queries`; likewise, with `sql/SQL+queries.swift`.
let queries: [String] = [
    "acquire_jobs",
    "authenticate",
    "bootstrap_user",
    "check_backlog",
    "check_database",
    "check_writes",
    "count_inbox",
    "create_token",
    "delete_expired_tokens",
    "deploy_workflow",
    "extend_lease",
    "find_incident_of_job",
    "find_job",
    "find_missing",
    "find_task",
    "give_roles",
    "inbox_tasks",
    "instance_children",
    "instance_incidents",
    "instance_jobs",
    "instance_tasks",
    "list_aliases",
    "list_incidents",
    "list_instances",
    "list_jobs",
    "list_notices",
    "list_tasks",
    "list_tokens",
    "list_users",
    "list_versions",
    "list_workflows",
    "mark_notice_read",
    "measure_instances",
    "plan_instances",
    "postpone_job",
    "read_history",
    "read_instances",
    "return_leases",
    "retry_job",
    "revoke_token",
    "save_roles",
    "save_user",
    "seize_job",
    "set_alias",
    "sign_in",
    "sign_out",
    "take_roles",
]

let package = Package(
    name: "silian",
    products: [.executable(name: "silian", targets: ["silian"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    ],
    targets: [
        .target(name: "Values", swiftSettings: strict),
        .target(name: "CEL", dependencies: ["Values"], swiftSettings: strict),
        .target(name: "JSONSchema", dependencies: ["Values"], swiftSettings: strict),
        .target(
            name: "Statecharts", dependencies: ["CEL", "JSONSchema", "Values", "Yams"], swiftSettings: strict),
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(
            name: "Postgres", dependencies: ["CLibpq", .product(name: "Logging", package: "swift-log")],
            swiftSettings: calling),
        .target(
            name: "EmbeddedPostgres",
            dependencies: [
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ], swiftSettings: strict),
        .target(
            name: "SQL", path: "sql", exclude: ["schema.sql"],
            resources: ([
                .embedInCode("migrations/v001_foundation.sql"),
                .embedInCode("migrations/v002_holds_and_priorities.sql"),
                .embedInCode("bench/baseline_transition.pgbench"), .embedInCode("bench/checkpoint.sql"),
                .embedInCode("bench/vacuum.sql"),
            ] as [Resource])
                + commands.map { .embedInCode("commands/\($0).sql") }
                + queries.map { .embedInCode("queries/\($0).sql") },
            swiftSettings: strict),
        .target(
            name: "Engine",
            dependencies: [
                "Postgres", "SQL", "Statecharts",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),
        .target(
            name: "Connectors",
            dependencies: ["CEL", "Engine", .product(name: "AsyncHTTPClient", package: "async-http-client")],
            swiftSettings: strict),
        .target(
            name: "Web",
            dependencies: [
                "Engine", "JSONSchema", "Statecharts", "Values",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: [
                "board", "candidate", "confirm", "due", "error", "eventproblem", "field", "form", "hidden", "incidents",
                "instance", "layout", "list", "notices", "problem", "signin", "start", "task", "taskrow", "tasks",
                "values", "vote", "workflowhead", "workflows",
            ].map { .embedInCode("Templates/\($0).mustache") }
                + ["app.js", "icon.svg", "style.css"].map { .embedInCode("Assets/\($0)") },
            swiftSettings: strict),
        .executableTarget(
            name: "silian",
            dependencies: [
                "CEL", "Connectors", "EmbeddedPostgres", "Engine", "Postgres", "SQL", "Statecharts", "Values", "Web",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ], swiftSettings: strict,
            // For small pieces that one thread allocates and another frees; for the gain see docs/performance.md.
            linkerSettings: [.linkedLibrary("jemalloc", .when(platforms: [.linux]))]),
        .target(
            name: "TestSupport", dependencies: ["EmbeddedPostgres", "Engine", "Postgres"], path: "Tests/TestSupport",
            swiftSettings: strict),
        .testTarget(name: "ValuesTests", dependencies: ["Values"], swiftSettings: strict),
        .testTarget(name: "CELTests", dependencies: ["CEL"], exclude: ["Gaps.txt"], swiftSettings: strict),
        .testTarget(name: "JSONSchemaTests", dependencies: ["JSONSchema"], swiftSettings: strict),
        .testTarget(
            name: "StatechartsTests", dependencies: ["Statecharts"], exclude: ["Gaps.txt"], swiftSettings: strict),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "EmbeddedPostgresTests", dependencies: ["EmbeddedPostgres"], swiftSettings: strict),
        .testTarget(
            name: "EngineTests",
            dependencies: ["Engine", "TestSupport", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict),
        .testTarget(
            name: "ConnectorsTests",
            dependencies: ["Connectors", .product(name: "Hummingbird", package: "hummingbird")], swiftSettings: strict),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "TestSupport", "Web", .product(name: "HummingbirdTesting", package: "hummingbird"),
            ], swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Postgres", "Statecharts", "Values", "silian",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ], swiftSettings: strict),
        .testTarget(name: "TidyTests", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
