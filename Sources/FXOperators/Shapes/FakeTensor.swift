import FXCore
import FXGraph

/// A tensor without data: what is known of a result before, or without, computing it.
///
/// Source: PyTorch's `FakeTensor`.
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
  public var isWrappedNumber = false
  /// Whether gradients flow to the tensor: PyTorch chooses some kernels by it.
  public var requiresGrad = false
  /// The node that computes the tensor, where a graph is emitted.
  public var node: Node?

  /// Describes a tensor; without strides it is contiguous.
  public init(
    _ dtype: ScalarType, _ sizes: [SymbolicSize], strides: [SymbolicSize]? = nil,
    storageOffset: SymbolicSize = 0, device: Device = .cpu, layout: Layout = .strided,
    node: Node? = nil
  ) {
    self.dtype = dtype
    self.sizes = sizes
    self.strides = strides ?? SymbolicSize.contiguousStrides(sizes)
    self.storageOffset = storageOffset
    self.device = device
    self.layout = layout
    self.node = node
  }

  /// The number of dimensions.
  public var rank: Int { sizes.count }
}

/// A number without a value: an expression over the symbols of a program.
///
/// Source: PyTorch's `SymNode`.
public final class FakeNumber {
  /// Says of which of Python's types a symbolic number is.
  public enum Kind: Hashable, Sendable {
    case int, float, bool
  }

  /// The expression.
  public let expression: SymbolicExpression
  /// The type.
  public let kind: Kind
  /// The node that computes the number, where a graph is emitted.
  public var node: Node?

  /// Describes a number.
  public init(_ expression: SymbolicExpression, _ kind: Kind = .int, node: Node? = nil) {
    self.expression = expression
    self.kind = kind
    self.node = node
  }
}
