import FXCore
import FXOperators
import FXTensor

/// What operators of quantized numbers share.
enum Quantization {
  /// Returns scales, their inverses and zero points of the channels of a call, which
  /// has them as its second and third argument and the axis as its fourth.
  static func channels(
    _ call: OperatorCall, _ e: any Emitter
  ) throws -> (scale: IValue, inverse: IValue, zero: IValue) {
    let scale = try alongAxis(call[1], call, e, axis: 3)
    let zero = try alongAxis(call[2], call, e, axis: 3)
    return (scale, try e.call("aten::reciprocal", scale), zero)
  }

  /// Returns a vector of parameters shaped so that it lies along an axis of the first argument.
  ///
  /// - Parameter axis: the position of the axis among the arguments.
  static func alongAxis(
    _ vector: IValue, _ call: OperatorCall, _ e: any Emitter, axis: Int
  ) throws -> IValue {
    let axis = try call.axis(axis, of: call[0])
    guard try vector.rank == 1 else { throw call.error("a parameter of channels is a vector") }
    var shape = try call[0].sizes.map { _ in SymbolicSize(integerLiteral: 1) }
    shape[axis] = try vector.sizes[0]
    return try e.call("aten::view", vector, .sizes(shape))
  }

  /// Returns the only number of a tensor as a tensor without dimensions.
  ///
  /// - Throws: `operator.domain` where the tensor holds several.
  static func number(_ tensor: IValue, _ call: OperatorCall, _ e: any Emitter) throws -> IValue {
    let count = try SymbolicSize.product(tensor.sizes)
    guard count.int == nil || count == 1 else {
      throw call.error("a parameter of a whole tensor is one number")
    }
    return try e.call("aten::reshape", tensor, [])
  }
}
