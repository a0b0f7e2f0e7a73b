package import Engine
import Foundation
package import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle
import Values

/// The HTTP server: API, pages and sign-in over one ``Orchestrator``. It holds no rule about workflows.
package struct WebServer: Service {
    package struct Options: Sendable {
        package var host = "127.0.0.1"
        /// 0: any free one.
        package var port = 8080
        /// The address that browsers use, without a slash at its end, when a proxy stands in front. With https, cookies are
        /// marked as secure.
        package var publicURL: String?
        /// For those who state none.
        package var language = Language.en
        /// IANA name: the clock on the wall that pages show.
        package var zone = "Asia/Shanghai"
        /// Called once the server listens, with its port.
        package var onListening: @Sendable (Int) async -> Void = { _ in }
        package init() {}

        var isSecure: Bool { self.publicURL?.hasPrefix("https://") == true }
    }

    /// Why the server could not start.
    package enum StartError: Error, CustomStringConvertible {
        case addressInUse(host: String, port: Int)
        case unknownZone(String)

        package var description: String {
            switch self {
            case .addressInUse(let host, let port):
                "Another program listens on \(host):\(port). Stop it, or choose another port."
            case .unknownZone(let name): "There is no time zone “\(name)”."
            }
        }
    }

    private let orchestrator: Orchestrator
    private let options: Options
    private let logger: Logger
    private let pages: Pages
    private let zone: Zone
    private let metrics = Metrics()
    private let drawings = Drawings()

    package init(_ orchestrator: Orchestrator, options: Options = Options(), logger: Logger) throws {
        guard let zone = Zone(options.zone) else { throw StartError.unknownZone(options.zone) }
        self.orchestrator = orchestrator
        self.options = options
        self.logger = logger
        self.zone = zone
        self.pages = Pages(templates: try Templates())
    }

    package init(
        orchestrator: Orchestrator, host: String, port: Int, publicURL: String? = nil, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws {
        var options = Options()
        options.host = host
        options.port = port
        options.publicURL = publicURL
        options.onListening = onListening
        try self.init(orchestrator, options: options, logger: logger)
    }

    /// Serves until graceful shutdown.
    package func run() async throws {
        do {
            try await self.application().run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw StartError.addressInUse(host: self.options.host, port: self.options.port)
        }
    }

    package func application() -> some ApplicationProtocol {
        let door = Door(
            defaultLanguage: self.options.language, isSecure: self.options.isSecure, metrics: self.metrics,
            pages: self.pages)
        let router = self.routes.router(door: door, identity: Identity(orchestrator: self.orchestrator))
        return Application(
            router: router,
            server: .http1(configuration: .init(idleTimeout: .seconds(120))),
            configuration: ApplicationConfiguration(
                address: .hostname(self.options.host, port: self.options.port), serverName: "silian"),
            onServerRunning: { [options, logger] channel in
                let port = channel.localAddress?.port ?? options.port
                logger.info("listening", metadata: ["address": "http://\(options.host):\(port)"])
                await options.onListening(port)
            },
            logger: self.logger)
    }

    var routes: Routes {
        var routes = Routes()
        self.addOpenRoutes(to: &routes)
        self.addWorkflowAPI(to: &routes)
        self.addWorkAPI(to: &routes)
        self.addPages(to: &routes)
        return routes
    }

    private func addOpenRoutes(to routes: inout Routes) {
        let health = Health(orchestrator: self.orchestrator, metrics: self.metrics)
        let signIn = SignIn(orchestrator: self.orchestrator, pages: self.pages, isSecure: self.options.isSecure)
        routes.open(.get, "/healthz", health.live)
        routes.open(.get, "/readyz", health.ready)
        routes.open(.get, "/metrics", health.metrics)
        routes.open(.get, "/assets/:file", Assets().one)
        routes.open(.get, "/schemas/workflow.json", LanguageSchema().one)
        routes.open(.get, "/sign-in", signIn.explain)
        routes.open(.get, "/sign-in/:secret", signIn.confirm)
        routes.open(.post, "/sign-in/:secret", signIn.enter)
        routes.post("/sign-out", signIn.leave)
    }

    private func addWorkflowAPI(to routes: inout Routes) {
        let workflows = Workflows(orchestrator: self.orchestrator, drawings: self.drawings)
        routes.post("/api/workflows", workflows.deploy)
        routes.get("/api/workflows", workflows.list)
        routes.put("/api/workflows/:name/aliases/:alias", workflows.setAlias)
        for path in ["/api/workflows/:name", "/api/workflows/:name/versions/:version"] {
            routes.get(path, workflows.one)
            routes.get(path + "/schema", workflows.schema)
            routes.get(path + "/diagram", workflows.diagram)
            routes.get(path + "/diagram.svg", workflows.diagramSVG)
        }
        let instances = Instances(orchestrator: self.orchestrator, drawings: self.drawings)
        routes.post("/api/instances", instances.start)
        routes.get("/api/instances", instances.list)
        routes.get("/api/instances/:id", instances.one)
        routes.post("/api/instances/:id/events", instances.send)
        routes.get("/api/instances/:id/history", instances.history)
        routes.get("/api/instances/:id/diagram", instances.diagram)
        routes.get("/api/instances/:id/diagram.svg", instances.diagramSVG)
        routes.post("/api/instances/:id/suspend", instances.suspend)
        routes.post("/api/instances/:id/resume", instances.resume)
        routes.post("/api/instances/:id/cancel", instances.cancel)
        routes.post("/api/instances/:id/resolve", instances.resolve)
        let migrations = Migrations(orchestrator: self.orchestrator)
        routes.post("/api/instances/:id/migrate", migrations.migrate)
        routes.post("/api/workflows/:name/plan", migrations.plan)
    }

    private func addWorkAPI(to routes: inout Routes) {
        let tasks = Tasks(orchestrator: self.orchestrator)
        routes.get("/api/tasks", tasks.list)
        routes.get("/api/tasks/:id", tasks.one)
        routes.post("/api/tasks/:id/:verb", tasks.perform)
        let jobs = Jobs(orchestrator: self.orchestrator)
        routes.get("/api/jobs", jobs.list)
        routes.post("/api/jobs/acquire", jobs.acquire)
        routes.get("/api/jobs/:id", jobs.one)
        routes.post("/api/jobs/:id/heartbeat", jobs.heartbeat)
        routes.post("/api/jobs/:id/complete", jobs.complete)
        routes.post("/api/jobs/:id/fail", jobs.fail)
        routes.post("/api/jobs/:id/retry", jobs.retry)
        routes.post("/api/jobs/:id/cancel", jobs.cancel)
        routes.get("/api/incidents", Incidents(orchestrator: self.orchestrator).list)
        let people = PeopleAPI(orchestrator: self.orchestrator, publicURL: self.options.publicURL)
        routes.get("/api/me", people.me)
        routes.get("/api/users", people.users)
        routes.put("/api/users/:name", people.saveUser)
        routes.post("/api/users/:name/link", people.createSignInLink)
        routes.get("/api/tokens", people.tokens)
        routes.post("/api/tokens", people.createToken)
        routes.delete("/api/tokens/:id", people.revokeToken)
        routes.get("/api/notices", people.notices)
        routes.post("/api/notices/:id/read", people.readNotice)
    }

    private func addPages(to routes: inout Routes) {
        let shell = PageShell(orchestrator: self.orchestrator, pages: self.pages, zone: self.zone)
        let boards = BoardRoutes(shell: shell)
        routes.get("/", boards.home)
        routes.get("/workflows", boards.workflows)
        routes.get("/workflows/:name", boards.board)
        routes.get("/workflows/:name/new", boards.startForm)
        routes.post("/workflows/:name/new", boards.start)
        let instances = InstanceRoutes(shell: shell)
        routes.get("/instances/:id", instances.instance)
        routes.post("/instances/:id/events/:event", instances.send)
        routes.post("/instances/:id/suspend", instances.suspend)
        routes.post("/instances/:id/resume", instances.resume)
        routes.post("/instances/:id/cancel", instances.cancel)
        routes.post("/instances/:id/resolve", instances.resolve)
        let inboxes = InboxRoutes(shell: shell)
        routes.get("/tasks", inboxes.tasks)
        routes.get("/tasks/:id", inboxes.task)
        routes.post("/tasks/:id/:verb", inboxes.perform)
        routes.get("/notices", inboxes.notices)
        routes.post("/notices/:id/read", inboxes.readNotice)
        routes.get("/incidents", inboxes.incidents)
    }
}
