import ArgumentParser
import Foundation

/// How a command finds its server, and how it prints.
struct ClientOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Address of the server (or SILIAN_URL).", valueName: "url"))
    var server: String?

    @Option(help: ArgumentHelp("Data directory of a local server, for its token (or SILIAN_DATA).", valueName: "dir"))
    var dataDir: String?

    @OptionGroup var output: OutputOptions

    func client() -> APIClient {
        let environment = ProcessInfo.processInfo.environment
        let url = self.server ?? environment["SILIAN_URL"] ?? "http://127.0.0.1:8080"
        let token = environment["SILIAN_TOKEN"] ?? DataDirectory(option: self.dataDir).token()
        return APIClient(
            url: url.hasSuffix("/") ? String(url.dropLast()) : url, token: token, language: self.output.language)
    }
}

/// `--json` and `--lang`, everywhere.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON: one document, or one line a row.")
    var json = false

    @OptionGroup var chosen: LanguageOption

    var language: Language { self.chosen.language }
}

/// `--lang`
struct LanguageOption: ParsableArguments {
    @Option(help: ArgumentHelp("Language of titles and findings: en or zh (default from LANG).", valueName: "tag"))
    var lang: String?

    var language: Language { .chosen(self.lang) }

    mutating func validate() throws {
        if let lang = self.lang, Language(rawValue: lang) == nil {
            throw ValidationError("--lang is en or zh, not '\(lang)'.")
        }
    }
}
