import FXCore

extension TargetEffects {
  /// Finds the effects of calling a method of a value by name.
  ///
  /// PyTorch takes all methods for pure. Here a method writes if its name ends in one underscore,
  /// as all in-place methods of tensors do, or if it is one of those of Python's containers.
  init(ofMethod name: String) {
    if isInPlaceName(name) || Self.writingMethods.contains(name) {
      self.init(effects: .mutation)
    } else if Self.randomMethods.contains(name) {
      self.init(effects: .random)
    } else if Self.effectfulMethods.contains(name) {
      self.init(effects: .sideEffect)
    } else {
      self.init(effects: [], inspection: .pythonArguments)
    }
  }

  /// Finds the effects of calling a module without a graph, by its class.
  ///
  /// PyTorch takes all modules for pure. Here only those classes of `torch.nn` are that keep no
  /// state, draw no numbers and can't work in place.
  init(ofModuleClass className: String) {
    let name = className.split(separator: ".").last.map(String.init) ?? className
    if className.hasPrefix("torch.nn."), Self.pureModules.contains(name) {
      self.init(effects: [])
    } else {
      self.init(effects: .unknown)
    }
  }

  private static let writingMethods: Set<String> = [
    "__setitem__", "__delitem__", "__iadd__", "__iand__", "__ifloordiv__", "__ilshift__",
    "__imatmul__", "__imod__", "__imul__", "__ior__", "__ipow__", "__irshift__", "__isub__",
    "__itruediv__", "__ixor__", "__setattr__", "append", "clear", "extend", "insert", "pop",
    "popitem", "remove", "setdefault", "update",
  ]

  private static let randomMethods: Set<String> = ["bernoulli", "multinomial"]

  private static let effectfulMethods: Set<String> = [
    "backward", "register_hook", "register_post_accumulate_grad_hook", "retain_grad",
    "record_stream",
  ]

  private static let pureModules: Set<String> = [
    "Linear", "Bilinear", "Identity", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d",
    "ConvTranspose2d", "ConvTranspose3d", "LayerNorm", "GroupNorm", "RMSNorm", "LocalResponseNorm",
    "Flatten", "Unflatten", "Fold", "Unfold", "PixelShuffle", "PixelUnshuffle", "ChannelShuffle",
    "MaxPool1d", "MaxPool2d", "MaxPool3d", "AvgPool1d", "AvgPool2d", "AvgPool3d", "LPPool1d",
    "LPPool2d", "LPPool3d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AdaptiveMaxPool3d",
    "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d", "MaxUnpool1d", "MaxUnpool2d",
    "MaxUnpool3d", "Sigmoid", "Tanh", "GELU", "GLU", "Softmax", "Softmax2d", "Softmin",
    "LogSoftmax", "LogSigmoid", "Softplus", "Softshrink", "Softsign", "Tanhshrink", "Hardshrink",
    "PReLU", "Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d", "ConstantPad1d",
    "ConstantPad2d", "ConstantPad3d", "ZeroPad1d", "ZeroPad2d", "ZeroPad3d", "ReflectionPad1d",
    "ReflectionPad2d", "ReflectionPad3d", "ReplicationPad1d", "ReplicationPad2d",
    "ReplicationPad3d", "CircularPad1d", "CircularPad2d", "CircularPad3d", "CosineSimilarity",
    "PairwiseDistance", "L1Loss", "MSELoss", "NLLLoss", "CrossEntropyLoss", "BCELoss",
    "BCEWithLogitsLoss", "SmoothL1Loss", "HuberLoss", "KLDivLoss",
  ]
}
