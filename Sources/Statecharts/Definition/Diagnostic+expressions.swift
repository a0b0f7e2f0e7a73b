import CEL
import Values

extension Diagnostic {
    /// What helps with a mistake in an expression; `rest` is what stands behind it on its line, if it is not quoted.
    static func expressionHint(
        _ error: CompileError, in text: Substring, behind rest: ArraySlice<Unicode.Scalar>
    ) -> Message? {
        let isCut = error.offset >= text.utf8.count || error.message.english.contains("no closing quote")
        let next = rest.first { $0 != " " && $0 != "\t" }
        if isCut, next == "," {
            return "inside { } and [ ] a comma ends the value: quote the expression, {x: \"avg(list.map(s, s.v))\"}"
        }
        if isCut, next == "#" { return "' #' begins a comment in YAML: quote the whole expression" }
        if let call = error.message.english.firstMatch(of: /there is no function (\w+)\(\)/) {
            if let hint = self.functions[String(call.1)] { return hint }
        }
        if text.contains("===") || text.contains("!==") { return "CEL compares with == and !=" }
        if text.contains("=>") { return "CEL has no arrow functions; macros name their variable: list.map(x, x.score)" }
        if text.contains("${") { return "this is an expression already; '${ }' belongs into texts" }
        if text.contains("??") { return "CEL has no ??: has(context.a) ? context.a : 0" }
        if text.contains("typeof ") { return "CEL asks with type(x) == string, or has(context.a)" }
        return nil
    }

    /// What functions of other languages are called in CEL.
    private static let functions: [String: Message] = [
        "length": "CEL counts with size(x)", "len": "CEL counts with size(x)", "count": "CEL counts with size(x)",
        "isEmpty": "CEL asks with size(x) == 0", "not": "CEL negates with !",
        "includes": "CEL asks with 'x in list', and of strings with text.contains(x)",
        "toLowerCase": "CEL calls it lowerAscii()", "toUpperCase": "CEL calls it upperAscii()",
        "toString": "CEL converts with string(x)", "String": "CEL converts with string(x)",
        "str": "CEL converts with string(x)", "Number": "CEL converts with int(x) and double(x)",
        "parseInt": "CEL converts with int(x)", "parseFloat": "CEL converts with double(x)",
        "float": "CEL converts with double(x)", "some": "CEL asks with list.exists(x, x > 0)",
        "any": "CEL asks with list.exists(x, x > 0)", "every": "CEL asks with list.all(x, x > 0)",
        "find": "CEL selects with list.filter(x, x > 0)", "push": "CEL joins lists with list + [x]",
        "concat": "CEL joins lists and strings with +", "substr": "CEL calls it substring(start, end)",
        "slice": "CEL calls it substring(start, end), and of lists slice(start, end)",
        "if": "CEL chooses with condition ? this : that", "abs": "CEL calls it math.abs(x)",
        "max": "CEL calls it math.greatest(a, b)", "min": "CEL calls it math.least(a, b)",
        "round": "CEL calls it math.round(x)", "floor": "CEL calls it math.floor(x)",
        "ceil": "CEL calls it math.ceil(x)",
    ]
}
