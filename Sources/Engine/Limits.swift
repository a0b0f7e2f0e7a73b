/// Every limit of the shell, by name.
package struct Limits: Sendable {
    /// One batch: about 200 reaches the plateau of what a database takes, more only adds latency.
    package var batchCommands = 200
    package var batchBytes = 4 * 1024 * 1024
    package var inboxCommands = 10_000
    /// Batches in flight.
    package var writers = 2
    package var commandSeconds = 30.0
    /// One round trip of a batch; then the connection is given up.
    package var batchSeconds = 30.0
    /// JSON of snapshots that are kept decoded.
    package var cachedBytes = 32 * 1024 * 1024
    /// For the database to answer whoever asks whether the server is ready.
    package var readinessSeconds = 2.0
    /// For how long a server is not ready after a batch that could not be committed, before it tries to write.
    package var troubleSeconds = 5.0
    package var eventBytes = 256 * 1024
    package var definitionBytes = 1024 * 1024
    /// Of definitions that are deployed together.
    package var deploymentBytes = 16 * 1024 * 1024
    package var treeDepth = 16
    package var longPollSeconds = 60.0
    package var leaseSecondsMax = 86_400.0
    package var acquireJobs = 1_000
    package var listRows = 200
    /// Of instances that a board, a list or a migration's plan reads at a time.
    package var readBytes = 4 * 1024 * 1024
    /// Every so many history rows one carries the whole snapshot.
    package var snapshotEvery: Int64 = 256
    /// Due timers, signals and starts of one instance in one batch.
    package var drainJobs = 100
    /// Instances that the pump has in the inbox at a time.
    package var pumpInstances = 1_000
    /// How long the pump looks at nothing when nothing wakes it.
    package var pumpSeconds = 5.0
    package var pumpSecondsWithoutListener = 0.5
    /// Looking again for the receiver of a signal that waits for it.
    package var receiverSeconds = 30.0
    package var notifySeconds = 0.05
    package init() {}
}
