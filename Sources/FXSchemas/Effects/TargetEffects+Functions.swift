import FXCore

extension TargetEffects {
  /// Finds the effects of calling a function: an operator, a higher-order one, or Python's.
  ///
  /// As PyTorch (`torch/_library/utils.py`, `is_impure`), and beyond it: operators without results
  /// and Python's in-place operators have effects, and functions that nothing is known of may have.
  init(ofFunction target: String, schema: OperatorSchema?) {
    if let known = OperatorTable.effect(of: target) {
      self.init(effects: known == "random" ? .random : .sideEffect)
      if let schema { effects.formUnion(Self.effects(of: schema)) }
      if target == "_operator.setitem" { effects = .mutation }
    } else if let schema {
      self.init(of: schema)
    } else if let name = OperatorName(target: target) {
      self.init(ofOperator: name)
    } else {
      self.init(ofPythonFunction: target)
    }
  }

  /// Finds the effects that a schema tells of, and running statistics, of which none tells.
  private init(of schema: OperatorSchema) {
    self.init(effects: Self.effects(of: schema))
    if effects.isEmpty, schema.namespace == "aten", Self.statefulNorms.contains(schema.name) {
      inspection = .runningStatistics
    }
  }

  /// Returns the effects that a schema tells of.
  ///
  /// An operator that returns nothing is called for an effect. One that takes an object of a custom
  /// class is taken to change it, except for the classes that only hold packed weights.
  static func effects(of schema: OperatorSchema) -> EffectSet {
    var result: EffectSet = []
    if schema.isMutable { result.insert(.mutation) }
    if schema.isRandom { result.insert(.random) }
    if schema.results.isEmpty, !schema.hasUnknownResults { result.insert(.sideEffect) }
    if schema.hasUnknownResults { result.insert(.unknown) }
    for parameter in schema.parameters {
      if case .other(let name) = parameter.type, parameter.type.isCustomClass,
        !weightClasses.contains(name)
      {
        result.insert(.sideEffect)
      }
    }
    return result
  }

  private static let weightClasses: Set<String> = [
    "__torch__.torch.classes.quantized.Conv2dPackedParamsBase",
    "__torch__.torch.classes.quantized.Conv3dPackedParamsBase",
    "__torch__.torch.classes.quantized.EmbeddingPackedParamsBase",
    "__torch__.torch.classes.quantized.LinearPackedParamsBase",
    "__torch__.torch.classes.xnnpack.Conv2dOpContext",
    "__torch__.torch.classes.xnnpack.LinearOpContext",
    "__torch__.torch.classes.xnnpack.TransposeConv2dOpContext",
  ]

  private init(ofOperator name: OperatorName) {
    guard name.isHigherOrder else {
      // A packet stands for whichever overload fits; the unnamed one is like the others.
      let schema = name.overload == nil ? OperatorTable.schema(of: name.target + ".default") : nil
      if let schema { self.init(of: schema) } else { self.init(effects: .unknown) }
      return
    }
    switch name.name {
    case "auto_functionalized", "auto_functionalized_v2":
      self.init(effects: [], inspection: .functionalizedCallees)
    case "run_and_save_rng_state", "run_with_rng_state", "graphsafe_run_with_rng_state",
      "run_dtensor_rng_op":
      self.init(effects: .random, inspection: .callees)
    case "triton_kernel_wrapper_mutation": self.init(effects: .mutation)
    // What these call is no graph of the program.
    case "executorch_call_delegate", "aoti_call_delegate", "inductor_compiled_code",
      "trace_wrapped", "custom_function_call", "flat_apply":
      self.init(effects: .unknown)
    default:
      self.init(
        effects: OperatorTable.isHigherOrder(name.name) ? [] : .unknown, inspection: .callees)
    }
  }

