import FXCore

/// What a readable print shows of values.
public struct ReadableOptions: Hashable, Sendable {
  /// Shows tensors' strides: `f32[2, 3][3, 1]`.
  public var includesStride: Bool
  /// Shows tensors' devices: `f32[2, 3]cpu`.
  public var includesDevice: Bool

  /// Chooses what is shown; by default shapes alone.
  public init(includesStride: Bool = false, includesDevice: Bool = false) {
    self.includesStride = includesStride
    self.includesDevice = includesDevice
  }

  /// Returns the annotation of a node's value; nil for values that are not shown.
  func annotation(of node: Node) -> String? {
    switch node.value {
    case .tensor(let meta): return annotation(of: meta)
    case .symInt(.expr(let expression)), .symFloat(.expr(let expression)),
      .symBool(.expr(let expression)):
      return "Sym(\(expression.displayText))"
    default: return nil
    }
  }

  /// Returns the annotation of a tensor: `f32[2, s77]`.
  func annotation(of meta: TensorMeta) -> String {
    var text = meta.dtype.abbreviation + Self.shape(meta.sizes)
    let isCompressed: Bool =
      switch meta.layout {
      case .sparseCsr, .sparseCsc, .sparseBsr, .sparseBsc: true
      default: false
      }
    if includesStride, !isCompressed { text += Self.shape(meta.strides) }
    if includesDevice { text += meta.device.description }
    return text
  }

  static func shape(_ sizes: [SymInt]) -> String {
    let texts = sizes.map { size in
      switch size {
      case .int(let number): String(number)
      case .expr(let expression): expression.displayText
      }
    }
    return "[\(texts.joined(separator: ", "))]"
  }
}
