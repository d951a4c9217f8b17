import FXCore

/// Prints tensors as PyTorch's `repr` does with its default options.
struct TensorPrinter {
  private static let lineWidth = 80
  private static let threshold = 1000
  private static let edge = 3
  private static let prefix = "tensor("

  private let tensor: Tensor
  private let isSummary: Bool
  private let format: NumberFormat
  private let imaginaryFormat: NumberFormat?

  init(_ tensor: Tensor) throws {
    // PyTorch prints the narrowest floats as halves, but for powers of two.
    let isNarrow = tensor.dtype.isFloat8 && tensor.dtype != .float8E8M0FNU
    let tensor = isNarrow ? try tensor.converted(to: .float16) : tensor
    self.tensor = tensor
    let isSummary = tensor.elementCount > Self.threshold
    self.isSummary = isSummary
    var values: [Scalar] = []
    func collect(_ axis: Int, _ offset: Int) throws {
      guard axis < tensor.rank else { return values.append(try tensor.element(atOffset: offset)) }
      for index in Self.indices(tensor.sizes[axis], isSummary) {
        if let index { try collect(axis + 1, offset + index * tensor.strides[axis]) }
      }
    }
    if tensor.elementCount > 0 { try collect(0, 0) }
    if tensor.dtype.isComplex {
      format = NumberFormat(floats: values.map(\.double))
      imaginaryFormat = NumberFormat(floats: values.map(\.imaginary))
    } else {
      let isFloat = tensor.dtype.isFloatingPoint
      var floats = isFloat ? values.map(\.double) : []
      if tensor.dtype == .float8E8M0FNU {
        // PyTorch compares with 0 as this dtype has it, which is its smallest number.
        floats = floats.map { $0 == 0x1p-127 ? 0 : $0 }
      }
      format = isFloat ? NumberFormat(floats: floats) : NumberFormat(texts: values)
      imaginaryFormat = nil
    }
  }

  /// Returns the elements in brackets.
  func elements() throws -> String {
    if tensor.elementCount == 0 { return "[]" }
    return try text(0, 0, indent: Self.prefix.utf8.count)
  }

  /// Returns the whole text: elements, and what is not the default.
  static func text(_ tensor: Tensor) throws -> String {
    var suffixes: [String] = []
    if tensor.device.type != "cpu" { suffixes.append("device='\(tensor.device)'") }
    let isMeta = tensor.device.type == "meta"
    let isEmpty = tensor.elementCount == 0
    if isMeta || (isEmpty && tensor.rank != 1) {
      let list = tensor.sizes.map { "\($0)" }.joined(separator: ", ")
      suffixes.append("size=(\(list)\(tensor.rank == 1 ? "," : ""))")
    }
    let isDefault =
      isEmpty || isMeta
      ? tensor.dtype == .float32
      : [.float32, .int64, .bool, .complex64].contains(tensor.dtype)
    if !isDefault { suffixes.append("dtype=torch.\(tensor.dtype.name)") }
    let elements = isMeta ? "..." : try TensorPrinter(tensor).elements()
    var result = prefix + elements
    // As in PyTorch, the last line counts one more than it has.
    var length = result.utf8.reversed().prefix { $0 != 0x0A }.count + 2
    for suffix in suffixes {
      if length + suffix.utf8.count + 2 > lineWidth {
        result += ",\n" + String(repeating: " ", count: prefix.utf8.count) + suffix
        length = prefix.utf8.count + suffix.utf8.count
      } else {
        result += ", " + suffix
        length += suffix.utf8.count + 2
      }
    }
    return result + ")"
  }

  private func text(_ axis: Int, _ offset: Int, indent: Int) throws -> String {
    let depth = tensor.rank - axis
    guard depth > 0 else { return try number(offset) }
    let indices = Self.indices(tensor.sizes[axis], isSummary)
    let parts = try indices.map { index in
      guard let index else { return depth == 1 ? " ..." : "..." }
      return try text(axis + 1, offset + index * tensor.strides[axis], indent: indent + 1)
    }
    let margin = String(repeating: " ", count: indent + 1)
    if depth > 1 {
      let lines = String(repeating: "\n", count: depth - 1)
      return "[" + parts.joined(separator: "," + lines + margin) + "]"
    }
    var width = format.width + 2
    if let imaginaryFormat { width += imaginaryFormat.width + 1 }
    let perLine = max(1, (Self.lineWidth - indent) / width)
    let lines = stride(from: 0, to: parts.count, by: perLine).map { start in
      parts[start..<min(start + perLine, parts.count)].joined(separator: ", ")
    }
    return "[" + lines.joined(separator: ",\n" + margin) + "]"
  }

  private func number(_ offset: Int) throws -> String {
    let value = try tensor.element(atOffset: offset)
    guard let imaginaryFormat else { return format.text(value) }
    let real = format.text(.float(value.double))
    let imaginary = imaginaryFormat.text(.float(value.imaginary)).drop { $0 == " " } + "j"
    return real + (imaginary.hasPrefix("-") ? "" : "+") + imaginary
  }

  /// Returns the indices of a dimension that are printed; nil where some are left out.
  private static func indices(_ size: Int, _ isSummary: Bool) -> [Int?] {
    guard isSummary, size > 2 * edge else { return Array(0..<size) }
    return Array(0..<edge) + [nil] + Array(size - edge..<size)
  }
}

extension Tensor: CustomStringConvertible {
  /// The text that PyTorch's `repr` gives with its default options.
  public var description: String {
    (try? TensorPrinter.text(self)) ?? "tensor(?, dtype=torch.\(dtype.name))"
  }
}
