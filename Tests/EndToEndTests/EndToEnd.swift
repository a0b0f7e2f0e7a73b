import Testing

/// The built program as a user meets it, one test after the other: each starts servers of its own.
@Suite(.serialized, .timeLimit(.minutes(10))) enum EndToEnd {}
