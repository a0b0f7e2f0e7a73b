import Foundation

/// Who the server runs as when we are root, since it refuses to run as root.
struct ServerUser: Hashable, Sendable {
    let name: String
    let id: uid_t
    let group: gid_t

    /// Nothing when we are not root: the server then runs as we do.
    static func current() throws(ClusterError) -> ServerUser? {
        guard geteuid() == 0 else { return nil }
        for name in ["postgres", "nobody"] {
            guard let entry = unsafe getpwnam(name), unsafe entry.pointee.pw_uid != 0 else { continue }
            return unsafe ServerUser(name: name, id: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
        }
        throw ClusterError(
            .noUnprivilegedUser,
            "PostgreSQL does not run as root, and there is neither a user postgres nor nobody to run it as. "
                + "Create one (useradd --system postgres), or start as an ordinary user.")
    }
}