  private init(ofPythonFunction target: String) {
    let name = Targets.pythonName(of: target)
    let module = target.dropLast(name.count).dropLast()
    switch module {
    case "_operator", "operator":
      self.init(effects: Self.inPlaceOperators.contains(String(name)) ? .mutation : [])
    case "math": self.init(effects: [])
    case "", "builtins":
      self.init(effects: Self.pureBuiltins.contains(String(name)) ? [] : .unknown)
    case "torch._functorch.predispatch":
      self.init(effects: Self.pureTransforms.contains(String(name)) ? [] : .sideEffect)
    case "torch.nn.functional", "torch", "torch.special", "torch.linalg", "torch.fft",
      "torch._C._nn", "torch._C._special", "torch._C._linalg", "torch._C._fft":
      self.init(ofTorchFunction: name, in: module)
    default: self.init(effects: .unknown)
    }
  }

  private init(ofTorchFunction name: Substring, in module: Substring) {
    let text = String(name)
    if isInPlaceName(name) {
      self.init(effects: .mutation)
    } else if Self.randomFunctions.contains(text) {
      self.init(effects: .random, inspection: .pythonArguments)
    } else if Self.statefulNorms.contains(text) {
      self.init(effects: .mutation, inspection: .pythonArguments)
    } else if module == "torch", name.hasPrefix("set_") || Self.switches.contains(text) {
      self.init(effects: .sideEffect)
    } else {
      self.init(effects: [], inspection: .pythonArguments)
    }
  }

  private static let inPlaceOperators: Set<String> = [
    "iadd", "iand", "iconcat", "ifloordiv", "ilshift", "imatmul", "imod", "imul", "ior", "ipow",
    "irshift", "isub", "itruediv", "ixor", "setitem", "delitem", "__setitem__", "__delitem__",
    "__iadd__", "__iand__", "__iconcat__", "__ifloordiv__", "__ilshift__", "__imatmul__",
    "__imod__", "__imul__", "__ior__", "__ipow__", "__irshift__", "__isub__", "__itruediv__",
    "__ixor__", "call", "methodcaller",
  ]

  private static let pureBuiltins: Set<String> = [
    "abs", "all", "any", "bool", "complex", "dict", "divmod", "enumerate", "float", "getattr",
    "hasattr", "int", "isinstance", "len", "list", "max", "min", "pow", "range", "repr",
    "reversed", "round", "set", "slice", "sorted", "str", "sum", "tuple", "type", "zip",
  ]

  /// Those of `torch._functorch.predispatch` that only make tensors, and switch no mode.
  private static let pureTransforms: Set<String> = [
    "_add_batch_dim", "_remove_batch_dim", "_make_dual", "_unpack_dual", "_wrap_for_grad",
    "_unwrap_for_grad",
  ]

  /// Functions that draw random numbers and are not in PyTorch's list of those.
  private static let randomFunctions: Set<String> = [
    "dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_dropout",
    "feature_alpha_dropout", "native_dropout", "rrelu", "gumbel_softmax", "fractional_max_pool2d",
    "fractional_max_pool3d", "fractional_max_pool2d_with_indices",
    "fractional_max_pool3d_with_indices", "scaled_dot_product_attention",
    "multi_head_attention_forward", "binomial", "pca_lowrank", "svd_lowrank", "lobpcg",
  ]

  /// Normalizations that update running statistics while training.
  private static let statefulNorms: Set<String> = [
    "batch_norm", "instance_norm", "native_batch_norm", "batch_norm_update_stats",
    "batch_norm_gather_stats", "batch_norm_gather_stats_with_counts", "_batch_norm_impl_index",
    "cudnn_batch_norm", "miopen_batch_norm",
  ]

  private static let switches: Set<String> = [
    "manual_seed", "seed", "save", "use_deterministic_algorithms", "_assert", "_assert_async",
  ]
}

/// Tells whether a function's or method's name is that of one that writes to its first argument.
func isInPlaceName(_ name: some StringProtocol) -> Bool {
  name.hasSuffix("_") && !name.hasSuffix("__")
}
