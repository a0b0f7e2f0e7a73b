import HTTPTypes
import Hummingbird
import Logging

/// A table of routes. A route is open, or it is for people and programs that signed in: then its handler gets a ``Call``
/// with their ``Actor``, and there is no other way to one.
struct Routes: Sendable {
    typealias Handler = @Sendable (Call) async throws -> Response
    typealias OpenHandler = @Sendable (Visit) async throws -> Response

    enum Action: Sendable {
        case open(OpenHandler)
        case signedIn(Handler)
    }

    struct Route: Sendable {
        var method: HTTPRequest.Method
        var path: String
        var action: Action
    }

    private(set) var all: [Route] = []

    mutating func get(_ path: String, _ handler: @escaping Handler) { self.add(.get, path, .signedIn(handler)) }
    mutating func post(_ path: String, _ handler: @escaping Handler) { self.add(.post, path, .signedIn(handler)) }
    mutating func put(_ path: String, _ handler: @escaping Handler) { self.add(.put, path, .signedIn(handler)) }
    mutating func delete(_ path: String, _ handler: @escaping Handler) { self.add(.delete, path, .signedIn(handler)) }
    mutating func open(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping OpenHandler) {
        self.add(method, path, .open(handler))
    }

    private mutating func add(_ method: HTTPRequest.Method, _ path: String, _ action: Action) {
        self.all.append(Route(method: method, path: path, action: action))
    }

    /// Every path answers every method: those that it does not take with 405.
    func router(door: Door, identity: Identity) -> Router<RequestScope> {
        let router = Router(context: RequestScope.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: door)
        for route in self.all {
            router.on(RouterPath(route.path), method: route.method) { request, scope in
                let visit = Visit(request: request, scope: scope)
                switch route.action {
                case .open(let handler): return try await handler(visit)
                case .signedIn(let handler): return try await handler(identity.call(visit))
                }
            }
        }
        for (path, routes) in Dictionary(grouping: self.all, by: \.path) {
            var allowed = routes.map(\.method)
            if allowed.contains(.get) { allowed.append(.head) }
            for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] where !allowed.contains(method) {
                router.on(RouterPath(path), method: method) { [allowed] _, _ -> Response in
                    throw Problem.methodNotAllowed(allowed: allowed)
                }
            }
        }
        return router
    }
}
