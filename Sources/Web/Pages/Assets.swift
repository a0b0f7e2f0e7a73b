import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// The style sheet, the script and the icon, from the binary.
struct Assets: Sendable {
    private struct Asset: Sendable {
        var bytes: [UInt8]
        var type: String
    }

    private static let all: [String: Asset] = [
        "style.css": Asset(bytes: PackageResources.style_css, type: "text/css; charset=utf-8"),
        "app.js": Asset(bytes: PackageResources.app_js, type: "text/javascript; charset=utf-8"),
        "icon.svg": Asset(bytes: PackageResources.icon_svg, type: "image/svg+xml"),
    ]

    /// Changes when one of them does; part of their addresses, so that browsers may keep them.
    static let version = String(
        SHA256.hash(data: Self.all.sorted { $0.key < $1.key }.flatMap(\.value.bytes)).description.suffix(12))

    func one(_ visit: Visit) async throws -> Response {
        guard let asset = Self.all[visit.parameter("file")] else { throw Problem.notFound("") }
        return Response(
            status: .ok,
            headers: [.contentType: asset.type, .cacheControl: "public, max-age=31536000, immutable"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.bytes)))
    }
}
