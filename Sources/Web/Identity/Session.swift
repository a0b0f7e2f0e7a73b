import Crypto
import Hummingbird

/// A browser that signed in. The secret is known to the browser and, hashed, to the engine.
struct Session: Sendable, Hashable {
    static let cookieName = "silian_session"

    let secret: String

    /// Bound to the session: whoever has the token has seen a page of this session. It tells nothing about the secret.
    var csrfToken: String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("silian form".utf8), using: SymmetricKey(data: Array(self.secret.utf8)))
        return code.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// Takes the same time wherever the texts differ.
    func accepts(csrfToken: String) -> Bool {
        let expected = Array(self.csrfToken.utf8)
        let given = Array(csrfToken.utf8)
        guard expected.count == given.count else { return false }
        return zip(expected, given).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    func cookie(isSecure: Bool) -> Cookie {
        Cookie(
            name: Self.cookieName, value: self.secret, maxAge: 30 * 86_400, path: "/", secure: isSecure, httpOnly: true,
            sameSite: .lax)
    }

    static func expiredCookie(isSecure: Bool) -> Cookie {
        Cookie(
            name: Self.cookieName, value: "", maxAge: 0, path: "/", secure: isSecure, httpOnly: true, sameSite: .lax)
    }
}
