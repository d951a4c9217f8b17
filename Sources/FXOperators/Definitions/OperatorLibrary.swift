import FXCore
import FXGraph
import FXSchemas

/// Tells what the operators are that graphs of one context call, and how to compute them.
///
/// It knows the operators of PyTorch. Operators from elsewhere are declared by their schemas, and
/// registered with definitions. A library belongs to one thread at a time, as its context does.
public final class OperatorLibrary: SchemaLibrary {
  /// What it can compute besides what is registered with it; made when something is to be computed,
  /// since most commands ask for schemas alone.
  public private(set) lazy var registry = makeRegistry()
  private let makeRegistry: () -> OperatorRegistry
  private var definitions: [String: OperatorDefinition] = [:]
  /// What runs need of operators, by qualified name.
  var resolvedOperators: [String: ResolvedOperator] = [:]

  /// Creates a library of what a registry has, which is asked for when it is first needed.
  public init(context: GraphContext, registry: @autoclosure @escaping () -> OperatorRegistry) {
    makeRegistry = registry
    super.init(for: context)
  }

  public override func declare(_ schema: OperatorSchema) {
    super.declare(schema)
    resolvedOperators[schema.qualifiedName] = nil
  }

  /// Adds an operator with all that FXKit needs of it, or replaces how it computes one.
  ///
  /// What an operator is to autocast stays as it is known, unless the definition says it.
  ///
  /// - Throws: `operator.unknown` where an overload has no schema; `declare` it first.
  public func register(_ definition: OperatorDefinition) throws {
    for name in definition.names where schema(named: name) == nil {
      throw FXError(.unknownOperator, "the operator '\(name)' has no schema")
    }
    for name in definition.names {
      definitions[name] = definition.completed(by: self.definition(named: name))
    }
    resolvedOperators.removeAll()
  }

  /// Returns the definition of an overload by its qualified name: `aten::add.Tensor`.
  public func definition(named name: String) -> OperatorDefinition? {
    definitions[name] ?? registry.definition(named: name)
  }
}
