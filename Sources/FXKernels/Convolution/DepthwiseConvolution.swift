import FXCore
import FXTensor

/// Convolutions in which every group has one input channel: no sums across channels.
enum DepthwiseConvolution {
  /// Computes the result for float32 and float64; returns false, with nothing done, for others.
  static func run(
    _ input: Tensor, _ weight: Tensor, _ bias: Tensor?, into result: Tensor,
    _ geometry: WindowGeometry
  ) throws -> Bool {
    switch input.dtype {
    case .float32: try run(input, weight, bias, result, geometry, Float.self)
    case .float64: try run(input, weight, bias, result, geometry, Double.self)
    default: return false
    }
    return true
  }

  private static func run<Element: FloatElement & BinaryFloatingPoint>(
    _ input: Tensor, _ weight: Tensor, _ bias: Tensor?, _ result: Tensor,
    _ geometry: WindowGeometry, _: Element.Type
  ) throws {
    let planes = DepthwisePlanes<Element>(
      geometry: geometry, input: try input.pointer(Element.self),
      weight: try weight.pointer(Element.self), bias: try bias?.pointer(Element.self),
      result: try result.mutablePointer(Element.self), channels: result.sizes[1],
      perGroup: result.sizes[1] / input.sizes[1])
    let work = max(geometry.output.count * geometry.kernel.count, 1)
    withExtendedLifetime((input, weight, bias)) {
      Parallel.ranges(
        of: result.sizes[0] * result.sizes[1], grain: max(MatrixProduct.parallelWork / work, 1)
      ) { range in
        for plane in range { planes.run(plane) }
      }
    }
  }
}

private struct DepthwisePlanes<Element: FloatElement & BinaryFloatingPoint>: @unchecked Sendable {
  let geometry: WindowGeometry
  let input: UnsafePointer<Element>
  let weight: UnsafePointer<Element>
  let bias: UnsafePointer<Element>?
  let result: UnsafeMutablePointer<Element>
  let channels: Int
  /// The output channels of a group.
  let perGroup: Int

  /// Computes an output channel of an image.
  func run(_ plane: Int) {
    let (size, output, kernel) = (geometry.input, geometry.output, geometry.kernel)
    let channel = plane % channels
    let image = plane / channels
    let source = input + (image * (channels / perGroup) + channel / perGroup) * size.count
    let taps = weight + channel * kernel.count
    var line = result + plane * output.count
    for depth in 0..<output.depth {
      for height in 0..<output.height {
        line.update(repeating: bias?[channel] ?? 0, count: output.width)
        for tapDepth in 0..<kernel.depth {
          let z =
            depth * geometry.stride.depth - geometry.padding.depth
            + tapDepth * geometry.dilation.depth
          guard z >= 0, z < size.depth else { continue }
          for tapHeight in 0..<kernel.height {
            let y =
              height * geometry.stride.height - geometry.padding.height
              + tapHeight * geometry.dilation.height
            guard y >= 0, y < size.height else { continue }
            add(
              source + (z * size.height + y) * size.width,
              taps + (tapDepth * kernel.height + tapHeight) * kernel.width, to: line)
          }
        }
        line += output.width
      }
    }
  }

  @inline(__always)
  private func add(
    _ row: UnsafePointer<Element>, _ taps: UnsafePointer<Element>,
    to line: UnsafeMutablePointer<Element>
  ) {
    let step = geometry.stride.width
    for tap in 0..<geometry.kernel.width {
      let inside = WindowGeometry.inside(
        tap, input: geometry.input.width, stride: step, padding: geometry.padding.width,
        dilation: geometry.dilation.width, output: geometry.output.width)
      let factor = taps[tap]
      let first = tap * geometry.dilation.width - geometry.padding.width
      if step == 1 {
        for index in inside { line[index] = fused(line[index], factor, row[first &+ index]) }
      } else {
        for index in inside {
          line[index] = fused(line[index], factor, row[first &+ index &* step])
        }
      }
    }
  }

  /// Rounds a product of floats with its sum, as oneDNN does; doubles hold such products exactly.
  @inline(__always)
  private func fused(_ sum: Element, _ left: Element, _ right: Element) -> Element {
    Element(Double(sum) + Double(left) * Double(right))
  }
}
