import Statecharts
import Values

// Instances that move to another version of their workflow.
extension BatchBuilder {
    /// What a migration leads to; nil: the event is none, or its version is not at hand.
    func target(of event: Event, _ current: Working) -> Definitions.Compiled? {
        guard let version = Machine.version(of: event) else { return nil }
        return self.definitions.version(current.compiled.workflow, version)
    }

    /// The version that a migration needs to be loaded first.
    func missingTarget(of event: Event, _ id: InstanceID) -> CommandResult? {
        guard let version = Machine.version(of: event), let current = self.working[id],
            self.target(of: event, current) == nil
        else { return nil }
        return .needs(workflow: current.compiled.workflow, version: version)
    }

    /// An open task or job goes on under another name.
    mutating func relocate(_ key: JobKey, _ place: WorkPlace) {
        if self.batch.openedTasks[key] != nil {
            self.batch.openedTasks[key]?.name = place.name
            self.batch.openedTasks[key]?.path = place.path
        } else if self.batch.jobs[key] != nil {
            self.batch.jobs[key]?.name = place.name
            self.batch.jobs[key]?.path = place.path
        } else {
            self.batch.relocated[key] = place
        }
    }
}

/// What an open task or job is called, and the state it belongs to.
struct WorkPlace: Sendable, Hashable {
    var name: String
    var path: String
}
