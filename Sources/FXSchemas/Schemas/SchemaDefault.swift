import FXCore
import FXGraph

extension OperatorSchema.Parameter {
  /// Returns the default as an argument; nil where there is none.
  ///
  /// Schemas spell dtypes, layouts and memory formats as PyTorch's internal numbers; they come out
  /// as what they mean.
  public var defaultValue: Argument? {
    guard let defaultText else { return nil }
    return Self.value(of: defaultText, as: type.base)
  }

  private static func value(of text: String, as type: SchemaType) -> Argument {
    switch text {
    case "None": return .none
    case "True": return .bool(true)
    case "False": return .bool(false)
    default: break
    }
    if text.hasPrefix("["), text.hasSuffix("]") { return list(text, as: type) }
    if text.hasPrefix("\"") { return .string(unquoted(text)) }
    if let number = Int(text) { return value(of: number, as: type) }
    // A float's spelling may end in the point, which Swift does not read.
    if let number = Double(text.hasSuffix(".") ? text + "0" : text) { return .float(number) }
    return .opaque(text)
  }

  private static func value(of number: Int, as type: SchemaType) -> Argument {
    switch type {
    case .named(.float), .named(.symFloat): .float(Double(number))
    case .named(.scalarType): scalarType(number).map { .dtype($0) } ?? .int(number)
    case .named(.layout): layout(number).map { .layout($0) } ?? .int(number)
    case .named(.memoryFormat): memoryFormat(number).map { .memoryFormat($0) } ?? .int(number)
    default: .int(number)
    }
  }

  private static func list(_ text: String, as type: SchemaType) -> Argument {
    let inner = text.dropFirst().dropLast()
    if inner.isEmpty { return .list([]) }
    var element = type
    if case .list(let part, _) = type { element = part.base }
    return .list(
      inner.split(separator: ",").map { part in
        value(of: String(part.drop { $0 == " " }), as: element)
      })
  }

  private static func unquoted(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in text.dropFirst().dropLast().unicodeScalars {
      if isEscaped {
        isEscaped = false
        result.append(escapes[scalar] ?? scalar)
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
    "n": "\n", "t": "\t", "r": "\r", "f": "\u{0C}", "v": "\u{0B}", "a": "\u{07}", "b": "\u{08}",
  ]

  /// Returns the dtype of a number of `c10::ScalarType`, for those that a schema can have.
  private static func scalarType(_ number: Int) -> ScalarType? {
    switch number {
    case 0...11: ScalarType(rawValue: number + 1)
    case 15: .bfloat16
    default: nil
    }
  }

  /// Returns the layout of a number of `c10::Layout`.
  private static func layout(_ number: Int) -> Layout? {
    let layouts: [Layout] = [
      .strided, .sparseCoo, .sparseCsr, .mkldnn, .sparseCsc, .sparseBsr, .sparseBsc,
    ]
    return layouts.indices.contains(number) ? layouts[number] : nil
  }

  /// Returns the format of a number of `c10::MemoryFormat`.
  private static func memoryFormat(_ number: Int) -> MemoryFormat? {
    let formats: [MemoryFormat] = [.contiguous, .preserve, .channelsLast, .channelsLast3d]
    return formats.indices.contains(number) ? formats[number] : nil
  }
}
