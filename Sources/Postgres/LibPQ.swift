import CLibpq
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The only caller of libpq: owns a `PGconn`, which must not be used by two threads at once.
///
/// All functions but `connecting` return at once; the socket is in non-blocking mode.
struct LibPQ: ~Copyable, @unchecked Sendable {
    /// Nothing once finished; libpq's functions take that and report failure.
    private var connection: OpaquePointer?
    private let notices: Notices

    /// Blocks, for as long as all hosts' timeouts together. libpq's non-blocking way would ignore `connect_timeout`.
    init(connecting options: ConnectionOptions) throws(PostgresError) {
        let seconds = max(2, options.connectTimeout.components.seconds)
        // A later keyword wins: the defaults come before the target, and what we rely on after it.
        let pairs = [
            ("connect_timeout", "\(seconds)"), ("fallback_application_name", options.applicationName),
            ("dbname", options.target), ("client_encoding", "UTF8"),
        ]
        self.connection = Self.withCStrings(pairs.map(\.0)) { names in
            Self.withCStrings(pairs.map(\.1)) { values in PQconnectdbParams(names, values, 1) }
        }
        self.notices = Notices()
        guard PQstatus(self.connection) == CONNECTION_OK else {
            throw PostgresError(.connectionRefused, self.errorMessage)
        }
        PQsetNoticeReceiver(
            self.connection,
            { context, result in
                guard let context, let result else { return }
                Unmanaged<Notices>.fromOpaque(context).takeUnretainedValue().add(
                    String(cString: PQresultErrorMessage(result)))
            }, Unmanaged.passUnretained(self.notices).toOpaque())
        try self.set(options.settings)
        guard PQsetnonblocking(self.connection, 1) == 0, PQenterPipelineMode(self.connection) == 1 else {
            throw PostgresError(.connectionRefused, self.errorMessage)
        }
    }

    deinit {
        PQfinish(self.connection)
    }

    private func set(_ settings: [(name: String, value: String)]) throws(PostgresError) {
        guard !settings.isEmpty else { return }
        let calls = settings.indices.map { "set_config($\(2 * $0 + 1), $\(2 * $0 + 2), false)" }
        let text = "select " + calls.joined(separator: ", ")
        let result = Self.withCStrings(settings.flatMap { [$0.name, $0.value] }) { values in
            PQexecParams(self.connection, text, Int32(2 * settings.count), nil, values, nil, nil, 0)
        }
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_TUPLES_OK else {
            throw PostgresError(.connectionRefused, self.errorMessage)
        }
    }

    mutating func finish() {
        PQfinish(self.connection)
        self.connection = nil
    }

    var socket: Int32 { PQsocket(self.connection) }

    var errorMessage: String {
        let text = String(cString: PQerrorMessage(self.connection))
        return text.split(whereSeparator: \.isNewline).joined(separator: "; ")
    }

    func takeNotices() -> [String] { self.notices.take() }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let pointers: [UnsafePointer<CChar>?] = strings.map { UnsafePointer(strdup($0)) }
        defer { pointers.forEach { free(UnsafeMutablePointer(mutating: $0)) } }
        return (pointers + [nil]).withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("An array with an element has an address.") }
            return body(base)
        }
    }
}

// MARK: - Sending

extension LibPQ {
    enum Flushed {
        case all
        case partly
        case failed
    }

    func send(_ message: PipelineMessage) -> Bool {
        switch message {
        case .prepare(let name, let text, let types):
            types.withUnsafeBufferPointer { types in
                types.withMemoryRebound(to: Oid.self) {
                    PQsendPrepare(self.connection, name, text, Int32($0.count), $0.baseAddress) == 1
                }
            }
        case .execute(let name, let parameters):
            self.withRaw(parameters) { values, lengths, formats, _ in
                PQsendQueryPrepared(self.connection, name, Int32(parameters.count), values, lengths, formats, 1) == 1
            }
        case .executeUnprepared(let text, let parameters):
            self.withRaw(parameters) { values, lengths, formats, types in
                PQsendQueryParams(
                    self.connection, text, Int32(parameters.count), types, values, lengths, formats, 1) == 1
            }
        case .sync: PQpipelineSync(self.connection) == 1
        case .script(let text): PQexitPipelineMode(self.connection) == 1 && PQsendQuery(self.connection, text) == 1
        }
    }

