import FXCore
import FXGraph
import FXSchemas

/// Tells what the operators are that graphs of one context call, and how to compute them.
///
/// It knows the operators of PyTorch. Operators from elsewhere are declared by their schemas, and
/// registered with definitions. A library belongs to one thread at a time, as its context does.
public final class OperatorLibrary: SchemaLibrary {
  private var definitions: [String: OperatorDefinition] = [:]
  /// What runs need of operators, by qualified name.
  var resolvedOperators: [String: ResolvedOperator] = [:]

  public override func declare(_ schema: OperatorSchema) {
    super.declare(schema)
    resolvedOperators[schema.qualifiedName] = nil
  }

  /// Adds an operator with all that FXKit needs of it, or replaces what it knows of one.
  ///
  /// - Throws: `operator.unknown` where an overload has no schema; `declare` it first.
  public func register(_ definition: OperatorDefinition) throws {
    for name in definition.names where schema(named: name) == nil {
      throw FXError(.unknownOperator, "the operator '\(name)' has no schema")
    }
    for name in definition.names { definitions[name] = definition }
    resolvedOperators.removeAll()
  }

  /// Returns the definition of an overload by its qualified name: `aten::add.Tensor`.
  public func definition(named name: String) -> OperatorDefinition? {
    definitions[name] ?? OperatorFamilies.definition(named: name)
  }
}
