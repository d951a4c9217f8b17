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
  .viewing(.scattered(by: "aten::select_scatter"))
  .differentiated(by: .view)
  .batched(.dimensions([1]))

  /// `slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1)
  /// -> Tensor(a)`
  static let slice = OperatorDefinition("aten::slice.Tensor", shape: ShapeRules.slice) { call in
    let tensor = try call.tensor(0)
    let (start, end) = (try call.optionalInt(2), try call.optionalInt(3))
    return .tensor(try tensor.slice(call.int(1), from: start, to: end, step: call.int(4)))
  }
  .viewing(.scattered(by: "aten::slice_scatter"))
  .differentiated(by: .view)
  .batched(.dimensions([1]))

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
    let symbols = e.symbols
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
  .viewing(.scattered(by: "aten::diagonal_scatter"))
  .differentiated(by: .view)
  .batched(.dimensions([2, 3]))

  /// `linalg_diagonal(Tensor(a) A, *, int offset=0, int dim1=-2, int dim2=-1) -> Tensor(a)`
  static let linalgDiagonal = OperatorDefinition("aten::linalg_diagonal") { call, e in
    try e.call("aten::diagonal", call[0], call[1], call[2], call[3])
  }

  /// `unfold(Tensor(a) self, int dimension, int size, int step) -> Tensor(a)`
  static let unfold = OperatorDefinition("aten::unfold", shape: ShapeRules.unfold) { call in
    let tensor = try call.tensor(0)
    return .tensor(try tensor.unfold(call.int(1), size: call.int(2), step: call.int(3)))
  }
  .viewing(windows)
  .kept()
  .batched(.dimensions([1]))

  /// Puts windows back at their places; those that overlap can't be written to.
  private static let windows = ViewRule { write, e in
    guard case .int(let axis) = write.call[1], case .int(let size) = write.call[2],
      case .int(let step) = write.call[3], size >= 0, step > 0
    else { throw write.unsupported }
    let rank = try write.base.rank
    guard rank > 0 else { return try e.call("aten::reshape", write.value, []) }
    let place = axis < 0 ? axis + rank : axis
    let count = try write.value.size(place).requireStatic()
    guard step >= size || count == 1 else { throw write.unsupported }
    let starts = try e.call("aten::arange.start_step", 0, .int(count * step), .int(step))
    let steps = try e.call("aten::arange", .int(size))
    let indices = try e.call(
      "aten::reshape", e.call("aten::add.Tensor", e.call("aten::unsqueeze", starts, 1), steps),
      [-1])
    let moved = try e.call("aten::movedim.int", write.value, -1, .int(place + 1))
    var sizes = try write.base.sizes
    sizes[place] = .int(count * size)
    let rows = try e.call("aten::reshape", moved, .sizes(sizes))
    return try e.call("aten::index_copy", write.base, .int(place), indices, rows)
  }

  /// `view_as_real(Tensor(a) self) -> Tensor(a)`
  static let viewAsReal = OperatorDefinition("aten::view_as_real", shape: ShapeRules.viewAsReal) {
    call in
    .tensor(try call.tensor(0).viewAsReal())
  }
  .viewing(
    ViewRule(keepsBase: false) { write, e in try e.call("aten::view_as_complex", write.value) }
  )
  .differentiated(by: .view)
  .kept()
  .batched(.trailing)

  /// `view_as_complex(Tensor(a) self) -> Tensor(a)`
  static let viewAsComplex = OperatorDefinition(
    "aten::view_as_complex", shape: ShapeRules.viewAsComplex
  ) { call in
    .tensor(try call.tensor(0).viewAsComplex())
  }
  .viewing(ViewRule(keepsBase: false) { write, e in try e.pairs(of: write.value) })
  .differentiated(by: .view)
  .autocast(.single)
  .kept()
  .batched(.trailing)

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
