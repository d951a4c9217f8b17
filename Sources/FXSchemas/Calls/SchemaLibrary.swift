import FXCore
import FXGraph

/// Tells what the operators take, return and do that graphs of one context call, each looked up once.
///
/// It knows the operators of PyTorch. Of operators from elsewhere it knows what it is told through
/// `declare`; until then they may have any effect and take any arguments. A library belongs to
/// one thread at a time, as its context does. `OperatorLibrary` knows how to compute them as well.
open class SchemaLibrary {
  /// The context of the graphs it is asked about.
  public final let context: GraphContext

  private struct Entry {
    var schema: OperatorSchema?
    var effects: TargetEffects
  }

  @exclusivity(unchecked) private final var indices = AtomMap()
  @exclusivity(unchecked) private final var entries: [Entry] = []
  private final var declaredSchemas: [String: OperatorSchema] = [:]
  /// The same by qualified name: `mylib::cube.out`.
  private final var declaredNames: [String: OperatorSchema] = [:]
  private final var declaredEffects: [String: EffectSet] = [:]
  private final var methods: [Atom: TargetEffects] = [:]

  /// Creates a library that knows the operators of PyTorch.
  public init(for context: GraphContext) { self.context = context }

  /// Adds or replaces an operator. Unless declared as well, its effects are those its schema tells.
  open func declare(_ schema: OperatorSchema) {
    declaredSchemas[schema.target] = schema
    declaredNames[schema.qualifiedName] = schema
    forget(schema.target)
  }

  /// Returns the schema of an operator that was declared, by its qualified name.
  package final func declaredSchema(named name: String) -> OperatorSchema? { declaredNames[name] }

  /// Returns the schema of an overload by its qualified name: `aten::add.Tensor`.
  public final func schema(named name: String) -> OperatorSchema? {
    declaredNames[name] ?? OperatorTable.schema(named: name)
  }

  /// Returns the overloads that were declared of an operator: of `mylib::cube`.
  package final func declaredOverloads(of name: String) -> [OperatorSchema] {
    declaredSchemas.values.filter { OperatorName.qualified($0.namespace, $0.name) == name }
      .sorted { $0.overload < $1.overload }
  }

  /// Sets the effects of calling a function, whatever its schema and arguments: empty for none.
  public final func declare(effects: EffectSet, of target: String) {
    declaredEffects[target] = effects
    forget(target)
  }

  /// Returns the schema of the operator that a node calls; nil for any other node.
  public final func schema(of node: Node) -> OperatorSchema? {
    node.kind == .callFunction ? entry(of: node.targetAtom).schema : nil
  }

  /// Returns the schema of a target: `torch.ops.aten.add.Tensor`.
  public final func schema(of target: String) -> OperatorSchema? {
    entry(of: context.strings.intern(target)).schema
  }

  /// Returns what is known of calls of a function by its target.
  final func effects(ofFunction target: Atom) -> TargetEffects { entry(of: target).effects }

  /// Returns what is known of calls of a method by its name.
  final func effects(ofMethod name: Atom) -> TargetEffects {
    if let known = methods[name] { return known }
    let effects = TargetEffects(ofMethod: context.strings[name])
    methods[name] = effects
    return effects
  }

  private final func entry(of target: Atom) -> Entry {
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

  private final func forget(_ target: String) {
    // An AtomMap keeps its entries; a negative one counts as none.
    if let atom = context.strings.find(target), indices[atom] != nil { indices.set(atom, to: -1) }
  }
}
