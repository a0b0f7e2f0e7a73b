/// How far names are from each other, to guess what a mistyped one was meant to be.
public enum EditDistance {
    /// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours.
    public static func between(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var before: [Int] = []
        var above = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            current.reserveCapacity(right.count + 1)
            for column in right.indices {
                let cost = left[row] == right[column] ? 0 : 1
                var value = min(above[column + 1] + 1, current[column] + 1, above[column] + cost)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    value = min(value, before[column - 1] + 1)
                }
                current.append(value)
            }
            before = above
            above = current
        }
        return above[right.count]
    }
}
