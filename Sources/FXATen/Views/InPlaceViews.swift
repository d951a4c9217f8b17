import FXCore
import FXOperators
import FXTensor

/// Operators that change the geometry of a tensor in place: `squeeze_`, `resize_`, `set_`.
enum InPlaceViews {
  static let all: [OperatorDefinition] =
    adopting + [
      detach, resize, primsResize, resizeAs, resizeFunctional, resizeOutput, setNothing, setTensor,
      setGeometry,
      setData,
    ]

  /// The operators whose result a tensor takes for its own geometry.
  private static let adopting = [
    ("squeeze", ""), ("squeeze", ".dim"), ("squeeze", ".dims"), ("unsqueeze", ""), ("t", ""),
    ("transpose", ""), ("swapaxes", ""), ("swapdims", ""), ("as_strided", ""),
  ].map { name, overload in
    let view = name == "transpose" ? "aten::transpose.int" : "aten::\(name)\(overload)"
    return OperatorDefinition(
      "aten::\(name)_\(overload)", shape: { try $0.emitter.apply(view, $0.arguments) }
    ) { call in
      let tensor = try call.tensor(0)
      guard case .tensor(let result) = try call.emitter.apply(view, call.arguments) else {
        throw call.wrong(0, "a tensor")
      }
      try tensor.set(result)
      return .tensor(tensor)
    }
    .writing(.view(view))
  }

  /// `detach_(Tensor(a!) self) -> Tensor(a!)`
  static let detach = OperatorDefinition(
    "aten::detach_", "aten::requires_grad_", shape: ShapeRules.alias
  ) { call in
    .tensor(try call.tensor(0))
  }
  .writing(.argument)

  /// `resize_(Tensor(a!) self, SymInt[] size, *, MemoryFormat? memory_format=None) -> Tensor(a!)`
  static let resize = OperatorDefinition(
    "aten::resize_", shape: ShapeRules.resized, kernel: resized
  )
  .writing(.resized("aten::resize"))

  /// `resize(Tensor(a!) a, SymInt[] shape) -> Tensor(a!)` of the namespace `prims`
  static let primsResize = OperatorDefinition(
    "prims::resize", shape: ShapeRules.resized, kernel: resized)

  @Sendable private static func resized(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.tensor(0)
    let format = call.arguments.count > 2 ? try call.optionalMemoryFormat(2) : nil
    guard format != .preserve else { throw call.error("preserve is not a format to resize to") }
    try tensor.resize(call.ints(1), format: format)
    return .tensor(tensor)
  }

  /// `resize_as_(Tensor(a!) self, Tensor the_template, *, MemoryFormat? memory_format=None) ->
  /// Tensor(a!)`
  static let resizeAs = OperatorDefinition("aten::resize_as_", shape: ShapeRules.resized) { call in
    let (tensor, template) = (try call.tensor(0), try call.tensor(1))
    var format = try call.optionalMemoryFormat(2)
    if format == .preserve { format = template.suggestedFormat }
    try tensor.resize(template.sizes)
    if let format { try tensor.resize(template.sizes, format: format) }
    return .tensor(tensor)
  }
  .writing(.resized("aten::resize_as"))

  /// `resize(Tensor self, SymInt[] size, *, MemoryFormat? memory_format=None) -> Tensor`
  static let resizeFunctional = OperatorDefinition(
    "aten::resize", "aten::resize_as", shape: ShapeRules.resized
  ) { call in
    var arguments = call.arguments
    arguments[0] = .tensor(try call.tensor(0).clone())
    return try call.emitter.apply("aten::\(call.schema.name)_", arguments)
  }
  .kept("aten::resize")

  /// `_resize_output_(Tensor(a!) self, SymInt[] size, Device device) -> Tensor(a!)`
  static let resizeOutput = OperatorDefinition(
    "aten::_resize_output_", shape: ShapeRules.resized
  ) { call in
    let tensor = try call.tensor(0)
    try tensor.resize(call.ints(1))
    return .tensor(tensor)
  }

  /// `set_(Tensor(a!) self) -> Tensor(a!)`
  static let setNothing = OperatorDefinition(
    "aten::set_", shape: { call in try .fake(FakeTensor(call.fake(0).dtype, [0])) },
    kernel: { call in
      let tensor = try call.tensor(0)
      try tensor.set(.empty([0], tensor.dtype, device: tensor.device))
      return .tensor(tensor)
    })

  /// `set_.source_Tensor(Tensor(a!) self, Tensor source) -> Tensor(a!)`
  static let setTensor = OperatorDefinition(
    "aten::set_.source_Tensor", shape: { $0[1] },
    kernel: { call in
      let tensor = try call.tensor(0)
      try tensor.set(call.tensor(1))
      return .tensor(tensor)
    })

  /// `set_.source_Tensor_storage_offset(Tensor(a!) self, Tensor source, SymInt storage_offset,
  /// SymInt[] size, SymInt[] stride=[]) -> Tensor(a!)`
  static let setGeometry = OperatorDefinition(
    "aten::set_.source_Tensor_storage_offset",
    shape: { call in
      let (tensor, sizes, strides) = (try call.fake(1), try call.sizes(3), try call.sizes(4))
      return .fake(
        FakeTensor(
          tensor.dtype, sizes, strides: strides.isEmpty ? nil : strides,
          storageOffset: try call.size(2), device: tensor.device))
    },
    kernel: { call in
      let (tensor, source) = (try call.tensor(0), try call.tensor(1))
      let (sizes, given) = (try call.ints(3), try call.ints(4))
      let strides = given.isEmpty ? Geometry.contiguousStrides(sizes) : given
      try tensor.set(source.asStrided(sizes, strides, offset: call.int(2)))
      return .tensor(tensor)
    })

  /// `set_data(Tensor(a!) self, Tensor new_data) -> ()`
  static let setData = OperatorDefinition(
    "aten::set_data", shape: { _ in .none },
    kernel: { call in
      try call.tensor(0).set(call.tensor(1))
      return .none
    })
}
