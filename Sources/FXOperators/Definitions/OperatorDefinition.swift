import FXCore
import FXKernels
import FXTensor

/// What FXKit knows of an operator beyond its schema: how to compute it, and its rules.
///
/// Each operator is one static definition in the file of its family. In-place and `out` variants
/// need none: they follow from the functional operator (see `ResolvedOperator`).
///
///     static let softplus = OperatorDefinition("aten::softplus") { call in … }
///
/// Operators from elsewhere are added to a library by `declare` and `register`.
public struct OperatorDefinition: Sendable {
  /// Computes the result of a call on tensors with data.
  public typealias Kernel = @Sendable (OperatorCall) throws -> IValue
  /// Makes the result of a call from calls of other operators.
  public typealias Decomposition = @Sendable (OperatorCall, any Emitter) throws -> IValue
  /// Tells the fake result of a call on fake tensors.
  public typealias ShapeRule = @Sendable (OperatorCall) throws -> IValue

  /// The qualified names of the overloads that the definition serves: `aten::add.Tensor`.
  public var names: [String]
  /// The kernel; nil where only the decomposition computes the operator.
  public var kernel: Kernel?
  /// The decomposition into simpler operators; nil for those that have a kernel alone.
  public var decomposition: Decomposition?
  /// The shape rule; nil where the decomposition tells the shape.
  public var shape: ShapeRule?
  /// The derivative; nil where none is known but that of the decomposition, if there is no kernel.
  public var derivative: DerivativeRule?
  /// How what is written to the result gets back to the first argument; nil for what is no view.
  public internal(set) var view: ViewRule?
  /// The library of the system without which calls can't be computed; nil for most operators.
  public private(set) var requirement: LibraryRequirement?
  /// Which arguments may not overlap results that are written in place or to `out`; nil where all may.
  var overlap: OverlapRule?
  /// What autocast makes of calls of overloads; nothing of those that it leaves.
  var autocast = OverloadFacts<Autocast.Rule>()
  /// How `torch.vmap` calls overloads for a batch.
  var batch = OverloadFacts<BatchRule>()
  /// What PyTorch computes of a view only when it reads it; nil for views of elements as they are.
  var laziness: LazyViews.Kind?
  /// How what is written is made functional; nil where names tell it, or nothing is written.
  var write: WriteRule?
  /// The overloads, of those beyond core ATen, that decompositions leave whole.
  var keptOverloads: [String] = []

  /// Defines the overloads of these names by a kernel.
  public init(
    _ names: String..., shape: ShapeRule? = nil, decomposition: Decomposition? = nil,
    derivative: DerivativeRule? = nil, kernel: @escaping Kernel
  ) {
    self.names = names
    self.shape = shape
    self.decomposition = decomposition
    self.derivative = derivative
    self.kernel = kernel
  }

  /// Defines the overloads of these names by a decomposition alone.
  public init(
    _ names: String..., shape: ShapeRule? = nil, derivative: DerivativeRule? = nil,
    decomposition: @escaping Decomposition
  ) {
    self.names = names
    self.shape = shape
    self.derivative = derivative
    self.decomposition = decomposition
  }

  /// Says of overloads what else there is to know where FXKit can't compute them.
  public init(uncomputed names: String...) { self.names = names }

  /// Whether calls can be computed.
  public var isComputed: Bool { kernel != nil || decomposition != nil }

  /// Returns the definition with what another one of the operator says, and it does not, of what the
  /// operator is, however it is computed.
  func completed(by other: OperatorDefinition?) -> OperatorDefinition {
    guard let other else { return self }
    var copy = self
    if autocast.isEmpty { copy.autocast = other.autocast }
    if batch.isEmpty { copy.batch = other.batch }
    if write == nil { copy.write = other.write }
    if laziness == nil { copy.laziness = other.laziness }
    if keptOverloads.isEmpty { copy.keptOverloads = other.keptOverloads }
    return copy
  }

  /// Returns the definition with a library that calls need, all or those of certain arguments.
  public func requiring(
    _ library: SystemLibrary,
    where applies: @escaping LibraryRequirement.Condition = { _, _ in true }
  ) -> OperatorDefinition {
    var copy = self
    copy.requirement = LibraryRequirement(library: library, applies: applies)
    return copy
  }
}
