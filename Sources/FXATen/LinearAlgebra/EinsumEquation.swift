import FXCore
import FXOperators

/// The subscripts of an `einsum`: a label for each dimension of the operands and of the result.
struct EinsumEquation {
  /// A subscript: a letter, or the dots that stand for any dimensions.
  enum Label: Hashable {
    case letter(UInt8)
    case ellipsis
  }

  /// The labels of each operand.
  private(set) var operands: [[Label]] = []
  /// The labels of the result; nil where the equation leaves them open.
  private(set) var result: [Label]?

  /// Reads an equation: `bij,bjk->bik`.
  ///
  /// - Throws: `operator.domain`.
  init(_ text: String) throws(FXError) {
    var labels: [Label] = []
    var rest = Array(text.utf8)[...]
    var isResult = false
    func finish(_ equation: inout EinsumEquation) {
      if isResult { equation.result = labels } else { equation.operands.append(labels) }
      labels = []
    }
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: " "): continue
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
        labels.append(.letter(byte))
      case UInt8(ascii: "."):
        guard rest.starts(with: [byte, byte]), !labels.contains(.ellipsis) else {
          throw Self.error("dots come in one group of three")
        }
        rest = rest.dropFirst(2)
        labels.append(.ellipsis)
      case UInt8(ascii: ",") where !isResult: finish(&self)
      case UInt8(ascii: "-") where !isResult && rest.first == UInt8(ascii: ">"):
        rest = rest.dropFirst()
        finish(&self)
        isResult = true
      default:
        throw Self.error("'\(Character(Unicode.Scalar(byte)))' is not a subscript")
      }
    }
    finish(&self)
  }

  /// The labels of the result: those given, or the dots and then the letters that occur once.
  var resultLabels: [Label] {
    if let result { return result }
    var counts: [UInt8: Int] = [:]
    for case .letter(let letter) in operands.joined() { counts[letter, default: 0] += 1 }
    let single = counts.filter { $0.value == 1 }.keys.sorted()
    return [.ellipsis] + single.map { Label.letter($0) }
  }

  /// Makes an error of the operator.
  static func error(_ message: String) -> FXError {
    FXError(.operatorDomain, "aten::einsum: \(message)")
  }
}
