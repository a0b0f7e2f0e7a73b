/// The scalars of the general categories that `\p{…}` knows (Unicode, "General_Category").
enum PatternCategories {
    /// `L`, `Lu`, `Letter`, `Uppercase_Letter`.
    static func set(named name: Substring) -> PatternSet? {
        guard let code = name.count <= 2 ? name : self.codes[name] else { return nil }
        let members = self.ranges.filter { $0.key.hasPrefix(code) }
        return members.isEmpty ? nil : PatternSet(members.flatMap(\.value))
    }

    private static let codes: [Substring: Substring] = [
        "Letter": "L", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll", "Titlecase_Letter": "Lt",
        "Modifier_Letter": "Lm", "Other_Letter": "Lo", "Mark": "M", "Nonspacing_Mark": "Mn", "Spacing_Mark": "Mc",
        "Enclosing_Mark": "Me", "Number": "N", "Decimal_Number": "Nd", "Letter_Number": "Nl", "Other_Number": "No",
        "Punctuation": "P", "Connector_Punctuation": "Pc", "Dash_Punctuation": "Pd", "Open_Punctuation": "Ps",
        "Close_Punctuation": "Pe", "Initial_Punctuation": "Pi", "Final_Punctuation": "Pf", "Other_Punctuation": "Po",
        "Symbol": "S", "Math_Symbol": "Sm", "Currency_Symbol": "Sc", "Modifier_Symbol": "Sk", "Other_Symbol": "So",
        "Separator": "Z", "Space_Separator": "Zs", "Line_Separator": "Zl", "Paragraph_Separator": "Zp",
        "Other": "C", "Control": "Cc", "Format": "Cf", "Private_Use": "Co", "Unassigned": "Cn",
    ]

    /// By two-letter code. Made once, on the first use of a category.
    private static let ranges: [String: [ClosedRange<UInt32>]] = {
        var found: [String: [ClosedRange<UInt32>]] = [:]
        func add(_ code: String, _ range: ClosedRange<UInt32>) {
            if let before = found[code]?.last, before.upperBound + 1 == range.lowerBound {
                found[code, default: []].removeLast()
                found[code, default: []].append(before.lowerBound...range.upperBound)
            } else {
                found[code, default: []].append(range)
            }
        }

        var runStart: UInt32 = 0
        var runCategory = Unicode.GeneralCategory.control
        // Planes 4 to 13 are unassigned and 15, 16 private, so they need no look.
        for value in ([0...0x3FFFF, 0xE0000...0xE0FFF] as [ClosedRange<UInt32>]).joined() {
            let category = Unicode.Scalar(value)?.properties.generalCategory ?? .surrogate
            if category != runCategory || value == 0xE0000 {
                add(code(of: runCategory), runStart...(value == 0xE0000 ? 0x3FFFF : value - 1))
                (runStart, runCategory) = (value, category)
            }
        }
        add(code(of: runCategory), runStart...0xE0FFF)
        for range: ClosedRange<UInt32> in [
            0x40000...0xDFFFF, 0xE1000...0xEFFFF, 0xFFFFE...0xFFFFF, 0x10FFFE...0x10FFFF,
        ] {
            add("Cn", range)
        }
        for range: ClosedRange<UInt32> in [0xF0000...0xFFFFD, 0x100000...0x10FFFD] { add("Co", range) }
        return found
    }()

    private static func code(of category: Unicode.GeneralCategory) -> String {
        switch category {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }
}
