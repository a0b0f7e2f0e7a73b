/// A value behind one reference: copies share it until one of them changes it.
struct Shared<Content: Sendable & Hashable>: Sendable, Hashable {
    // An array of one element has just these semantics.
    private var elements: [Content]

    init(_ content: Content) { self.elements = [content] }

    var content: Content {
        _read { yield self.elements[0] }
        _modify { yield &self.elements[0] }
    }
}
