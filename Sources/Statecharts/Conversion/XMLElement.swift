/// An element of an XML text, with its place.
struct XMLElement {
    enum Node {
        case element(XMLElement)
        case text(String)
    }

    struct Attribute {
        /// The namespace's name; empty: none.
        var space: String
        var name: String
        var value: String
    }

    var space: String
    /// Without its prefix.
    var name: String
    var attributes: [Attribute] = []
    var nodes: [Node] = []
    var position: Position

    /// An attribute without a namespace.
    subscript(name: String) -> String? { self.attribute(name, in: "") }

    func attribute(_ name: String, in space: String) -> String? {
        self.attributes.first { $0.space == space && $0.name == name }?.value
    }

    var elements: [XMLElement] {
        self.nodes.compactMap { node in
            guard case .element(let element) = node else { return nil }
            return element
        }
    }

    /// The text right inside, without what surrounds it.
    var text: String {
        var text = ""
        for case .text(let part) in self.nodes { text += part }
        var rest = text[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }

    /// Text as the value of an attribute, or between tags.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n", "\r", "\t": escaped += "&#\(scalar.value);"
            default:
                // Control characters cannot stand in XML at all.
                if scalar.value >= 0x20, scalar.value != 0xFFFE, scalar.value != 0xFFFF {
                    escaped.unicodeScalars.append(scalar)
                } else {
                    escaped += "\u{FFFD}"
                }
            }
        }
        return escaped
    }
}
