import FXCore
import FXOperators
import FXTensor

/// Operators on sizes and numbers: `sym_size`, assertions, constraints.
enum SymbolicOperators {
  static let all: [OperatorDefinition] = [
    symSize, symStride, symNumel, symStorageOffset, assertScalar, assertAsync, constraints,
    assertMetadata, localScalar, item, printing,
  ]

  /// `sym_size.int(Tensor self, int dim) -> SymInt`
  static let symSize = OperatorDefinition(
    "aten::sym_size.int",
    shape: { call in
      let tensor = try call.fake(0)
      return IValue(tensor.sizes[try Geometry.axis(call.int(1), of: tensor.rank)])
    },
    kernel: { call in
      let tensor = try call.tensor(0)
      return .int(tensor.sizes[try Geometry.axis(call.int(1), of: tensor.rank)])
    })

  /// `sym_stride.int(Tensor self, int dim) -> SymInt`
  static let symStride = OperatorDefinition(
    "aten::sym_stride.int",
    shape: { call in
      let tensor = try call.fake(0)
      return IValue(tensor.strides[try Geometry.axis(call.int(1), of: tensor.rank)])
    },
    kernel: { call in
      let tensor = try call.tensor(0)
      return .int(tensor.strides[try Geometry.axis(call.int(1), of: tensor.rank)])
    })

  /// `sym_numel(Tensor self) -> SymInt`
  static let symNumel = OperatorDefinition(
    "aten::sym_numel", shape: { IValue(try SymbolicSize.product($0.fake(0).sizes)) },
    kernel: { call in
      .int(try call.tensor(0).elementCount)
    })

  /// `sym_storage_offset(Tensor self) -> SymInt`
  static let symStorageOffset = OperatorDefinition(
    "aten::sym_storage_offset", shape: { IValue(try $0.fake(0).storageOffset) },
    kernel: { call in
      .int(try call.tensor(0).storageOffset)
    })

  /// `_assert_scalar(Scalar self, str assert_msg) -> ()`
  static let assertScalar = OperatorDefinition(
    "aten::_assert_scalar", shape: { _ in .none },
    kernel: { call in
      guard try call.scalar(0).isTrue else { throw failure(try call.optionalString(1)) }
      return .none
    }
  )
  .kept()

  /// `_assert_async.msg(Tensor self, str assert_msg) -> ()`
  static let assertAsync = OperatorDefinition(
    "aten::_assert_async", "aten::_assert_async.msg", shape: { _ in .none },
    kernel: { call in
      guard try call.tensor(0).item().isTrue else {
        throw failure(call.arguments.count > 1 ? try call.optionalString(1) : nil)
      }
      return .none
    }
  )
  .kept()

  /// `sym_constrain_range(Scalar size, *, int? min, int? max) -> ()`
  static let constraints = OperatorDefinition(
    "aten::sym_constrain_range", "aten::sym_constrain_range_for_size", shape: { _ in .none },
    kernel: { call in
      guard case .int(let value) = try call.scalar(0) else { throw call.wrong(0, "an int") }
      if let least = try call.optionalInt(1), value < least {
        throw failure("\(value) is less than \(least)")
      }
      if let most = try call.optionalInt(2), value > most {
        throw failure("\(value) is more than \(most)")
      }
      return .none
    }
  )
  .kept()

  /// `_assert_tensor_metadata(Tensor a, SymInt[]? size=None, SymInt[]? stride=None, ScalarType?
  /// dtype=None, *, Device? device=None, Layout? layout=None) -> ()`
  static let assertMetadata = OperatorDefinition(
    "aten::_assert_tensor_metadata", shape: { _ in .none },
    kernel: { call in
      let tensor = try call.tensor(0)
      if let sizes = try call.optionalInts(1), sizes != tensor.sizes {
        throw failure("Tensor sizes mismatch! Expected: \(sizes), Got: \(tensor.sizes)")
      }
      if let strides = try call.optionalInts(2), strides != tensor.strides {
        throw failure("Tensor strides mismatch! Expected: \(strides), Got: \(tensor.strides)")
      }
      if let dtype = try call.optionalDType(3), dtype != tensor.dtype {
        throw failure("Tensor dtype mismatch! Expected: \(dtype.name), Got: \(tensor.dtype.name)")
      }
      return .none
    }
  )
  .kept()

  /// `item(Tensor self) -> Scalar`
  static let item = OperatorDefinition(
    "aten::item",
    decomposition: { call, e in try e.call("aten::_local_scalar_dense", call[0]) },
    kernel: { call in IValue(try call.tensor(0).item()) })

  /// `_local_scalar_dense(Tensor self) -> Scalar`
  static let localScalar = OperatorDefinition(
    "aten::_local_scalar_dense",
    shape: { call in
      let dtype = try call.fake(0).dtype
      let isInteger = dtype.isIntegral(includingBool: false)
      let range: ValueRange = isInteger ? .integers : dtype == .bool ? .truths : .numbers
      let kind: SymbolicScalar.Kind = isInteger ? .int : dtype == .bool ? .bool : .float
      return .symbol(SymbolicScalar(try call.symbols.makeUnbacked(range), kind))
    },
    kernel: { call in
      IValue(try call.tensor(0).item())
    })

  /// `_print(str s) -> ()`
  static let printing = OperatorDefinition(
    "aten::_print", shape: { _ in .none },
    kernel: { call in
      print(try call.optionalString(0) ?? "")
      return .none
    })

  private static func failure(_ message: String?) -> FXError {
    FXError(.runAssertion, message ?? "an assertion does not hold")
  }
}
