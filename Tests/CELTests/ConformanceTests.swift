import CEL
import Foundation
import Testing
import Values

/// A case of google/cel-spec's conformance suite.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    let name: String
    let content: Value
    var testDescription: String { self.name }

    init?(line: Substring) {
        guard let content = try? Value(json: String(line)), let file = content["file"]?.string,
            let section = content["section"]?.string, let name = content["name"]?.string
        else { return nil }
        self.name = "\(file)/\(section)/\(name)"
        self.content = content
    }

    private var options: Options {
        var options = Options()
        options.container = self.content["container"]?.string ?? ""
        options.macros = self.content["disable_macros"]?.bool != true
        options.unknownFunctionsFailLate = self.content["disable_check"]?.bool == true
        return options
    }

    private var variables: Variables {
        var values: [String: Value] = [:]
        for entry in self.content["bindings"]?.map?.entries ?? [] {
            guard case .string(let name) = entry.key else { continue }
            values[name] = TaggedValue(json: entry.value)?.value
        }
        return Variables(values)
    }

    /// nil: the case passes; else what was got instead.
    func failure() -> String? {
        let result: Result<Value, any Error> = Result {
            try Program(self.content["expr"]?.string ?? "", options: self.options).evaluate(self.variables)
        }
        let wanted = self.content["expect"]?["value"]
        switch (result, wanted) {
        case (.success(let value), let wanted?): return agrees(value, wanted) ? nil : "\(TaggedValue(value).json.json)"
        case (.failure, nil): return nil
        case (.success(let value), nil): return "no error but \(TaggedValue(value).json.json)"
        case (.failure(let error), _?): return "\(error)"
        }
    }
}

/// Equality of the type too, with NaN equal to itself.
private func agrees(_ value: Value, _ wanted: Value) -> Bool {
    guard let wanted = TaggedValue(json: wanted)?.value else { return false }
    return value == wanted
}

enum ConformanceData {
    /// nil where the data is absent.
    static let cases: [ConformanceCase]? = {
        guard
            let text = Self.folder.flatMap({ try? String(contentsOf: $0.appending(path: "cel.jsonl"), encoding: .utf8) }
            )
        else { return nil }
        return text.split(separator: "\n").compactMap(ConformanceCase.init(line:))
    }()

    private static let folder: URL? = {
        if let path = ProcessInfo.processInfo.environment["CONFORMANCE_DIR"] { return URL(filePath: path) }
        var root = URL(filePath: #filePath)
        while root.path.count > 1, !FileManager.default.fileExists(atPath: root.appending(path: "Package.swift").path) {
            root.deleteLastPathComponent()
        }
        return ["../shared/conformance", "../../shared/conformance"]
            .map { root.appending(path: $0).standardizedFileURL }
            .first { FileManager.default.fileExists(atPath: $0.path) }
    }()

    /// `file/section/name: reason`, a line each.
    static let gaps: [String: String] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Gaps.txt")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [:] }
        var gaps: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let colon = line.range(of: ": ") else { continue }
            gaps[String(line[..<colon.lowerBound])] = String(line[colon.upperBound...])
        }
        return gaps
    }()
}

@Suite struct ConformanceTests {
    @Test(.enabled(if: ConformanceData.cases != nil, "set CONFORMANCE_DIR to the folder of cel.jsonl"))
    func `every case passes or is a known gap`() throws {
        let cases = try #require(ConformanceData.cases)
        #expect(cases.count > 1000)
        for test in cases {
            let failure = test.failure()
            if let reason = ConformanceData.gaps[test.name] {
                #expect(failure != nil, "\(test.name) passes now, but is a gap: \(reason)")
            } else if let failure {
                Issue.record("\(test.name): \(test.content["expr"]?.string ?? "") gave \(failure)")
            }
        }
    }
}
