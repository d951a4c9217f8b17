import FXCore
import FXOperators
import FXTensor

/// Views of all elements in another shape: `view`, `reshape`, `expand`.
enum ShapeViews {
  static let all: [OperatorDefinition] =
    [
      alias, same, detached, resolved, view, viewDType, unsafeView, reshapeAlias, reshape,
      reshapeCopy,
      reshapeAs,
      reshapeFromTensor, viewAs, flatten, unflatten, ravel, expand, expandAs,
      broadcastTo,
      broadcastTensors, asStrided, atleast1d, atleast2d, atleast3d,
    ] + atleastSequences

  /// `alias(Tensor(a) self) -> Tensor(a)`
  static let alias = OperatorDefinition("aten::alias", shape: ShapeRules.alias) { call in
    .tensor(try call.tensor(0).alias())
  }
  .viewing(.whole)
  .differentiated(by: .view)
  .batched(.elementwise)

  /// Operators that give the tensor itself, without its gradient: `detach(Tensor(a) self) -> Tensor(a)`
  static let detached = OperatorDefinition(
    "aten::detach", "aten::data",
    decomposition: { call, e in try e.call("aten::alias", call[0]) },
    kernel: { call in .tensor(try call.tensor(0).alias()) }
  )
  .viewing(.whole)
  .differentiated(by: .zero)
  .batched(.elementwise, only: "aten::detach")

  /// Operators that give the tensor itself, as another object: `lift_fresh(Tensor(a) self) -> Tensor(a)`
  static let same = OperatorDefinition(
    "aten::lift", "aten::lift_fresh", "aten::pin_memory",
    "aten::_fw_primal", "prims::view_of",
    decomposition: { call, e in try e.call("aten::alias", call[0]) },
    kernel: { call in .tensor(try call.tensor(0).alias()) }
  )
  .viewing(.whole)
  .differentiated(by: .view)
  .batched(.elementwise, only: "aten::lift_fresh")

  /// `resolve_conj(Tensor(a) self) -> Tensor(a)`: a copy of what is conjugated only when it is read.
  static let resolved = OperatorDefinition(
    "aten::resolve_conj", "aten::resolve_neg", shape: ShapeRules.alias,
    decomposition: { call, e in
      let isLazy =
        try call.schema.name == "resolve_neg" ? e.isNegated(call[0]) : e.isConjugated(call[0])
      return try e.call(isLazy ? "aten::clone" : "aten::alias", call[0])
    })

  /// `view(Tensor(a) self, SymInt[] size) -> Tensor(a)`
  static let view = OperatorDefinition("aten::view", shape: ShapeRules.view) { call in
    .tensor(try call.tensor(0).view(call.ints(1)))
  }
  .viewing(.reshaped)
  .differentiated(by: .view)

  /// `view.dtype(Tensor(a) self, ScalarType dtype) -> Tensor(a)`
  static let viewDType = OperatorDefinition(
    "aten::view.dtype", "prims::view_of_dtype", shape: ShapeRules.viewDType
  ) { call in
    guard let dtype = try call.optionalDType(1) else { throw call.wrong(1, "a dtype") }
    return .tensor(try call.tensor(0).view(as: dtype))
  }
  .batched(.trailing, only: "aten::view.dtype")

  /// `_unsafe_view(Tensor self, SymInt[] size) -> Tensor`
  static let unsafeView = OperatorDefinition(
    "aten::_unsafe_view",
    decomposition: { call, e in try e.call("aten::view", call[0], call[1]) },
    kernel: { call in .tensor(try call.tensor(0).view(call.ints(1))) }
  )
  .overlapping(OverlapRule(out: .all))
  .viewing(.reshaped)
  .differentiated(by: .view)

  /// `_reshape_alias(Tensor(a) self, SymInt[] size, SymInt[] stride) -> Tensor(a)`
  static let reshapeAlias = OperatorDefinition("aten::_reshape_alias") { call, e in
    try e.call("aten::view", call[0], call[1])
  }

