import FXCore
import FXTensor

extension ResolvedOperator {
  /// Runs a call of complete arguments, as the modes of the run change it: batches, autocast.
  ///
  /// - Throws: `operator.unsupported`, or what the kernel throws.
  public func run(
    _ arguments: [IValue], in environment: ExecutionEnvironment
  ) throws -> IValue {
    if !environment.hasModes { return try runPlainly(arguments, environment) }
    if let batches = environment.batches,
      let result = try batches.call(self, arguments, environment)
    {
      return result
    }
    guard let lower = environment.autocastDType else {
      return try runPlainly(arguments, environment)
    }
    let effect = Autocast.effect(on: schema, arguments, to: lower)
    if case .parts = effect {
      // Only what the operator is composed of is looked at, which its kernel may not call.
      if isDirect, let decomposition = definition?.decomposition {
        let call = OperatorCall(schema, arguments, emitter: environment)
        return try decomposition(call, environment)
      }
      return try runPlainly(arguments, environment)
    }
    var converted = arguments
    if case .conversion(let dtype) = effect {
      converted = try Autocast.converted(arguments, to: dtype)
    }
    environment.autocastDType = nil
    defer { environment.autocastDType = lower }
    return try runPlainly(converted, environment)
  }
}