    func resumePipelining() -> Bool { PQenterPipelineMode(self.connection) == 1 }

    func flush() -> Flushed {
        switch PQflush(self.connection) {
        case 0: .all
        case 1: .partly
        default: .failed
        }
    }

    private typealias RawValues = UnsafePointer<UnsafePointer<CChar>?>?

    /// Lays all values out in one buffer, since libpq wants pointers to all of them at the same time.
    private func withRaw(
        _ parameters: [Parameter],
        _ body: (RawValues, UnsafePointer<Int32>?, UnsafePointer<Int32>?, UnsafePointer<Oid>?) -> Bool
    ) -> Bool {
        let size = parameters.reduce(0) { $0 + ($1.bytes?.count ?? 0) }
        // At least a byte, so that the pointer of an empty value is not null, which would mean SQL's null.
        return withUnsafeTemporaryAllocation(byteCount: size + 1, alignment: 8) { buffer in
            var offset = 0
            var values: [UnsafePointer<CChar>?] = []
            var lengths: [Int32] = []
            values.reserveCapacity(parameters.count)
            lengths.reserveCapacity(parameters.count)
            for parameter in parameters {
                guard let bytes = parameter.bytes else {
                    values.append(nil)
                    lengths.append(0)
                    continue
                }
                let target = UnsafeMutableRawBufferPointer(rebasing: buffer[offset..<(offset + bytes.count)])
                target.copyBytes(from: bytes)
                values.append(
                    buffer.baseAddress.map { UnsafePointer(($0 + offset).assumingMemoryBound(to: CChar.self)) })
                lengths.append(Int32(truncatingIfNeeded: bytes.count))
                offset += bytes.count
            }
            let formats = [Int32](repeating: 1, count: parameters.count)
            let types = parameters.map { Oid($0.type.rawValue) }
            return body(values, lengths, formats, types)
        }
    }
}

// MARK: - Receiving

extension LibPQ {
    enum Received {
        /// A command's results are complete.
        case end
        case answer(ServerResult)
        case error(PostgresError, isStalePlan: Bool)
        /// Not executed, since an earlier command of the pipeline failed.
        case skipped
        case sync
        case unexpected(String)
    }

    /// Reads what has arrived; false when the connection is gone.
    func consumeInput() -> Bool { PQconsumeInput(self.connection) == 1 }

    /// Whether `receive` would have to wait.
    var isBusy: Bool { PQisBusy(self.connection) == 1 }
    var isBroken: Bool { PQstatus(self.connection) == CONNECTION_BAD }

    func receive() -> Received {
        guard let result = PQgetResult(self.connection) else { return .end }
        let status = PQresultStatus(result)
        switch status {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: return .answer(ServerResult(owning: result))
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            return .sync
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            return .skipped
        case PGRES_FATAL_ERROR, PGRES_NONFATAL_ERROR, PGRES_BAD_RESPONSE:
            defer { PQclear(result) }
            return .error(Self.error(from: result), isStalePlan: Self.isStalePlan(result))
        default:
            defer { PQclear(result) }
            return .unexpected("unexpected answer \(String(cString: PQresStatus(status)))")
        }
    }

    func nextNotification() -> (channel: String, payload: String)? {
        guard let notification = PQnotifies(self.connection) else { return nil }
        defer { PQfreemem(notification) }
        return (String(cString: notification.pointee.relname), String(cString: notification.pointee.extra))
    }