  /// `reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a)`
  static let reshape = OperatorDefinition(
    "aten::reshape",
    decomposition: { call, e in
      if try call[0].allowsView(of: call.sizes(1)) {
        return try e.call("aten::view", call[0], call[1])
      }
      let copy = try e.call(
        "aten::clone", call[0], keywords: [("memory_format", .memoryFormat(.contiguous))])
      return try e.call("aten::view", copy, call[1])
    }, kernel: { call in .tensor(try call.tensor(0).reshape(call.ints(1))) }
  )
  .viewing(.reshaped.orCopy)
  .differentiated(by: .view)

  /// `view_copy(Tensor self, SymInt[] size) -> Tensor`, where no view is needed.
  static let reshapeCopy = OperatorDefinition(
    "aten::view_copy", "aten::_reshape_copy", "prims::reshape"
  ) { call, e in
    let copy = try e.call(
      "aten::clone", call[0], keywords: [("memory_format", .memoryFormat(.contiguous))])
    return try e.call("aten::view", copy, call[1])
  }
  .kept("aten::view_copy")

  /// `reshape_as(Tensor(a) self, Tensor other) -> Tensor(a)`
  static let reshapeAs = OperatorDefinition("aten::reshape_as") { call, e in
    try e.call("aten::reshape", call[0], .sizes(call[1].sizes))
  }

  /// `_reshape_from_tensor(Tensor self, Tensor shape) -> Tensor`
  static let reshapeFromTensor = OperatorDefinition(
    "aten::_reshape_from_tensor", shape: ShapeRules.reshapedByData
  ) { call in
    let shape = try call.tensor(1).elements(as: Int64.self).map { Int($0) }
    return .tensor(try call.tensor(0).reshape(shape))
  }

  /// `view_as(Tensor(a) self, Tensor other) -> Tensor(a)`
  static let viewAs = OperatorDefinition("aten::view_as") { call, e in
    try e.call("aten::view", call[0], .sizes(call[1].sizes))
  }

  /// `flatten.using_ints(Tensor(a) self, int start_dim=0, int end_dim=-1) -> Tensor(a)`
  static let flatten = OperatorDefinition(
    "aten::flatten.using_ints",
    decomposition: { call, e in
      let sizes = try call[0].sizes
      if sizes.isEmpty { return try e.call("aten::reshape", call[0], [1]) }
      let (first, last) = (try call.axis(1, of: call[0]), try call.axis(2, of: call[0]))
      guard first <= last else { throw call.error("the first dimension comes after the last") }
      if first == last { return call[0] }
      guard first <= last else { throw call.error("the last dimension is before the first") }
      let product = try SymbolicSize.product(sizes[first...last])
      let shape = sizes[..<first] + [product] + sizes[(last + 1)...]
      return try e.call("aten::reshape", call[0], .sizes(Array(shape)))
    },
    kernel: { call in
      .tensor(try call.tensor(0).flatten(from: call.int(1), through: call.int(2)))
    }
  )
  .viewing(.reshaped.orCopy)
  .differentiated(by: .view)

  /// `unflatten.int(Tensor(a) self, int dim, SymInt[] sizes) -> Tensor(a)`
  static let unflatten = OperatorDefinition(
    "aten::unflatten.int",
    decomposition: { call, e in
      let sizes = try call[0].sizes
      let axis = try call.dimension(1, of: call[0])
      var parts = try call.sizes(2)
      if let unknown = parts.firstIndex(of: -1) {
        parts[unknown] = 1
        parts[unknown] = try sizes[axis].floorDivided(by: .product(parts))
      }
      let shape = sizes[..<axis] + parts + sizes[(axis + 1)...]
      return try e.call("aten::view", call[0], .sizes(Array(shape)))
    }, kernel: { call in .tensor(try call.tensor(0).unflatten(call.int(1), call.ints(2))) }
  )
  .viewing(.reshaped)
  .differentiated(by: .view)

