import FXCore
import FXSchemas

/// A function or method of Python that graphs call beside operators: arithmetic on sizes, and what
/// `torch.fx.symbolic_trace` records.
public struct PythonFunction: Sendable {
  /// Computes the result of positional and keyword arguments.
  public typealias Body =
    @Sendable ([IValue], [(name: String, value: IValue)], ExecutionEnvironment) throws -> IValue

  /// The qualified name: `_operator.add`.
  public let name: String
  /// Computes the result.
  public let body: Body

  /// Makes a function of a qualified name.
  public init(name: String, body: @escaping Body) {
    self.name = name
    self.body = body
  }

  /// Makes the function that calls whichever overload of an ATen operator takes the arguments; nil where
  /// there is no such operator.
  init?(_ target: String, calling name: String) {
    let overloads = OperatorTable.overloads(of: "aten::\(name)")
    if overloads.isEmpty { return nil }
    self.init(name: target) { arguments, keywords, environment in
      for schema in overloads {
        let resolved = try environment.library.resolved(named: schema.qualifiedName)
        guard resolved.isRunnable, schema.accepts(arguments, keywords) else { continue }
        return try environment.emit(resolved, resolved.complete(arguments, keywords))
      }
      throw FXError(
        .operatorUnsupported, "no overload of '\(name)' that FXKit can run takes these arguments")
    }
  }
}
