import FXCore

/// What a call's target is, as far as the rules of exported programs go.
enum CallTarget: Hashable {
  case getitem
  /// A Python or torch function of PyTorch's list.
  case function
  case setGradEnabled, enterAutocast, exitAutocast
  case higherOrder(String)
  /// An operator of a library; `isKnown` where the library is PyTorch's own.
  case overload(OperatorName, isKnown: Bool)
  /// An operator of a backend, for which PyTorch needs an extension (`#namespace:name`).
  case extensionOperator
  case notAllowed

  init(_ target: String) {
    switch target {
    case Targets.getitem: self = .getitem
    case Targets.setGradEnabled, "torch.autograd.grad_mode.set_grad_enabled":
      self = .setGradEnabled
    case Targets.enterAutocast: self = .enterAutocast
    case Targets.exitAutocast: self = .exitAutocast
    default:
      if let name = OperatorName(target: target) {
        self.init(name)
      } else if Self.functions.contains(target) {
        self = .function
      } else {
        self = target.hasPrefix("#") ? .extensionOperator : .notAllowed
      }
    }
  }

  private init(_ name: OperatorName) {
    if name.isHigherOrder {
      self = .higherOrder(name.name)
    } else if name.namespace.isEmpty || name.name.isEmpty || (name.overload ?? "").isEmpty {
      // A name without an overload is a family of operators, which can't stand in a graph.
      self = .notAllowed
    } else {
      self = .overload(name, isKnown: Self.namespaces.contains(name.namespace))
    }
  }

  /// Tells whether an operator writes to its arguments, by the naming rules of ATen.
  static func looksMutable(_ name: OperatorName) -> Bool {
    if name.name.hasSuffix("__") { return name.name.hasPrefix("__i") && name.name != "__index__" }
    return name.name.hasSuffix("_") || name.overload == "out"
      || (name.overload ?? "").hasSuffix("_out")
  }

  /// Operator libraries that come with PyTorch.
  private static let namespaces: Set<String> = [
    "aten", "prim", "prims", "rngprims", "debugprims", "higher_order", "quantized",
    "quantized_decomposed", "inductor", "inductor_prims", "mkldnn", "mkldnn_prepacked", "mkl",
    "onednn", "sparse", "torchvision", "torchaudio", "profiler", "c10d", "_c10d_functional",
    "_c10d_functional_autograd", "_dtensor", "fsdp", "symm_mem", "cudnn", "triton", "_quantized",
    "xnnpack", "prepacked", "_inductor_test", "streams", "functorch", "mtia", "export",
  ]

  /// Functions that PyTorch's verifier allows (`torch._export.verifier`).
  private static let functions: Set<String> = {
    var result: Set<String> = [
      "math.ceil", "math.floor", "math.trunc", "builtins.round", "round", "torch.sym_int",
      "torch.sym_float", "torch.sym_ite", "torch.sym_max", "torch.sym_min", "torch.sym_not",
      "torch._sym_sqrt", "torch.sym_sqrt", "torch.sym_sum",
      "torch.export.custom_ops._call_custom_autograd_function_in_pre_dispatch",
      "torch.fx.experimental.symbolic_shapes.cast_symbool_to_symint_guardless",
    ]
    for name in [
      "add", "mul", "sub", "truediv", "ge", "le", "gt", "lt", "eq", "ne", "floordiv", "mod",
      "and_", "or_", "not_", "pow", "neg", "abs", "lshift", "rshift",
    ] { result.insert("_operator.\(name)") }
    for name in [
      "_add_batch_dim", "_remove_batch_dim", "_vmap_increment_nesting", "_vmap_decrement_nesting",
      "lazy_load_decompositions", "_make_dual", "_unpack_dual", "_jvp_increment_nesting",
      "_jvp_decrement_nesting", "_unwrap_for_grad", "_enter_dual_level", "_exit_dual_level",
    ] { result.insert("torch._functorch.predispatch.\(name)") }
    return result
  }()
}
