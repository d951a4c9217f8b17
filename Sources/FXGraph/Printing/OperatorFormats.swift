/// How generated code spells calls of Python's operators; `{}` stands for an argument.
enum OperatorFormats {
  /// Returns the parts of an expression around its arguments: `["", " + ", ""]` for `add`.
  static func expression(_ name: some StringProtocol) -> [String]? { expressions[String(name)] }

  /// Returns the parts of an in-place statement around its arguments.
  static func statement(_ name: some StringProtocol) -> [String]? { statements[String(name)] }

  private static let expressions: [String: [String]] = binary(
    [
      "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "add": "+",
      "sub": "-", "mul": "*", "floordiv": "//", "truediv": "/", "div": "/", "mod": "%",
      "pow": "**", "lshift": "<<", "rshift": ">>", "and_": "&", "or_": "|", "xor": "^",
      "matmul": "@",
    ]
  ).merging(
    ["pos": ["+", ""], "neg": ["-", ""], "invert": ["~", ""], "getitem": ["", "[", "]"]]
  ) { old, _ in old }

  private static let statements: [String: [String]] = binary(
    [
      "iadd": "+=", "iand": "&=", "ifloordiv": "//=", "ilshift": "<<=", "imod": "%=",
      "imul": "*=", "imatmul": "@=", "ior": "|=", "ipow": "**=", "irshift": ">>=", "isub": "-=",
      "itruediv": "/=", "ixor": "^=",
    ]
  ).merging(["setitem": ["", "[", "] = ", ""]]) { old, _ in old }

  private static func binary(_ signs: [String: String]) -> [String: [String]] {
    signs.mapValues { ["", " \($0) ", ""] }
  }
}
