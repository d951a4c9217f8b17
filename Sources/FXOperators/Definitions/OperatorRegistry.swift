/// What FXKit can compute: operators, the functions of Python beside them, and operators that run graphs.
///
/// A registry never changes, so that any number of threads may share one. Operators of one's own are
/// registered with an `OperatorLibrary`, which has a registry to start from.
public struct OperatorRegistry: Sendable {
  /// All definitions of operators, in the order in which they were given.
  public let definitions: [OperatorDefinition]
  private let indices: [String: Int]
  private let functions: [String: PythonFunction]
  private let higherOrder: [String: HigherOrderOperator]

  /// Makes a registry; of two definitions of one name the later counts.
  public init(
    definitions: [OperatorDefinition] = [], functions: [PythonFunction] = [],
    higherOrder: [HigherOrderOperator] = []
  ) {
    self.definitions = definitions
    var indices: [String: Int] = [:]
    for (index, definition) in definitions.enumerated() {
      for name in definition.names { indices[name] = index }
    }
    self.indices = indices
    self.functions = Dictionary(functions.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    self.higherOrder = Dictionary(higherOrder.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
  }

  /// Returns the definition of an overload by its qualified name: `aten::add.Tensor`.
  public func definition(named name: String) -> OperatorDefinition? {
    indices[name].map { definitions[$0] }
  }

  /// Returns the operator that runs graphs by its name: `cond`.
  public func higherOrder(named name: String) -> HigherOrderOperator? { higherOrder[name] }

  /// Returns the function of Python that a target names: `_operator.add`, `torch.relu`.
  public func function(named target: String) -> PythonFunction? {
    if let known = functions[target] { return known }
    for prefix in ["torch.nn.functional.", "torch._C._nn.", "torch.special.", "torch."]
    where target.hasPrefix(prefix) {
      let name = String(target.dropFirst(prefix.count))
      return PythonFunction(
        target, calling: prefix == "torch.special." ? "special_" + name : name)
    }
    return nil
  }

  /// Returns the method of tensors that has a name: `relu`, `size`.
  public func method(named name: String) -> PythonFunction? {
    PythonFunction(name, calling: Self.methodNames[name] ?? name)
  }

  private static let methodNames = ["size": "sym_size", "__add__": "add", "__mul__": "mul"]
}
