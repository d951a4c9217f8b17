import FXCore
import FXGraph

/// Tells what the operators are that graphs of one context call, each looked up once.
///
/// It knows the operators of PyTorch. Of operators from elsewhere it knows what it is told through
/// `declare`; until then they may have any effect and take any arguments. A library belongs to
/// one thread at a time, as its context does.
public final class OperatorLibrary {
  /// The context of the graphs it is asked about.
  public let context: GraphContext

  private struct Entry {
    var schema: OperatorSchema?
    var effects: TargetEffects
  }

  @exclusivity(unchecked) private var indices = AtomMap()
  @exclusivity(unchecked) private var entries: [Entry] = []
  private var declaredSchemas: [String: OperatorSchema] = [:]
  private var declaredEffects: [String: EffectSet] = [:]
  private var definitions: [String: OperatorDefinition] = [:]
  private var methods: [Atom: TargetEffects] = [:]
  /// What runs need of operators, by qualified name.
  var resolvedOperators: [String: ResolvedOperator] = [:]

  /// Creates a library that knows the operators of PyTorch.
  public init(context: GraphContext) { self.context = context }

  /// Adds or replaces an operator. Unless declared as well, its effects are those its schema tells.
  public func declare(_ schema: OperatorSchema) {
    declaredSchemas[schema.target] = schema
    resolvedOperators[schema.qualifiedName] = nil
    forget(schema.target)
  }

  /// Adds an operator with all that FXKit needs of it, or replaces what it knows of one.
  ///
  /// - Throws: `operator.unknown` where an overload has no schema; `declare` it first.
  public func register(_ definition: OperatorDefinition) throws {
    for name in definition.names {
      guard declaredSchema(named: name) ?? OperatorTable.schema(named: name) != nil else {
        throw FXError(.unknownOperator, "the operator '\(name)' has no schema")
      }
    }
    for name in definition.names { definitions[name] = definition }
    resolvedOperators.removeAll()
  }

  /// Returns the definition of an overload by its qualified name: `aten::add.Tensor`.
  public func definition(named name: String) -> OperatorDefinition? {
    definitions[name] ?? OperatorFamilies.definition(named: name)
  }

  /// Returns the schema of an operator that was declared, by its qualified name.
  func declaredSchema(named name: String) -> OperatorSchema? {
    declaredSchemas.values.first { $0.qualifiedName == name }
  }

  /// Returns the overloads that were declared of an operator: of `mylib::cube`.
  func declaredOverloads(of name: String) -> [OperatorSchema] {
    declaredSchemas.values.filter { "\($0.namespace)::\($0.name)" == name }
      .sorted { $0.overload < $1.overload }
  }

  /// Sets the effects of calling a function, whatever its schema and arguments: empty for none.
  public func declare(effects: EffectSet, of target: String) {
    declaredEffects[target] = effects
    forget(target)
  }

  /// Returns the schema of the operator that a node calls; nil for any other node.
  public func schema(of node: Node) -> OperatorSchema? {
    node.kind == .callFunction ? entry(of: node.targetAtom).schema : nil
  }

  /// Returns the schema of a target: `torch.ops.aten.add.Tensor`.
  public func schema(of target: String) -> OperatorSchema? {
    entry(of: context.strings.intern(target)).schema
  }

  /// Returns what is known of calls of a function by its target.
  func effects(ofFunction target: Atom) -> TargetEffects { entry(of: target).effects }

  /// Returns what is known of calls of a method by its name.
  func effects(ofMethod name: Atom) -> TargetEffects {
    if let known = methods[name] { return known }
    let effects = TargetEffects(ofMethod: context.strings[name])
    methods[name] = effects
    return effects
  }

  private func entry(of target: Atom) -> Entry {
    if let index = indices[target], index >= 0 { return entries[Int(index)] }
    let text = context.strings[target]
    let schema = declaredSchemas[text] ?? OperatorTable.schema(of: text)
    let effects =
      declaredEffects[text].map { TargetEffects(effects: $0) }
      ?? TargetEffects(ofFunction: text, schema: schema)
    let entry = Entry(schema: schema, effects: effects)
    indices.set(target, to: Int32(entries.count))
    entries.append(entry)
    return entry
  }

  private func forget(_ target: String) {
    // An AtomMap keeps its entries; a negative one counts as none.
    if let atom = context.strings.find(target), indices[atom] != nil { indices.set(atom, to: -1) }
  }
}
