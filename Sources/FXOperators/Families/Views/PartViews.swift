import FXCore
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
      var start = try call.size(2)
      let length = try call.size(3)
      if let number = start.int, number < 0 { start = try start + call[0].size(call.int(1)) }
      let end = IValue(try start + length)
      return try e.call("aten::slice.Tensor", call[0], call[1], IValue(start), end)
    },
    kernel: { call in
      let tensor = try call.tensor(0)
      return .tensor(try tensor.narrow(call.int(1), start: call.int(2), length: call.int(3)))
    })

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
    return try e.call("aten::select.int", e.call("aten::view_as_real", call[0]), -1, 0)
  }

  /// `imag(Tensor(a) self) -> Tensor(a)`
  static let imag = OperatorDefinition("aten::imag", "prims::imag") { call, e in
    try e.call("aten::select.int", e.call("aten::view_as_real", call[0]), -1, 1)
  }
}
