import FXCore
import FXTensor

extension Emitter {
  /// Computes in float32 what is given in float16 or bfloat16, as kernels do.
  package func computing(_ value: IValue, _ body: (IValue) throws -> IValue) throws -> IValue {
    try converted(body(widened(value)), to: value.dtype)
  }

  /// Computes in float32 what is given in float16 or bfloat16; the result has the dtype of the
  /// first value.
  package func computing(_ values: [IValue], _ body: ([IValue]) throws -> IValue) throws -> IValue {
    let result = try body(values.map { try widened($0) })
    guard let first = values.first else { return result }
    return try converted(result, to: first.dtype)
  }

  /// Computes in float32 what is given in a narrow float or as integers, of which the result stays
  /// float32.
  package func computingFloats(_ value: IValue, _ body: (IValue) throws -> IValue) throws -> IValue
  {
    let dtype = try value.dtype
    let isWhole = dtype.isIntegral(includingBool: true)
    let wide = isWhole ? .float32 : dtype.computeType
    return try converted(body(converted(value, to: wide)), to: isWhole ? .float32 : dtype)
  }

  /// Returns a tensor in the dtype that PyTorch computes in: float32 for narrow floats.
  package func widened(_ tensor: IValue) throws -> IValue {
    try converted(tensor, to: tensor.dtype.computeType)
  }

  /// Returns a tensor in a dtype; itself where it has that.
  package func converted(_ tensor: IValue, to dtype: ScalarType) throws -> IValue {
    if try tensor.dtype == dtype { return tensor }
    return try call("aten::_to_copy", tensor, keywords: [("dtype", .dtype(dtype))])
  }
}
