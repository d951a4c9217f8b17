import FXCore

/// A tensor without data: what is known of a result before, or without, computing it.
///
/// It never changes, and its identity is that of the value: emitters keep by it which node computes the
/// value, or what a `vmap` hides of it. Source: PyTorch's `FakeTensor`.
public final class FakeTensor {
  /// The element type.
  public let dtype: ScalarType
  /// The size of each dimension.
  public let sizes: [SymbolicSize]
  /// The strides, in elements.
  public let strides: [SymbolicSize]
  /// The offset of the first element in the storage, in elements.
  public let storageOffset: SymbolicSize
  /// The device.
  public let device: Device
  /// How elements are stored.
  public let layout: Layout
  /// Whether the tensor stands for a number of the program (`is_wrapped_number`).
  public let isWrappedNumber: Bool
  /// Whether gradients flow to the tensor: PyTorch chooses some kernels by it.
  public let requiresGrad: Bool

  /// Describes a tensor; without strides it is contiguous.
  public init(
    _ dtype: ScalarType, _ sizes: [SymbolicSize], strides: [SymbolicSize]? = nil,
    storageOffset: SymbolicSize = 0, device: Device = .cpu, layout: Layout = .strided,
    isWrappedNumber: Bool = false, requiresGrad: Bool = false
  ) {
    self.dtype = dtype
    self.sizes = sizes
    self.strides = strides ?? SymbolicSize.contiguousStrides(sizes)
    self.storageOffset = storageOffset
    self.device = device
    self.layout = layout
    self.isWrappedNumber = isWrappedNumber
    self.requiresGrad = requiresGrad
  }

  /// The number of dimensions.
  public var rank: Int { sizes.count }

  /// Returns another tensor of which the same is known, but for what is given.
  ///
  /// - Parameter change: changes each size, stride and offset.
  public func copy(
    requiresGrad: Bool? = nil, changing change: (SymbolicSize) -> SymbolicSize = { $0 }
  ) -> FakeTensor {
    FakeTensor(
      dtype, sizes.map(change), strides: strides.map(change),
      storageOffset: change(storageOffset), device: device, layout: layout,
      isWrappedNumber: isWrappedNumber, requiresGrad: requiresGrad ?? self.requiresGrad)
  }
}

/// A number without a value: an expression over the symbols of a program.
///
/// Source: PyTorch's `SymNode`.
public final class SymbolicScalar {
  /// Says of which of Python's types a symbolic number is.
  public enum Kind: Hashable, Sendable {
    case int, float, bool
  }

  /// The expression.
  public let expression: SymbolicExpression
  /// The type.
  public let kind: Kind

  /// Describes a number.
  public init(_ expression: SymbolicExpression, _ kind: Kind = .int) {
    self.expression = expression
    self.kind = kind
  }
}

extension IValue {
  /// The identity of a fake value; nil for values that have data.
  package var fakeIdentity: ObjectIdentifier? {
    switch self {
    case .fake(let tensor): ObjectIdentifier(tensor)
    case .symbol(let number): ObjectIdentifier(number)
    default: nil
    }
  }

  /// Returns a value of its own of which the same is known.
  package var copyOfFake: IValue {
    switch self {
    case .fake(let tensor): .fake(tensor.copy())
    case .symbol(let number): .symbol(SymbolicScalar(number.expression, number.kind))
    default: self
    }
  }
}
