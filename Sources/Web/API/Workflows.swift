import Engine
import HTTPTypes
import Hummingbird
import JSONSchema
import NIOCore
import Statecharts
import Values

/// `/api/workflows`
struct Workflows: Sendable {
    let orchestrator: Orchestrator
    let drawings: Drawings

    private static let mediaTypes: Set<String> = [
        "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "application/json",
    ]

    func deploy(_ call: Call) async throws -> Response {
        let type = call.request.mediaType ?? "application/yaml"
        guard Self.mediaTypes.contains(type) else {
            throw Problem.unsupportedMediaType("application/yaml, application/json")
        }
        let limits = self.orchestrator.limits
        let body = try await call.request.bytes(
            upTo: type == "application/json" ? limits.deploymentBytes : limits.definitionBytes)
        // A definition is an object.
        if type == "application/json", body.readableBytesView.first(where: { $0 > 0x20 }) == UInt8(ascii: "[") {
            return try await self.deployTogether(try Value(json: body.readableBytesView), call)
        }
        guard let source = String(validating: body.readableBytesView, as: UTF8.self) else {
            throw Problem(.badRequest, "not-utf8", .problemBadRequest, "The definition is not UTF-8.")
        }
        let file = call.query.filled("file") ?? (type == "application/json" ? "workflow.json" : "workflow.yaml")
        let deployment = try await self.orchestrator.deploy(source, file: file, by: call.actor)
        let address = "/api/workflows/\(deployment.workflow)/versions/\(deployment.version)"
        return .json(
            deployment.json(in: call.language), status: deployment.isNew ? .created : .ok, headers: [.location: address]
        )
    }

    /// `[{file, source}]`: definitions that may name each other.
    private func deployTogether(_ list: Value, _ call: Call) async throws -> Response {
        let files = try (list.list ?? []).map { element in
            let object = try JSONObject(element, keys: ["file", "source"])
            return DefinitionFile(
                name: try object.optionalString("file") ?? "workflow.yaml", text: try object.string("source"))
        }
        let deployments = try await self.orchestrator.deploy(files, by: call.actor)
        return .json(
            Value.object([("items", .list(deployments.map { $0.json(in: call.language) }))]),
            status: deployments.contains(where: \.isNew) ? .created : .ok)
    }

    func list(_ call: Call) async throws -> Response {
        let workflows = try await self.orchestrator.workflows(by: call.actor)
        return .items(workflows.map { $0.json(withSource: false) })
    }

    func one(_ call: Call) async throws -> Response {
        let workflow = try await self.workflow(call)
        var json = workflow.json(withSource: true).map ?? ValueMap()
        let aliases = try await self.orchestrator.aliases(of: workflow.name, by: call.actor)
        json["aliases"] = .map(ValueMap(aliases.map { (.string($0), .int(Int64($1))) }))
        return .json(.map(json))
    }

    /// Moves an alias, or makes it.
    func setAlias(_ call: Call) async throws -> Response {
        let body = try await call.request.object(upTo: 1_024, keys: ["version"])
        let (workflow, alias) = (call.parameter("name"), call.parameter("alias"))
        let version = try body.int("version")
        try await self.orchestrator.setAlias(alias, of: workflow, to: version, by: call.actor)
        return .json(["workflow": .string(workflow), "alias": .string(alias), "version": .int(Int64(version))])
    }

    func schema(_ call: Call) async throws -> Response {
        let workflow = try await self.workflow(call)
        return .json(workflow.chart.schema?.source ?? .bool(true))
    }

    /// Mermaid's text.
    func diagram(_ call: Call) async throws -> Response {
        let workflow = try await self.workflow(call)
        return .text(Mermaid(language: call.language.rawValue).draw(workflow.chart), type: "text/vnd.mermaid")
    }

    func diagramSVG(_ call: Call) async throws -> Response {
        let workflow = try await self.workflow(call)
        return .svg(try await self.drawings.picture(of: workflow, in: call.language).draw())
    }

    private func workflow(_ call: Call) async throws -> WorkflowView {
        let (name, asked) = (call.parameter("name"), call.parameter("version"))
        let version =
            asked.isEmpty ? nil : try await self.orchestrator.version(asked, of: name, by: call.actor)
        return try await self.orchestrator.workflow(name, version: version, by: call.actor)
    }
}
