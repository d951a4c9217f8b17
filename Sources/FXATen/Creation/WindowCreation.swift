import FXCore
import FXOperators
import FXTensor

/// Windows by which signals are multiplied (`torch.hann_window`).
enum WindowCreation {
  static let all: [OperatorDefinition] = [bartlett, blackman, hann, hamming, kaiser]

  /// `bartlett_window(int window_length, *, …) -> Tensor`
  static let bartlett = window("bartlett_window", "aten::bartlett_window.periodic") {
    call, x, size, e in
    let slope = 2 / (size - 1)
    let up = try e.call("aten::mul.Tensor", x, .float(slope))
    let down = try e.call("aten::rsub.Scalar", up, 2)
    return try e.call("aten::minimum", up, down)
  }

  /// `blackman_window(int window_length, *, …) -> Tensor`
  static let blackman = window("blackman_window", "aten::blackman_window.periodic") {
    call, x, size, e in
    let angle = try e.call("aten::mul.Tensor", x, .float(.pi / (size - 1)))
    let first = try e.wave(angle, 4, by: 0.08)
    let second = try e.wave(angle, 2, by: -0.5)
    return try e.call("aten::add.Tensor", e.call("aten::add.Tensor", first, second), 0.42)
  }

  /// `hann_window(int window_length, *, …) -> Tensor`
  static let hann = window("hann_window", "aten::hann_window.periodic") { call, x, size, e in
    try e.hamming(x, size, 0.5, 0.5)
  }

  /// `hamming_window(int window_length, *, …) -> Tensor`
  static let hamming = window(
    "hamming_window", "aten::hamming_window.periodic", "aten::hamming_window.periodic_alpha",
    "aten::hamming_window.periodic_alpha_beta"
  ) { call, x, size, e in
    let alpha = call.named("alpha").number ?? 0.54
    let beta = call.named("beta").number ?? 0.46
    return try e.hamming(x, size, alpha, beta)
  }

  /// `kaiser_window(int window_length, *, …) -> Tensor`
  static let kaiser = window(
    "kaiser_window", "aten::kaiser_window.periodic", "aten::kaiser_window.beta"
  ) { call, x, size, e in
    let beta = call.named("beta").number ?? 12
    let place = try e.call("aten::mul.Tensor", x, .float(2 / (size - 1)))
    let centered = try e.call("aten::sub.Tensor", place, 1)
    let square = try e.call("aten::mul.Tensor", centered, centered)
    let rest = try e.call("aten::clamp", e.call("aten::rsub.Scalar", square, 1), 0)
    let argument = try e.call("aten::mul.Tensor", e.call("aten::sqrt", rest), .float(beta))
    let dtype = IValue.dtype(try x.dtype)
    let scale = try e.call("aten::scalar_tensor", .float(beta), keywords: [("dtype", dtype)])
    return try e.call("aten::div.Tensor", e.call("aten::i0", argument), e.call("aten::i0", scale))
  }

  /// Defines a window by its values at the places 0, 1, …; a periodic one is a window of one place
  /// more without the last.
  private static func window(
    _ name: String, _ others: String...,
    values: @escaping @Sendable (OperatorCall, IValue, Double, any Emitter) throws -> IValue
  ) -> OperatorDefinition {
    var definition = OperatorDefinition("") { call, e in
      let length = try call.int(0)
      guard length >= 0 else { throw call.error("the length \(length) is negative") }
      var options: [(name: String, value: IValue)] = []
      for name in ["dtype", "layout", "device", "pin_memory"] where !call.named(name).isNone {
        options.append((name, call.named(name)))
      }
      if call.named("dtype").isNone { options.append(("dtype", .dtype(.float32))) }
      if length < 2 { return try e.apply("aten::full", [.ints([length]), 1], options) }
      let isPeriodic = if case .bool(false) = call.named("periodic") { false } else { true }
      let size = Double(isPeriodic ? length + 1 : length)
      let places = try e.apply("aten::arange.start_step", [0, .int(length)], options)
      return try values(call, places, size, e)
    }
    definition.names = ["aten::\(name)"] + others
    return definition
  }
}

extension Emitter {
  /// Returns `scale * cos(factor * x)`.
  fileprivate func wave(_ x: IValue, _ factor: Double, by scale: Double) throws -> IValue {
    let cosine = try call("aten::cos", call("aten::mul.Tensor", x, .float(factor)))
    return try call("aten::mul.Tensor", cosine, .float(scale))
  }

  fileprivate func hamming(
    _ x: IValue, _ size: Double, _ alpha: Double, _ beta: Double
  ) throws -> IValue {
    let cosine = try wave(x, 2 * .pi / (size - 1), by: -beta)
    return try call("aten::add.Tensor", cosine, .float(alpha))
  }
}
