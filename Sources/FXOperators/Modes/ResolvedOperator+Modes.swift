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
    let policy = Autocast.policy(of: schema, arguments)
    if case .transparent = policy {
      // Only what the operator is composed of is looked at, which its kernel may not call.
      if isDirect, let decomposition = definition?.decomposition {
        let call = OperatorCall(schema, arguments, emitter: environment)
        return try decomposition(call, environment)
      }
      return try runPlainly(arguments, environment)
    }
    let converted = try Autocast.converted(arguments, policy, to: lower)
    environment.autocastDType = nil
    defer { environment.autocastDType = lower }
    return try runPlainly(converted, environment)
  }
}
