import FXCore
import FXOperators
import FXTensor

/// The spectra of a signal's windows, and the signal of such spectra.
enum ShortTimeFourier {
  static let all: [OperatorDefinition] = [stft, istft]

  /// `stft.center(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor?
  /// window=None, bool center=True, str pad_mode="reflect", bool normalized=False, bool?
  /// onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor`
  static let stft = OperatorDefinition("aten::stft", "aten::stft.center") { call, e in
    let frames = try WindowFrames(call)
    let rank = try call[0].rank
    let dtype = try call[0].dtype
    guard dtype.isFloatingPoint || dtype.isComplex, (1...2).contains(rank) else {
      throw call.error("a float or complex tensor of 1 or 2 dimensions is needed")
    }
    let needsWindow = !call[4].isNone || frames.width < frames.size
    let window: IValue = needsWindow ? try frames.window(e, dtype) : .none
    let hasComplexWindow = try needsWindow && window.dtype.isComplex
    let isComplex = dtype.isComplex || hasComplexWindow
    let givesComplex = try call.flag("return_complex") ?? isComplex
    guard givesComplex || !call.named("return_complex").isNone else {
      throw call.error("return_complex has to be given for real tensors")
    }
    var signal = rank == 1 ? try e.call("aten::unsqueeze", call[0], 0) : call[0]
    signal = try frames.padded(signal, e)
    let length = try signal.size(1)
    if let length = length.int, frames.size > length {
      throw call.error("a window of \(frames.size) does not fit into a signal of \(length)")
    }
    signal = try e.call("aten::unfold", signal, -1, .int(frames.size), .int(frames.hop))
    if needsWindow { signal = try e.call("aten::mul.Tensor", signal, window) }
    let isHalf = try call.flag("onesided") ?? !isComplex
    let mode: IValue = try call.flag("normalized") ?? false ? 1 : 0
    guard !isHalf || !isComplex else { throw call.error("complex signals have no half spectrum") }
    let spectra =
      isComplex
      ? try e.call("aten::_fft_c2c", signal, [2], mode, true)
      : try e.call("aten::_fft_r2c", signal, [2], mode, .bool(isHalf))
    var result = try e.call("aten::transpose.int", spectra, 1, 2)
    if rank == 1 { result = try e.call("aten::squeeze.dim", result, 0) }
    return givesComplex ? result : try e.call("aten::view_as_real", result)
  }
  .autocast(.single)

  /// `istft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor?
  /// window=None, bool center=True, bool normalized=False, bool? onesided=None, int? length=None,
  /// bool return_complex=False) -> Tensor`
  static let istft = OperatorDefinition("aten::istft") { call, e in
    let frames = try WindowFrames(call)
    let rank = try call[0].rank
    let dtype = try call[0].dtype
    guard dtype.isComplex, (2...3).contains(rank) else {
      throw call.error("a complex tensor of 2 or 3 dimensions is needed")
    }
    let frequencies = try call[0].size(-2)
    let isHalf = try call.flag("onesided") ?? (frequencies != .int(frames.size))
    guard frequencies == .int(isHalf ? frames.size / 2 + 1 : frames.size) else {
      throw call.error("\(frequencies) frequencies are not those of windows of \(frames.size)")
    }
    guard frames.hop <= frames.width, try !call[0].sizes.contains(0) else {
      throw call.error("the windows are empty or leave gaps")
    }
    let window = try frames.window(e, dtype.partType)
    let batch = rank == 2 ? try e.call("aten::unsqueeze", call[0], 0) : call[0]
    let spectra = try e.call("aten::transpose.int", batch, 1, 2)
    let mode: IValue = try call.flag("normalized") ?? false ? 1 : 2
    let parts: IValue
    if try call.flag("return_complex") ?? false {
      guard !isHalf else { throw call.error("complex signals have no half spectrum") }
      parts = try e.call("aten::_fft_c2c", spectra, [2], mode, false)
    } else {
      guard try !window.dtype.isComplex else { throw call.error("a real window is needed") }
      let half =
        isHalf
        ? spectra : try e.call("aten::slice.Tensor", spectra, 2, 0, .int(frames.size / 2 + 1))
      parts = try e.call("aten::_fft_c2r", half, [2], mode, .int(frames.size))
    }
    return try frames.overlapped(parts, window, e, isSingle: rank == 2)
  }
  .autocast(.transparent)
}

