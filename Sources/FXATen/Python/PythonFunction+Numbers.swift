import FXCore
import FXKernels
import FXOperators
import FXTensor
import Glibc

extension PythonFunction {
  /// All functions that FXKit computes by themselves, and not by operators of their names.
  static let all = arithmetic + comparisons + logic + roundings + others + modes

  // MARK: Families

  private static let arithmetic: [PythonFunction] = [
    binary("_operator.add", "add.Tensor") { try $0.plus($1) },
    binary("_operator.sub", "sub.Tensor") { try $0.minus($1) },
    binary("_operator.mul", "mul.Tensor") { try $0.times($1) },
    binary("_operator.truediv", "div.Tensor") { .float(try $0.quotient($1)) },
    binary("_operator.floordiv", "floor_divide") { try $0.floorQuotient($1) },
    binary("_operator.mod", "remainder.Tensor") { try $0.remainder($1) },
    binary("_operator.pow", "pow.Tensor_Tensor") { try $0.power($1) },
    binary("_operator.matmul", "matmul") { _, _ in throw notNumbers("_operator.matmul") },
    binary("math.pow") { .float(pow($0.double, $1.double)) },
    binary("torch.sym_max") { $0.isLess(than: $1) ? $1 : $0 },
    binary("torch.sym_min") { $1.isLess(than: $0) ? $1 : $0 },
    unary("_operator.neg", "neg") { try Scalar.int(0).minus($0) },
    unary("_operator.pos", "positive") { $0 },
    unary("_operator.abs", "abs") { $0.double < 0 ? try Scalar.int(0).minus($0) : $0 },
    unary("torch.sym_float") { .float($0.double) },
    unary("torch._sym_sqrt") { .float(sqrt($0.double)) },
    unary("torch._sym_cos") { .float(cos($0.double)) },
    unary("torch._sym_sin") { .float(sin($0.double)) },
    unary("torch._sym_exp") { .float(exp($0.double)) },
    unary("torch._sym_log") { .float(log($0.double)) },
    unary("torch._sym_log2") { .float(log2($0.double)) },
    unary("torch._sym_tanh") { .float(tanh($0.double)) },
    unary("math.sqrt") { .float(sqrt($0.double)) },
    unary("math.exp") { .float(exp($0.double)) },
    unary("math.log") { .float(log($0.double)) },
  ]

  private static let comparisons: [PythonFunction] = [
    binary("_operator.eq", "eq.Tensor") { .bool($0.isEqual(to: $1)) },
    binary("_operator.ne", "ne.Tensor") { .bool(!$0.isEqual(to: $1)) },
    binary("_operator.lt", "lt.Tensor") { .bool($0.isLess(than: $1)) },
    binary("_operator.gt", "gt.Tensor") { .bool($1.isLess(than: $0)) },
    binary("_operator.le", "le.Tensor") { .bool($0.isLess(than: $1) || $0.isEqual(to: $1)) },
    binary("_operator.ge", "ge.Tensor") { .bool($1.isLess(than: $0) || $0.isEqual(to: $1)) },
  ]

  private static let logic: [PythonFunction] = [
    binary("_operator.and_", "bitwise_and.Tensor") { try $0.bits($1, &) { $0 && $1 } },
    binary("_operator.or_", "bitwise_or.Tensor") { try $0.bits($1, |) { $0 || $1 } },
    binary("_operator.xor", "bitwise_xor.Tensor") { try $0.bits($1, ^) { $0 != $1 } },
    binary("_operator.lshift", "bitwise_left_shift.Tensor") {
      try $0.times(.int(1 << $1.integer()))
    },
    binary("_operator.rshift", "bitwise_right_shift.Tensor") { a, b in
      .int(try a.integer() >> b.integer())
    },
    unary("_operator.not_", "logical_not") { .bool(!$0.isTrue) },
    unary("torch.sym_not") { .bool(!$0.isTrue) },
    unary("_operator.invert", "bitwise_not") { value in
      if case .bool(let truth) = value { return .bool(!truth) }
      return .int(~(try value.integer()))
    },
    PythonFunction(name: "torch.sym_ite") { arguments, _, _ in
      guard arguments.count == 3 else { throw notNumbers("torch.sym_ite") }
      return try number(arguments[0], "torch.sym_ite").isTrue ? arguments[1] : arguments[2]
    },
  ]

