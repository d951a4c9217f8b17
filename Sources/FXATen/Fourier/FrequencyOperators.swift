import FXCore
import FXOperators
import FXTensor

/// The frequencies of a spectrum, and their order.
enum FrequencyOperators {
  static let all: [OperatorDefinition] = [fftfreq, rfftfreq, fftshift, ifftshift]

  /// `fft_fftfreq(int n, float d=1., *, …) -> Tensor`
  static let fftfreq = OperatorDefinition(
    "aten::fft_fftfreq",
    shape: { call in try call.frequencies { try $0.size(0) } },
    kernel: { call in
      let count = try call.int(0)
      let (options, e) = (call.creationOptions, call.emitter)
      let first = try e.apply("aten::arange.start_step", [0, .int((count + 1) / 2)], options)
      let second = try e.apply("aten::arange.start_step", [.int(-(count / 2)), 0], options)
      let places = try e.call("aten::cat", [first, second], 0)
      return try e.call("aten::mul.Scalar", places, .float(call.frequencyStep))
    })

  /// `fft_rfftfreq(int n, float d=1., *, …) -> Tensor`
  static let rfftfreq = OperatorDefinition(
    "aten::fft_rfftfreq",
    shape: { call in try call.frequencies { try $0.size(0).floorDivided(by: 2) + 1 } },
    kernel: { call in
      let count = try call.int(0) / 2 + 1
      let e = call.emitter
      let places = try e.apply(
        "aten::arange.start_step", [0, .int(count)], call.creationOptions)
      return try e.call("aten::mul.Scalar", places, .float(call.frequencyStep))
    })

  /// `fft_fftshift(Tensor self, int[1]? dim=None) -> Tensor`
  static let fftshift = OperatorDefinition("aten::fft_fftshift") { call, e in
    let axes = try call.optionalInts(1) ?? Array(0..<call[0].rank)
    let shifts = try axes.map { try call[0].size($0).floorDivided(by: 2) }
    return try e.call("aten::roll", call[0], .sizes(shifts), .ints(axes))
  }

  /// `fft_ifftshift(Tensor self, int[1]? dim=None) -> Tensor`
  static let ifftshift = OperatorDefinition("aten::fft_ifftshift") { call, e in
    let axes = try call.optionalInts(1) ?? Array(0..<call[0].rank)
    let shifts = try axes.map { try (call[0].size($0) + 1).floorDivided(by: 2) }
    return try e.call("aten::roll", call[0], .sizes(shifts), .ints(axes))
  }
}

extension OperatorCall {
  /// The distance of two frequencies, by the count and distance of data points.
  fileprivate var frequencyStep: Double {
    get throws { 1 / (Double(try int(0)) * (try float(1))) }
  }

  /// The options of a creating operator that are given; the dtype is float32 where it is not.
  fileprivate var creationOptions: [(name: String, value: IValue)] {
    var options: [(name: String, value: IValue)] = []
    for name in ["dtype", "layout", "device", "pin_memory"] where !named(name).isNone {
      options.append((name, named(name)))
    }
    if named("dtype").isNone { options.append(("dtype", .dtype(.float32))) }
    return options
  }

  fileprivate func frequencies(_ count: (OperatorCall) throws -> SymbolicSize) throws -> IValue {
    let options = try CreationOptions(self)
    return .fake(
      FakeTensor(options.dtype ?? .float32, [try count(self)], device: options.device ?? .cpu))
  }
}
