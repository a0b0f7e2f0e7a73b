import Synchronization

/// Counts requests for `/metrics`, in Prometheus' text format (version 0.0.4).
final class Metrics: Sendable {
    private struct Key: Hashable, Comparable {
        var method: String
        var route: String
        var status: Int

        static func < (left: Key, right: Key) -> Bool {
            (left.route, left.method, left.status) < (right.route, right.method, right.status)
        }
    }

    private let requests = Mutex<[Key: Int]>([:])

    /// `route` is the pattern, never the path: the number of series stays bounded.
    func count(method: String, route: String, status: Int) {
        // Methods are the client's choice, too.
        let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains(method) ? method : "other"
        self.requests.withLock { $0[Key(method: known, route: route, status: status), default: 0] += 1 }
    }

    func text(isReady: Bool) -> String {
        var lines = [
            "# HELP silian_ready Whether the server can do its work.",
            "# TYPE silian_ready gauge",
            "silian_ready \(isReady ? 1 : 0)",
            "# HELP silian_http_requests_total Requests answered.",
            "# TYPE silian_http_requests_total counter",
        ]
        for (key, count) in self.requests.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            let labels = #"method="\#(key.method)",route="\#(key.route)",status="\#(key.status)""#
            lines.append("silian_http_requests_total{\(labels)} \(count)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
