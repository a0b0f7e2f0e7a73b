/// E-mail addresses and URIs.
enum Address {
    private typealias Bytes = Substring.UTF8View

    private static let atomMarks = ASCIISet("!#$%&'*+-/=?^_`{|}~")
    /// What host names and user names may hold beside letters, digits and escapes.
    private static let nameMarks = ASCIISet("-._~!$&'()*+,;=")
    private static let userMarks = ASCIISet("-._~!$&'()*+,;=:")
    private static let pathMarks = ASCIISet("-._~!$&'()*+,;=:@/?")
    private static let schemeMarks = ASCIISet("+-.")
    private static let authorityEnds = ASCIISet("/?")

    // MARK: E-mail

    /// RFC 5321, section 4.1.2.
    static func isMailbox(_ text: String) -> Bool {
        let bytes = text[...].utf8
        guard bytes.count <= 254, let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return false }
        let (local, domain) = (bytes[..<at], bytes[bytes.index(after: at)...])
        guard (1...64).contains(local.count) else { return false }
        return (Self.isDotted(local) || Self.isQuoted(local)) && (Self.isDomain(domain) || Self.isLiteral(domain))
    }

    private static func isDotted(_ text: Bytes) -> Bool {
        text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.allSatisfy { $0.isLetterOrDigit || Self.atomMarks.contains($0) }
        }
    }

    private static func isQuoted(_ text: Bytes) -> Bool {
        let quote = UInt8(ascii: "\"")
        guard text.count >= 2, text.first == quote, text.last == quote else { return false }
        var rest = text.dropFirst().dropLast()
        while let byte = rest.popFirst() {
            let shown = byte == UInt8(ascii: "\\") ? rest.popFirst() : byte
            guard byte != quote, let shown, (0x20...0x7E).contains(shown) else { return false }
        }
        return true
    }

    private static func isDomain(_ text: Bytes) -> Bool {
        text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isLiteral(_ text: Bytes) -> Bool {
        guard text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]") else { return false }
        let address = text.dropFirst().dropLast()
        let tag = "IPv6:".utf8
        return address.starts(with: tag) ? Self.isIPv6(address.dropFirst(tag.count)) : Self.isIPv4(address)
    }

    // MARK: URI

    /// RFC 3986, section 3.
    static func isURI(_ text: String) -> Bool {
        let bytes = text[...].utf8
        guard bytes.first?.isLetter == true, let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return false }
        guard bytes[..<colon].allSatisfy({ $0.isLetterOrDigit || Self.schemeMarks.contains($0) }) else { return false }
        let parts = bytes[bytes.index(after: colon)...].split(
            separator: UInt8(ascii: "#"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.dropFirst().allSatisfy({ Self.isEscaped($0, marks: Self.pathMarks) }) else { return false }
        var path = parts[0]
        if path.starts(with: "//".utf8) {
            let authority = path.dropFirst(2).prefix { !Self.authorityEnds.contains($0) }
            guard Self.isAuthority(authority) else { return false }
            path = path[authority.endIndex...]
        }
        return Self.isEscaped(path, marks: Self.pathMarks)
    }

    private static func isAuthority(_ text: Bytes) -> Bool {
        var host = text
        if let at = text.lastIndex(of: UInt8(ascii: "@")) {
            guard Self.isEscaped(text[..<at], marks: Self.userMarks) else { return false }
            host = text[text.index(after: at)...]
        }
        if host.first == UInt8(ascii: "[") {
            guard let close = host.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let address = host[..<close].dropFirst()
            guard Self.isIPv6(address) || Self.isFutureAddress(address) else { return false }
            host = host[close...].dropFirst()
        } else {
            let name = host.prefix { $0 != UInt8(ascii: ":") }
            guard Self.isEscaped(name, marks: Self.nameMarks) else { return false }
            host = host[name.endIndex...]
        }
        return host.isEmpty || host.first == UInt8(ascii: ":") && host.dropFirst().allSatisfy(\.isDigit)
    }

    private static func isEscaped(_ text: Bytes, marks: ASCIISet) -> Bool {
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard rest.popFirst()?.isHexDigit == true, rest.popFirst()?.isHexDigit == true else { return false }
            } else if !byte.isLetterOrDigit, !marks.contains(byte) {
                return false
            }
        }
        return true
    }

    // MARK: IP

    private static func isIPv4(_ text: Bytes) -> Bool {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                part.allSatisfy(\.isDigit) && (part.first != UInt8(ascii: "0") || part.count == 1)
                    && UInt8(String(Substring(part))) != nil
            }
    }

    private static func isIPv6(_ text: Bytes) -> Bool {
        let colon = UInt8(ascii: ":")
        var rest = text
        var groups = 0
        var isShortened = rest.starts(with: "::".utf8)
        if isShortened { rest = rest.dropFirst(2) }
        while !rest.isEmpty {
            let group = rest.prefix { $0 != colon }
            rest = rest[group.endIndex...]
            if rest.isEmpty, Self.isIPv4(group) {
                groups += 2
                break
            }
            guard (1...4).contains(group.count), group.allSatisfy(\.isHexDigit) else { return false }
            groups += 1
            guard rest.popFirst() != nil else { break }
            if rest.first == colon {
                guard !isShortened else { return false }
                isShortened = true
                rest.removeFirst()
            } else if rest.isEmpty {
                return false
            }
        }
        return isShortened ? groups < 8 : groups == 8
    }

    private static func isFutureAddress(_ text: Bytes) -> Bool {
        let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let version = parts[0].first, version | 0x20 == UInt8(ascii: "v") else { return false }
        return parts[0].count > 1 && parts[0].dropFirst().allSatisfy(\.isHexDigit) && !parts[1].isEmpty
            && parts[1].allSatisfy { $0.isLetterOrDigit || Self.userMarks.contains($0) }
    }
}
