import Glibc

/// Spells values as Python's `repr` does, since PyTorch's files and listings are made with it.
public enum PythonText {
  /// Returns `repr(value)` of a Python float: `1.0`, `1e-05`, `1e+16`, `inf`, `-inf`, `nan`.
  ///
  /// Python switches to an exponent below 1e-4 and from 1e16 up; Swift already from 2^53 up.
  public static func float(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    let magnitude = abs(value)
    if magnitude >= 0x1p53, magnitude < 1e16 {
      return "\(value < 0 ? "-" : "")\(UInt64(magnitude)).0"
    }
    return value.description
  }

  /// Returns `repr` of a Python float that was rounded to so many significant digits.
  public static func float(_ value: Double, digits: Int) -> String {
    var buffer = [CChar](repeating: 0, count: 64)
    guard value.isFinite, (1...17).contains(digits) else { return float(value) }
    let length = withVaList([value]) {
      vsnprintf(&buffer, buffer.count, "%.\(digits - 1)e", $0)
    }
    return float(length > 0 ? strtod(buffer, nil) : value)
  }

  /// Returns `repr(value)` of a Python complex number: `(1+2j)`, `2j`, `(-0+1j)`.
  public static func complex(real: Double, imaginary: Double) -> String {
    let imaginaryText = component(imaginary)
    if real == 0, real.sign == .plus { return "\(imaginaryText)j" }
    let sign = imaginaryText.hasPrefix("-") ? "" : "+"
    return "(\(component(real))\(sign)\(imaginaryText)j)"
  }

  /// Returns a complex number's component: as a float, without a `.0` at the end.
  private static func component(_ value: Double) -> String {
    let text = float(value)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Returns a list of parts that are spelled already: `[1, 2]`.
  public static func list(_ parts: [String]) -> String { "[\(parts.joined(separator: ", "))]" }

  /// Returns a tuple of parts that are spelled already: `(1, 2)`, `(1,)`, `()`.
  public static func tuple(_ parts: [String]) -> String {
    "(\(parts.joined(separator: ", "))\(parts.count == 1 ? "," : ""))"
  }

  /// Returns a dictionary of values that are spelled already: `{'a': 1}`.
  public static func dictionary(_ entries: [(key: String, value: String)]) -> String {
    let parts = entries.map { "\(string($0.key)): \($0.value)" }
    return "{\(parts.joined(separator: ", "))}"
  }

  /// Returns `repr(value)` of a Python string: single quotes unless only single quotes occur in it.
  public static func string(_ value: String) -> String {
    let quote: Unicode.Scalar =
      value.unicodeScalars.contains("'") && !value.unicodeScalars.contains("\"") ? "\"" : "'"
    var result = ""
    result.unicodeScalars.append(quote)
    for scalar in value.unicodeScalars {
      switch scalar {
      case quote, "\\":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if isPrintable(scalar) {
          result.unicodeScalars.append(scalar)
        } else {
          result += escape(scalar)
        }
      }
    }
    result.unicodeScalars.append(quote)
    return result
  }

  /// Returns Python's `\xNN`, `\uNNNN` or `\UNNNNNNNN` escape of a character.
  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let (prefix, width) =
      scalar.value < 0x100 ? ("\\x", 2) : scalar.value < 0x10000 ? ("\\u", 4) : ("\\U", 8)
    let digits = String(scalar.value, radix: 16)
    return prefix + String(repeating: "0", count: width - digits.count) + digits
  }

  /// Tells what `str.isprintable` tells of one character.
  static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      return false
    default: return true
    }
  }

  /// Returns whether torch.fx and Python take the text for an identifier (ASCII letters only).
  public static func isIdentifier(_ text: some StringProtocol) -> Bool {
    guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
    return text.utf8.allSatisfy {
      $0 == 95 || (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
    }
  }
}
