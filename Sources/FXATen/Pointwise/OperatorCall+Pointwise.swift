import FXCore
import FXKernels
import FXOperators
import FXTensor

extension OperatorCall {
  /// Applies a function to the elements of tensors, after type promotion.
  ///
  /// - Parameter keepsNumbers: whether a lone number that comes second is computed with before it is
  ///   rounded to float16 or bfloat16, as PyTorch's products and quotients do.
  /// - Throws: `tensor.dtype`, `tensor.shape` or `tensor.memory`.
  func pointwise(
    _ function: PointwiseFunction, _ operands: [Tensor], _ type: ShapeRules.ResultType = .same,
    keepsNumbers: Bool = false
  ) throws -> IValue {
    let (common, result) = type.dtypes(of: try commonType(operands))
    let tensor = try function.run(
      operands, in: common, result: result, keepsNumbers: keepsNumbers, into: destination)
    return .tensor(tensor)
  }

  /// Returns the dtype that tensors have together.
  ///
  /// - Throws: `tensor.dtype`.
  func commonType(_ operands: [Tensor]) throws -> ScalarType {
    if operands.count == 1 { return operands[0].dtype }
    var promotion = TypePromotion()
    for operand in operands { try promotion.add(operand) }
    return try promotion.result()
  }
}

extension OperatorDefinition {
  /// Defines an elementwise operator of one tensor.
  static func unary(
    _ names: String..., as type: ShapeRules.ResultType = .float,
    decomposition: Decomposition? = nil, with function: PointwiseFunction,
    derivative: DerivativeRule? = nil
  ) -> OperatorDefinition {
    var definition = OperatorDefinition(
      "", shape: ShapeRules.unary(type), decomposition: decomposition,
      derivative: derivative ?? (type == .bool ? .zero : nil)
    ) { call in
      try call.pointwise(function, [call.tensor(0)], type)
    }
    definition.names = names
    return definition
  }

  /// Defines an elementwise operator of two tensors or numbers.
  static func binary(
    _ names: String..., as type: ShapeRules.ResultType = .same, keepsNumbers: Bool = false,
    tracing: ShapeRules.Tracing = .reference, decomposition: Decomposition? = nil,
    with function: PointwiseFunction, derivative: DerivativeRule? = nil
  ) -> OperatorDefinition {
    var definition = OperatorDefinition(
      "", shape: ShapeRules.binary(type, tracing), decomposition: decomposition,
      derivative: derivative ?? (type == .bool ? .zero : nil)
    ) { call in
      try call.pointwise(
        function, [call.tensor(0), call.tensor(1)], type, keepsNumbers: keepsNumbers)
    }
    definition.names = names
    return definition
  }

  /// Defines an operator of one tensor that leaves integers as they are.
  static func rounding(_ name: String, _ function: PointwiseFunction) -> OperatorDefinition {
    OperatorDefinition(name, shape: ShapeRules.unary(), derivative: .zero) { call in
      let tensor = try call.tensor(0)
      if tensor.dtype.isIntegral(includingBool: true) { return .tensor(try tensor.clone()) }
      return try call.pointwise(function, [tensor])
    }
  }

  /// Defines another name of an operator that takes the same arguments.
  static func alias(_ name: String, of original: String) -> OperatorDefinition {
    OperatorDefinition(name) { call, e in try e.apply(original, call.arguments) }
  }
}
