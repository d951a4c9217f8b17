import FXCore
import FXOperators
import FXTensor

/// Views of a part of a tensor: `select`, `slice`, `diagonal`, `unfold`.
enum PartViews {
  static let all: [OperatorDefinition] = [
    select, slice, sliceInverse, narrow, narrowTensor, diagonal, linalgDiagonal, unfold, viewAsReal,
    viewAsComplex, real, imag,
  ]

  /// `select.int(Tensor(a) self, int dim, SymInt index) -> Tensor(a)`
  static let select = OperatorDefinition("aten::select.int", shape: ShapeRules.select) { call in
    .tensor(try call.tensor(0).select(call.int(1), call.int(2)))
  }

  /// `slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1)
  /// -> Tensor(a)`
  static let slice = OperatorDefinition("aten::slice.Tensor", shape: ShapeRules.slice) { call in
    let tensor = try call.tensor(0)
    let (start, end) = (try call.optionalInt(2), try call.optionalInt(3))
    return .tensor(try tensor.slice(call.int(1), from: start, to: end, step: call.int(4)))
  }

  /// `slice_inverse(Tensor(a) self, Tensor src, int dim=0, SymInt? start=None, SymInt? end=None,
  /// SymInt step=1) -> Tensor(a)`
  static let sliceInverse = OperatorDefinition(
    "aten::slice_inverse",
    shape: { call in
      let (tensor, source) = (try call.fake(0), try call.fake(1))
      return .fake(
        FakeTensor(
          tensor.dtype, source.sizes, strides: source.strides, storageOffset: source.storageOffset,
          device: tensor.device))
    },
    kernel: { call in
      let (tensor, source) = (try call.tensor(0), try call.tensor(1))
      return .tensor(
        try tensor.asStrided(source.sizes, source.strides, offset: source.storageOffset))
    })

  /// `narrow(Tensor(a) self, int dim, SymInt start, SymInt length) -> Tensor(a)`
  static let narrow = OperatorDefinition(
    "aten::narrow",
    decomposition: { call, e in
      let start = try counted(call.size(2), of: call[0].size(call.int(1)), e)
      let end = IValue(try start + call.size(3))
      return try e.call("aten::slice.Tensor", call[0], call[1], IValue(start), end)
    },
    kernel: { call in
      let tensor = try call.tensor(0)
      return .tensor(try tensor.narrow(call.int(1), start: call.int(2), length: call.int(3)))
    })

  /// Counts a position that may be negative from the start.
  private static func counted(
    _ start: SymbolicSize, of size: SymbolicSize, _ e: any Emitter
  ) throws -> SymbolicSize {
    if let number = start.int { return number < 0 ? try start + size : start }
    let symbols = (e as? ShapeEmitter)?.symbols
    let isNegative = try SymbolicExpression.applying(
      .strictLessThan, to: [start.expression, .integer(0)])
    switch symbols?.knownTruth(isNegative) {
    case false?: return start
    case true?: return try start + size
    case nil:
      // 1 for what is negative, and 0 for the rest.
      let sign = try SymbolicSize.maximum(0, .minimum(1, start * -1))
      return try start + size * sign
    }
  }

  /// `narrow.Tensor(Tensor(a) self, int dim, Tensor start, SymInt length) -> Tensor(a)`
  static let narrowTensor = OperatorDefinition("aten::narrow.Tensor") { call, e in
    let start = try e.call("aten::item", call[2])
    return try e.call("aten::narrow", call[0], call[1], start, call[3])
  }

  /// `diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1) -> Tensor(a)`
  static let diagonal = OperatorDefinition("aten::diagonal", shape: ShapeRules.diagonal) { call in
    let tensor = try call.tensor(0)
    return .tensor(try tensor.diagonal(offset: call.int(1), call.int(2), call.int(3)))
  }

  /// `linalg_diagonal(Tensor(a) A, *, int offset=0, int dim1=-2, int dim2=-1) -> Tensor(a)`
  static let linalgDiagonal = OperatorDefinition("aten::linalg_diagonal") { call, e in
    try e.call("aten::diagonal", call[0], call[1], call[2], call[3])
  }

  /// `unfold(Tensor(a) self, int dimension, int size, int step) -> Tensor(a)`
  static let unfold = OperatorDefinition("aten::unfold", shape: ShapeRules.unfold) { call in
    let tensor = try call.tensor(0)
    return .tensor(try tensor.unfold(call.int(1), size: call.int(2), step: call.int(3)))
  }

  /// `view_as_real(Tensor(a) self) -> Tensor(a)`
  static let viewAsReal = OperatorDefinition("aten::view_as_real", shape: ShapeRules.viewAsReal) {
    call in
    .tensor(try call.tensor(0).viewAsReal())
  }

  /// `view_as_complex(Tensor(a) self) -> Tensor(a)`
  static let viewAsComplex = OperatorDefinition(
    "aten::view_as_complex", shape: ShapeRules.viewAsComplex
  ) { call in
    .tensor(try call.tensor(0).viewAsComplex())
  }

  /// `real(Tensor(a) self) -> Tensor(a)`
  static let real = OperatorDefinition("aten::real", "prims::real") { call, e in
    guard try call[0].dtype.isComplex else { return call[0] }
    return try e.call("aten::select.int", e.pairs(of: call[0]), .int(call[0].rank), 0)
  }

  /// `imag(Tensor(a) self) -> Tensor(a)`
  static let imag = OperatorDefinition("aten::imag", "prims::imag") { call, e in
    let pairs = try e.pairs(of: call[0])
    let isNegative = try e.isConjugated(call[0])
    let parts = isNegative ? try e.call("aten::_neg_view", pairs) : pairs
    return try e.call("aten::select.int", parts, .int(call[0].rank), 1)
  }
}