    var transaction: TransactionState {
        switch PQtransactionStatus(self.connection) {
        case PQTRANS_IDLE: .none
        case PQTRANS_INERROR: .failed
        default: .open
        }
    }

    private static func error(from result: OpaquePointer) -> PostgresError {
        func field(_ code: Character) -> String? {
            guard let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii)) else { return nil }
            return String(cString: text)
        }
        let message = field("M") ?? String(cString: PQresultErrorMessage(result))
        // An error without a state is libpq's own: the connection is gone.
        guard let state = field("C") else { return PostgresError(.connectionLost, message) }
        var error = PostgresError(.server(SQLState(rawValue: state)), message)
        error.detail = field("D")
        error.hint = field("H")
        error.constraint = field("n")
        return error
    }

    /// "cached plan must not change result type": the state 0A000 alone has other meanings too.
    private static func isStalePlan(_ result: OpaquePointer) -> Bool {
        guard let ascii = Character("R").asciiValue, let source = PQresultErrorField(result, Int32(ascii)) else {
            return false
        }
        return String(cString: source) == "RevalidateCachedQuery"
    }
}

// MARK: - Satellites

extension LibPQ {
    func makeInterrupter() -> Interrupter? { PQgetCancel(self.connection).map(Interrupter.init(owning:)) }

    /// Asks the server to stop what the session is doing; independent of the connection it was made from.
    final class Interrupter: @unchecked Sendable {
        private let cancel: OpaquePointer

        fileprivate init(owning cancel: OpaquePointer) {
            self.cancel = cancel
        }

        deinit {
            PQfreeCancel(self.cancel)
        }

        /// Connects to the server, so it blocks. Whether it helped shows in the statement's own answer.
        func interrupt() {
            var reason = [CChar](repeating: 0, count: 256)
            _ = PQcancel(self.cancel, &reason, 256)
        }
    }

    /// Warnings of the server, kept until somebody can log them.
    private final class Notices: Sendable {
        private static let limit = 100
        private let texts = Mutex<[String]>([])

        func add(_ text: String) {
            self.texts.withLock { if $0.count < Self.limit { $0.append(text) } }
        }

        func take() -> [String] {
            self.texts.withLock { texts in
                defer { texts = [] }
                return texts
            }
        }
    }
}

/// An answer of the server. Its `PGresult` never changes once received, so that any thread may read it.
final class ServerResult: @unchecked Sendable {
    let rowCount: Int
    let columnCount: Int
    private let result: OpaquePointer

    fileprivate init(owning result: OpaquePointer) {
        self.result = result
        self.rowCount = Int(PQntuples(result))
        self.columnCount = Int(PQnfields(result))
    }

    deinit {
        PQclear(self.result)
    }

    var affected: Int { Int(String(cString: PQcmdTuples(self.result))) ?? 0 }
    /// Such as `INSERT 0 5`.
    var tag: String { String(cString: PQcmdStatus(self.result)) }

    func name(ofColumn column: Int) -> String {
        PQfname(self.result, Int32(column)).map { String(cString: $0) } ?? ""
    }

    func isNull(row: Int, column: Int) -> Bool { PQgetisnull(self.result, Int32(row), Int32(column)) == 1 }

    func withCell<Value>(row: Int, column: Int, _ body: (Cell) throws(CellError) -> Value) throws(CellError) -> Value {
        let type = PostgresType(rawValue: UInt32(PQftype(self.result, Int32(column))))
        var bytes: UnsafeRawBufferPointer?
        if !self.isNull(row: row, column: column) {
            let length = Int(PQgetlength(self.result, Int32(row), Int32(column)))
            bytes = UnsafeRawBufferPointer(start: PQgetvalue(self.result, Int32(row), Int32(column)), count: length)
        }
        return try withExtendedLifetime(self) { () throws(CellError) in try body(Cell(type: type, bytes: bytes)) }
    }
}
