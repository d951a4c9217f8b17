import FXCore
import FXOperators
import FXTensor

/// Operators that tell something of tensors as a number of the program.
enum TensorPredicates {
  static let all: [OperatorDefinition] = [
    equal, isNonzero, isComplex, isFloatingPoint, isSigned, isSameSize, allClose,
    numel, dim, elementSize, isContiguous,
  ]

  /// `equal(Tensor self, Tensor other) -> bool`
  static let equal = OperatorDefinition("aten::equal", shape: ShapeRules.truth) { call in
    .bool(try call.tensor(0).isEqual(to: call.tensor(1)))
  }

  /// `is_nonzero(Tensor self) -> bool`
  static let isNonzero = OperatorDefinition("aten::is_nonzero", shape: ShapeRules.truth) { call in
    .bool(try call.tensor(0).item().isTrue)
  }

  /// `is_complex(Tensor self) -> bool`
  static let isComplex = OperatorDefinition("aten::is_complex") { call, _ in
    .bool(try call[0].dtype.isComplex)
  }

  /// `is_floating_point(Tensor self) -> bool`
  static let isFloatingPoint = OperatorDefinition("aten::is_floating_point") { call, _ in
    .bool(try call[0].dtype.isFloatingPoint)
  }

  /// `is_signed(Tensor self) -> bool`
  static let isSigned = OperatorDefinition("aten::is_signed") { call, _ in
    .bool(try call[0].dtype.isSigned)
  }

  /// `is_same_size(Tensor self, Tensor other) -> bool`
  static let isSameSize = OperatorDefinition("aten::is_same_size") { call, _ in
    .bool(try call[0].sizes == call[1].sizes)
  }

  /// `sym_is_contiguous(Tensor self, MemoryFormat memory_format=contiguous_format) -> SymBool`
  static let isContiguous = OperatorDefinition(
    "aten::sym_is_contiguous",
    shape: { call in
      let tensor = try call.fake(0)
      let format = try call.optionalMemoryFormat(1) ?? .contiguous
      return .bool(IValue.fake(tensor).isContiguous(format))
    },
    kernel: { call in
      .bool(try call.tensor(0).isContiguous(call.optionalMemoryFormat(1) ?? .contiguous))
    })

  /// `allclose(Tensor self, Tensor other, float rtol, float atol, bool equal_nan) -> bool`
  static let allClose = OperatorDefinition("aten::allclose", shape: ShapeRules.truth) { call, e in
    try e.call("aten::item", e.call("aten::all", e.apply("aten::isclose", call.arguments)))
  }

  /// `numel(Tensor self) -> int`
  static let numel = OperatorDefinition("aten::numel") { call, _ in
    IValue(try SymbolicSize.product(call[0].sizes))
  }

  /// `dim(Tensor self) -> int`
  static let dim = OperatorDefinition("aten::dim") { call, _ in .int(try call[0].rank) }

  /// `element_size(Tensor self) -> int`
  static let elementSize = OperatorDefinition("aten::element_size") { call, _ in
    .int(try call[0].dtype.byteCount)
  }
}