  private static let roundings: [PythonFunction] = [
    unary("math.floor") { try $0.rounded(.down) },
    unary("math.ceil") { try $0.rounded(.up) },
    unary("math.trunc") { try $0.rounded(.towardZero) },
    unary("builtins.round") { try $0.rounded(.toNearestOrEven) },
    unary("round") { try $0.rounded(.toNearestOrEven) },
    unary("torch.sym_int") { try $0.rounded(.towardZero) },
  ]

  /// Takes a part of a list, tuple, dictionary or tensor (`operator.getitem`).
  public static let getitem = PythonFunction(name: "_operator.getitem") {
    arguments, _, environment in
    guard arguments.count == 2 else { throw notNumbers("_operator.getitem") }
    switch (arguments[0], arguments[1]) {
    case (.dict(let entries), .string(let key)):
      guard let entry = entries.first(where: { $0.key == key }) else {
        throw FXError(.operatorDomain, "there is no entry '\(key)'")
      }
      return entry.value
    case (.tensor, .int(let index)):
      return try environment.call("aten::select.int", arguments[0], 0, .int(index))
    case (.list(let parts), .int(let index)), (.tuple(let parts), .int(let index)):
      guard index >= -parts.count, index < parts.count else {
        throw FXError(.operatorDomain, "there is no part \(index) of \(parts.count)")
      }
      return parts[index < 0 ? index + parts.count : index]
    default: throw FXError(.operatorDomain, "\(arguments[0].kindName) has no such parts")
    }
  }

  private static let others: [PythonFunction] = [
    getitem,
    PythonFunction(name: "torch._assert") { arguments, _, _ in
      guard arguments.count == 2 else { throw notNumbers("torch._assert") }
      if try number(arguments[0], "torch._assert").isTrue { return .none }
      if case .string(let message) = arguments[1] { throw FXError(.runAssertion, message) }
      throw FXError(.runAssertion, "an assertion does not hold")
    },
  ]

  // MARK: Making functions

  /// Makes a function of one number, and of a tensor by way of an operator.
  private static func unary(
    _ name: String, _ operation: String? = nil,
    _ compute: @escaping @Sendable (Scalar) throws -> Scalar
  ) -> PythonFunction {
    PythonFunction(name: name) { arguments, _, environment in
      guard arguments.count == 1 else { throw notNumbers(name) }
      if let operation, arguments[0].isTensor {
        return try environment.call("aten::" + operation, arguments[0])
      }
      return IValue(try compute(number(arguments[0], name)))
    }
  }

  /// Makes a function of two numbers, and of tensors by way of an operator.
  private static func binary(
    _ name: String, _ operation: String? = nil,
    _ compute: @escaping @Sendable (Scalar, Scalar) throws -> Scalar
  ) -> PythonFunction {
    PythonFunction(name: name) { arguments, _, environment in
      guard arguments.count == 2 else { throw notNumbers(name) }
      if let operation, arguments[0].isTensor || arguments[1].isTensor {
        return try environment.call("aten::" + operation, arguments[0], arguments[1])
      }
      return IValue(try compute(number(arguments[0], name), number(arguments[1], name)))
    }
  }

  private static func number(_ value: IValue, _ name: String) throws -> Scalar {
    switch value {
    case .bool(let value): .bool(value)
    case .int(let value): .int(value)
    case .float(let value): .float(value)
    case .complex(let real, let imaginary): .complex(real, imaginary)
    case .tensor(let tensor): try tensor.item()
    default: throw notNumbers(name)
    }
  }

  private static func notNumbers(_ name: String) -> FXError {
    FXError(.argumentType, "'\(name)' does not take these arguments")
  }
}

extension FXError.Code {
  /// A condition that the program asserts does not hold.
  public static let runAssertion = FXError.Code("run.assertion")
}