/// How windows lie in a signal.
private struct WindowFrames {
  let call: OperatorCall
  /// The count of data points of a transform.
  let size: Int
  /// The distance of windows.
  let hop: Int
  /// The count of data points for which the window is given.
  let width: Int

  init(_ call: OperatorCall) throws {
    self.call = call
    size = try call.int(1)
    hop = try call.optionalInt(2) ?? size / 4
    width = try call.optionalInt(3) ?? size
    guard size > 0, hop > 0, width > 0, width <= size else {
      throw call.error("windows of \(width) in \(size) at distances of \(hop) make no sense")
    }
    if !call[4].isNone {
      guard try call[4].sizes == [.int(width)] else {
        throw call.error("the window has not the size \(width)")
      }
    }
  }

  /// Returns the window, with zeros at both ends where it is smaller than a transform.
  ///
  /// - Parameter dtype: the dtype of a window of ones, which is made where none is given.
  func window(_ e: any Emitter, _ dtype: ScalarType) throws -> IValue {
    var window = call[4]
    if window.isNone {
      let options: [(name: String, value: IValue)] = [
        ("dtype", .dtype(dtype)), ("device", .device(try call[0].device)),
      ]
      window = try e.apply("aten::full", [[.int(width)], 1], options)
    }
    if width == size { return window }
    let left = (size - width) / 2
    return try e.call("aten::constant_pad_nd", window, .ints([left, size - width - left]), 0)
  }

  /// Returns the signals with what is added at both ends, so that windows are centered.
  func padded(_ signal: IValue, _ e: any Emitter) throws -> IValue {
    let isCentered = try call.flag("center") ?? false
    let isAligned = try call.flag("align_to_window")
    guard !isCentered || isAligned == nil else {
      throw call.error("align_to_window goes with center=False only")
    }
    let amount = isCentered ? size / 2 : (isAligned == true ? (size - width) / 2 : 0)
    if amount == 0 { return signal }
    let mode = call.index(of: "pad_mode").map { call[$0] } ?? "constant"
    let planes = try e.call("aten::unsqueeze", signal, 0)
    let padded = try e.call("aten::pad", planes, .ints([amount, amount]), mode)
    return try e.call("aten::squeeze.dim", padded, 0)
  }

  /// Returns the signal that windows add up to, divided by what the squares of the window add up to.
  func overlapped(
    _ parts: IValue, _ window: IValue, _ e: any Emitter, isSingle: Bool
  ) throws -> IValue {
    let row = try e.call("aten::view", window, .ints([1, 1, size]))
    let weighted = try e.call("aten::mul.Tensor", parts, row)
    let count = try parts.size(1)
    let total = try (count - 1) * .int(hop) + .int(size)
    let squares = try e.call("aten::pow.Tensor_Scalar", window, 2)
    let weights = try e.call("aten::expand", squares, .sizes([1, count, .int(size)]))
    let start = try call.flag("center") ?? true ? size / 2 : 0
    let length = try call.index(of: "length").flatMap { try call.optionalSize($0) }
    let wanted = try length.map { try .int(start) + $0 } ?? total - .int(start)
    let isShort = try call.isLess(total, wanted)
    let end = isShort ? total : wanted
    let (signal, envelope) = (
      try added(weighted, parts.size(0), total, from: start, to: end, e),
      try added(weights, 1, total, from: start, to: end, e)
    )
    var result = try e.call("aten::div.Tensor", signal, envelope)
    if isSingle { result = try e.call("aten::squeeze.dim", result, 0) }
    guard isShort else { return result }
    return try e.call("aten::constant_pad_nd", result, .sizes([0, wanted - total]), 0)
  }

  private func added(
    _ windows: IValue, _ batch: SymbolicSize, _ total: SymbolicSize, from start: Int,
    to end: SymbolicSize, _ e: any Emitter
  ) throws -> IValue {
    let sizes = IValue.sizes([batch, total])
    let sum = try e.call(
      "aten::unfold_backward", windows, sizes, 1, .int(size), .int(hop))
    return try e.call("aten::slice.Tensor", sum, 1, .int(start), IValue(end))
  }
}

extension OperatorCall {
  /// Returns the flag of a name; nil where it is `None` or the overload has none.
  fileprivate func flag(_ name: String) throws -> Bool? {
    guard let index = index(of: name), !arguments[index].isNone else { return nil }
    return try bool(index)
  }
}
