import FXCore
import FXOperators
import FXTensor

/// The transforms of `torch.fft`.
enum SpectrumOperators {
  static let all: [OperatorDefinition] = [
    fft, ifft, rfft, irfft, hfft, ihfft, fftn, ifftn, rfftn, irfftn, hfftn, ihfftn,
  ]

  /// `fft_fft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`
  static let fft = OperatorDefinition("aten::fft_fft") { call, e in
    try Spectrum(call, e).line(forward: true, isHalf: false)
  }
  .autocast(.single)

  /// `fft_ifft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`
  static let ifft = OperatorDefinition("aten::fft_ifft") { call, e in
    try Spectrum(call, e).line(forward: false, isHalf: false)
  }
  .autocast(.single)

  /// `fft_rfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`
  static let rfft = OperatorDefinition("aten::fft_rfft") { call, e in
    try Spectrum(call, e).line(forward: true, isHalf: true)
  }
  .autocast(.single)

  /// `fft_ihfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`
  static let ihfft = OperatorDefinition("aten::fft_ihfft") { call, e in
    try Spectrum(call, e).line(forward: false, isHalf: true)
  }
  .autocast(.single)

  /// `fft_irfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`
  static let irfft = OperatorDefinition("aten::fft_irfft") { call, e in
    try Spectrum(call, e).realLine(forward: false)
  }
  .autocast(.single)

  /// `fft_hfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`
  static let hfft = OperatorDefinition("aten::fft_hfft") { call, e in
    try Spectrum(call, e).realLine(forward: true)
  }
  .autocast(.single)

  /// `fft_fftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`
  static let fftn = OperatorDefinition("aten::fft_fftn", "aten::fft_fft2") { call, e in
    try Spectrum(call, e).complexGrid(forward: true)
  }
  .autocast(.single)

  /// `fft_ifftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`
  static let ifftn = OperatorDefinition("aten::fft_ifftn", "aten::fft_ifft2") { call, e in
    try Spectrum(call, e).complexGrid(forward: false)
  }
  .autocast(.single)

  /// `fft_rfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`
  static let rfftn = OperatorDefinition("aten::fft_rfftn", "aten::fft_rfft2") { call, e in
    let spectrum = Spectrum(call, e)
    let (sizes, axes) = try spectrum.grid(needsAxis: true)
    let input = try spectrum.resized(spectrum.real(), axes, to: sizes)
    return try e.call(
      "aten::_fft_r2c", input, .ints(axes), spectrum.normalization(forward: true), true)
  }
  .autocast(.single)

  /// `fft_irfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`
  static let irfftn = OperatorDefinition("aten::fft_irfftn", "aten::fft_irfft2") { call, e in
    let spectrum = Spectrum(call, e)
    let (input, axes, last) = try spectrum.halfGrid()
    return try e.call(
      "aten::_fft_c2r", input, .ints(axes), spectrum.normalization(forward: false), IValue(last))
  }
  .autocast(.single)

  /// `fft_hfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`
  static let hfftn = OperatorDefinition("aten::fft_hfftn", "aten::fft_hfft2") { call, e in
    let spectrum = Spectrum(call, e)
    var (input, axes, last) = try spectrum.halfGrid()
    let mode = try spectrum.normalization(forward: true)
    if axes.count > 1 {
      input = try e.call("aten::_fft_c2c", input, .ints(axes.dropLast()), mode, true)
    }
    let conjugate = try e.call("aten::_conj", input)
    return try e.call("aten::_fft_c2r", conjugate, .ints(axes.suffix(1)), mode, IValue(last))
  }
  .autocast(.transparent)

  /// `fft_ihfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`
  static let ihfftn = OperatorDefinition("aten::fft_ihfftn", "aten::fft_ihfft2") { call, e in
    let spectrum = Spectrum(call, e)
    let (sizes, axes) = try spectrum.grid(needsAxis: true)
    let input = try spectrum.resized(spectrum.real(), axes, to: sizes)
    let mode = try spectrum.normalization(forward: false)
    let half = try e.call("aten::_fft_r2c", input, .ints(axes.suffix(1)), mode, true)
    if axes.count == 1 { return try e.call("aten::_conj", half) }
    let conjugate = try e.call("aten::conj_physical", half)
    return try e.call("aten::_fft_c2c", conjugate, .ints(axes.dropLast()), mode, false)
  }
  .autocast(.transparent)
}

/// A transform of `torch.fft` as calls of the core transforms.
private struct Spectrum {
  let call: OperatorCall
  let emitter: any Emitter

  init(_ call: OperatorCall, _ emitter: any Emitter) {
    self.call = call
    self.emitter = emitter
  }

  /// Transforms one dimension to complex numbers.
  ///
  /// - Parameter isHalf: whether only the first half of a real signal's spectrum is wanted.
  func line(forward: Bool, isHalf: Bool) throws -> IValue {
    let axis = try lineAxis()
    if try call[0].dtype.isComplex, !isHalf {
      let input = try resized(call[0], [axis], to: [lineSize(axis)])
      return try emitter.call(
        "aten::_fft_c2c", input, [.int(axis)], normalization(forward: forward), .bool(forward))
    }
    let input = try resized(real(), [axis], to: [lineSize(axis)])
    let half = try emitter.call(
      "aten::_fft_r2c", input, [.int(axis)], normalization(forward: forward), .bool(isHalf))
    return forward ? half : try emitter.call("aten::_conj", half)
  }

