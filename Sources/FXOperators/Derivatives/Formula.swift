import FXCore
import FXTensor

/// A value with the emitter that computes with it, so that decompositions and derivatives read as
/// formulas.
///
///     let slope = one - y * y
///
/// Each operation calls an operator of PyTorch, and throws what that throws.
public struct Formula {
  /// The value: a tensor, with data or without, or a number.
  public let value: IValue
  /// What computes or records operations on the value.
  public let emitter: any Emitter

  /// Makes a formula of a value.
  public init(_ value: IValue, _ emitter: any Emitter) {
    self.value = value
    self.emitter = emitter
  }

  /// Calls an operator by its qualified name with the value first, then other arguments.
  ///
  /// - Throws: what the operator throws.
  public func applying(_ name: String, _ others: IValue...) throws -> Formula {
    Formula(try emitter.apply(name, [value] + others), emitter)
  }

  /// Returns a value with the emitter of this one.
  public func with(_ value: IValue) -> Formula { Formula(value, emitter) }

  // MARK: Arithmetic

  public static func + (a: Formula, b: Formula) throws -> Formula {
    try a.applying("aten::add.Tensor", b.value)
  }

  public static func - (a: Formula, b: Formula) throws -> Formula {
    try a.applying("aten::sub.Tensor", b.value)
  }

  public static func * (a: Formula, b: Formula) throws -> Formula {
    try a.applying("aten::mul.Tensor", b.value)
  }

  public static func / (a: Formula, b: Formula) throws -> Formula {
    try a.applying("aten::div.Tensor", b.value)
  }

  public static prefix func - (a: Formula) throws -> Formula { try a.applying("aten::neg") }

  public static func + (a: Formula, b: Double) throws -> Formula {
    try a.applying("aten::add.Scalar", .float(b))
  }

  public static func - (a: Formula, b: Double) throws -> Formula {
    try a.applying("aten::sub.Scalar", .float(b))
  }

  public static func - (a: Double, b: Formula) throws -> Formula {
    try b.applying("aten::rsub.Scalar", .float(a))
  }

  public static func * (a: Formula, b: Double) throws -> Formula {
    try a.applying("aten::mul.Scalar", .float(b))
  }

  public static func / (a: Double, b: Formula) throws -> Formula {
    try b.applying("aten::reciprocal") * a
  }

  // MARK: Functions

  /// The complex conjugate; the value itself where it is real.
  public func conjugate() throws -> Formula {
    if case .complex(let real, let imaginary) = value { return with(.complex(real, -imaginary)) }
    return try value.isTensor && value.dtype.isComplex ? applying("aten::conj") : self
  }

  /// The elements to a power.
  public func power(_ exponent: Double) throws -> Formula {
    try applying("aten::pow.Tensor_Scalar", .float(exponent))
  }

  /// Undoes a broadcast: sums what has several elements for one of a tensor of these sizes.
  public func sum(to sizes: [SymbolicSize]) throws -> Formula {
    let own = try value.sizes
    if own == sizes { return self }
    let extra = own.count - sizes.count
    var axes = Array(0..<max(extra, 0))
    for (axis, size) in sizes.enumerated() where size == 1 && own[axis + extra] != 1 {
      axes.append(axis + extra)
    }
    guard !axes.isEmpty else { return try applying("aten::reshape", .sizes(sizes)) }
    let summed = try applying("aten::sum.dim_IntList", .ints(axes), true)
    return extra > 0 ? try summed.applying("aten::reshape", .sizes(sizes)) : summed
  }

  /// Repeats the elements to a shape, as broadcasting does.
  public func expanded(to sizes: [SymbolicSize]) throws -> Formula {
    try value.sizes == sizes ? self : applying("aten::expand", .sizes(sizes))
  }

  /// The elements in another shape.
  public func reshaped(to sizes: [SymbolicSize]) throws -> Formula {
    try value.sizes == sizes ? self : applying("aten::reshape", .sizes(sizes))
  }

  /// The last two dimensions swapped (`Tensor.mT`).
  public func transposed() throws -> Formula { try applying("aten::transpose.int", -2, -1) }

  /// The matrix product (`torch.matmul`).
  public func times(_ other: Formula) throws -> Formula {
    try applying("aten::matmul", other.value)
  }

  /// The product with a number; the value itself for 1.
  public func scaled(by number: IValue) throws -> Formula {
    if case .int(1) = number { return self }
    return try applying("aten::mul.Scalar", number)
  }

  // MARK: Reductions

  /// Repeats what a reduction gave for each of the elements that it is of.
  ///
  /// - Parameters:
  ///   - axes: the dimensions that were reduced; `None` or an empty list for all.
  ///   - keep: whether they stay, as dimensions of size 1.
  public func unreduced(_ whole: IValue, axes: IValue, keep: IValue) throws -> Formula {
    let sizes = try whole.sizes
    var kept = sizes
    var given: [Int] = []
    for part in axes.elements ?? [] {
      guard case .int(let axis) = part else { continue }
      given.append(axis < 0 ? axis + sizes.count : axis)
    }
    if given.isEmpty { given = Array(sizes.indices) }
    for axis in given where kept.indices.contains(axis) { kept[axis] = 1 }
    let isKept = if case .bool(true) = keep { true } else { false }
    let shaped = isKept ? self : try reshaped(to: kept)
    return try shaped.expanded(to: sizes)
  }

  /// Divides by how many elements of a tensor there are for each of a reduction's results.
  public func averaged(over whole: IValue, as reduced: Formula) throws -> Formula {
    let (all, left) = (
      try SymbolicSize.product(whole.sizes[...]), try SymbolicSize.product(reduced.value.sizes[...])
    )
    let count = left == 0 ? all : try all.floorDivided(by: left)
    return try applying("aten::div.Scalar", IValue(count))
  }
}