  /// `ravel(Tensor(a) self) -> Tensor(a)`
  static let ravel = OperatorDefinition("aten::ravel") { call, e in
    let dense = try e.call("aten::contiguous", call[0])
    return try e.call("aten::view", dense, [-1])
  }

  /// `expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)`
  static let expand = OperatorDefinition("aten::expand", shape: ShapeRules.expand) { call in
    .tensor(try call.tensor(0).expand(call.ints(1)))
  }
  .viewing(expanded)
  .differentiated(by: .linear { call, g in try g.sum(to: call[0].sizes) })

  /// A value that is expanded has places for several elements, unless nothing is expanded.
  private static let expanded = ViewRule(keepsBase: false) { write, _ in
    guard try write.value.sizes == write.base.sizes else { throw write.unsupported }
    return write.value
  }

  /// `expand_as(Tensor(a) self, Tensor other) -> Tensor(a)`
  static let expandAs = OperatorDefinition("aten::expand_as") { call, e in
    try e.call("aten::expand", call[0], .sizes(call[1].sizes))
  }

  /// `broadcast_to(Tensor(a) self, SymInt[] size) -> Tensor(a)`
  static let broadcastTo = OperatorDefinition("aten::broadcast_to") { call, e in
    try e.call("aten::expand", call[0], call[1])
  }

  /// `broadcast_tensors(Tensor[] tensors) -> Tensor[]`
  static let broadcastTensors = OperatorDefinition("aten::broadcast_tensors") { call, e in
    guard let tensors = call[0].elements else { throw call.wrong(0, "a list of tensors") }
    let shape = try tensors.reduce([]) { try SymbolicSize.broadcast($0, $1.sizes) }
    return .list(try tensors.map { try e.call("aten::expand", $0, .sizes(shape)) })
  }

  /// `as_strided(Tensor(a) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) ->
  /// Tensor(a)`
  static let asStrided = OperatorDefinition(
    "aten::as_strided", "prims::as_strided", shape: ShapeRules.asStrided
  ) { call in
    let (sizes, strides) = (try call.ints(1), try call.ints(2))
    return .tensor(
      try call.tensor(0).asStrided(sizes, strides, offset: call.optionalInt(3)))
  }
  .viewing(.scattered(by: "aten::as_strided_scatter"))
  .differentiated(by: .view)

  /// `atleast_1d(Tensor self) -> Tensor`
  static let atleast1d = OperatorDefinition("aten::atleast_1d") { call, e in
    try call[0].rank == 0 ? e.call("aten::reshape", call[0], [1]) : call[0]
  }

  /// `atleast_2d(Tensor self) -> Tensor`
  static let atleast2d = OperatorDefinition("aten::atleast_2d") { call, e in
    switch try call[0].rank {
    case 0: try e.call("aten::reshape", call[0], [1, 1])
    case 1: try e.call("aten::unsqueeze", call[0], 0)
    default: call[0]
    }
  }

  /// `atleast_3d(Tensor self) -> Tensor`
  static let atleast3d = OperatorDefinition("aten::atleast_3d") { call, e in
    switch try call[0].rank {
    case 0: try e.call("aten::reshape", call[0], [1, 1, 1])
    case 1: try e.call("aten::unsqueeze", e.call("aten::unsqueeze", call[0], 0), -1)
    case 2: try e.call("aten::unsqueeze", call[0], -1)
    default: call[0]
    }
  }

  /// `atleast_1d.Sequence(Tensor[] tensors) -> Tensor[]`
  static let atleastSequences = ["aten::atleast_1d", "aten::atleast_2d", "aten::atleast_3d"].map {
    name in
    OperatorDefinition(name + ".Sequence") { call, e in
      guard let tensors = call[0].elements else { throw call.wrong(0, "a list of tensors") }
      return .list(try tensors.map { try e.call(name, $0) })
    }
  }
}