  /// Transforms one dimension of half a spectrum to real numbers.
  func realLine(forward: Bool) throws -> IValue {
    let axis = try lineAxis()
    var input = try complex()
    let last: SymbolicSize
    if let size = try call.optionalSize(1) {
      last = try checked(size)
      input = try resized(input, [axis], to: [size.floorDivided(by: 2) + 1])
    } else {
      last = try checked((input.size(axis) - 1) * 2)
    }
    if forward { input = try emitter.call("aten::_conj", input) }
    return try emitter.call(
      "aten::_fft_c2r", input, [.int(axis)], normalization(forward: forward), IValue(last))
  }

  /// Transforms complex numbers along several dimensions.
  func complexGrid(forward: Bool) throws -> IValue {
    let (sizes, axes) = try grid()
    let input = try resized(complex(), axes, to: sizes)
    return try emitter.call(
      "aten::_fft_c2c", input, .ints(axes), normalization(forward: forward), .bool(forward))
  }

  /// Returns half a spectrum along several dimensions, and the last one's size in the result.
  func halfGrid() throws -> (input: IValue, axes: [Int], last: SymbolicSize) {
    var (sizes, axes) = try grid(needsAxis: true)
    let axis = axes[axes.count - 1]
    var last = sizes[sizes.count - 1]
    if try call[1].isNone || call.sizes(1).last == -1 {
      last = try checked((call[0].size(axis) - 1) * 2)
    }
    sizes[sizes.count - 1] = try last.floorDivided(by: 2) + 1
    return (try resized(complex(), axes, to: sizes), axes, last)
  }

  /// Returns the dimensions that are transformed, and their sizes.
  func grid(needsAxis: Bool = false) throws -> (sizes: [SymbolicSize], axes: [Int]) {
    let input = call[0]
    let rank = try input.rank
    let given = try call[1].isNone ? nil : call.sizes(1)
    var axes = Array(0..<rank)
    if let dimensions = try call.optionalInts(2) {
      guard rank > 0 || dimensions.isEmpty else { throw call.error("the tensor has no dimension") }
      axes = try dimensions.map { try Geometry.axis($0, of: rank) }
    } else if let given {
      guard given.count <= rank else {
        throw call.error("there are \(given.count) sizes for \(rank) dimensions")
      }
      axes = Array((rank - given.count)..<rank)
    }
    guard Set(axes).count == axes.count else { throw call.error("a dimension is named twice") }
    guard given == nil || given?.count == axes.count else {
      throw call.error("there are not as many sizes as dimensions")
    }
    guard !needsAxis || !axes.isEmpty else { throw call.error("no dimension is transformed") }
    let sizes = try axes.enumerated().map { index, axis in
      let size = given?[index] ?? -1
      return try checked(size == -1 ? input.size(axis) : size)
    }
    return (sizes, axes)
  }

  /// Returns what tells the core transforms by what to divide.
  func normalization(forward: Bool) throws -> IValue {
    switch try call.optionalString(3) ?? "backward" {
    case "backward": forward ? 0 : 2
    case "forward": forward ? 2 : 0
    case "ortho": 1
    case let name: throw call.error("the normalization \(name) is not known")
    }
  }

  /// Returns the input in a real dtype that transforms take.
  func real() throws -> IValue {
    guard try !call[0].dtype.isComplex else { throw call.error("a real tensor is needed") }
    return try emitter.converted(call[0], to: floatType())
  }

  /// Returns the input in a complex dtype that transforms take.
  func complex() throws -> IValue {
    if try call[0].dtype.isComplex { return call[0] }
    return try emitter.converted(call[0], to: floatType().complexType)
  }

  /// Cuts off elements or adds zeros at the ends of dimensions.
  func resized(_ input: IValue, _ axes: [Int], to sizes: [SymbolicSize]) throws -> IValue {
    let rank = try input.rank
    var result = input
    var padding = [SymbolicSize](repeating: 0, count: 2 * rank)
    for (axis, size) in zip(axes, sizes) {
      let old = try input.size(axis)
      if old == size { continue }
      if try call.isLess(old, size) {
        padding[2 * (rank - axis) - 1] = try size - old
      } else if try call.isLess(size, old) {
        result = try emitter.call("aten::slice.Tensor", result, .int(axis), 0, IValue(size))
      }
    }
    if padding.allSatisfy({ $0 == 0 }) { return result }
    return try emitter.call("aten::constant_pad_nd", result, .sizes(padding), 0)
  }

  private func floatType() throws -> ScalarType {
    let dtype = try call[0].dtype
    guard dtype.isFloatingPoint else { return .float32 }
    if dtype == .float32 || dtype == .float64 { return dtype }
    guard try call[0].device.type != "cpu" else {
      throw call.error("\(dtype) is not transformed")
    }
    return dtype == .bfloat16 ? .float32 : dtype
  }

  private func lineAxis() throws -> Int {
    let rank = try call[0].rank
    guard rank > 0 else { throw call.error("the tensor has no dimension") }
    return try Geometry.axis(call.int(2), of: rank)
  }

  private func lineSize(_ axis: Int) throws -> SymbolicSize {
    try checked(call.optionalSize(1) ?? call[0].size(axis))
  }

  private func checked(_ size: SymbolicSize) throws -> SymbolicSize {
    if let number = size.int, number < 1 {
      throw call.error("\(number) is not a number of data points")
    }
    return size
  }
}

extension OperatorCall {
  /// Tells whether one size is less than another; for expressions by what is known of symbols.
  func isLess(_ left: SymbolicSize, _ right: SymbolicSize) throws -> Bool {
    if let left = left.int, let right = right.int { return left < right }
    return try symbols.isLess(left, right)
  }
}
