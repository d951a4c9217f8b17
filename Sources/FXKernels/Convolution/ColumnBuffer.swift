import FXCore
import FXTensor
import Glibc

/// Moves elements between an input and the columns of its windows (`im2col`, `col2im`).
///
/// Columns are a matrix with a row for each channel and each element of the kernel, and a column
/// for each window of a range.
struct ColumnBuffer: @unchecked Sendable {
  let geometry: WindowGeometry
  /// The bytes of an element.
  let itemSize: Int

  /// The number of rows that a channel has.
  var rowsPerChannel: Int { geometry.kernel.count }

  /// Copies windows of some channels to columns; places outside of the input become zeros.
  ///
  /// - Parameters:
  ///   - input: the first channel of a dense input.
  ///   - columns: rows of as many elements as there are windows.
  func gather(
    _ input: UnsafeRawPointer, channels: Range<Int>, windows: Range<Int>,
    into columns: UnsafeMutableRawPointer
  ) {
    switch itemSize {
    case 1: gather(input, channels, windows, columns, UInt8.self, 0)
    case 2: gather(input, channels, windows, columns, UInt16.self, 0)
    case 4: gather(input, channels, windows, columns, UInt32.self, 0)
    case 8: gather(input, channels, windows, columns, UInt64.self, 0)
    default:
      gather(input, channels, windows, columns, Complex<Double>.self, Complex<Double>(0, 0))
    }
  }

  private func gather<Bits: BitwiseCopyable>(
    _ input: UnsafeRawPointer, _ channels: Range<Int>, _ windows: Range<Int>,
    _ columns: UnsafeMutableRawPointer, _: Bits.Type, _ zero: Bits
  ) {
    let source = input.assumingMemoryBound(to: Bits.self)
    var row = columns.assumingMemoryBound(to: Bits.self)
    for channel in channels {
      let plane = source + channel * geometry.input.count
      forEachTap { tap in
        forEachLine(tap, windows) { line in
          let target = row + line.start
          guard let offset = line.offset else {
            target.update(repeating: zero, count: line.count)
            return
          }
          let (before, inside) = (line.inside.lowerBound, line.inside.count)
          target.update(repeating: zero, count: before)
          let from = plane + offset
          let to = target + before
          if geometry.stride.width == 1 {
            memcpy(to, from, inside * MemoryLayout<Bits>.size)
          } else {
            let step = geometry.stride.width
            for index in 0..<inside { to[index] = from[index &* step] }
          }
          (to + inside).update(repeating: zero, count: line.count - before - inside)
        }
        row += windows.count
      }
    }
  }

  /// Adds columns to the places of the input that their windows lie on.
  ///
  /// - Parameter input: the first channel of a dense input.
  func scatter(
    _ columns: UnsafeRawPointer, channels: Range<Int>, into input: UnsafeMutableRawPointer,
    _ dtype: ScalarType
  ) {
    switch dtype {
    case .float16:
      // Narrow numbers are held as floats, and rounded after every step.
      scatter(columns, channels, input) { (a: Float, b: Float) in
        Float16(rounding: a + Float16(rounding: b).opMath).opMath
      }
    case .bfloat16:
      scatter(columns, channels, input) { (a: Float, b: Float) in
        BFloat16(rounding: a + BFloat16(rounding: b).opMath).opMath
      }
    case .float32: scatter(columns, channels, input) { (a: Float, b: Float) in a + b }
    case .float64: scatter(columns, channels, input) { (a: Double, b: Double) in a + b }
    case .complex64:
      scatter(columns, channels, input) { (a: Complex<Float>, b: Complex<Float>) in a + b }
    case .complex128:
      scatter(columns, channels, input) { (a: Complex<Double>, b: Complex<Double>) in a + b }
    default: scatter(columns, channels, input) { (a: Int64, b: Int64) in a &+ b }
    }
  }

  @inline(__always)
  private func scatter<Element: BitwiseCopyable>(
    _ columns: UnsafeRawPointer, _ channels: Range<Int>, _ input: UnsafeMutableRawPointer,
    _ add: (Element, Element) -> Element
  ) {
    let windows = 0..<geometry.output.count
    let target = input.assumingMemoryBound(to: Element.self)
    var row = columns.assumingMemoryBound(to: Element.self)
    let step = geometry.stride.width
    for channel in channels {
      let plane = target + channel * geometry.input.count
      forEachTap { tap in
        forEachLine(tap, windows) { line in
          guard let offset = line.offset else { return }
          let from = row + line.start + line.inside.lowerBound
          let to = plane + offset
          if step == 1 {
            for index in 0..<line.inside.count { to[index] = add(to[index], from[index]) }
          } else {
            for index in 0..<line.inside.count {
              to[index &* step] = add(to[index &* step], from[index])
            }
          }
        }
        row += windows.count
      }
    }
  }

  /// Calls `body` with each element of the kernel, in order.
  private func forEachTap(_ body: (SpatialExtent) -> Void) {
    let kernel = geometry.kernel
    for depth in 0..<kernel.depth {
      for height in 0..<kernel.height {
        for width in 0..<kernel.width { body(SpatialExtent(depth, height, width)) }
      }
    }
  }

  /// A part of a row of columns whose windows lie in one line of the output.
  private struct Line {
    /// The place in the row.
    var start: Int
    /// The number of windows.
    var count: Int
    /// The windows, counted from the start, that lie on the input; of no meaning without an offset.
    var inside: Range<Int>
    /// Where the first of them lies in the channel; nil where none does.
    var offset: Int?
  }

  private func forEachLine(_ tap: SpatialExtent, _ windows: Range<Int>, _ body: (Line) -> Void) {
    let geometry = geometry
    let (input, output) = (geometry.input, geometry.output)
    let inside = WindowGeometry.inside(
      tap.width, input: input.width, stride: geometry.stride.width,
      padding: geometry.padding.width, dilation: geometry.dilation.width, output: output.width)
    let firstWidth = tap.width * geometry.dilation.width - geometry.padding.width
    var window = windows.lowerBound
    while window < windows.upperBound {
      let line = window / output.width
      let left = window - line * output.width
      let right = min(output.width, left + windows.upperBound - window)
      let depth =
        line / output.height * geometry.stride.depth - geometry.padding.depth
        + tap.depth * geometry.dilation.depth
      let height =
        line % output.height * geometry.stride.height - geometry.padding.height
        + tap.height * geometry.dilation.height
      let covered = inside.clamped(to: left..<right)
      var part = Line(
        start: window - windows.lowerBound, count: right - left, inside: 0..<0, offset: nil)
      if depth >= 0, depth < input.depth, height >= 0, height < input.height, !covered.isEmpty {
        part.inside = covered.lowerBound - left..<covered.upperBound - left
        part.offset =
          (depth * input.height + height) * input.width + firstWidth
          + covered.lowerBound * geometry.stride.width
      }
      body(part)
      window += right - left
    }
  }
}
